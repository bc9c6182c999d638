/// An OCSP response (RFC 6960 §4.2) to be, about one certificate.
package struct OCSPSpec: Sendable {
  package enum Status: Sendable {
    case good
    case revoked(MakerTime, reason: UInt8?)
    case unknown
  }

  package var certificate: TestCertificate
  package var issuer: TestCertificate
  package var status: Status
  /// Delegated responder; nil: the issuer signs itself.
  package var responder: TestCertificate?
  package var thisUpdate = MakerTime(2026, 1, 1)
  package var nextUpdate: MakerTime? = MakerTime(2049, 1, 1)
  package var producedAt = MakerTime(2026, 1, 1)
  /// Hash of the CertID.
  package var identifierHash = Hash.sha1
  package var identifiesByKey = false
  package var serial: [UInt8]?
  package var hash = Hash.sha256
  /// OCSPResponseStatus, 0 successful.
  package var responseStatus: UInt8 = 0
  package var breaksSignature = false

  package init(_ certificate: TestCertificate, issuer: TestCertificate, _ status: Status) {
    self.certificate = certificate
    self.issuer = issuer
    self.status = status
  }

  package func encode() -> [UInt8] {
    if responseStatus != 0 { return DER.seq(DER.enumerated(responseStatus)) }
    let basic = DER.octets(basicResponse())
    return DER.seq(DER.enumerated(0), DER.explicit(0, DER.seq(DER.oid("1.3.6.1.5.5.7.48.1.1"), basic)))
  }

  /// BasicOCSPResponse alone.
  package func basicResponse() -> [UInt8] {
    let signer = responder ?? issuer
    let identifier = DER.seq(
      identifierHash.algorithm, DER.octets(identifierHash(issuer.subject.der)),
      DER.octets(identifierHash(issuer.key.publicKeyBits)),
      DER.int(unsigned: serial ?? certificate.serial))
    let single = DER.seq(
      identifier, statusValue, DER.generalizedTime(thisUpdate), nextUpdate.map { DER.explicit(0, DER.generalizedTime($0)) } ?? [])
    let name = identifiesByKey ? DER.explicit(2, DER.octets(signer.keyIdentifier)) : DER.explicit(1, signer.subject.der)
    let body = DER.seq(name, DER.generalizedTime(producedAt), DER.seq(single))
    var signature = signer.key.sign(body, hash)
    if breaksSignature { signature[signature.count / 2] ^= 0x01 }
    let certificates = responder.map { DER.explicit(0, DER.seq($0.der)) } ?? []
    return DER.seq(body, signer.key.signatureAlgorithm(hash), DER.bits(signature), certificates)
  }

  private var statusValue: [UInt8] {
    switch status {
    case .good: DER.implicit(0, DER.null)
    case .unknown: DER.implicit(2, DER.null)
    case .revoked(let date, let reason):
      DER.value(0xA1, DER.generalizedTime(date) + (reason.map { DER.explicit(0, DER.enumerated($0)) } ?? []))
    }
  }
}
