import AssayBytes
import AssayMaker
import AssayPKI
import Testing

/// DSA keys as certificates hold them; signatures themselves are Wycheproof's and PKITS' affair.
@Suite struct DSATests {
  private static func key(parameters: [UInt8]?, y: Int = 5) -> PublicKey {
    PublicKey(
      spki: DER.seq(DER.seq(DER.oid("1.2.840.10040.4.1"), parameters ?? []), DER.bits(DER.int(y)))[...])
  }

  @Test func aKeyIsNamedAndWeak() {
    let key = Self.key(parameters: DER.seq(DER.int(0x7FFF), DER.int(11), DER.int(3)))
    #expect(key.kind == .dsa(primeBits: 15))
    #expect(key.description == "DSA 15")
    #expect(key.isWeak)
  }

  @Test func aKeyWithoutParametersChecksNothing() throws {
    for parameters in [nil, DER.null] {
      let key = Self.key(parameters: parameters)
      #expect(key.kind == .dsa(primeBits: 0))
      var budget = Budget()
      let answer = try key.verify(
        signature: DER.seq(DER.int(1), DER.int(1))[...],
        algorithm: AlgorithmIdentifier(algorithm: "2.16.840.1.101.3.4.3.2", parameters: nil), message: [1, 2, 3], &budget)
      guard case .unsupported = answer else {
        Issue.record("gave \(answer)")
        continue
      }
    }
  }

  /// Numbers that no generator makes: BoringSSL must say no, not crash.
  @Test(arguments: [[0, 0, 0], [1, 1, 1], [23, 11, 1], [23, 11, 0], [4, 2, 2], [Int.max, 0x7FFF_FFFF, 2]])
  func strangeParametersAreInvalid(_ numbers: [Int]) throws {
    let key = Self.key(parameters: DER.seq(numbers.map(DER.int)))
    for signature in [DER.seq(DER.int(1), DER.int(1)), DER.seq(DER.int(0), DER.int(0)), [], [0x30]] {
      var budget = Budget()
      let answer = try key.verify(
        signature: signature[...], algorithm: AlgorithmIdentifier(algorithm: "2.16.840.1.101.3.4.3.2", parameters: nil),
        message: [1, 2, 3], &budget)
      #expect(answer == .invalid)
    }
  }

  @Test func anOversizedOrNegativeNumberMakesTheKeyOpaque() {
    let huge = DER.int(unsigned: [UInt8](repeating: 0xFF, count: 600))
    for parameters in [DER.seq(huge, DER.int(11), DER.int(3)), DER.seq(DER.int(-5), DER.int(11), DER.int(3)), DER.seq(DER.int(5))] {
      guard case .opaque = Self.key(parameters: parameters).kind else {
        Issue.record("\(Hex.encode(parameters.prefix(8))) is taken")
        continue
      }
    }
  }
}
