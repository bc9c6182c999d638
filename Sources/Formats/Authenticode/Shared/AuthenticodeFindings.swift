package import AssayCore

/// The finding codes that Authenticode's check raises for every format that carries it.
package enum AuthenticodeFindings {
  package static let all: [FindingCode] = content + signer + carried

  private static let getAnother = "get the file again from its publisher and compare; do not run this one"
  private static let askPublisher = "tell the publisher; the signature has to be made again"

  private static let content: [FindingCode] = [
    FindingCode(
      "authenticode.content.type", "the signed content is not SpcIndirectDataContent", remedy: askPublisher),
    FindingCode(
      "authenticode.content.type-legacy", "the signed data type is one that old signing tools wrote by mistake",
      remedy: "nothing to do; --strict refuses it"),
    FindingCode("authenticode.content.missing", "the signature holds no signed content", remedy: askPublisher),
    FindingCode("authenticode.content.other-kind", "the signature was made for another kind of file", remedy: getAnother),
    FindingCode("authenticode.signer-infos.count", "there is not exactly one signerInfo", remedy: askPublisher),
    FindingCode(
      "authenticode.digest-algorithm.inconsistent", "the places that name the digest algorithm differ", remedy: getAnother),
    FindingCode(
      "authenticode.digest-algorithm.unsupported", "the digest algorithm is not offered", remedy: "judge it with Windows' own tool"),
    FindingCode(
      "authenticode.digest.weak", "the content is covered by a broken digest algorithm",
      remedy: "ask the publisher for a SHA-256 signature; a policy can require one"),
    FindingCode("authenticode.page-hash.type", "page hashes of an unknown type", remedy: askPublisher),
    FindingCode("authenticode.page-hash.table", "the table of page hashes is broken", remedy: askPublisher),
    FindingCode(
      "authenticode.page-hash.not-established", "page hashes could not be checked; the whole digest was",
      remedy: "nothing to do: the content digest covers the same bytes"),
    FindingCode(
      "limit.nested-signatures", "more signatures are nested in one than are read", remedy: "see Docs/Limits.md"),
  ]

  private static let signer: [FindingCode] = [
    FindingCode("authenticode.signer.certificate-wrong", "the signer's certificate does not fit", remedy: askPublisher),
    FindingCode(
      "authenticode.signer.certificate-missing", "the signature does not hold its signer's certificate",
      remedy: "add the certificate with --certs"),
    FindingCode(
      "authenticode.signer.self-signed", "the signer vouches for itself",
      remedy: "trust it by name only after checking its fingerprint: --trust FILE"),
    FindingCode(
      "authenticode.attributes.content-type", "the signed attribute contentType is missing or wrong", remedy: getAnother),
    FindingCode(
      "authenticode.attributes.order", "the signature holds only over reordered attributes", remedy: askPublisher),
    FindingCode(
      "authenticode.message-digest.mismatch", "the signed content was exchanged after signing", remedy: getAnother),
    FindingCode(
      "authenticode.message-digest.unsupported", "the signed digest cannot be computed", remedy: "judge it with Windows' own tool"),
    FindingCode("authenticode.signature.invalid", "the signature value does not fit key and attributes", remedy: getAnother),
    FindingCode(
      "authenticode.signature.unsupported", "the signature algorithm or key is not offered",
      remedy: "judge it with Windows' own tool"),
    FindingCode(
      "authenticode.key.explicit-parameters", "an EC key carries its own curve (CVE-2020-0601)", remedy: getAnother),
    FindingCode(
      "authenticode.timestamp.weak", "the timestamp is made over a broken digest",
      remedy: "ask the publisher for a timestamp over SHA-256"),
  ]

  private static let carried: [FindingCode] = [
    FindingCode(
      "authenticode.signature.trailing", "bytes follow the signature in what holds it",
      remedy: "look at the bytes; --strict refuses such files"),
    FindingCode(
      "authenticode.attributes.unknown", "an unsigned attribute that Windows gives no meaning",
      remedy: "look at the bytes: installers hide data there, and nothing protects it"),
    FindingCode("authenticode.attributes.relaxed-marker", "the relaxed PE marker is set", remedy: "nothing to do"),
    FindingCode(
      "authenticode.certificates.unreadable", "an entry among the certificates is no certificate",
      remedy: "look at the bytes: the signature does not cover them"),
    FindingCode(
      "authenticode.certificates.unreferenced", "certificates that belong to no path",
      remedy: "look at them if they are large: the signature does not cover them"),
  ]
}
