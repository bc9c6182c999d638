/// What a certificate shall say. The defaults make a correct one; a negative test changes one field.
package struct CertificateSpec: Sendable {
  package var subject: Name
  /// Written in place of the issuer's subject.
  package var issuer: Name?
  /// Unsigned big-endian; default: drawn from subject and key, so it is the same in each run.
  package var serial: [UInt8]?
  package var notBefore = MakerTime(2024, 1, 1)
  package var notAfter = MakerTime(2049, 1, 1)
  /// In this order, after which the key identifiers follow unless `keyIdentifiers` is off.
  package var extensions: [CertificateExtension] = []
  package var keyIdentifiers = true
  /// 1, 2 or 3; version 1 is written by leaving the field out.
  package var version = 3
  package var hash = Hash.sha256
  /// AlgorithmIdentifier inside the TBSCertificate, where it shall differ from the outer one.
  package var innerAlgorithm: [UInt8]?
  /// SubjectPublicKeyInfo in place of the key's own (explicit curve parameters, garbage).
  package var publicKeyInfo: [UInt8]?
  /// Flips a bit of the signature.
  package var breaksSignature = false

  package init(subject: Name) { self.subject = subject }

  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }
}

/// A certificate with its private key.
package struct TestCertificate: Sendable {
  package let der: [UInt8]
  package let subject: Name
  package let issuer: Name
  /// Unsigned big-endian octets.
  package let serial: [UInt8]
  package let key: TestKey

  package var keyIdentifier: [UInt8] { Hash.sha1(key.publicKeyBits) }
  package var pem: String { Base64.pem("CERTIFICATE", der) }
  package var issuerAndSerial: [UInt8] { DER.seq(issuer.der, DER.int(unsigned: serial)) }

  /// Issues what `spec` says for `key`, signed by `parent` or, without one, by `key` itself.
  package static func issue(_ spec: CertificateSpec, key: TestKey, by parent: TestCertificate? = nil) -> TestCertificate {
    let signer = parent?.key ?? key
    let issuer = spec.issuer ?? parent?.subject ?? spec.subject
    let serial = spec.serial ?? [0x40] + Hash.sha256(spec.subject.der + issuer.der + key.publicKeyBits).prefix(15)
    var extensions = spec.extensions
    if spec.keyIdentifiers {
      extensions.append(.subjectKeyIdentifier(Hash.sha1(key.publicKeyBits)))
      extensions.append(.authorityKeyIdentifier(Hash.sha1(signer.publicKeyBits)))
    }
    let algorithm = signer.signatureAlgorithm(spec.hash)
    let body = DER.seq(
      spec.version == 1 ? [] : DER.explicit(0, DER.int(spec.version - 1)),
      DER.int(unsigned: serial), spec.innerAlgorithm ?? algorithm, issuer.der,
      DER.seq(DER.time(spec.notBefore), DER.time(spec.notAfter)), spec.subject.der, spec.publicKeyInfo ?? key.publicKeyInfo,
      extensions.isEmpty || spec.version < 3 ? [] : DER.explicit(3, DER.seq(extensions.map(\.der))))
    var signature = signer.sign(body, spec.hash)
    if spec.breaksSignature { signature[signature.count / 2] ^= 0x01 }
    let der = DER.seq(body, algorithm, DER.bits(signature))
    return TestCertificate(der: der, subject: spec.subject, issuer: issuer, serial: serial, key: key)
  }
}
