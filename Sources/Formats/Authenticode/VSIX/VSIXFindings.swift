package import AssayCore

/// Finding codes of Visual Studio extensions.
package enum VSIXFindings {
  private static let getAnother = "get the extension again from its publisher; do not install this one"

  package static let all: [FindingCode] =
    SignerRungs.codes("vsix", "extension signature") + [
      FindingCode("vsix.manifest.form", "the manifest of signed parts has no form", remedy: getAnother),
      FindingCode("vsix.manifest.uncovered", "the signature does not cover its manifest of parts", remedy: getAnother),
      FindingCode("vsix.package.incomplete", "the package has no content types", remedy: getAnother),
      FindingCode("vsix.part.altered", "a part is not what was signed", remedy: getAnother),
      FindingCode("vsix.part.missing", "a signed part is not there", remedy: getAnother),
      FindingCode("vsix.part.type", "a part has another content type than was signed", remedy: getAnother),
      FindingCode("vsix.part.uncovered", "a part is covered by no signature", remedy: getAnother),
      FindingCode("vsix.timestamp.form", "the timestamp cannot be read", remedy: "nothing to do: the time of judging counts"),
      FindingCode(
        "vsix.transform.unsupported", "a part is signed through transforms that are not offered",
        remedy: "verify it with Visual Studio's own installer"),
    ]
}
