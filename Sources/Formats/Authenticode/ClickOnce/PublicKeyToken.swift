import AssayPKI

/// The name of an RSA key among strong names: the last eight octets of the SHA-1 of the key's blob, reversed (ECMA-335 II.6.2.1.3).
enum PublicKeyToken {
  /// Nil for a key that no strong name can have.
  static func of(_ key: PublicKey) -> [UInt8]? {
    guard let (modulus, exponent) = key.rsaNumbers, exponent.count <= 4, modulus.count <= 2_048 else { return nil }
    func little(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
    let number = exponent.reduce(0) { $0 << 8 | Int($1) }
    // PublicKeyBlob: CALG_RSA_SIGN, CALG_SHA1, size; PUBLICKEYSTRUC and RSAPUBKEY "RSA1"; the modulus, little endian.
    let blob: [UInt8] =
      little(0x2400) + little(0x8004) + little(20 + modulus.count) + [0x06, 0x02, 0, 0] + little(0x2400)
      + Array("RSA1".utf8) + little(modulus.count * 8) + little(number) + modulus.reversed()
    return DigestAlgorithm.sha1.digest(blob[...]).suffix(8).reversed()
  }
}
