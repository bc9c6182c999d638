import CCryptoBoringSSL

/// Keys that are a string of octets and sign messages whole: Ed25519 (RFC 8032) and ML-DSA (FIPS 204, pure, empty context).
enum OctetKeys {
  static func verifyEd25519(_ key: ArraySlice<UInt8>, _ signature: ArraySlice<UInt8>, _ message: ArraySlice<UInt8>)
    -> SignatureCheck
  {
    guard key.count == 32, signature.count == 64 else { return .invalid }
    let answer = withPointers(key, signature, message) { key, signature, message in
      CCryptoBoringSSL_ED25519_verify(message.baseAddress, message.count, signature.baseAddress, key.baseAddress)
    }
    return answer == 1 ? .valid : .invalid
  }

  /// Octets of a public key, FIPS 204 table 2.
  static func mlDSAKeyBytes(_ parameterSet: Int) -> Int {
    switch parameterSet {
    case 44: Int(MLDSA44_PUBLIC_KEY_BYTES)
    case 65: Int(MLDSA65_PUBLIC_KEY_BYTES)
    default: Int(MLDSA87_PUBLIC_KEY_BYTES)
    }
  }

  static func verifyMLDSA(
    _ parameterSet: Int, _ key: ArraySlice<UInt8>, _ signature: ArraySlice<UInt8>, _ message: ArraySlice<UInt8>
  ) -> SignatureCheck {
    guard key.count == mlDSAKeyBytes(parameterSet) else { return .invalid }
    let answer = withPointers(key, signature, message) { key, signature, message -> Int32 in
      var input = CBS(data: key.baseAddress, len: key.count)
      // 32 + 64 + 1024 octets for each polynomial of t1, of which ML-DSA-87 has the most, eight; aligned for 32-bit words.
      let room = UnsafeMutableRawPointer.allocate(byteCount: 96 + 8 * 1024, alignment: 16)
      defer { room.deallocate() }
      switch parameterSet {
      case 44:
        let parsed = OpaquePointer(room)
        return CCryptoBoringSSL_MLDSA44_parse_public_key(.init(parsed), &input) == 1
          ? CCryptoBoringSSL_MLDSA44_verify(
            .init(parsed), signature.baseAddress, signature.count, message.baseAddress, message.count, nil, 0) : 0
      case 65:
        let parsed = OpaquePointer(room)
        return CCryptoBoringSSL_MLDSA65_parse_public_key(.init(parsed), &input) == 1
          ? CCryptoBoringSSL_MLDSA65_verify(
            .init(parsed), signature.baseAddress, signature.count, message.baseAddress, message.count, nil, 0) : 0
      default:
        let parsed = OpaquePointer(room)
        return CCryptoBoringSSL_MLDSA87_parse_public_key(.init(parsed), &input) == 1
          ? CCryptoBoringSSL_MLDSA87_verify(
            .init(parsed), signature.baseAddress, signature.count, message.baseAddress, message.count, nil, 0) : 0
      }
    }
    return answer == 1 ? .valid : .invalid
  }

  private static func withPointers(
    _ key: ArraySlice<UInt8>, _ signature: ArraySlice<UInt8>, _ message: ArraySlice<UInt8>,
    _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Int32
  ) -> Int32 {
    key.withUnsafeBufferPointer { key in
      signature.withUnsafeBufferPointer { signature in
        message.withUnsafeBufferPointer { body(key, signature, $0) }
      }
    }
  }
}
