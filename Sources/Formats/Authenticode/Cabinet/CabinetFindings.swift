package import AssayCore

/// Finding codes of cabinets.
package enum CabinetFindings {
  private static let getAnother = "get the file again from its publisher and compare; do not unpack this one"
  private static let look = "look at the bytes; --strict refuses such files"

  package static let all: [FindingCode] = [
    FindingCode("cab.digest.mismatch", "the cabinet is not what was signed", remedy: getAnother),
    FindingCode("cab.digest.not-measured", "the covered bytes could not be measured", remedy: "judge a copy of the file"),
    FindingCode(
      "cab.digest.part-number", "the digest was made without the part's number, as some tools do",
      remedy: "sign it again with Microsoft's own tool"),
    FindingCode(
      "cab.digest.names", "the digest was made without the names of the neighbouring parts",
      remedy: "sign it again with Microsoft's own tool or jsign"),
    FindingCode("cab.header.invalid", "not a cabinet", remedy: getAnother),
    FindingCode("cab.header.truncated", "the cabinet is cut off", remedy: getAnother),
    FindingCode("cab.header.unsupported", "a version that the format does not have", remedy: getAnother),
    FindingCode("cab.header.reserved", "a reserved field of the header is not zero", remedy: getAnother),
    FindingCode("cab.header.flags", "unknown flags in the header", remedy: getAnother),
    FindingCode("cab.header.name", "the name of a neighbouring part is too long", remedy: getAnother),
    FindingCode("cab.header.layout", "folders or files are not where they can be", remedy: getAnother),
    FindingCode("cab.files.truncated", "the list of files is cut off", remedy: getAnother),
    FindingCode("cab.reserve.filler", "bytes of the reserve that have no meaning are not zero", remedy: getAnother),
    FindingCode("cab.data.overrun", "blocks of data run into something else", remedy: getAnother),
    FindingCode("cab.data.gap", "blocks of data do not fill the cabinet", remedy: getAnother),
    FindingCode("cab.signature.place", "the signature is not where the cabinet ends", remedy: getAnother),
    FindingCode("cab.signature.trailing", "something follows the signature", remedy: getAnother),
    FindingCode("cab.signature.padding", "bytes after the signature that are not its padding", remedy: look),
    FindingCode(
      "cab.signature.orphaned", "something that looks like a signature follows a cabinet that names none", remedy: getAnother),
    FindingCode("cab.container.trailing", "something follows the cabinet", remedy: look),
    FindingCode(
      "cab.set.part", "one part of a set of cabinets", remedy: "judge the other parts as well: each has its own signature"),
  ]
}
