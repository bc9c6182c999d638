import AssayBytes
import AssayContainers
import AssayCore
import AssayMaker
import Testing

/// Damage to a package, one byte at a time, and archives in every kind of pieces.
struct PackageDamageTests {
  private static let package = XarSpec(
    [
      XarSpec.File("PackageInfo", Array("<pkg-info/>".utf8), isPacked: true),
      XarSpec.File("Scripts", StoredStream.gzip(CPIOSpec([.init("./preinstall", PackageSample.script)]).encode())),
    ], AppleTestCA.installer())

  /// Header, table and files whole; signatures in steps: some of their octets only declare, and none of those changes who signed what.
  @Test func everyByteCounts() {
    let judge = MachOJudging()
    let bytes = Self.package.encode()
    #expect(judge(bytes, name: "x.pkg").state == .trusted)
    let table = 28 + BigEndian.read(bytes, 12)
    let files = table + 20 + 256 + 6_000
    // Inside of Base64 a bit may be one that nobody uses.
    for place in Array(0..<28) + Array(stride(from: 28, to: table, by: 11)) + Array(table..<(table + 276))
      + Array(files..<bytes.count)
    {
      #expect(judge(bytes.flipping(place), name: "x.pkg").state > .trusted, "byte \(place)")
    }
    let whole = judge(bytes, name: "x.pkg")
    var refused = 0
    for place in stride(from: table + 276, to: files, by: 29) {
      let report = judge(bytes.flipping(place), name: "x.pkg")
      if report.state > .trusted { refused += 1 } else { #expect(report.vouchesNoMore(than: whole), "byte \(place)") }
    }
    // A CMS has a certificate that the signature does not need, and zeros fill the room that is kept for it.
    #expect(refused > 40, "\(refused)")
    for count in Array(0..<200) + Array(stride(from: 200, to: bytes.count, by: 41)) {
      let state = judge(Array(bytes[..<count]), name: "x.pkg").state
      #expect(state > .trusted, "cut at \(count)")
    }
  }

  /// The table of contents as text, every byte of it, packed and covered by a checksum anew, beside the signatures of the table as it was:
  /// what was signed is what is read. Of the certificates, which are most of it, every 29th.
  @Test func everyByteOfTheTable() throws {
    let good = Self.package.encode()
    let text = TableText()
    _ = Self.package.with { $0.editTable = { text.keep($0) } }.encode()
    let table = text.octets
    let behind = 28 + BigEndian.read(good, 12) + 20
    func package(_ table: [UInt8]) -> [UInt8] {
      let packed = StoredStream.zlib(table)
      return good[..<8] + BigEndian.wide(packed.count) + BigEndian.wide(table.count) + good[24..<28] + packed + Hash.sha1(packed)
        + good[behind...]
    }
    let judge = MachOJudging()
    #expect(package(table) == good && judge(package(table), name: "x.pkg").state == .trusted)
    var states: [State: Int] = [:]
    var isCertificate = false
    for place in table.indices {
      // A certificate stands between `e>` and `<`.
      if table[place] == 0x3C { isCertificate = false }
      if !isCertificate || place % 29 == 0 {
        for bit: UInt8 in [1, 0x20] {
          var changed = table
          changed[place] ^= bit
          let state = judge(package(changed), name: "x.pkg").state
          states[state, default: 0] += 1
          #expect(state > .trusted, "byte \(place)")
        }
      }
      if table[place] == 0x3E, table[..<place].suffix(15).elementsEqual("X509Certificate".utf8) { isCertificate = true }
    }
    // Most still read as a table, and it is the signature that tells.
    #expect(states[.tampered, default: 0] > 500, "\(states)")
  }

  @Test func archivesInPieces() throws {
    for isNew in [false, true] {
      let entries = [
        CPIOSpec.Entry("a", [1, 2, 3]), .init("folder", [], mode: 0o40755), .init("longer/name", Array(repeating: 7, count: 1_000)),
      ]
      let octets = CPIOSpec(entries).with { $0.isNew = isNew }.encode()
      for size in [1, 2, 3, 7, 64, 500, octets.count] {
        var budget = Budget()
        var reader = CPIOReader()
        var names: [String] = []
        var contents: [[UInt8]] = []
        for start in stride(from: 0, to: octets.count, by: size) {
          try octets[start..<min(start + size, octets.count)].withUnsafeBytes { (piece) throws in
            try reader.read(piece, &budget) { event in
              switch event {
              case .entry(let entry):
                names.append(entry.text)
                contents.append([])
              case .content(let part): contents[contents.count - 1] += part
              case .end: break
              }
            }
          }
        }
        #expect(reader.isFinished && names == ["a", "folder", "longer/name"])
        #expect(contents == entries.map(\.octets))
      }
    }
  }

  @Test(arguments: [
    ("an empty name", 59, "000000", "cpio.name"), ("a name of 30,000 bytes", 59, "072460", "cpio.name"),
    ("a size that is no number", 65, "0000000000x", "cpio.header.number"),
    ("a sign in a number", 65, "+0000000000", "cpio.header.number"),
    ("a name without an end", 59, "000001", "cpio.name"),
  ]) func brokenArchives(_ what: String, _ place: Int, _ digits: String, _ code: String) {
    var octets = CPIOSpec([.init("a", [1])]).encode()
    octets.replaceSubrange(place..<(place + digits.utf8.count), with: Array(digits.utf8))
    var budget = Budget()
    var reader = CPIOReader()
    var found: ParseError?
    octets.withUnsafeBytes { piece in
      do throws(ParseError) { try reader.read(piece, &budget) { _ in } } catch { found = error }
    }
    #expect(found?.code == code, "\(what): \(String(describing: found))")
  }

  /// A million entries of nothing end at the budget.
  @Test func entriesAreLimited() {
    var budget = Budget(nodes: 100)
    var reader = CPIOReader()
    let entry = CPIOSpec([.init("a", [])]).with { $0.hasEnd = false }.encode().prefix(78)
    var found: ParseError?
    for _ in 0..<200 {
      Array(entry).withUnsafeBytes { piece in
        do throws(ParseError) { try reader.read(piece, &budget) { _ in } } catch { found = error }
      }
    }
    #expect(found?.code == "limit.nodes")
  }
}

/// Remembers a table.
private final class TableText: @unchecked Sendable {
  private(set) var octets: [UInt8] = []
  func keep(_ text: String) -> String {
    octets = Array(text.utf8)
    return text
  }
}
