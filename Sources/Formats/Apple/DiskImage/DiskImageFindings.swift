package import AssayCore

/// Finding codes of disk images.
package enum DiskImageFindings {
  private static let again = "get the image again from its publisher and compare; do not open this one"

  package static let all: [FindingCode] =
    [
      ("dmg.trailer.truncated", "the trailer of the image is cut off"),
      ("dmg.trailer.magic", "the image does not end with a trailer"),
      ("dmg.trailer.version", "the trailer is of another version or size"),
      ("dmg.fork.range", "a part of the image lies outside of it"), ("dmg.fork.overlap", "two parts of the image overlap"),
      ("dmg.signature.place", "the signature does not lie directly before the trailer"),
      ("dmg.signature.length", "the signature does not fill its place"),
      ("dmg.signature.header", "the signature brings a header in place of the image's own"),
      ("dmg.checksum.mismatch", "the data are not what the image's checksum was made of"),
    ].map { FindingCode($0.0, $0.1, remedy: again) }
    + [
      FindingCode(
        "dmg.trailer.missing", "a file named as a disk image that does not end as one",
        remedy: "if it is no raw image, get it again: it was cut off"),
      FindingCode(
        "dmg.contents.not-read", "what is in the image was not judged: file systems in images are not read",
        remedy: "attach the image on a Mac, or unpack it, and scan what comes out"),
      FindingCode(
        "dmg.image.encrypted", "the image is encrypted, so that nothing of it can be judged",
        remedy: "judge what is in it after it was opened"),
      FindingCode(
        "dmg.image.segmented", "one part of an image in several", remedy: "nothing to do: judge the other parts, too"),
    ]
}
