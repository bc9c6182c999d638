import AssayBytes
import CCryptoBoringSSL

/// A point on one of the named curves of FIPS 186.
struct ECKey: Sendable {
  enum Curve: String, Sendable {
    case p224 = "P-224"
    case p256 = "P-256"
    case p384 = "P-384"
    case p521 = "P-521"

    init?(_ oid: OID) {
      guard let curve = Curve.table[oid] else { return nil }
      self = curve
    }

    private static let table: [OID: Curve] = [
      "1.3.132.0.33": .p224, "1.2.840.10045.3.1.7": .p256, "1.3.132.0.34": .p384, "1.3.132.0.35": .p521,
    ]

    /// Static in BoringSSL, never freed.
    fileprivate var group: OpaquePointer? {
      switch self {
      case .p224: CCryptoBoringSSL_EC_group_p224()
      case .p256: CCryptoBoringSSL_EC_group_p256()
      case .p384: CCryptoBoringSSL_EC_group_p384()
      case .p521: CCryptoBoringSSL_EC_group_p521()
      }
    }
  }
  let curve: Curve
  /// SEC 1 2.3.3, compressed or not.
  let point: ArraySlice<UInt8>

  /// Nil where the octets are no point of the curve.
  init?(_ curve: Curve, point: ArraySlice<UInt8>) {
    self.curve = curve
    self.point = point
    guard let key = makeKey() else { return nil }
    CCryptoBoringSSL_EC_KEY_free(key)
  }

  private func makeKey() -> OpaquePointer? {
    guard let group = curve.group, let key = CCryptoBoringSSL_EC_KEY_new() else { return nil }
    let isPoint =
      CCryptoBoringSSL_EC_KEY_set_group(key, group) == 1
      && point.withUnsafeBufferPointer { CCryptoBoringSSL_EC_KEY_oct2key(key, $0.baseAddress, $0.count, nil) } == 1
    if isPoint { return key }
    CCryptoBoringSSL_EC_KEY_free(key)
    return nil
  }

  /// FIPS 186-5 6.4.2. The signature is a DER ECDSA-Sig-Value, r and s in [1, n-1]; a digest longer than n is cut to its leftmost
  /// bits.
  func verify(_ signature: ArraySlice<UInt8>, _ value: [UInt8]) -> SignatureCheck {
    guard let key = makeKey() else { return .invalid }
    defer { CCryptoBoringSSL_EC_KEY_free(key) }
    let answer = signature.withUnsafeBufferPointer {
      CCryptoBoringSSL_ECDSA_verify(0, value, value.count, $0.baseAddress, $0.count, key)
    }
    return answer == 1 ? .valid : .invalid
  }
}
