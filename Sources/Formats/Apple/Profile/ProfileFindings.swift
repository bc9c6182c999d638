package import AssayCore

/// Finding codes of configuration and provisioning profiles.
package enum ProfileFindings {
  private static let again = "get the profile again from who issued it"
  private static let rebuild = "have the publisher build the bundle again with the profile that is for it"

  package static let all: [FindingCode] =
    [
      ("profile.content.type", "what is signed is no profile"),
      ("profile.content.detached", "the signature brings no profile with it"),
      ("profile.content.trailing", "bytes follow the signature"), ("profile.cms.signers", "a profile has not exactly one signer"),
      ("profile.cms.mismatch", "the signature is not over this profile"), ("profile.cms.invalid", "the signature breaks its rules"),
      ("profile.cms.unsupported", "the signature uses an algorithm that cannot be checked"),
      ("profile.signer.purpose", "Apple did not issue the certificate for provisioning profiles"),
      ("profile.expired", "a provisioning profile has ended"),
    ].map { FindingCode($0.0, $0.1, remedy: again) }
    + [
      ("bundle.profile.unreadable", "the bundle's provisioning profile cannot be read"),
      ("bundle.profile.signature", "the bundle's provisioning profile is not signed as it must be"),
      ("bundle.profile.team", "the bundle's provisioning profile is for another team"),
      ("bundle.profile.identifier", "the bundle's provisioning profile is for another program"),
      ("bundle.profile.certificate", "the bundle's provisioning profile does not name the signer"),
    ].map { FindingCode($0.0, $0.1, remedy: rebuild) }
    + [FindingCode("limit.profile-bytes", "a profile larger than is read", remedy: "see Docs/Limits.md")]
}
