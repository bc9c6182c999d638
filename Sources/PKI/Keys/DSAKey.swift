import AssayBytes
import CCryptoBoringSSL

/// A DSA public key (RFC 3279 2.3.2). Withdrawn for signing (FIPS 186-5) and always weak; verified because old paths hold it.
struct DSAKey: Sendable {
  /// Dss-Parms: prime, subprime, generator.
  struct Parameters: Sendable {
    let p: ArraySlice<UInt8>
    let q: ArraySlice<UInt8>
    let g: ArraySlice<UInt8>
  }
  /// Nil where the issuer's parameters are inherited.
  let parameters: Parameters?
  let y: ArraySlice<UInt8>

  /// No real key is larger, and a check's time grows with it.
  private static let maximumPrimeBytes = 512

  init(parameters: Parameters?, y: ArraySlice<UInt8>) {
    self.parameters = parameters
    self.y = y
  }

  init(encoded: ArraySlice<UInt8>, parameters: ArraySlice<UInt8>?, _ budget: inout Budget) throws(ParseError) {
    var reader = ASN1Reader(encoded, rules: .ber)
    y = try DSAKey.positive(&reader, "DSA public key", &budget)
    try reader.finish("DSA public key")
    guard let parameters, parameters != [0x05, 0x00] else {
      self.parameters = nil
      return
    }
    var outer = ASN1Reader(parameters, rules: .ber)
    var fields = try outer.sequence("DSA parameters", &budget)
    self.parameters = Parameters(
      p: try DSAKey.positive(&fields, "DSA prime", &budget), q: try DSAKey.positive(&fields, "DSA subprime", &budget),
      g: try DSAKey.positive(&fields, "DSA generator", &budget))
    try fields.finish("DSA parameters")
  }

  private static func positive(_ reader: inout ASN1Reader, _ what: StaticString, _ budget: inout Budget) throws(ParseError)
    -> ArraySlice<UInt8>
  {
    let octets = try reader.next(.integer, what, &budget).integerOctets(what)
    guard let first = octets.first, first < 0x80, octets.count <= maximumPrimeBytes + 1 else {
      throw ParseError("key.dsa", "\(what) is negative or over \(maximumPrimeBytes * 8) bits")
    }
    return octets.drop { $0 == 0 }
  }

  var primeBits: Int {
    guard let p = parameters?.p, let first = p.first else { return 0 }
    return p.count * 8 - first.leadingZeroBitCount
  }

  /// FIPS 186-4 4.7. BoringSSL wants a subprime of 160, 224 or 256 bits, a generator inside its range and a DER signature.
  func verify(_ signature: ArraySlice<UInt8>, _ value: [UInt8]) -> SignatureCheck {
    guard let parameters else { return .unsupported("DSA parameters are the issuer's, which is not known here (RFC 3279 2.3.2)") }
    guard let key = CCryptoBoringSSL_DSA_new() else { return .invalid }
    defer { CCryptoBoringSSL_DSA_free(key) }
    let numbers = [parameters.p, parameters.q, parameters.g, y].map { octets in
      octets.withUnsafeBufferPointer { CCryptoBoringSSL_BN_bin2bn($0.baseAddress, $0.count, nil) }
    }
    // What set0 has taken belongs to the key; what it has not is freed here.
    guard numbers.allSatisfy({ $0 != nil }), CCryptoBoringSSL_DSA_set0_pqg(key, numbers[0], numbers[1], numbers[2]) == 1 else {
      numbers.forEach { CCryptoBoringSSL_BN_free($0) }
      return .invalid
    }
    guard CCryptoBoringSSL_DSA_set0_key(key, numbers[3], nil) == 1 else {
      CCryptoBoringSSL_BN_free(numbers[3])
      return .invalid
    }
    let answer = signature.withUnsafeBufferPointer {
      CCryptoBoringSSL_DSA_verify(0, value, value.count, $0.baseAddress, $0.count, key)
    }
    return answer == 1 ? .valid : .invalid
  }
}

extension PublicKey {
  /// True for a DSA key without parameters of its own.
  var lacksParameters: Bool {
    if case .dsa(let key) = material { return key.parameters == nil }
    return false
  }

  /// The working public key of RFC 5280 6.1.4 (d) to (f): a DSA key without parameters takes those of its issuer's DSA key. Only a
  /// link whose signature holds may hand them on: whoever chooses parameters can forge.
  func inheritingParameters(from issuer: PublicKey) -> PublicKey {
    guard case .dsa(let own) = material, own.parameters == nil, case .dsa(let other) = issuer.material,
      let parameters = other.parameters
    else { return self }
    let whole = DSAKey(parameters: parameters, y: own.y)
    return PublicKey(kind: .dsa(primeBits: whole.primeBits), spki: spki, material: .dsa(whole))
  }
}
