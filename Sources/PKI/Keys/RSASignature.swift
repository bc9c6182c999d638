extension RSAKey {
  /// RSASSA-PKCS1-v1_5 (RFC 8017 8.2.2): the encoding is made anew and compared, nothing is parsed.
  func verifyPKCS1(_ signature: ArraySlice<UInt8>, _ digest: DigestAlgorithm, _ value: [UInt8]) -> SignatureCheck {
    if onlyPSS { return .unsupported("an id-RSASSA-PSS key checks RSASSA-PSS signatures only (RFC 4055 1.2)") }
    guard value.count == digest.byteCount, let found = recover(signature) else { return .invalid }
    let isMatch = [true, false].contains { withNull in
      let info = RSAKey.digestInfo(digest, withNull: withNull)
      // RFC 8017 9.2: at least eight octets of padding.
      guard found.count >= info.count + value.count + 11 else { return false }
      let padding = found.count - info.count - value.count - 3
      return found[..<2] == [0x00, 0x01] && found[2..<(2 + padding)].allSatisfy { $0 == 0xFF } && found[2 + padding] == 0
        && found[(3 + padding)..<(3 + padding + info.count)] == info[...] && found.suffix(value.count) == value[...]
    }
    return isMatch ? .valid : .invalid
  }

  /// The padding of RSASSA-PKCS1-v1_5 around a SHA-1 digest without its DigestInfo, as Symantec's legacy time-stamping authority
  /// wrote countersignatures until 2020 and CryptoAPI takes them (CRYPT_NOHASHOID). Every octet is still fixed.
  func verifyBareDigest(_ signature: ArraySlice<UInt8>, _ value: [UInt8]) -> SignatureCheck {
    guard !onlyPSS, value.count == DigestAlgorithm.sha1.byteCount, let found = recover(signature),
      found.count >= value.count + 11
    else { return .invalid }
    let padding = [UInt8](repeating: 0xFF, count: found.count - value.count - 3)
    return Array(found) == [0x00, 0x01] + padding + [0x00] + value ? .valid : .invalid
  }

  /// DigestInfo up to the digest itself. NULL parameters are the rule (RFC 8017 9.2 note 1); without any is met and harmless, as it
  /// is one more fixed string.
  static func digestInfo(_ digest: DigestAlgorithm, withNull: Bool) -> [UInt8] {
    let oid = digest.oid.content
    let parameters: [UInt8] = withNull ? [0x05, 0x00] : []
    let identifier = [0x06, UInt8(oid.count)] + oid + parameters
    let inner = [0x30, UInt8(identifier.count)] + identifier + [0x04, UInt8(digest.byteCount)]
    return [0x30, UInt8(inner.count + digest.byteCount)] + inner
  }

  /// RSASSA-PSS (RFC 8017 8.1.2 and 9.1.2).
  func verifyPSS(_ signature: ArraySlice<UInt8>, _ parameters: PSSParameters, _ value: [UInt8]) -> SignatureCheck {
    if let restriction {
      guard restriction.digest == parameters.digest, restriction.maskDigest == parameters.maskDigest,
        parameters.saltBytes >= restriction.saltBytes
      else { return .invalid }
    }
    let digest = parameters.digest
    guard value.count == digest.byteCount, let recovered = recover(signature) else { return .invalid }
    // emBits is one less than the modulus, so that a leading octet may fall off.
    let bits = modulusBits - 1
    let count = (bits + 7) / 8
    guard recovered.count == count || recovered.first == 0 else { return .invalid }
    let encoded = recovered.suffix(count)
    let hashBytes = digest.byteCount
    guard count >= hashBytes + parameters.saltBytes + 2, encoded.last == 0xBC else { return .invalid }
    let maskBytes = count - hashBytes - 1
    var block = Array(encoded.prefix(maskBytes))
    let hash = encoded.dropFirst(maskBytes).prefix(hashBytes)
    let unused = 8 * count - bits
    let keep = UInt8(0xFF) >> UInt8(unused)
    guard block[0] & ~keep == 0 else { return .invalid }
    for (index, byte) in RSAKey.mask(parameters.maskDigest, Array(hash), maskBytes).enumerated() { block[index] ^= byte }
    block[0] &= keep
    let zeros = maskBytes - parameters.saltBytes - 1
    guard block[..<zeros].allSatisfy({ $0 == 0 }), block[zeros] == 1 else { return .invalid }
    let expected = digest.digest([UInt8](repeating: 0, count: 8) + value + block[(zeros + 1)...])
    return expected[...] == hash ? .valid : .invalid
  }

  /// MGF1 (RFC 8017 B.2.1).
  private static func mask(_ digest: DigestAlgorithm, _ seed: [UInt8], _ count: Int) -> ArraySlice<UInt8> {
    var mask: [UInt8] = []
    var counter: UInt32 = 0
    while mask.count < count {
      mask += digest.digest(seed + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: counter >> $0) })
      counter += 1
    }
    return mask.prefix(count)
  }
}
