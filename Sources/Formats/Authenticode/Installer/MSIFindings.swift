package import AssayCore

/// Finding codes of Windows Installer files and of the compound files that hold them.
package enum MSIFindings {
  private static let getAnother = "get the file again from its publisher and compare; do not run this one"
  private static let look = "look at the bytes; --strict refuses such files"

  package static let all: [FindingCode] = installer + compound

  private static let installer: [FindingCode] = [
    FindingCode("msi.digest.mismatch", "the streams are not what was signed", remedy: getAnother),
    FindingCode("msi.digest.not-measured", "the covered streams could not be measured", remedy: "judge a copy of the file"),
    FindingCode("msi.metadata.mismatch", "names, sizes or times of the streams are not what was signed", remedy: getAnother),
    FindingCode("msi.extended-hash.mismatch", "the extended hash is not that of the directory", remedy: getAnother),
    FindingCode("msi.extended-hash.added", "the extended hash was added after signing", remedy: getAnother),
    FindingCode("msi.extended-hash.removed", "the extended hash was taken away after signing", remedy: getAnother),
    FindingCode("msi.extended-hash.orphaned", "an extended hash without a signature", remedy: getAnother),
    FindingCode(
      "msi.extended-hash.absent", "the signature does not cover the directory's names, sizes and times",
      remedy: "nothing to do; signing tools add the extended hash on demand"),
    FindingCode("msi.signature.empty", "the signature's stream holds nothing", remedy: getAnother),
    FindingCode("msi.signature.padding", "bytes after the signature inside its stream", remedy: look),
    FindingCode("msi.container.trailing", "something follows the last sector in use (CVE-2020-1464)", remedy: getAnother),
    FindingCode("msi.container.padding", "zeros follow the last sector in use", remedy: look),
    FindingCode("msi.container.polyglot", "the file is also an archive (CVE-2020-1464)", remedy: getAnother),
    FindingCode("msi.container.orphans", "sectors in use that belong to no stream", remedy: look),
    FindingCode("msi.class.other", "the root storage's class is not of Windows Installer", remedy: "nothing to do"),
  ]

  private static let compound: [FindingCode] = [
    FindingCode("cfb.header.invalid", "not a compound file", remedy: getAnother),
    FindingCode("cfb.header.truncated", "the header is cut off", remedy: getAnother),
    FindingCode("cfb.header.unsupported", "a version or size that the format does not have", remedy: getAnother),
    FindingCode("cfb.header.reserved", "a reserved field of the header is not zero", remedy: "nothing to do: it has no meaning"),
    FindingCode("cfb.fat.outside", "a sector lies outside the file or its table", remedy: getAnother),
    FindingCode("cfb.fat.shared", "a sector is used twice: a cycle, or two owners", remedy: getAnother),
    FindingCode("cfb.fat.short", "a chain of sectors ends too early", remedy: getAnother),
    FindingCode("cfb.fat.long", "a chain of sectors is longer than its stream", remedy: look),
    FindingCode("cfb.mini-fat.outside", "a small sector lies outside the mini stream", remedy: getAnother),
    FindingCode("cfb.mini-fat.shared", "a small sector is used twice: a cycle, or two owners", remedy: getAnother),
    FindingCode("cfb.mini-fat.short", "a chain of small sectors ends too early", remedy: getAnother),
    FindingCode("cfb.mini-fat.long", "a chain of small sectors is longer than its stream", remedy: look),
    FindingCode("cfb.directory.truncated", "a directory entry is cut off", remedy: getAnother),
    FindingCode("cfb.directory.type", "a directory entry of unknown type", remedy: getAnother),
    FindingCode("cfb.directory.name", "a directory entry's name has an impossible size", remedy: getAnother),
    FindingCode("cfb.directory.size", "a stream's size is impossible", remedy: getAnother),
    FindingCode("cfb.directory.root", "the root storage is missing or not the only one", remedy: getAnother),
    FindingCode("cfb.directory.missing", "the directory's tree leads to an unused entry", remedy: getAnother),
    FindingCode("cfb.directory.cycle", "a directory entry is reached twice", remedy: getAnother),
    FindingCode("cfb.directory.duplicate", "two entries of one storage have the same name", remedy: getAnother),
    FindingCode("cfb.directory.order", "directory entries are out of order", remedy: look),
    FindingCode("cfb.directory.orphans", "directory entries that belong to no storage", remedy: look),
    FindingCode("limit.cfb-entries", "more directory entries than are read", remedy: "see Docs/Limits.md"),
    FindingCode("limit.cfb-mini-stream", "more bytes of small streams than are read", remedy: "see Docs/Limits.md"),
  ]
}
