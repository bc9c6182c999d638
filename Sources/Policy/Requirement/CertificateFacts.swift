package import AssayBytes
package import AssayPKI

/// What is known of one certificate of a path. Nil everywhere means unknown, never absent.
package struct CertificateFacts: Sendable {
  private enum Source: Sendable {
    case certificate(Certificate)
    /// An anchor of which only the facts are at hand: name, key, digests.
    case anchor(TrustAnchor)
    case saved(Saved)
  }
  /// What a saved report says of a certificate.
  package struct Saved: Hashable, Sendable {
    package var sha1: [UInt8]?
    package var sha256: [UInt8]?
    package var spkiSHA256: [UInt8]?
    /// Values of subject attributes by key (`CN`, `O`); a key that is not there is unknown.
    package var subject: [String: [String]] = [:]
    package init() {}
  }
  private let source: Source

  package init(_ certificate: Certificate) { source = .certificate(certificate) }
  package init(_ anchor: TrustAnchor) { source = anchor.certificate.map { .certificate($0) } ?? .anchor(anchor) }
  package init(_ saved: Saved) { source = .saved(saved) }

  package var sha1: [UInt8]? {
    switch source {
    case .certificate(let certificate): certificate.fingerprint(.sha1)
    case .anchor(let anchor): anchor.sha1.isEmpty ? nil : anchor.sha1
    case .saved(let saved): saved.sha1
    }
  }

  package var sha256: [UInt8]? {
    switch source {
    case .certificate(let certificate): certificate.fingerprint(.sha256)
    case .anchor(let anchor): anchor.sha256.isEmpty ? nil : anchor.sha256
    case .saved(let saved): saved.sha256
    }
  }

  package var spkiSHA256: [UInt8]? {
    switch source {
    case .certificate(let certificate): DigestAlgorithm.sha256.digest(certificate.publicKey.spki)
    case .anchor(let anchor): DigestAlgorithm.sha256.digest(anchor.spki)
    case .saved(let saved): saved.spkiSHA256
    }
  }

  /// Of the TBSCertificate, as App Control names certificates.
  package func tbsDigest(_ algorithm: DigestAlgorithm) -> [UInt8]? {
    switch source {
    case .certificate(let certificate): certificate.tbsDigest(algorithm)
    case .anchor(let anchor): anchor.tbsDigests[algorithm]
    case .saved: nil
    }
  }

  package var notBefore: Moment? {
    guard case .certificate(let certificate) = source else { return nil }
    return certificate.notBefore
  }

  package var notAfter: Moment? {
    guard case .certificate(let certificate) = source else { return nil }
    return certificate.notAfter
  }

  /// The same for a list's whole index: the digest in every algorithm that such lists use.
  package static let listedAlgorithms: [DigestAlgorithm] = [.sha1, .sha256, .sha384, .sha512]

  /// Values of an attribute of the issuer's name; nil where it is not known.
  package func issuer(_ key: String) -> [[UInt8]]? {
    guard case .certificate(let certificate) = source, !certificate.issuer.isOpaque,
      let type = Requirement.subjectKeys.first(where: { $0.key == key })?.type
    else { return nil }
    return Self.values(of: type, in: certificate.issuer)
  }

  /// Bits of an RSA key, in the inner optional; nil inside for a key of another kind.
  package var rsaBits: Int?? {
    let key: PublicKey
    switch source {
    case .certificate(let certificate): key = certificate.publicKey
    case .anchor(let anchor): key = PublicKey(spki: anchor.spki)
    case .saved: return nil
    }
    guard case .rsa(let bits) = key.kind else { return .some(nil) }
    return .some(bits)
  }

  /// Values of a subject attribute: text as UTF-8, a value that is no text as its encoding.
  package func subject(_ key: String) -> [[UInt8]]? {
    let name: DistinguishedName
    switch source {
    case .certificate(let certificate): name = certificate.subject
    case .anchor(let anchor): name = anchor.subject
    case .saved(let saved): return saved.subject[key].map { $0.map { Array($0.utf8) } }
    }
    guard !name.isOpaque, let type = Requirement.subjectKeys.first(where: { $0.key == key })?.type
    else { return nil }
    return Self.values(of: type, in: name)
  }

  private static func values(of type: OID, in name: DistinguishedName) -> [[UInt8]] {
    name.attributes.filter { $0.type == type }.map { $0.text.map { Array($0.utf8) } ?? Array($0.encoded) }
  }

  /// E-mail addresses: PKCS #9 emailAddress of the subject and rfc822Name of subjectAltName (RFC 5280 4.2.1.6).
  package var emails: [[UInt8]]? {
    guard case .certificate(let certificate) = source, !certificate.subject.isOpaque else { return nil }
    var found = Self.values(of: "1.2.840.113549.1.9.1", in: certificate.subject)
    if let names = certificate.extension("2.5.29.17") {
      var budget = Budget(bytes: 1 << 20, nodes: 10_000)
      do throws(ParseError) {
        var outer = ASN1Reader(names.value, rules: .ber)
        var items = try outer.sequence("subjectAltName", &budget)
        while !items.isAtEnd {
          let item = try items.next(&budget)
          if item.tag == .context(1) { found.append(Array(item.content)) }
        }
      } catch {
        return nil
      }
    }
    return found
  }

  /// The certificate where its list of extensions can be read; else nobody knows what it holds.
  private var readable: Certificate? {
    guard case .certificate(let certificate) = source, certificate.extensionsAreReadable else { return nil }
    return certificate
  }

  package func hasExtension(_ id: OID) -> Bool? {
    guard let certificate = readable else { return nil }
    return certificate.extension(id) != nil
  }

  /// RFC 5280 4.2.1.4: does certificatePolicies name it?
  package func hasPolicy(_ id: OID) -> Bool? {
    guard let certificate = readable else { return nil }
    guard let policies = certificate.extension("2.5.29.32") else { return false }
    var budget = Budget(bytes: 1 << 20, nodes: 10_000)
    do throws(ParseError) {
      var outer = ASN1Reader(policies.value, rules: .ber)
      var items = try outer.sequence("certificatePolicies", &budget)
      while !items.isAtEnd {
        var information = try items.sequence("PolicyInformation", &budget)
        let found = try information.next(.objectIdentifier, "policyIdentifier", &budget)
        if try found.objectIdentifier("policyIdentifier") == id { return true }
      }
      return false
    } catch {
      return nil
    }
  }

  /// RFC 5280 4.2.1.12: does extKeyUsage name it? A certificate without the extension names none.
  package func hasUsage(_ id: OID) -> Bool? {
    guard let certificate = readable else { return nil }
    guard certificate.extension("2.5.29.37") != nil else { return false }
    return certificate.extendedKeyUsage.map { $0.contains(id) }
  }

  /// The date that an extension holds, in the inner optional; its absence is a fact too.
  package func date(_ id: OID) -> Moment?? {
    guard let certificate = readable else { return nil }
    guard let found = certificate.extension(id) else { return .some(nil) }
    var budget = Budget(bytes: 1 << 20, nodes: 100)
    do throws(ParseError) {
      var reader = ASN1Reader(found.value, rules: .ber)
      let element = try reader.next(&budget)
      if element.tag == .utcTime || element.tag == .generalizedTime { return .some(try element.time("date")) }
      // Apple's markers hold the same digits as a character string.
      return Requirement.Instant(element.content).map { .some($0.moment) } ?? nil
    } catch {
      return nil
    }
  }
}
