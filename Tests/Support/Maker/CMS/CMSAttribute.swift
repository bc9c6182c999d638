/// Attribute (RFC 5652 §5.3): a type and a set of values.
package struct CMSAttribute: Sendable {
  package var oid: String
  package var values: [[UInt8]]

  package init(_ oid: String, _ values: [UInt8]...) {
    self.oid = oid
    self.values = values
  }

  package var der: [UInt8] { DER.seq(DER.oid(oid), DER.setOf(values)) }

  package static func contentType(_ oid: String) -> Self { Self("1.2.840.113549.1.9.3", DER.oid(oid)) }
  package static func messageDigest(_ digest: [UInt8]) -> Self { Self("1.2.840.113549.1.9.4", DER.octets(digest)) }
  package static func signingTime(_ moment: MakerTime) -> Self { Self("1.2.840.113549.1.9.5", DER.time(moment)) }

  /// SigningCertificateV2 with the SHA-256 of the certificate (RFC 5035 §3).
  package static func signingCertificateV2(_ certificate: [UInt8]) -> Self {
    Self("1.2.840.113549.1.9.16.2.47", DER.seq(DER.seq(DER.seq(DER.octets(Hash.sha256(certificate))))))
  }

  /// SigningCertificate with the SHA-1 of the certificate (RFC 2634 §5.4).
  package static func signingCertificateV1(_ certificate: [UInt8]) -> Self {
    Self("1.2.840.113549.1.9.16.2.12", DER.seq(DER.seq(DER.seq(DER.octets(Hash.sha1(certificate))))))
  }
}
