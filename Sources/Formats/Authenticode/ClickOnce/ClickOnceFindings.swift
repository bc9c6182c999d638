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
      ("clickonce.timestamp.unsupported", "the timestamp is neither an RFC 3161 token nor one of the old form"),
      ("clickonce.file.altered", "a file beside the manifest is not the one that it names"),
      ("clickonce.file.missing", "files that the manifest names are not beside it"),
      ("clickonce.file.elsewhere", "files that the manifest names are not below its folder"),
      ("clickonce.file.unsealed", "the manifest names a file without a digest"),
      ("clickonce.file.unreadable", "a file that the manifest names cannot be read"),
      ("clickonce.file.algorithm", "the manifest's digest of a file cannot be computed"),
    ].map { FindingCode($0.0, $0.1, remedy: remedy) }
}
