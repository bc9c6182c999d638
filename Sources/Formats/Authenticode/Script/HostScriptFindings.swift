package import AssayCore

/// Finding codes of scripts for Windows Script Host.
package enum HostScriptFindings {
  private static let getAnother = "get the file again from its publisher and compare; do not run this one"
  private static let restore = "restore the CRLF line ends, in git with `*.js text eol=crlf`, or get the file from its publisher"

  package static let all: [FindingCode] = [
    FindingCode("script-host.digest.mismatch", "the text is not what was signed", remedy: getAnother),
    FindingCode("script-host.digest.not-measured", "the text could not be measured", remedy: "judge a copy of the file"),
    FindingCode("script-host.digest.line-ends", "only the line ends differ from what was signed", remedy: restore),
    FindingCode(
      "script-host.digest.position", "the digest was made without the block's position, as osslsigncode does",
      remedy: "sign it again with signtool or jsign"),
    FindingCode("script-host.block.incomplete", "a begin or end line without a whole signature block", remedy: getAnother),
    FindingCode("script-host.block.second", "a second signature block", remedy: getAnother),
    FindingCode("script-host.block.decoy", "an earlier line looks like the begin of the block", remedy: getAnother),
    FindingCode("script-host.block.trailing", "something follows the signature block", remedy: getAnother),
    FindingCode("script-host.block.line-ends", "the block's lines do not end with CRLF", remedy: restore),
    FindingCode("script-host.block.foreign-line", "a line inside the block is not part of it", remedy: getAnother),
    FindingCode("script-host.block.base64", "the block holds no valid base64", remedy: getAnother),
    FindingCode(
      "script-host.block.noncanonical", "the block is not cut as signing tools cut it",
      remedy: "compare by the Authenticode digest, not by the file's"),
    FindingCode(
      "script-host.block.padding", "bytes after the signature inside the block",
      remedy: "look at the bytes; --strict refuses such files"),
    FindingCode(
      "script-host.encoding.code-page", "the digest holds under one reading of the text only",
      remedy: "sign the script again with a byte order mark"),
    FindingCode("script-host.encoding.invalid", "the text breaks its encoding", remedy: getAnother),
    FindingCode("limit.script-bytes", "a script larger than is read", remedy: "see Docs/Limits.md"),
  ]
}
