package import AssayCore

/// Finding codes of PowerShell scripts.
package enum PowerShellFindings {
  private static let getAnother = "get the file again from its publisher and compare; do not run this one"
  private static let restore = "restore the CRLF line ends, in git with `*.ps1 text eol=crlf`, or get the file from its publisher"

  package static let all: [FindingCode] = [
    FindingCode("powershell.digest.mismatch", "the text is not what was signed", remedy: getAnother),
    FindingCode("powershell.digest.not-measured", "the text could not be measured", remedy: "judge a copy of the file"),
    FindingCode("powershell.digest.line-ends", "only the line ends differ from what was signed", remedy: restore),
    FindingCode("powershell.block.incomplete", "a begin or end line without a whole signature block", remedy: getAnother),
    FindingCode("powershell.block.second", "a second signature block", remedy: getAnother),
    FindingCode("powershell.block.decoy", "an earlier line looks like the begin of the block", remedy: getAnother),
    FindingCode("powershell.block.trailing", "something follows the signature block", remedy: getAnother),
    FindingCode("powershell.block.line-ends", "the block's lines do not end with CRLF", remedy: restore),
    FindingCode("powershell.block.foreign-line", "a line inside the block is not part of it", remedy: getAnother),
    FindingCode("powershell.block.base64", "the block holds no valid base64", remedy: getAnother),
    FindingCode(
      "powershell.block.noncanonical", "the block is not cut as signing tools cut it",
      remedy: "compare by the Authenticode digest, not by the file's"),
    FindingCode(
      "powershell.block.padding", "bytes after the signature inside the block",
      remedy: "look at the bytes; --strict refuses such files"),
    FindingCode(
      "powershell.encoding.code-page", "the digest holds under one ANSI code page only",
      remedy: "sign the script again with a byte order mark"),
    FindingCode("powershell.encoding.invalid", "the text breaks its encoding", remedy: getAnother),
    FindingCode("powershell.content.binary", "not a text file", remedy: "nothing to do: such files cannot be signed"),
    FindingCode("limit.script-bytes", "a script larger than is read", remedy: "see Docs/Limits.md"),
  ]
}
