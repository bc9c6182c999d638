package import AssayCore

/// Finding codes of scripts, of the places where their signatures are kept, and of archives that carry them.
package enum ScriptFindings {
  private static let again = "get the script again from its publisher, with what belongs beside it"
  private static let pack = "pack the archive again with the tar of the system it comes from"

  package static let all: [FindingCode] =
    [
      ("applescript.compiled.end", "a compiled script does not end as one"),
      ("applescript.carrier.unreadable", "what is kept beside a file cannot be read"),
      ("applescript.carrier.conflict", "two attributes hold the same part of a signature with different values"),
      ("appledouble.magic", "the file does not begin as an AppleDouble file"),
      ("appledouble.version", "an AppleDouble file of an unknown version"),
      ("appledouble.truncated", "an AppleDouble file is cut off"),
      ("appledouble.range", "a part of an AppleDouble file lies outside of it"),
      ("appledouble.duplicate", "a part of an AppleDouble file stands twice"),
      ("appledouble.name", "an attribute in an AppleDouble file has no right name"),
    ].map { FindingCode($0.0, $0.1, remedy: again) }
    + [FindingCode("limit.appledouble", "an AppleDouble file with more than is read", remedy: "see Docs/Limits.md")]

  package static let tar: [FindingCode] =
    [
      ("tar.header.invalid", "a header is not one of ustar, or its sum is wrong"),
      ("tar.truncated", "the archive is cut off inside a member"), ("tar.end.missing", "the archive has no end"),
      ("tar.pax.record", "a record of an extended header breaks its form"),
      ("tar.attribute.conflict", "an attribute stands twice with different values"),
      ("tar.path.duplicate", "two members have one name"), ("tar.path.escape", "a member's name leads out of the archive"),
      ("tar.entry.unsupported", "a member of a kind whose content is not read"),
    ].map { FindingCode($0.0, $0.1, remedy: pack) }
    + [
      FindingCode("limit.tar-entries", "an archive with more members than are read", remedy: "see Docs/Limits.md"),
      FindingCode("limit.tar-header", "an extended header larger than is read", remedy: "see Docs/Limits.md"),
    ]
}
