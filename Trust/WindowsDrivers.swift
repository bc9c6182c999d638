import AssayBytes
package import AssayCore

extension NameTable.Drivers {
  /// windows-driver-docs: install/kernel-mode-code-signing-policy--windows-vista-and-later-.md, dashboard/code-signing-validate.md.
  /// Attestation says that Microsoft signed what it was given; the other usages, that it tested it or made it.
  package static let windows = NameTable.Drivers(
    origin: "Microsoft's kernel-mode code signing policy and requirements (windows-driver-docs), App Control's template policies",
    date: "2026-11-23",
    anchors: ["Microsoft Root Authority", "Microsoft Root Certificate Authority", "Microsoft Root Certificate Authority 2010"],
    usages: [
      ("1.3.6.1.4.1.311.10.3.5", "WHQL"), ("1.3.6.1.4.1.311.10.3.5.1", "attestation"),
      ("1.3.6.1.4.1.311.10.3.6", "Windows component"), ("1.3.6.1.4.1.311.10.3.21", "Windows runtime component"),
      ("1.3.6.1.4.1.311.61.4.1", "early launch"), ("1.3.6.1.4.1.311.61.5.1", "HAL extension"),
    ],
    crossSignedBefore: Moment(secondsSince1970: 1_438_128_000))  // 2015-07-29
}
