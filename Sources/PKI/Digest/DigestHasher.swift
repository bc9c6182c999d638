import CCryptoBoringSSL

/// A running digest: update any number of times, finalize once. A value: a copy goes on from the same prefix.
///
/// The state lies inline, so that neither making nor updating one allocates. After `finalize` it must not be used again.
package struct DigestHasher {
  private enum State {
    case md2(MD2)
    case md5(MD5_CTX)
    case sha1(SHA_CTX)
    case sha256(SHA256_CTX)
    case sha512(SHA512_CTX)
    case sha3(SHA3)
  }
  package let algorithm: DigestAlgorithm
  private var state: State

  package init(_ algorithm: DigestAlgorithm) {
    self.algorithm = algorithm
    switch algorithm {
    case .md2: state = .md2(MD2())
    case .md5:
      var context = MD5_CTX()
      CCryptoBoringSSL_MD5_Init(&context)
      state = .md5(context)
    case .sha1:
      var context = SHA_CTX()
      CCryptoBoringSSL_SHA1_Init(&context)
      state = .sha1(context)
    case .sha224, .sha256:
      var context = SHA256_CTX()
      if algorithm == .sha224 { CCryptoBoringSSL_SHA224_Init(&context) } else { CCryptoBoringSSL_SHA256_Init(&context) }
      state = .sha256(context)
    case .sha384, .sha512, .sha512_224, .sha512_256:
      var context = SHA512_CTX()
      switch algorithm {
      case .sha384: CCryptoBoringSSL_SHA384_Init(&context)
      case .sha512_256: CCryptoBoringSSL_SHA512_256_Init(&context)
      case .sha512_224:
        CCryptoBoringSSL_SHA512_Init(&context)
        context.h = DigestHasher.sha512For224
      default: CCryptoBoringSSL_SHA512_Init(&context)
      }
      state = .sha512(context)
    case .sha3_224, .sha3_256, .sha3_384, .sha3_512: state = .sha3(SHA3(digestBytes: algorithm.byteCount))
    }
  }

  /// Initial hash value of SHA-512/224 (FIPS 180-4 5.3.6.1), which BoringSSL does not offer; it is SHA-512 from there on, cut off.
  private static var sha512For224: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) {
    (
      0x8C3D_37C8_1954_4DA2, 0x73E1_9966_89DC_D4D6, 0x1DFA_B7AE_32FF_9C82, 0x679D_D514_582F_9FCF, 0x0F6D_2B69_7BD4_4DA8,
      0x77E3_6F73_04C4_8942, 0x3F9D_85A8_6A1D_36C8, 0x1112_E6AD_91D6_92A1
    )
  }

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
    switch state {
    case .md2(var context):
      context.update(bytes)
      state = .md2(context)
    case .md5(var context):
      CCryptoBoringSSL_MD5_Update(&context, start, bytes.count)
      state = .md5(context)
    case .sha1(var context):
      CCryptoBoringSSL_SHA1_Update(&context, start, bytes.count)
      state = .sha1(context)
    case .sha256(var context):
      CCryptoBoringSSL_SHA256_Update(&context, start, bytes.count)
      state = .sha256(context)
    case .sha512(var context):
      CCryptoBoringSSL_SHA512_Update(&context, start, bytes.count)
      state = .sha512(context)
    case .sha3(var context):
      context.update(bytes)
      state = .sha3(context)
    }
  }

  package mutating func update(_ bytes: ArraySlice<UInt8>) {
    bytes.withUnsafeBytes { update($0) }
  }

  package mutating func finalize() -> [UInt8] {
    let count = algorithm.byteCount
    switch state {
    case .md2(var context): return context.finalize()
    case .sha3(var context): return context.finalize()
    case .md5(var context): return DigestHasher.output(64, count) { CCryptoBoringSSL_MD5_Final($0, &context) }
    case .sha1(var context): return DigestHasher.output(64, count) { CCryptoBoringSSL_SHA1_Final($0, &context) }
    case .sha256(var context):
      return DigestHasher.output(64, count) {
        count == 28 ? CCryptoBoringSSL_SHA224_Final($0, &context) : CCryptoBoringSSL_SHA256_Final($0, &context)
      }
    case .sha512(var context):
      return DigestHasher.output(64, count) {
        switch algorithm {
        case .sha384: CCryptoBoringSSL_SHA384_Final($0, &context)
        case .sha512_256: CCryptoBoringSSL_SHA512_256_Final($0, &context)
        default: CCryptoBoringSSL_SHA512_Final($0, &context)
        }
      }
    }
  }

  /// The first `count` of what is written to a buffer of `capacity` bytes.
  private static func output(_ capacity: Int, _ count: Int, _ body: (UnsafeMutablePointer<UInt8>?) -> Int32) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initialized in
      _ = body(buffer.baseAddress)
      initialized = count
    }
  }
}

extension DigestAlgorithm {
  package func digest(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var hasher = DigestHasher(self)
    hasher.update(bytes)
    return hasher.finalize()
  }
  package func digest(_ bytes: [UInt8]) -> [UInt8] { digest(bytes[...]) }

  /// Whether the digest of these bytes begins with `expected`, which is not empty. Nothing is allocated for the digests that pages have.
  package func isDigest(_ expected: ArraySlice<UInt8>, of bytes: UnsafeRawBufferPointer) -> Bool {
    guard !expected.isEmpty, expected.count <= byteCount else { return false }
    let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { output in
      switch self {
      case .sha1: CCryptoBoringSSL_SHA1(start, bytes.count, output.baseAddress)
      case .sha256: CCryptoBoringSSL_SHA256(start, bytes.count, output.baseAddress)
      case .sha384: CCryptoBoringSSL_SHA384(start, bytes.count, output.baseAddress)
      default:
        var hasher = DigestHasher(self)
        hasher.update(bytes)
        return hasher.finalize().prefix(expected.count).elementsEqual(expected)
      }
      return expected.withUnsafeBytes { CCryptoBoringSSL_CRYPTO_memcmp($0.baseAddress, output.baseAddress, $0.count) == 0 }
    }
  }
}
