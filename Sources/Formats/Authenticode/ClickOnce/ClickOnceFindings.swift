package import AssayCore

/// Findings on ClickOnce manifests.
package enum ClickOnceFindings {
  private static let remedy = "publish it anew, signed (mage -Sign, dotnet-mage), or get it anew from its publisher"

  package static let all: [FindingCode] =
    SignerRungs.codes("clickonce.manifest", "the manifest's signature")
    + SignerRungs.codes("clickonce.license", "the licence's signature")
    + [
      ("clickonce.size.limit", "the manifest is too large to be read"),
      ("clickonce.root.unexpected", "the root element is no assembly"),
      ("clickonce.signature.count", "the manifest has several signatures"),
      ("clickonce.signature.unreadable", "the manifest's signature cannot be read"),
      ("clickonce.license.missing", "the manifest is signed with a bare key: no certificate says whose it is"),
      ("clickonce.license.other-manifest", "the licence was made for another manifest"),
      ("clickonce.license.other-key", "the licence is signed with another key than the manifest"),
      ("clickonce.identity.token", "the assembly's public key token is not that of the key that signed"),
      ("clickonce.publisher.mismatch", "the manifest names another publisher than the certificate"),
      ("clickonce.publisher.issuer-key", "the manifest names another issuer's key than that of the certificate's issuer"),
      ("clickonce.timestamp.unsupported", "a timestamp of the old form is not read"),
    ].map { FindingCode($0.0, $0.1, remedy: remedy) }
}
