package import AssayBytes
package import AssayContainers

extension XMLSignature {
  /// What a check of core validation (XMLDSig 3.2) covers.
  package struct Coverage: Sendable {
    /// The whole document but the signature itself (`URI=""`, enveloped-signature).
    package var document = false
    /// Objects inside the signature, by their Id.
    package var objects: [XMLText] = []
  }

  /// Core validation: every reference, then the signature over SignedInfo, with the key of a certificate of the signature's own.
  ///
  /// `root` is the document's element. References may go to it as a whole or to an Object inside the signature, and to nothing else: what a
  /// reference to some element somewhere covers is what an attacker who moves elements around decides. Throws `limit.*` only.
  package func check(
    root: XMLElement, certificates others: [Certificate], _ budget: inout Budget
  ) throws(ParseError) -> (check: SignerCheck, coverage: Coverage) {
    var outcomes: [SignerCheck.Outcome] = []
    var coverage = Coverage()
    guard let scheme, let canonicalization else {
      let what = scheme == nil ? "signature method \(schemeName)" : "canonicalization \(canonicalizationName)"
      outcomes.append(.init(.digestAlgorithm, nil, "\(what) is not offered", clause: "XMLDSig 6.1"))
      return (SignerCheck(outcomes: outcomes, certificate: nil, digest: nil, isOverReorderedAttributes: false), coverage)
    }
    outcomes.append(.init(.digestAlgorithm, true, "algorithms are offered", found: schemeName.string, clause: "XMLDSig 6.1"))
    for reference in references {
      let outcome = try self.outcome(of: reference, root: root, &coverage, &budget)
      if outcome.passed != true || outcomes.last?.step != .messageDigest { outcomes.append(outcome) }
    }
    let message = try CanonicalXML.octets(
      of: signedInfo, canonicalization, scope: CanonicalXML.scope(inside: element, scope), &budget)
    let (certificate, answer) = try verify(message, scheme, certificates + others, &budget)
    outcomes.append(
      certificate == nil
        ? .init(.certificate, nil, "the signature brings no certificate of its key", clause: "XMLDSig 4.4.4")
        : .init(.certificate, true, "the signer's certificate is there", clause: "XMLDSig 4.4.4"))
    switch answer {
    case .valid: outcomes.append(.init(.signature, true, "the signature is the key's, over SignedInfo", clause: "XMLDSig 3.2.2"))
    case .invalid:
      outcomes.append(.init(.signature, false, "the signature is not the key's over SignedInfo", clause: "XMLDSig 3.2.2"))
    case .unsupported(let reason): outcomes.append(.init(.signature, nil, reason, clause: "XMLDSig 3.2.2"))
    }
    return (
      SignerCheck(outcomes: outcomes, certificate: certificate, digest: scheme.digest, isOverReorderedAttributes: false), coverage
    )
  }

  /// One reference's digest (XMLDSig 3.2.1).
  private func outcome(
    of reference: Reference, root: XMLElement, _ coverage: inout Coverage, _ budget: inout Budget
  ) throws(ParseError) -> SignerCheck.Outcome {
    let clause = "XMLDSig 3.2.1"
    guard let algorithm = reference.digestAlgorithm else {
      return .init(.messageDigest, nil, "digest \(reference.digestMethod) is not offered", clause: clause)
    }
    guard let uri = reference.uri else { return .init(.contentType, nil, "a reference names nothing", clause: clause) }
    var transforms = reference.transforms
    let envelops = transforms.first?.attribute("Algorithm") == "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
    if envelops { transforms.removeFirst() }
    let methods = transforms.map { XMLSignature.method($0) }
    guard methods.count <= 1, !methods.contains(nil) else {
      let names = transforms.map { ($0.attribute("Algorithm") ?? .empty).string }.joined(separator: ", ")
      return .init(.contentType, nil, "transforms \(names) are not offered", clause: "XMLDSig 6.6")
    }
    // Without one, a set of nodes becomes octets by Canonical XML 1.0 (XMLDSig 4.3.3.2).
    let method = methods.first.flatMap { $0 } ?? .inclusive
    let octets: [UInt8]
    if uri.isEmpty {
      guard envelops else {
        return .init(.contentType, nil, "a signature inside what it covers must leave itself out", clause: "XMLDSig 6.6.4")
      }
      octets = try CanonicalXML.octets(of: root, method, omitting: element, &budget)
      coverage.document = true
    } else {
      guard uri.octets.first == UInt8(ascii: "#"), !envelops else {
        return .init(.contentType, nil, "reference \(uri) leads outside the signature", clause: "XMLDSig 4.3.3.1")
      }
      let id = XMLText(octets: Array(uri.octets.dropFirst()))
      let targets = objects.filter { $0.attribute("Id") == id }
      guard let target = targets.first, targets.count == 1 else {
        return .init(
          .contentType, targets.isEmpty ? nil : false, "\(targets.count) objects are called \(id), must be one",
          clause: "XMLDSig 4.3.3.1")
      }
      octets = try CanonicalXML.octets(
        of: target, method, scope: CanonicalXML.scope(inside: element, scope), &budget)
      coverage.objects.append(id)
    }
    let found = algorithm.digest(octets[...])
    guard found == reference.digest else {
      return .init(
        .messageDigest, false, "what the signature refers to is not what was signed", expected: Hex.encode(reference.digest),
        found: Hex.encode(found), clause: clause)
    }
    return .init(.messageDigest, true, "every reference has its digest", found: Hex.encode(found), clause: clause)
  }

  /// With KeyValue the certificate is the one of that key; else the first one whose key made the signature.
  private func verify(
    _ message: [UInt8], _ scheme: XMLSignatureScheme, _ candidates: [Certificate], _ budget: inout Budget
  ) throws(ParseError) -> (Certificate?, SignatureCheck) {
    if let keyValue {
      let certificate = candidates.first { $0.publicKey.hasSameNumbers(as: keyValue) }
      return (certificate, try check(message, scheme, keyValue, &budget))
    }
    var first: (Certificate, SignatureCheck)?
    for certificate in candidates {
      let answer = try check(message, scheme, certificate.publicKey, &budget)
      if answer == .valid { return (certificate, answer) }
      if first == nil { first = (certificate, answer) }
    }
    return first ?? (nil, .unsupported("the signature names no key"))
  }

  private func check(
    _ message: [UInt8], _ scheme: XMLSignatureScheme, _ key: PublicKey, _ budget: inout Budget
  ) throws(ParseError) -> SignatureCheck {
    switch scheme {
    case .rsa(let digest):
      return try key.verify(
        signature: value[...], digest: digest, algorithm: AlgorithmIdentifier(algorithm: "1.2.840.113549.1.1.1", parameters: nil),
        message: message[...], &budget)
    case .ecdsa(let digest):
      // XMLDSig 1.1, 6.4.3: the two numbers beside each other, of equal length.
      guard value.count % 2 == 0, value.count >= 2, value.count <= 132 else { return .invalid }
      let numbers = [value.prefix(value.count / 2), value.suffix(value.count / 2)].map { PublicKey.integer(Array($0)) }
      let encoded = PublicKey.element(0x30, numbers[0] + numbers[1])
      return try key.verify(
        signature: encoded[...], digest: digest, algorithm: AlgorithmIdentifier(algorithm: "1.2.840.10045.2.1", parameters: nil),
        message: message[...], &budget)
    }
  }
}

extension PublicKey {
  /// From the numbers of an RSAKeyValue, big endian.
  package init(rsaModulus modulus: [UInt8], exponent: [UInt8]) {
    let key = PublicKey.element(0x30, PublicKey.integer(modulus) + PublicKey.integer(exponent))
    let algorithm: [UInt8] = [0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00]
    self.init(spki: PublicKey.element(0x30, algorithm + PublicKey.element(0x03, [0] + key))[...])
  }

  /// RSA keys compared by their numbers: certificates differ in how they encode the algorithm's parameters.
  package func hasSameNumbers(as other: PublicKey) -> Bool {
    guard case .rsa(let mine) = material, case .rsa(let theirs) = other.material else { return spki == other.spki }
    return mine.modulus.elementsEqual(theirs.modulus) && mine.exponent.elementsEqual(theirs.exponent)
  }

  /// Modulus and exponent, big endian; nil for another kind of key.
  package var rsaNumbers: (modulus: [UInt8], exponent: [UInt8])? {
    guard case .rsa(let key) = material else { return nil }
    return (Array(key.modulus), Array(key.exponent))
  }

  static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    var length: [UInt8] = []
    var rest = content.count
    if rest < 0x80 { return [tag, UInt8(rest)] + content }
    while rest > 0 {
      length.insert(UInt8(rest & 0xFF), at: 0)
      rest >>= 8
    }
    return [tag, 0x80 | UInt8(length.count)] + length + content
  }

  static func integer(_ magnitude: [UInt8]) -> [UInt8] {
    let digits = magnitude.drop { $0 == 0 }
    guard let first = digits.first else { return [0x02, 0x01, 0x00] }
    return element(0x02, (first >= 0x80 ? [0] : []) + digits)
  }
}
