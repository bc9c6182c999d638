import AssayBytes
import AssayContainers
import AssayMaker
import Testing

/// tar archives: what is read, and what is refused.
struct TarTests {
  private func read(_ octets: [UInt8]) -> Result<TarArchive, ParseError> {
    var budget = Budget()
    do throws(ParseError) { return .success(try TarArchive(MemorySource(octets), &budget)) } catch { return .failure(error) }
  }

  private func codes(_ fill: (inout PaxSpec) -> Void) -> [String] {
    var spec = PaxSpec()
    fill(&spec)
    switch read(spec.encode()) {
    case .success(let archive): return archive.problems.map(\.code)
    case .failure(let error): return [error.code]
    }
  }

  @Test(arguments: PaxSpec.Style.allCases) func attributesAreRead(_ style: PaxSpec.Style) throws {
    for count in 0...9 {
      let value = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 51) } + [0x0A, 0x00]
      var spec = PaxSpec()
      spec.add("./a", Array("x".utf8), attributes: [("com.apple.cs.CodeDirectory", value)], style: style)
      spec.add("b", [])
      let entries = try read(spec.encode()).get().entries
      #expect(entries.map { String(decoding: $0.path, as: UTF8.self) } == ["a", "b"])
      #expect(entries[0].attributes == [Array("com.apple.cs.CodeDirectory".utf8): value] && entries[0].content.count == 1)
      // An extended header is for the next member alone.
      #expect(entries[1].attributes.isEmpty)
    }
  }

  @Test func escapedNamesAndLongNames() throws {
    var spec = PaxSpec()
    spec.add("a", [], records: PaxSpec.record("LIBARCHIVE.xattr.a%20%3Db", Array("AQ".utf8)))
    spec.add("short", [1, 2], records: PaxSpec.record("path", Array("a/much/longer".utf8)) + PaxSpec.record("size", [0x32]))
    spec.add("x", Array(String(repeating: "n", count: 150).utf8) + [0], kind: "L")
    spec.add("cut", [3])
    spec.add("link", [], kind: "2", link: "a")
    let archive = try read(spec.encode()).get()
    #expect(archive.entries[0].attributes == [Array("a =b".utf8): [1]])
    #expect(archive.entries[1].path.elementsEqual("a/much/longer".utf8) || archive.problems.isEmpty)
    #expect(archive.entries[2].path.count == 150 && archive.entries[2].content.count == 1)
    #expect(archive.entries[3].kind == .link && archive.entries[3].target == [0x61])
  }

  @Test func eachLieHasItsCode() {
    let record = PaxSpec.record("path", Array("a".utf8))
    let cases: [(String, [String], (inout PaxSpec) -> Void)] = [
      ("nothing wrong", [], { $0.add("a", [1]) }), ("no end", ["tar.end.missing"], { $0.hasEnd = false }),
      ("twice", ["tar.path.duplicate"], { spec in for _ in 0..<2 { spec.add("a", []) } }),
      (
        "twice by another spelling", ["tar.path.duplicate"],
        { spec in for name in ["a", "./a"] { spec.add(name, []) } }
      ),
      (
        "twice by an extended header", ["tar.path.duplicate"],
        { spec in
          spec.add("a", [])
          spec.add("b", [], records: record)
        }
      ), ("out", ["tar.path.escape"], { $0.add("b/../../a", []) }),
      (
        "below a link", ["tar.path.escape"],
        { spec in
          spec.add("a", [], kind: "2", link: "/tmp")
          spec.add("a/b", [])
        }
      ), ("length of a record", ["tar.pax.record"], { $0.add("a", [], records: Array("99 a=b\n".utf8)) }),
      ("no length", ["tar.pax.record"], { $0.add("a", [], records: Array("x a=b\n".utf8)) }),
      ("negative length", ["tar.pax.record"], { $0.add("a", [], records: Array("-7 a=b\n".utf8)) }),
      ("no key", ["tar.pax.record"], { $0.add("a", [], records: Array("4 b\n".utf8)) }),
      ("size", ["tar.pax.record"], { $0.add("a", [], records: PaxSpec.record("size", Array("-1".utf8))) }),
      ("huge size", ["tar.truncated"], { $0.add("a", [], records: PaxSpec.record("size", Array("\(Int.max)".utf8))) }),
      (
        "two values", ["tar.attribute.conflict"],
        {
          $0.add(
            "a", [], records: PaxSpec.record("SCHILY.xattr.a", [1]) + PaxSpec.record("LIBARCHIVE.xattr.a", Array("Ag".utf8)))
        }
      ), ("Base64", ["tar.pax.record"], { $0.add("a", [], records: PaxSpec.record("LIBARCHIVE.xattr.a", Array("!".utf8))) }),
    ]
    for (what, wanted, fill) in cases { #expect(codes(fill) == wanted, "\(what)") }
  }

  @Test func sumsAndPrefixesAndBits() {
    var spec = PaxSpec()
    spec.add("a", [1, 2, 3], attributes: [("b", [1])])
    let octets = spec.encode()
    #expect(TarArchive.recognizes(octets) && !TarArchive.recognizes([UInt8](repeating: 0, count: 512)))
    for count in stride(from: 0, to: octets.count - 1_024, by: 7) {
      let result = read(Array(octets[..<count]))
      #expect((try? result.get().problems.contains { $0.code == "tar.end.missing" }) ?? true, "\(count)")
    }
    for place in octets.indices {
      var changed = octets
      changed[place] ^= 0x41
      let result = read(changed)
      // Any octet of a header that is summed.
      if place < 512, !(148..<156).contains(place), (try? result.get()) != nil { Issue.record("octet \(place) of a header") }
    }
  }
}
