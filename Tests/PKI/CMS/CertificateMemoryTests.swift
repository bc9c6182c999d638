import AssayBytes
import AssayMaker
import AssayPKI
import Testing

/// A worker reads an authority's certificate once. What it answers must be what reading anew would.
struct CertificateMemoryTests {
  private static let identity = TestCA.code()

  /// The same bag behind contents of different lengths, so that its certificates stand elsewhere.
  private static func message(_ count: Int, extra: [[UInt8]] = []) -> [UInt8] {
    var spec = SignedDataSpec(content: .octets([UInt8](repeating: 7, count: count)), signers: [SignerSpec(identity)])
    spec.extraCertificates = extra
    return spec.encode()
  }

  private static func read(_ octets: [UInt8], _ budget: inout Budget) throws -> SignedData {
    try SignedData(contentInfo: octets[...], &budget)
  }

  @Test func aSecondReadingGivesTheSameCertificatesAtTheirOwnPlaces() throws {
    var budget = Budget()
    let first = try Self.read(Self.message(1), &budget)
    budget = budget.renewed()
    let octets = Self.message(2_000)
    let second = try Self.read(octets, &budget)
    #expect(zip(first.certificates, second.certificates).allSatisfy { $0 === $1 })
    #expect(!second.certificates.isEmpty)
    for certificate in second.certificates {
      let place = try #require(second.offset(of: certificate))
      #expect(octets[place..<(place + certificate.encoded.count)] == certificate.encoded[...])
    }
  }

  @Test func limitsAreMetWhateverWasReadBefore() throws {
    var fresh = Budget()
    _ = try Self.read(Self.message(1), &fresh)
    var again = fresh.renewed()
    _ = try Self.read(Self.message(1), &again)
    #expect(again.nodes == fresh.nodes)
    #expect(again.bytes == fresh.bytes)
    var poor = Budget(nodes: 60)
    poor.memory = fresh.memory
    #expect(throws: ParseError.self) { try Self.read(Self.message(1), &poor) }
  }

  /// The same tail, another middle: what is remembered for one answers for no other.
  @Test func anotherCertificateWithTheSameSignatureIsAnother() throws {
    let genuine = Self.identity.leaf.der
    var forged = genuine
    forged[forged.count / 2] ^= 1
    var budget = Budget()
    _ = try Self.read(Self.message(1), &budget)
    let read = try Self.read(Self.message(1, extra: [forged]), &budget)
    #expect(read.certificates.contains { Array($0.encoded) == genuine })
    var fresh = Budget()
    let anew = try Self.read(Self.message(1, extra: [forged]), &fresh)
    #expect(read.certificates.map { Array($0.encoded) } == anew.certificates.map { Array($0.encoded) })
    #expect(read.otherCertificates.map { Array($0.encoded) } == anew.otherCertificates.map { Array($0.encoded) })
  }

  @Test func longOctetsAreNotHeld() {
    var memory = ReadMemory()
    memory.remember([UInt8](repeating: 1, count: 5_000), as: Box(), nodes: 1)
    #expect(memory.count == 0)
    for number in 0..<5_000 {
      memory.remember([UInt8(number & 255), UInt8(number >> 8)], as: Box(), nodes: 1)
      #expect(memory.count <= 2_048)
    }
  }

  private final class Box: Sendable {}
}
