package import AssayCore

/// Finding codes of NuGet packages.
package enum NuGetFindings {
  private static let getAnother = "get the package again from its source; do not restore this one"

  package static let all: [FindingCode] =
    SignerRungs.codes("nupkg", "package signature") + SignerRungs.codes("nupkg.countersignature", "repository countersignature") + [
      FindingCode("nupkg.package.digest", "the package is not what was signed", remedy: getAnother),
      FindingCode("nupkg.content.form", "the signed text has no form", remedy: getAnother),
      FindingCode("nupkg.content.version", "the signed text is of an unknown version", remedy: "verify it with NuGet itself"),
      FindingCode("nupkg.signature.entry", "the signature's entry is not stored plainly", remedy: getAnother),
      FindingCode("nupkg.signature.wide", "a signed package is a ZIP64 archive", remedy: getAnother),
      FindingCode("nupkg.signature.trailing", "bytes follow the signature in its file", remedy: getAnother),
      FindingCode("nupkg.signature.signers", "not one primary signature and at most one countersignature", remedy: getAnother),
      FindingCode("nupkg.attributes.commitment", "the countersignature is no repository's", remedy: getAnother),
      FindingCode("nupkg.attributes.service-index", "a repository's signature does not name the repository", remedy: getAnother),
      FindingCode("nupkg.attributes.certificate", "the attributes do not name the signer's certificate", remedy: getAnother),
      FindingCode("nupkg.key.weak", "a key or digest that NuGet does not take", remedy: "ask the author to sign again"),
    ]
}
