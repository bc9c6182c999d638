import AssayApple
import AssayBytes
import AssayCore
import AssayEngine
import AssayPKI
import Foundation
import Testing

/// Every archive of Fixtures with scripts or signed files, judged as the target that it is; damage of every kind never helps.
struct ScriptFixtureTests {
  static let formats = ["applescript", "signed-file", "tar"]
  static let folder = BundleFixtureTests.folder

  static func rows() throws -> [[String]] {
    try String(contentsOf: folder.appendingPathComponent("manifest.tsv"), encoding: .utf8).split(separator: "\n").dropFirst()
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
      .filter { row in formats.contains { row[0].hasPrefix($0 + "/") } }
  }

  static func octets(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appendingPathComponent(path))) }

  static func assess(_ octets: [UInt8], _ path: String, _ context: TrustContext) throws -> Report {
    var work = Work()
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return Assessor().assess(try Artifact(target: name, name: name, source: MemorySource(octets)), in: context, &work)
  }

  @Test func everyRow() throws {
    let context = try BundleFixtureTests.context()
    let rows = try Self.rows()
    for row in rows {
      let report = try Self.assess(try Self.octets(row[0]), row[0], context)
      let codes = report.codes.union(report.nested.flatMap(\.codes))
      #expect(row[4].split(separator: "|").contains { $0 == report.state.rawValue }, "\(row[0]): \(report.state) \(codes.sorted())")
      #expect(row[5] == "-" || codes.contains(row[5]), "\(row[0]): \(codes.sorted())")
      let isArchive = row[0].hasSuffix(".tar") && report.format == "tar"
      #expect(isArchive ? report.isCarrier || report.state == .malformed : !report.isCarrier, "\(row[0])")
      if isArchive, !row[0].hasPrefix("tar/") {
        #expect(report.nested.contains { $0.format.map { row[0].hasPrefix($0 + "/") } ?? false }, "\(row[0])")
      }
    }
    #expect(rows.count >= 35)
  }

  /// One bit of the archive: what is covered shows it, and nothing else makes a lie of it.
  @Test func anyBitShows() throws {
    let context = try BundleFixtureTests.context()
    for path in ["applescript/good/Sample.tar", "applescript/good-double/Sample.tar"] {
      let octets = try Self.octets(path)
      let archive = try TarLayout(octets)
      #expect(try Self.assess(octets, path, context).state == .trusted)
      // The script itself, the last member: every octet in strides, then the headers whole.
      for place in archive.last where place % 7 == 0 || place >= archive.last.upperBound - 8 {
        var changed = octets
        changed[place] ^= 0x10
        let report = try Self.assess(changed, path, context)
        #expect(report.state > .trusted, "\(path): octet \(place) of the script")
      }
    }
  }

  /// Every prefix is judged without a crash, and none is better than the whole.
  @Test func everyPrefix() throws {
    let context = try BundleFixtureTests.context()
    var count = 0
    for row in try Self.rows() where row[0].hasSuffix(".tar") {
      let octets = try Self.octets(row[0])
      let whole = try Self.assess(octets, row[0], context).state
      for length in Array(Swift.stride(from: 0, to: octets.count - 1_024, by: 509))
        + Array(Swift.stride(from: 0, to: 2_048, by: 97))
      {
        guard length < octets.count else { continue }
        let state = try Self.assess(Array(octets[..<length]), row[0], context).state
        #expect(state >= whole || state >= .notAssessed, "\(row[0]) cut at \(length): \(state), whole \(whole)")
        #expect(state > .trusted, "\(row[0]) cut at \(length)")
        count += 1
      }
    }
    #expect(count > 1_000)
  }
}

/// Where the last member's content stands in an archive that a test made.
struct TarLayout {
  let last: Range<Int>

  init(_ octets: [UInt8]) throws {
    var place = 0
    var last = 0..<0
    while place + 512 <= octets.count, octets[place] != 0 {
      let digits = octets[(place + 124)..<(place + 135)].map { Character(Unicode.Scalar($0)) }
      let size = try #require(Int(String(digits), radix: 8))
      last = (place + 512)..<(place + 512 + size)
      place += 512 + (size + 511) / 512 * 512
    }
    self.last = last
  }
}
