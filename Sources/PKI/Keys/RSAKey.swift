import AssayBytes
import CCryptoBoringSSL

/// An RSA public key (RFC 8017 A.1.1) within the limits of Docs/Decisions/0002.
struct RSAKey: Sendable {
  /// Big-endian without leading zeros.
  let modulus: ArraySlice<UInt8>
  let exponent: ArraySlice<UInt8>
  let modulusBits: Int
  /// Restrictions of an id-RSASSA-PSS key (RFC 4055 3.3). `onlyPSS` without parameters restricts to PSS alone.
  let onlyPSS: Bool
  let restriction: PSSParameters?

  static let maximumBits = 16384
  /// BoringSSL's BN_MONTGOMERY_MAX_WORDS; larger keys take the slow road.
  static let montgomeryBits = 8192

  init(encoded: ArraySlice<UInt8>, onlyPSS: Bool = false, restriction: PSSParameters? = nil, _ budget: inout Budget)
    throws(ParseError)
  {
    var outer = ASN1Reader(encoded, rules: .der)
    var fields = try outer.sequence("RSAPublicKey", &budget)
    try outer.finish("RSAPublicKey")
    modulus = try RSAKey.positive(&fields, "modulus", &budget)
    exponent = try RSAKey.positive(&fields, "publicExponent", &budget)
    try fields.finish("RSAPublicKey")
    modulusBits = RSAKey.bits(modulus)
    self.onlyPSS = onlyPSS
    self.restriction = restriction
    guard let low = modulus.last, low & 1 == 1, modulusBits >= 16 else {
      throw ParseError("key.rsa.modulus", "RSA modulus is even or tiny")
    }
    guard modulusBits <= RSAKey.maximumBits else {
      throw ParseError("key.rsa.size", "RSA modulus has \(modulusBits) bits, at most \(RSAKey.maximumBits) are offered")
    }
    guard exponent.count <= 8 else {
      throw ParseError("key.rsa.exponent", "RSA exponent has \(RSAKey.bits(exponent)) bits, at most 64 are offered")
    }
    let value = exponent.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard value & 1 == 1, value >= 3 else { throw ParseError("key.rsa.exponent", "RSA exponent \(value) is even or 1") }
  }

  /// Checks of the budget that one public operation costs.
  var cost: Int { modulusBits <= RSAKey.montgomeryBits ? 1 : 16 }

  private static func positive(_ fields: inout ASN1Reader, _ what: StaticString, _ budget: inout Budget) throws(ParseError)
    -> ArraySlice<UInt8>
  {
    let octets = try fields.next(.integer, what, &budget).integerOctets(what)
    guard let first = octets.first, first < 0x80 else { throw ParseError("key.rsa.negative", "RSA \(what) is negative") }
    return first == 0 ? octets.dropFirst() : octets
  }

  private static func bits(_ octets: ArraySlice<UInt8>) -> Int {
    octets.first.map { octets.count * 8 - $0.leadingZeroBitCount } ?? 0
  }

  /// RSAVP1 (RFC 8017 5.2.2): the encoded message, as long as the modulus; nil where the signature's length or value is out of
  /// range, which is an invalid signature.
  func recover(_ signature: ArraySlice<UInt8>) -> [UInt8]? {
    guard signature.count == modulus.count, signature.lexicographicallyPrecedes(modulus) else { return nil }
    let context = CCryptoBoringSSL_BN_CTX_new()
    defer { CCryptoBoringSSL_BN_CTX_free(context) }
    let numbers = (RSAKey.number(modulus), RSAKey.number(signature), RSAKey.number(exponent), CCryptoBoringSSL_BN_new())
    defer {
      CCryptoBoringSSL_BN_free(numbers.0)
      CCryptoBoringSSL_BN_free(numbers.1)
      CCryptoBoringSSL_BN_free(numbers.2)
      CCryptoBoringSSL_BN_free(numbers.3)
    }
    guard let context, let modulus = numbers.0, let base = numbers.1, let power = numbers.2, let result = numbers.3 else {
      return nil
    }
    if modulusBits <= RSAKey.montgomeryBits {
      guard CCryptoBoringSSL_BN_mod_exp_mont(result, base, power, modulus, context, nil) == 1 else { return nil }
    } else {
      // Square and multiply from the second highest bit on; public values, so no need for constant time.
      guard CCryptoBoringSSL_BN_copy(result, base) != nil else { return nil }
      let value = exponent.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      for bit in (0..<(63 - value.leadingZeroBitCount)).reversed() {
        guard CCryptoBoringSSL_BN_mod_sqr(result, result, modulus, context) == 1 else { return nil }
        guard value >> UInt64(bit) & 1 == 0 || CCryptoBoringSSL_BN_mod_mul(result, result, base, modulus, context) == 1 else {
          return nil
        }
      }
    }
    var failed = false
    let count = self.modulus.count
    let encoded = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      failed = CCryptoBoringSSL_BN_bn2bin_padded(buffer.baseAddress, count, result) != 1
      initialized = failed ? 0 : count
    }
    return failed ? nil : encoded
  }

  private static func number(_ octets: ArraySlice<UInt8>) -> UnsafeMutablePointer<BIGNUM>? {
    octets.withUnsafeBufferPointer { CCryptoBoringSSL_BN_bin2bn($0.baseAddress, $0.count, nil) }
  }
}
