import AssayBytes
import AssayContainers
import AssayMaker
import Testing

/// AppleDouble files: what is read, and each lie in their tables.
struct AppleDoubleTests {
  private let plain = AppleDoubleSpec([("com.apple.cs.CodeDirectory", [1, 2, 3]), ("a", []), ("com.example.b", [9])])

  private func read(_ octets: [UInt8]) -> Result<AppleDoubleFile, ParseError> {
    var budget = Budget()
    // Not from the first index on: offsets in the file are not those of the slice.
    let padded = [0xAA, 0xBB] + octets
    do throws(ParseError) { return .success(try AppleDoubleFile(padded[2...], &budget)) } catch { return .failure(error) }
  }

  private func code(_ octets: [UInt8]) -> String {
    switch read(octets) {
    case .success: "none"
    case .failure(let error): error.code
    }
  }

  @Test func readsWhatWasWritten() throws {
    let file = try read(plain.with { $0.resourceFork = [7, 7] }.encode()).get()
    #expect(file.attributes.map { String(decoding: $0.name, as: UTF8.self) } == plain.attributes.map(\.name))
    #expect(file.attributes.map { Array($0.value) } == plain.attributes.map(\.octets))
    #expect(file.entries[2]?.count == 2 && file.entries.count == 2)
    #expect(try read(AppleDoubleSpec([]).encode()).get().attributes.isEmpty)
    // Finder information alone, as the RFC has it.
    let classic = BigEndian.word(0x0005_1607) + BigEndian.word(0x0002_0000) + [UInt8](repeating: 0, count: 16) + [0, 1]
    let entry = BigEndian.word(9) + BigEndian.word(38) + BigEndian.word(32) + [UInt8](repeating: 0, count: 32)
    #expect(try read(classic + entry).get().attributes.isEmpty)
  }

  @Test func everyNameLengthIsPaddedRight() throws {
    for count in 1...40 {
      let names = [String(repeating: "n", count: count), "z"]
      let file = try read(AppleDoubleSpec(names.map { ($0, [1]) }).encode()).get()
      #expect(file.attributes.map { String(decoding: $0.name, as: UTF8.self) } == names, "\(count)")
    }
  }

  @Test func eachLieHasItsCode() {
    let octets = plain.encode()
    func changed(_ place: Int, _ value: UInt8) -> [UInt8] {
      var copy = octets
      copy[place] = value
      return copy
    }
    let cases: [(String, [UInt8], String)] = [
      ("magic", changed(0, 1), "appledouble.magic"), ("version", changed(5, 1), "appledouble.version"),
      ("count of entries", changed(24, 1), "limit.appledouble"), ("entry in the table", changed(33, 4), "appledouble.range"),
      ("entry outside", changed(34, 0x7F), "appledouble.range"), ("entry twice", changed(41, 9), "appledouble.duplicate"),
      ("total", plain.with { $0.editSizes = { [$0[0] + 1, $0[1], $0[2]] } }.encode(), "appledouble.range"),
      ("start", plain.with { $0.editSizes = { [$0[0], 90, $0[2]] } }.encode(), "appledouble.range"),
      ("length", plain.with { $0.editSizes = { [$0[0], $0[1], $0[2] + 1] } }.encode(), "appledouble.range"),
      (
        "value before the data", plain.with { $0.editEntries = { [[$0[0][0] - 1, 3]] + $0.dropFirst() } }.encode(),
        "appledouble.range"
      ),
      (
        "value too long", plain.with { $0.editEntries = { [[$0[0][0], 0xFFFF_FFFF]] + $0.dropFirst() } }.encode(),
        "appledouble.range"
      ), ("name twice", AppleDoubleSpec([("a", [1]), ("a", [2])]).encode(), "appledouble.duplicate"),
      ("empty name", AppleDoubleSpec([("", [1])]).encode(), "appledouble.name"),
      ("name without end", changed(84 + 36 + 11 + 26, 0x41), "appledouble.name"),
    ]
    for (what, octets, wanted) in cases { #expect(code(octets) == wanted, "\(what)") }
  }

  @Test func noPrefixAndNoBitCrashes() {
    let octets = plain.encode()
    for count in 0..<octets.count { #expect(code(Array(octets[..<count])) != "none" || count >= 84, "\(count)") }
    for place in octets.indices {
      for bit in 0..<8 {
        var changed = octets
        changed[place] ^= 1 << bit
        _ = read(changed)
      }
    }
  }
}
