/// A CRL (RFC 5280 §5) to be.
package struct RevocationListSpec: Sendable {
  package struct Entry: Sendable {
    package var serial: [UInt8]
    package var date: MakerTime
    /// CRLReason, e.g. 1 keyCompromise; nil leaves it out.
    package var reason: UInt8?
    package var extensions: [CertificateExtension]

    package init(_ serial: [UInt8], _ date: MakerTime, reason: UInt8? = 1, extensions: [CertificateExtension] = []) {
      (self.serial, self.date, self.reason, self.extensions) = (serial, date, reason, extensions)
    }
  }

  package var issuer: TestCertificate
  package var entries: [Entry] = []
  package var thisUpdate = MakerTime(2026, 1, 1)
  package var nextUpdate: MakerTime? = MakerTime(2049, 1, 1)
  package var number: Int? = 1
  package var extensions: [CertificateExtension] = []
  package var hash = Hash.sha256
  /// Signs in place of the issuer's key.
  package var key: TestKey?
  package var issuerName: Name?
  package var breaksSignature = false

  package init(_ issuer: TestCertificate, _ entries: [Entry] = []) {
    self.issuer = issuer
    self.entries = entries
  }

  package func encode() -> [UInt8] {
    let key = key ?? issuer.key
    let algorithm = key.signatureAlgorithm(hash)
    var all = [CertificateExtension.authorityKeyIdentifier(Hash.sha1(key.publicKeyBits))]
    if let number { all.append(CertificateExtension("2.5.29.20", DER.int(number))) }
    all += extensions
    let revoked = entries.map { entry in
      let reason = entry.reason.map { [CertificateExtension("2.5.29.21", DER.enumerated($0))] } ?? []
      let extensions = reason + entry.extensions
      return DER.seq(
        DER.int(unsigned: entry.serial), DER.time(entry.date), extensions.isEmpty ? [] : DER.seq(extensions.map(\.der)))
    }
    let body = DER.seq(
      DER.int(1), algorithm, (issuerName ?? issuer.subject).der, DER.time(thisUpdate), nextUpdate.map { DER.time($0) } ?? [],
      revoked.isEmpty ? [] : DER.seq(revoked), DER.explicit(0, DER.seq(all.map(\.der))))
    var signature = key.sign(body, hash)
    if breaksSignature { signature[signature.count / 2] ^= 0x01 }
    return DER.seq(body, algorithm, DER.bits(signature))
  }
}
