import AssayBytes
import AssayContainers
import AssayMaker
import Testing

/// Headers of cabinets.
struct CabinetTests {
  private static func read(_ bytes: [UInt8]) throws(ParseError) -> Cabinet {
    var budget = Budget()
    return try Cabinet(MemorySource(bytes), &budget)
  }

  private static func code(_ bytes: [UInt8]) -> String? {
    do throws(ParseError) { _ = try read(bytes) } catch { return error.code }
    return nil
  }

  @Test func everyFieldIsRead() throws {
    let spec = CabinetSpec().with {
      ($0.setID, $0.partNumber, $0.freeReserve) = (9, 2, 30)
      ($0.previous, $0.next) = (("a.cab", "Disk A"), ("c.cab", "Disk C"))
    }
    let bytes = spec.unsigned()
    let cabinet = try CabinetTests.read(bytes)
    #expect(cabinet.cabinetSize == bytes.count && cabinet.setID == 9 && cabinet.partNumber == 2)
    #expect(cabinet.previousName == Array("a.cab".utf8) && cabinet.nextName == Array("c.cab".utf8))
    #expect(cabinet.reserve?.headerBytes == 30 && cabinet.reserve?.isUsed == false && cabinet.reserve?.signature == nil)
    #expect(cabinet.folders.count == 1 && cabinet.irregularities.isEmpty)
    var budget = Budget()
    let names = try cabinet.fileNames(MemorySource(bytes), &budget)
    #expect(names == [Array("readme.txt".utf8), Array("setup.exe".utf8)])
  }

  @Test(
    "one change of the header",
    arguments: [
      (8, 0x7FFF_FFFF, "cab.header.truncated"), (16, 4, "cab.header.layout"), (16, 0x7FFF_FFFF, "cab.header.layout"),
      (24, 0x0001_0104, "cab.header.unsupported"), (26, 0x0001_FFFF, "cab.header.layout"), (36, 0x7FFF_0000, "cab.header.layout"),
      (0, 0, "cab.header.invalid"),
    ])
  func header(place: Int, value: Int, expected: String) {
    var bytes = CabinetSpec().unsigned()
    bytes.put32(value, at: place)
    #expect(CabinetTests.code(bytes) == expected)
  }

  @Test("a neighbour's name without an end") func endlessName() {
    let bytes = CabinetSpec().with { $0.next = (String(repeating: "x", count: 300), "y") }.unsigned()
    #expect(CabinetTests.code(bytes) == "cab.header.name")
  }

  @Test("a reserve that another application made") func foreignReserve() throws {
    var bytes = CabinetSpec().with { $0.freeReserve = 24 }.unsigned()
    for place in 40..<64 { bytes[place] = 0xEE }
    let reserve = try #require(try CabinetTests.read(bytes).reserve)
    #expect(reserve.isUsed && reserve.lengths == nil && reserve.signature == nil)
  }

  @Test("no prefix is read") func prefixes() {
    let bytes = CabinetSpec().unsigned()
    for count in bytes.indices { #expect(CabinetTests.code(Array(bytes[..<count])) != nil) }
  }
}
