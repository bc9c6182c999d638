package import AssayCore

/// Finding codes of flat packages, the xar archives that they are and the cpio archives in them.
package enum FlatPackageFindings {
  private static let again = "get the package again from its publisher and compare; do not install this one"

  package static let all: [FindingCode] =
    [
      ("xar.header.magic", "the file does not begin as a xar archive"),
      ("xar.header.truncated", "the archive's header or table of contents is cut off"),
      ("xar.header.version", "the archive is of another version"), ("xar.header.size", "the header has an impossible size"),
      ("xar.checksum.style", "a checksum of a style that covers nothing: none, MD5 or unknown"),
      ("xar.checksum.disagree", "header and table of contents name different digests"),
      ("xar.checksum.missing", "a file of the archive has no checksum, so that no signature covers it"),
      ("xar.toc.data", "the table of contents is no zlib stream"), ("xar.toc.size", "the table of contents has another size"),
      ("xar.toc.root", "the table of contents is none"), ("xar.toc.missing", "the table of contents lacks what it must have"),
      ("xar.toc.duplicate", "something stands twice in the table of contents that may stand once"),
      ("xar.toc.number", "a number of the table of contents is none"),
      ("xar.toc.checksum", "the table of contents is not what its checksum was made of"),
      ("xar.name.unsafe", "a file of the archive has a name that is none"),
      ("xar.name.duplicate", "two files of the archive have one name"),
      ("xar.heap.range", "a part of the archive lies outside of it"), ("xar.heap.overlap", "two parts of the archive overlap"),
      ("xar.heap.gap", "bytes in the archive belong to nothing"),
      ("xar.heap.trailing", "bytes behind the archive belong to nothing"),
      ("xar.trailer.unknown", "something of an unknown kind is attached to the archive"),
      ("xar.trailer.truncated", "what is attached to the archive is cut off"),
      ("xar.signature.style", "a signature of an unknown style"),
      ("xar.signature.certificate", "a certificate in the table of contents cannot be read"),
      ("xar.file.altered", "a file of the archive is not what its checksum was made of"),
      ("xar.file.extracted", "a file of the archive unpacks to something else than its checksum was made of"),
      ("xar.file.data", "a file of the archive cannot be unpacked"),
      ("xar.file.unreadable", "a file of the archive cannot be read"),
      ("pkg.signature.mismatch", "the signature is not over this table of contents"),
      ("pkg.signature.invalid", "the signature breaks its rules"),
      ("pkg.signature.two-signers", "the package's two signatures are by different signers"),
      ("pkg.signature.padding", "bytes that are not zero follow the signature in its place"),
      ("cpio.header.magic", "an archive in the package breaks its format"),
      ("cpio.header.number", "an archive in the package has a number that is none"),
      ("cpio.name", "an archive in the package has a name that is none"),
      ("cpio.trailing", "bytes follow the end of an archive in the package"),
      ("cpio.truncated", "an archive in the package is cut off"),
      ("pkg.archive.data", "an archive in the package cannot be unpacked"),
    ].map { FindingCode($0.0, $0.1, remedy: again) } + notes

  private static let notes: [FindingCode] = [
    FindingCode(
      "pkg.digest.weak", "the table of contents is covered by SHA-1", remedy: "ask the publisher for a package of current tools"),
    FindingCode(
      "pkg.signature.unsupported", "a signature uses an algorithm that cannot be checked",
      remedy: "nothing to do: the note says what was not looked at"),
    FindingCode(
      "pkg.signer.profile", "the certificate is not marked for signing packages",
      remedy: "ask the publisher for a package that is signed with an installer certificate"),
    FindingCode(
      "pkg.payload.not-read", "an archive in the package is compressed in a way that is not read",
      remedy: "unpack the package on a Mac and scan what comes out"),
    FindingCode(
      "pkg.payload.unsigned", "a program in the package has no signature of its own",
      remedy: "nothing to do where the package is signed: its signature covers the program"),
    FindingCode(
      "pkg.contents.not-measured", "the package's files could not be compared with their checksums",
      remedy: "judge a copy of the package"),
    FindingCode(
      "pkg.extracted.not-compared", "files of the package were not unpacked to be compared",
      remedy: "nothing to do: their packed bytes are covered"),
    FindingCode("limit.xar-table", "a table of contents larger than is read", remedy: "see Docs/Limits.md"),
    FindingCode("limit.package-parts", "more code in a package than is looked at", remedy: "see Docs/Limits.md"),
  ]
}
