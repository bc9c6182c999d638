package import AssayCore

/// Finding codes of the PE format.
package enum PEFindings {
  private static let getAnother = "get the file again from its publisher and compare; do not run this one"

  package static let all: [FindingCode] = [
    FindingCode("pe.digest.mismatch", "the content is not what was signed", remedy: getAnother),
    FindingCode("pe.digest.not-measured", "the covered bytes could not be measured", remedy: "judge a copy of the file"),
    FindingCode("pe.page-hash.mismatch", "pages are not what was signed", remedy: getAnother),
    FindingCode("pe.page-hash.count", "the image has another number of pages than were signed", remedy: getAnother),
    FindingCode("pe.header.truncated", "the headers run past the end of the file", remedy: getAnother),
    FindingCode("pe.header.invalid", "there is no PE header where the DOS header says", remedy: getAnother),
    FindingCode("pe.header.directories", "the data directories do not fit the optional header", remedy: getAnother),
    FindingCode("pe.optional-header.truncated", "the optional header is too short", remedy: getAnother),
    FindingCode(
      "pe.optional-header.unsupported", "neither PE32 nor PE32+", remedy: "judge it with the tool of its own platform"),
    FindingCode("pe.sections.truncated", "the section table is cut off", remedy: getAnother),
    FindingCode("pe.certificate-table.truncated", "the certificate table is not inside the file", remedy: getAnother),
    FindingCode("pe.certificate-table.unaligned", "the certificate table is not aligned to eight bytes", remedy: getAnother),
    FindingCode("pe.certificate-table.small", "the certificate table holds no entry", remedy: getAnother),
    FindingCode("pe.certificate-table.overlap", "the certificate table overlaps headers or a section", remedy: getAnother),
    FindingCode("pe.certificate-table.trailing", "bytes after the certificate table, which nothing covers", remedy: getAnother),
    FindingCode("pe.certificate-table.size", "the certificate table is larger than its entries", remedy: getAnother),
    FindingCode("pe.certificate-table.entries", "more certificate entries than are read", remedy: getAnother),
    FindingCode(
      "pe.certificate-table.orphaned", "signature data that the header does not name",
      remedy: "the signature was hidden or a tool left it: get the file again from its publisher"),
    FindingCode("pe.certificate.type", "a certificate entry that is not PKCS_SIGNED_DATA", remedy: getAnother),
    FindingCode("pe.certificate.revision-unknown", "a certificate entry of an unknown revision", remedy: getAnother),
    FindingCode(
      "pe.certificate.revision", "a certificate entry of revision 1.0", remedy: "nothing to do; --strict refuses it"),
    FindingCode(
      "pe.certificate.padding", "bytes after the signature inside its certificate entry (CVE-2013-3900)",
      remedy: "look at the bytes; --strict refuses such files, as Windows does with EnableCertPaddingCheck"),
    FindingCode("pe.checksum.mismatch", "the header's checksum is wrong", remedy: "nothing to do: no signature covers it"),
    FindingCode("pe.version.unreadable", "the version resource cannot be read", remedy: "nothing to do: names stay unknown"),
    FindingCode(
      "pe.strong-name.intact", "a .NET strong name that fits its key and the content",
      remedy: "nothing to do: a strong name gives no trust"),
    FindingCode(
      "pe.strong-name.mismatch", "a .NET strong name that is not by its key over this content",
      remedy: "compare the file with its publisher's: strong names give no trust, and the state stays what it is"),
    FindingCode(
      "pe.strong-name.unverified", "a .NET strong name that is not verified", remedy: "nothing to do: a strong name gives no trust"),
    FindingCode(
      "pe.strong-name.enhanced", "a .NET strong name by another key, which the assembly names; it is not verified",
      remedy: "nothing to do: a strong name gives no trust"),
    FindingCode(
      "pe.strong-name.delay-signed", "room for a .NET strong name that was never signed",
      remedy: "nothing to do: a strong name gives no trust"),
    FindingCode(
      "pe.strong-name.public-signed", "a .NET strong name of zeros alone: the maker did not have the key",
      remedy: "nothing to do: a strong name gives no trust"),
    FindingCode(
      "pe.strong-name.missing", "the .NET header promises a strong name that is not kept",
      remedy: "nothing to do: a strong name gives no trust"),
    FindingCode(
      "pe.clr.invalid", "the .NET metadata breaks its rules", remedy: "nothing to do: names of the assembly stay unknown"),
    FindingCode("pe.clr.truncated", "the .NET metadata is cut off", remedy: "nothing to do: names of the assembly stay unknown"),
    FindingCode("pe.subsystem.efi", "an EFI image", remedy: "judge it with the firmware's keys as anchors: --trust FILE"),
    FindingCode("limit.signature-bytes", "a signature larger than is read", remedy: "see Docs/Limits.md"),
  ]
}
