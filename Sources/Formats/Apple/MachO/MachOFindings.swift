package import AssayCore

/// Finding codes of Mach-O files.
package enum MachOFindings {
  private static let again = "get the file again from its publisher and compare; do not run this one"

  /// Systems as they come run such files; `codesign --strict` refuses them.
  static let tolerated: Set<String> = [
    "macho.universal.alignment", "macho.commands.trailing", "macho.universal.trailing", "macho.universal.gap",
  ]

  package static let all: [FindingCode] =
    [
      ("macho.magic.unknown", "the file begins like no Mach-O file"), ("macho.image.magic", "an image begins like none"),
      ("macho.header.truncated", "the header is cut off"), ("macho.command.size", "a load command has an impossible size"),
      ("macho.command.truncated", "a load command is too short for what it says"),
      ("macho.command.text", "a text of a load command lies outside of it"),
      ("macho.commands.range", "load commands do not fit the image"),
      ("macho.commands.truncated", "load commands are cut off"),
      ("macho.commands.trailing", "bytes follow the load commands in their place"),
      ("macho.segment.range", "a segment lies outside of the image"),
      ("macho.signature.duplicate", "two commands name a signature"),
      ("macho.signature.range", "the signature lies outside of the image"),
      ("macho.signature.place", "the signature does not end __LINKEDIT"),
      ("macho.image.trailing", "bytes after the signature, which nothing covers"),
      ("macho.universal.count", "a universal file with an impossible number of images"),
      ("macho.universal.truncated", "the table of images is cut off"),
      ("macho.universal.range", "an image lies outside of the file"), ("macho.universal.overlap", "two images overlap"),
      ("macho.universal.alignment", "an image is not aligned as the table says"),
      ("macho.universal.architecture", "the table and an image name different architectures"),
      ("macho.universal.duplicate", "two images are for one architecture"),
      ("macho.universal.gap", "bytes between images that belong to none"),
      ("macho.universal.trailing", "bytes after the last image"),
      ("macho.command.added", "a load command was put in after signing: without it the first page is what was signed (T1546.006)"),
      ("macho.command.late", "a library's load command stands behind that of the signature, where linkers put none"),
      ("macho.signature.stripped", "a signature stands at the end of an image, and no load command names it"),
      ("macho.universal.mixed", "images of one file have different signers, teams or identifiers"),
    ].map { FindingCode($0.0, $0.1, remedy: again) }
    + [FindingCode("limit.signature-bytes", "a signature larger than is read", remedy: "see Docs/Limits.md")]
}
