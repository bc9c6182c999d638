package import AssayCore

/// Finding codes of Apple's code signatures, wherever they are kept.
package enum AppleFindings {
  private static let again = "get the code again from its publisher and compare; do not run this one"
  private static let resign = "ask the publisher for code that is signed again with current tools"

  package static let all: [FindingCode] =
    rows(
      again,
      [
        ("apple.superblob.magic", "the signature does not begin as one"),
        ("apple.superblob.truncated", "the signature is cut off"),
        ("apple.superblob.length", "the signature's length or count of blobs is impossible"),
        ("apple.superblob.padding", "bytes that are not zero follow the signature in its place"),
        ("apple.superblob.range", "a blob lies outside of the signature"),
        ("apple.superblob.duplicate", "a slot stands twice"), ("apple.superblob.overlap", "two blobs overlap"),
        ("apple.superblob.gap", "bytes in the signature belong to no blob"),
        ("apple.directory.missing", "the signature has no code directory"),
        ("apple.directory.invalid", "a code directory breaks its format"),
        ("apple.directory.truncated", "a code directory is cut off"),
        ("apple.directory.version", "a code directory of an unknown version"),
        ("apple.directory.hash", "a code directory's type and size of digests do not fit"),
        ("apple.directory.scatter", "a code directory covers scattered pages"),
        ("apple.directory.slots", "a code directory has another number of digests than pages"),
        ("apple.directory.limit", "a code directory does not cover all code"),
        ("apple.directory.gap", "a code directory that systems do not look at"),
        ("apple.directory.duplicate", "two code directories of one type of digest"),
        ("apple.directory.disagree", "code directories name different identifiers, teams or flags"),
        ("apple.pages.mismatch", "the code is not what was signed"),
        ("apple.slot.mismatch", "a part that the signature covers is not what was signed"),
        ("apple.slot.missing", "a part that the signature covers is not there"),
        ("apple.slot.unsealed", "a part is there that the signature does not cover"),
        ("apple.slot.magic", "a blob is of another kind than its slot"),
        ("apple.entitlements.malformed", "entitlements that cannot be read"),
        ("apple.entitlements.disagree", "the two forms of the entitlements differ"),
        ("apple.adhoc.cms", "ad hoc code carries a CMS signature that systems do not read"),
        ("apple.cms.magic", "the CMS signature is not wrapped as one"),
        ("apple.cms.empty", "neither a CMS signature nor the flag of ad hoc code"),
        ("apple.cms.signers", "the CMS signature has not exactly one signer"),
        ("apple.cms.attached", "the CMS signature brings content of its own"),
        ("apple.cms.mismatch", "the CMS signature is not over this code directory"),
        ("apple.cms.invalid", "the CMS signature breaks its rules"),
        ("apple.cms.directories", "the signer named other code directories than there are"),
        ("apple.team.mismatch", "the code names another team than its certificate"),
        ("apple.identifier.foreign", "code that names itself as Apple's and is not Apple's"),
        ("apple.platform.foreign", "code that claims to be of the system and is not Apple's"),
      ])
    + rows(
      resign,
      [
        ("apple.digest.weak", "the code is covered by SHA-1 alone"),
        ("apple.signer.adhoc", "signed ad hoc: intact, and nobody vouches for it"),
        ("apple.signer.linker", "signed by the linker alone: nobody vouches for it"),
        ("apple.signer.profile", "the certificate is not marked for signing code"),
        ("apple.signer.development", "signed for development, which any member of Apple's programme can do"),
        ("apple.signer.self-signed", "a self-signed certificate: the name is the signer's own claim"),
        ("apple.anchor.foreign", "the path ends in an anchor that is not for Apple's code"),
        ("apple.timestamp.foreign", "a timestamp that is not of Apple's authority on code under Apple's root"),
        ("apple.team.absent", "no team is named, so that library validation refuses the code"),
        ("apple.hardening.weakened", "entitlements take protection away from the running program"),
      ])
    + rows(
      "judge the bundle around it with `assay verify`",
      [("apple.slot.elsewhere", "a part that the signature covers lies in the bundle around")])
    + rows("judge a copy of the file", [("apple.pages.not-measured", "the code's pages could not be measured")])
    + rows(
      "nothing to do: the note says what was not looked at",
      [
        ("apple.cms.unsupported", "the CMS signature uses an algorithm that cannot be checked"),
        ("apple.signature.none", "an image has no signature"),
      ])

  private static func rows(_ remedy: String, _ table: [(String, String)]) -> [FindingCode] {
    table.map { FindingCode($0.0, $0.1, remedy: remedy) }
  }
}
