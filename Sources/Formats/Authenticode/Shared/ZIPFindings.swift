package import AssayCore

/// Finding codes of the archive reader, which every format on top of ZIP raises.
package enum ZIPFindings {
  private static let getAnother = "get the file again from its publisher and compare; do not open this one"

  package static let all: [FindingCode] = structure + entries + limits

  private static let structure: [FindingCode] = [
    FindingCode("zip.end.missing", "there is no end of central directory record", remedy: getAnother),
    FindingCode("zip.end.truncated", "the end of the archive is cut off", remedy: getAnother),
    FindingCode("zip.end.disks", "the archive is a part of several", remedy: "judge the joined archive"),
    FindingCode("zip.end.wide", "the ZIP64 end record is not where its locator says", remedy: getAnother),
    FindingCode("zip.end.mismatch", "the two ends of the central directory do not agree", remedy: getAnother),
    FindingCode("zip.directory.place", "the central directory is not where its end says", remedy: getAnother),
    FindingCode("zip.directory.truncated", "the central directory is cut off", remedy: getAnother),
    FindingCode("zip.directory.header", "a header of the central directory makes no sense", remedy: getAnother),
    FindingCode("zip.directory.count", "the central directory has another number of entries than its end says", remedy: getAnother),
    FindingCode("zip.extra.truncated", "an extra field is cut off", remedy: getAnother),
    FindingCode("zip.layout.prefix", "bytes stand before the first entry", remedy: getAnother),
    FindingCode("zip.layout.gap", "bytes between the entries belong to none", remedy: getAnother),
    FindingCode("zip.layout.trailing", "bytes follow the end of the archive", remedy: getAnother),
    FindingCode("zip.layout.comment", "the archive has a comment", remedy: "look at the bytes: unpacking tools pass over them"),
  ]

  private static let entries: [FindingCode] = [
    FindingCode("zip.name.duplicate", "two entries have one name", remedy: getAnother),
    FindingCode("zip.name.unsafe", "a name leads out of the folder that it is unpacked to", remedy: getAnother),
    FindingCode("zip.entry.overlap", "two entries share bytes", remedy: getAnother),
    FindingCode("zip.entry.truncated", "an entry runs into the central directory", remedy: getAnother),
    FindingCode("zip.entry.data", "compressed data are broken", remedy: getAnother),
    FindingCode("zip.entry.size", "an entry has another size or checksum than the directory says", remedy: getAnother),
    FindingCode("zip.entry.encrypted", "an entry is encrypted", remedy: "judge the plain archive"),
    FindingCode("zip.header.place", "a local header is not where the directory says", remedy: getAnother),
    FindingCode("zip.header.truncated", "a local header is cut off", remedy: getAnother),
    FindingCode("zip.header.mismatch", "local header and central directory differ", remedy: getAnother),
    FindingCode("zip.method.unsupported", "a compression method that is not read", remedy: "judge it with its platform's own tool"),
  ]

  private static let limits: [FindingCode] = [
    FindingCode("limit.zip-entries", "more entries than are read", remedy: "see Docs/Limits.md"),
    FindingCode("limit.zip-directory", "a larger central directory than is read", remedy: "see Docs/Limits.md"),
    FindingCode("limit.zip-bytes", "the archive unpacks to more than is read", remedy: "see Docs/Limits.md"),
    FindingCode("limit.zip-ratio", "an entry unpacks to too many times its size", remedy: "see Docs/Limits.md"),
    FindingCode("limit.zip-held", "an entry that must be held in memory is too large", remedy: "see Docs/Limits.md"),
  ]
}
