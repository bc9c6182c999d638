import AssayBytes
import AssayPKI
import Testing

@Suite struct KeysTests {
  static let message = Array("assay".utf8)[...]
  static let rsaEncryption = AlgorithmIdentifier(algorithm: "1.2.840.113549.1.1.1", parameters: [5, 0])
  static let ecPublicKey = AlgorithmIdentifier(algorithm: "1.2.840.10045.2.1", parameters: nil)

  static func check(
    _ key: PublicKey, _ sample: SignedSample, signature: [UInt8]? = nil, message: ArraySlice<UInt8> = message,
    algorithm: AlgorithmIdentifier? = nil, digest: DigestAlgorithm? = nil
  ) throws -> SignatureCheck {
    var budget = Budget()
    return try key.verify(
      signature: (signature ?? sample.signature)[...], digest: digest ?? sample.digest,
      algorithm: algorithm ?? (sample.key.hasPrefix("RSA") ? rsaEncryption : ecPublicKey), message: message, &budget)
  }

  @Test(arguments: SignedSample.all) func goodSignature(_ sample: SignedSample) throws {
    let key = PublicKey(spki: sample.spki[...])
    #expect(key.description == sample.key)
    #expect(try KeysTests.check(key, sample) == .valid)
    var budget = Budget()
    let value = sample.digest.digest(KeysTests.message)
    let algorithm = sample.key.hasPrefix("RSA") ? KeysTests.rsaEncryption : KeysTests.ecPublicKey
    #expect(
      try key.verify(
        signature: sample.signature[...], digest: sample.digest, algorithm: algorithm, digestValue: value, &budget) == .valid)
    // A digest of another length than its name says is no digest.
    #expect(
      try key.verify(
        signature: sample.signature[...], digest: sample.digest, algorithm: algorithm, digestValue: value.dropLast(), &budget)
        == .invalid)
  }

  @Test(arguments: SignedSample.all) func oneBitOff(_ sample: SignedSample) throws {
    let key = PublicKey(spki: sample.spki[...])
    for bit in stride(from: 0, to: sample.signature.count * 8, by: 61) {
      var signature = sample.signature
      signature[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(try KeysTests.check(key, sample, signature: signature) == .invalid, "bit \(bit)")
    }
    #expect(try KeysTests.check(key, sample, message: Array("assaz".utf8)[...]) == .invalid)
    #expect(try KeysTests.check(key, sample, signature: []) == .invalid)
    #expect(try KeysTests.check(key, sample, signature: sample.signature + [0]) == .invalid)
    #expect(try KeysTests.check(key, sample, signature: [0] + sample.signature) == .invalid)
    #expect(try KeysTests.check(key, sample, digest: sample.digest == .sha256 ? .sha3_256 : .sha256) == .invalid)
  }

  @Test(arguments: SignedSample.all) func foreignAlgorithm(_ sample: SignedSample) throws {
    let key = PublicKey(spki: sample.spki[...])
    let isRSA = sample.key.hasPrefix("RSA")
    let other = isRSA ? KeysTests.ecPublicKey : KeysTests.rsaEncryption
    #expect(try KeysTests.check(key, sample, algorithm: other) == .invalid)
    let ed25519 = AlgorithmIdentifier(algorithm: "1.3.101.112", parameters: nil)
    #expect(try KeysTests.check(key, sample, algorithm: ed25519) == .invalid)
    let dsa = AlgorithmIdentifier(algorithm: "1.2.840.10040.4.3", parameters: nil)
    #expect(try KeysTests.check(key, sample, algorithm: dsa) == .invalid)
    for unknown: OID in ["1.2.3.4", "1.3.101.113", "1.3.6.1.5.5.7.6.32"] {
      let answer = try KeysTests.check(key, sample, algorithm: AlgorithmIdentifier(algorithm: unknown, parameters: nil))
      guard case .unsupported = answer else {
        Issue.record("\(unknown) gave \(answer)")
        continue
      }
    }
  }

  /// A signature algorithm that names its digest must name that of the SignerInfo.
  @Test func digestsMustAgree() throws {
    let sample = try #require(SignedSample.all.first { $0.key == "RSA 1023" })
    let key = PublicKey(spki: sample.spki[...])
    let sha256 = AlgorithmIdentifier(algorithm: "1.2.840.113549.1.1.11", parameters: [5, 0])
    #expect(try KeysTests.check(key, sample, algorithm: sha256) == .valid)
    #expect(try KeysTests.check(key, sample, algorithm: sha256, digest: .sha1) == .invalid)
    let odd = AlgorithmIdentifier(algorithm: "1.2.840.113549.1.1.11", parameters: [4, 0])
    #expect(
      try KeysTests.check(key, sample, algorithm: odd) == .unsupported("sha256WithRSAEncryption with parameters, must have none"))
    var budget = Budget()
    #expect(
      try key.verify(
        signature: sample.signature[...], algorithm: KeysTests.rsaEncryption, message: KeysTests.message, &budget)
        == .unsupported("rsaEncryption names no digest"))
  }

  @Test func weakness() {
    let weak = SignedSample.all.filter { PublicKey(spki: $0.spki[...]).isWeak }.map(\.key)
    #expect(weak == ["RSA 512", "RSA 768", "RSA 1023"])
    let name = SignatureAlgorithmName(AlgorithmIdentifier(algorithm: "1.3.14.3.2.29", parameters: nil))
    #expect(name.name == "sha1WithRSA" && name.digest == .sha1 && name.isWeak)
    let pss = SignatureAlgorithmName(AlgorithmIdentifier(algorithm: "1.2.840.113549.1.1.10", parameters: [0x30, 0]))
    #expect(pss.name == "RSASSA-PSS" && pss.digest == .sha1 && pss.isWeak)
    let unknown = SignatureAlgorithmName(AlgorithmIdentifier(algorithm: "1.2.3", parameters: nil))
    #expect(unknown.name == "1.2.3" && unknown.digest == nil && !unknown.isWeak)
  }

  @Test func checksAreSpent() throws {
    let sample = try #require(SignedSample.all.last)
    let key = PublicKey(spki: sample.spki[...])
    var budget = Budget(signatureChecks: 1)
    let ask = { (budget: inout Budget) throws(ParseError) in
      try key.verify(
        signature: sample.signature[...], digest: sample.digest, algorithm: KeysTests.ecPublicKey, message: KeysTests.message,
        &budget)
    }
    #expect(try ask(&budget) == .valid)
    let error = #expect(throws: ParseError.self) { try ask(&budget) }
    #expect(error?.code == "limit.signature-checks")
  }

  /// Beyond the size that BoringSSL computes with, and dearer.
  @Test func largeKey() throws {
    let key = PublicKey(spki: KeysTests.rsa(modulus: [0x01] + [UInt8](repeating: 0xFF, count: 1211), exponent: [1, 0, 1])[...])
    #expect(key.kind == .rsa(modulusBits: 9689))
    var budget = Budget(signatureChecks: 40)
    func answer(_ signature: [UInt8]) throws -> SignatureCheck {
      try key.verify(
        signature: signature[...], digest: .sha256, algorithm: KeysTests.rsaEncryption, message: KeysTests.message, &budget)
    }
    #expect(try answer(SignedSample.mersenneSignature) == .valid)
    #expect(budget.signatureChecks == 24)
    var other = SignedSample.mersenneSignature
    other[700] ^= 4
    #expect(try answer(other) == .invalid)
    #expect(throws: ParseError.self) { try answer(other) }
  }

  static func der(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    let count = content.count
    let length: [UInt8] =
      count < 128 ? [UInt8(count)] : count < 256 ? [0x81, UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 255)]
    return [tag] + length + content
  }
  /// A SubjectPublicKeyInfo; the octets are taken as they are, without the leading zero that a high bit would need.
  static func rsa(modulus: [UInt8], exponent: [UInt8], trailing: [UInt8] = []) -> [UInt8] {
    let key = der(0x30, der(2, modulus) + der(2, exponent)) + trailing
    let algorithm: [UInt8] = [0x30, 13, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1, 5, 0]
    return der(0x30, algorithm + der(3, [0] + key))
  }

  static let odd = [UInt8](repeating: 0x55, count: 64)
  static let opaque: [(String, [UInt8])] = [
    ("elliptic curve key spells out its curve", SignedSample.explicitCurve.spki),
    ("elliptic curve 1.3.132.0.10 is not offered", SignedSample.secp256k1.spki),
    ("RSA modulus is even", rsa(modulus: odd + [0x54], exponent: [3])),
    ("RSA modulus is negative", rsa(modulus: [0x80] + odd, exponent: [3])),
    ("RSA exponent 1 is even or 1", rsa(modulus: odd, exponent: [1])),
    ("RSA exponent 4 is even or 1", rsa(modulus: odd, exponent: [4])),
    ("RSA exponent 0 is even or 1", rsa(modulus: odd, exponent: [0])),
    ("RSA exponent has 67 bits", rsa(modulus: odd, exponent: [5] + [UInt8](repeating: 1, count: 8))),
    ("RSA modulus has 16391 bits", rsa(modulus: [UInt8](repeating: 0x55, count: 2049), exponent: [3])),
    ("RSA modulus is even or tiny", rsa(modulus: [0], exponent: [3])),
    ("1 bytes follow the last element of RSAPublicKey", rsa(modulus: odd, exponent: [3], trailing: [0])),
    ("key algorithm Ed448 is not offered", der(0x30, [0x30, 5, 6, 3, 0x2B, 0x65, 0x71] + der(3, [0] + odd))),
    ("Ed25519 key has parameters or 64 octets", der(0x30, [0x30, 5, 6, 3, 0x2B, 0x65, 0x70] + der(3, [0] + odd))),
    ("SubjectPublicKeyInfo is missing", []),
  ]

  @Test(arguments: opaque) func opaqueKey(_ reason: String, _ spki: [UInt8]) throws {
    let key = PublicKey(spki: spki[...])
    guard case .opaque(_, let words) = key.kind else {
      Issue.record("\(reason): key is \(key.description)")
      return
    }
    #expect(words.hasPrefix(reason), "\(words)")
    let answer = try KeysTests.check(key, SignedSample.secp256k1)
    #expect(answer == .unsupported(words))
  }

  /// A point off its curve, and every prefix of a key, is opaque and no crash.
  @Test(arguments: SignedSample.all) func brokenKey(_ sample: SignedSample) {
    for length in 0..<sample.spki.count {
      let kind = PublicKey(spki: sample.spki[..<length]).kind
      guard case .opaque = kind else {
        Issue.record("\(sample.key) cut to \(length) is \(kind)")
        return
      }
    }
    guard sample.key.hasPrefix("EC"), sample.spki.count != 59 else { return }
    var moved = sample.spki
    moved[moved.count - 1] ^= 1
    guard case .opaque(_, let reason) = PublicKey(spki: moved[...]).kind, reason.contains("is no point of") else {
      Issue.record("\(sample.key) off its curve is taken")
      return
    }
  }

  /// RFC 4055: a key made for RSASSA-PSS checks nothing else, and its parameters are the least that a signature must have.
  @Test func pssKeyIsForPSS() throws {
    let plain = try #require(SignedSample.all.first { $0.key == "RSA 1023" })
    // Replace rsaEncryption with NULL by id-RSASSA-PSS with NULL's two octets as an empty SEQUENCE: all defaults.
    var spki = plain.spki
    let place = try #require(spki.indices.first { spki[$0...].starts(with: [0xF7, 0x0D, 1, 1, 1, 5, 0]) })
    spki.replaceSubrange(place..<(place + 7), with: [0xF7, 0x0D, 1, 1, 10, 0x30, 0])
    let key = PublicKey(spki: spki[...])
    #expect(key.kind == .rsa(modulusBits: 1023))
    guard case .unsupported = try KeysTests.check(key, plain) else {
      Issue.record("an id-RSASSA-PSS key checked a PKCS #1 v1.5 signature")
      return
    }
  }

  /// No octet of a SubjectPublicKeyInfo can be changed so that the signature still holds, and none makes it crash.
  @Test(arguments: SignedSample.all) func changedKey(_ sample: SignedSample) throws {
    for index in sample.spki.indices {
      for change: UInt8 in [0x01, 0x80, 0xFF] {
        var spki = sample.spki
        spki[index] ^= change
        #expect(try KeysTests.check(PublicKey(spki: spki[...]), sample) != .valid, "octet \(index)")
      }
    }
  }

  /// RSASSA-PSS-params of every shape end in an answer: each octet changed, each prefix, and what RFC 4055 leaves open.
  @Test func pssParameters() throws {
    let sample = try #require(SignedSample.all.first { $0.key == "RSA 1023" })
    let key = PublicKey(spki: sample.spki[...])
    let sha256: [UInt8] = [0x30, 11, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1]
    let mgf1 = KeysTests.der(0x30, [6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 8] + sha256)
    let parameters = KeysTests.der(
      0x30, KeysTests.der(0xA0, sha256) + KeysTests.der(0xA1, mgf1) + [0xA2, 3, 2, 1, 32, 0xA3, 3, 2, 1, 1])
    func answer(_ parameters: [UInt8]?) throws -> SignatureCheck {
      try KeysTests.check(
        key, sample, algorithm: AlgorithmIdentifier(algorithm: "1.2.840.113549.1.1.10", parameters: parameters.map { $0[...] }))
    }
    #expect(try answer(parameters) == .invalid)
    #expect(try answer(nil) == .unsupported("RSASSA-PSS without parameters (RFC 4055 3.1)"))
    for index in parameters.indices {
      guard case .unsupported = try answer(Array(parameters[..<index])) else {
        Issue.record("parameters cut to \(index) are taken")
        continue
      }
      for change: UInt8 in [1, 0x80, 0xFF] {
        var other = parameters
        other[index] ^= change
        #expect(try answer(other) != .valid)
      }
    }
    let end = parameters.count - 1
    for (place, value, words) in [(end, 2, "trailer"), (end - 5, 0xFF, "salt length")] {
      var other = parameters
      other[place] = UInt8(value)
      guard case .unsupported(let reason) = try answer(other), reason.contains(words) else {
        Issue.record("\(words) is taken")
        continue
      }
    }
  }
}
