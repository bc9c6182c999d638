import AssayConfig
import AssayPolicy
import AssayTrustData
import Testing

/// The same numbers on every run (SplitMix64).
struct FixedRandom: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

/// One to four octets changed, dropped, doubled or put in from `pool`.
private func mutated(_ bytes: [UInt8], from pool: [UInt8], _ random: inout FixedRandom) -> [UInt8] {
  var bytes = bytes
  for _ in 0..<Int.random(in: 1...4, using: &random) {
    let place = Int.random(in: 0...bytes.count, using: &random)
    switch Int.random(in: 0..<4, using: &random) {
    case 0 where place < bytes.count: bytes.remove(at: place)
    case 1 where place < bytes.count: bytes[place] = pool.randomElement(using: &random) ?? 0
    case 2 where place < bytes.count: bytes.insert(bytes[place], at: place)
    default: bytes.insert(pool.randomElement(using: &random) ?? 0, at: place)
    }
  }
  return bytes
}

@Suite struct MutationTests {
  @Test func requirementsReadBackOrAreRefused() throws {
    let pool = Array("()[]=<>!*~-;/\\\"#.0aHxand \n\u{E9}\0".utf8)
    var random = FixedRandom(1)
    var read = 0
    for (text, _) in RequirementTextTests.forms {
      for _ in 0..<60 {
        let mutant = String(decoding: mutated(Array(text.utf8), from: pool, &random), as: UTF8.self)
        guard let requirement = try? Requirement(parsing: mutant) else { continue }
        read += 1
        #expect((try? Requirement(parsing: requirement.description)) == requirement, "\(mutant)")
      }
    }
    #expect(read > 300)
  }

  @Test func policiesPrintBackOrAreRefused() throws {
    let pool = Array(":-[]{},'\"#&*!|>%@` \n\t~ax1\u{E9}\0".utf8)
    var random = FixedRandom(2)
    var read = 0
    for _ in 0..<1_500 {
      let mutant = mutated(Array(PolicyFileTests.contract.utf8), from: pool, &random)
      guard let tree = try? YAMLTree.parse(mutant, file: "p"),
        let policy = try? CompiledPolicy(
          tree, file: "p", names: .windows, load: { _ in Array(String(repeating: "ab", count: 32).utf8) })
      else { continue }
      read += 1
      let printed = policy.printed()
      let again = try CompiledPolicy(try YAMLTree.parse(Array(printed.utf8), file: "p"), file: "p", names: .windows) { _ in [] }
      #expect(again.printed() == printed, "\(String(decoding: mutant, as: UTF8.self))")
      _ = policy.warnings()
    }
    #expect(read > 100)
  }

  /// Against a matcher that is obviously right and slow.
  @Test func globsAgreeWithBacktracking() throws {
    var random = FixedRandom(3)
    let atoms = ["a", "b", "/", "*", "?", "[ab]", "[!a]", "**/", "/**", "x"]
    var compared = 0
    for _ in 0..<4_000 {
      let pattern = (0..<Int.random(in: 1...6, using: &random)).map { _ in atoms.randomElement(using: &random) ?? "a" }.joined()
      guard let glob = try? Glob(pattern) else { continue }
      for _ in 0..<8 {
        let text = (0..<Int.random(in: 0...7, using: &random)).map { _ in ["a", "b", "/", "x"].randomElement(using: &random) ?? "a"
        }.joined()
        compared += 1
        let trimmed = pattern.drop { $0 == "/" }
        #expect(
          glob.matches(Array(text.utf8), foldingCase: false) == slow(Array(trimmed.utf8)[...], Array(text.utf8)[...]),
          "\(pattern) \(text)")
      }
    }
    #expect(compared > 5_000)
  }

  private func slow(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    if pattern.elementsEqual("**".utf8) { return true }
    if pattern.starts(with: "**/".utf8) {
      let rest = pattern.dropFirst(3)
      if slow(rest, text) { return true }
      return text.indices.contains { text[$0] == 0x2F && slow(rest, text[($0 + 1)...]) }
    }
    switch first {
    case UInt8(ascii: "*"):
      if slow(pattern.dropFirst(), text) { return true }
      return text.first.map { $0 != 0x2F && slow(pattern, text.dropFirst()) } ?? false
    case UInt8(ascii: "?"): return text.first.map { $0 != 0x2F && slow(pattern.dropFirst(), text.dropFirst()) } ?? false
    case UInt8(ascii: "["):
      let isNegated = pattern.dropFirst().first == UInt8(ascii: "!")
      guard let close = pattern.firstIndex(of: UInt8(ascii: "]")), let byte = text.first, byte != 0x2F else { return false }
      let members = pattern[..<close].dropFirst(isNegated ? 2 : 1)
      return members.contains(byte) != isNegated && slow(pattern[(close + 1)...], text.dropFirst())
    default: return text.first == first && slow(pattern.dropFirst(), text.dropFirst())
    }
  }
}
