import AssayBytes
import AssayPKI
import Testing

@Suite struct DigestTests {
  /// Digests of `abc` (RFC 1319, RFC 1321, FIPS 180-4 and FIPS 202 examples).
  static let abc: [(DigestAlgorithm, String)] = [
    (.md2, "da853b0d3f88d99b30283a69e6ded6bb"),
    (.md5, "900150983cd24fb0d6963f7d28e17f72"),
    (.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (.sha224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
    (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (.sha384, "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"),
    (
      .sha512,
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
    ),
    (.sha512_224, "4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa"),
    (.sha512_256, "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"),
    (.sha3_224, "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf"),
    (.sha3_256, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"),
    (.sha3_384, "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25"),
    (
      .sha3_512,
      "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0"
    ),
  ]

  @Test(arguments: abc) func knownAnswer(_ algorithm: DigestAlgorithm, _ expected: String) {
    #expect(Hex.encode(algorithm.digest(Array("abc".utf8))) == expected)
    #expect(expected.count == algorithm.byteCount * 2)
  }

  @Test func everyAlgorithmHasAKnownAnswer() {
    #expect(Set(DigestTests.abc.map(\.0)) == Set(DigestAlgorithm.allCases))
  }

  /// However the input is cut, the digest is the same: at every length around the block sizes.
  @Test(arguments: DigestAlgorithm.allCases) func piecesGiveTheWhole(_ algorithm: DigestAlgorithm) {
    let data = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 3) }
    for length in [0, 1, 15, 16, 17, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 135, 136, 137, 143, 144, 145, 299, 300] {
      let whole = algorithm.digest(data[..<length])
      var hasher = DigestHasher(algorithm)
      var place = 0
      var step = 1
      while place < length {
        let end = min(place + step, length)
        hasher.update(data[place..<end])
        place = end
        step = step % 37 + 5
      }
      #expect(hasher.finalize() == whole, "\(algorithm) of \(length) bytes")
    }
  }

  @Test(arguments: DigestAlgorithm.allCases) func aCopyGoesOnAlone(_ algorithm: DigestAlgorithm) {
    var first = DigestHasher(algorithm)
    first.update([1, 2, 3])
    var second = first
    second.update([4])
    #expect(first.finalize() == algorithm.digest([1, 2, 3]))
    #expect(second.finalize() == algorithm.digest([1, 2, 3, 4]))
  }

  /// Long inputs cross many blocks: one million `a` (FIPS 180 and FIPS 202 examples).
  @Test func millionLetters() {
    let letters = [UInt8](repeating: 0x61, count: 1_000_000)
    #expect(Hex.encode(DigestAlgorithm.sha1.digest(letters)) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f")
    #expect(
      Hex.encode(DigestAlgorithm.sha256.digest(letters)) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }
}
