import AssayBytes
import AssayContainers
import Foundation
import Testing

/// Every property list of the corpus and the fixtures, files and those inside of code, has the value that Python's plistlib reads; XML and
/// binary.
struct PlistOracleTests {
  static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first { FileManager.default.isExecutableFile(atPath: $0) }

  @Test(
    .enabled(
      if: AppleCorpus.folder != nil && python != nil, "ASSAY_CORPUS is not set, or there is no python3: plistlib is not compared"))
  func sameValuesAsPlistlib() throws {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let place = FileManager.default.temporaryDirectory.appendingPathComponent("assay-plists-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: place) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Self.python))
    process.arguments = [
      here.appendingPathComponent("plist_oracle.py").path, try #require(AppleCorpus.folder),
      here.appendingPathComponent("../../../Fixtures").path, place.path,
    ]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let deviations = try WindowsCorpus.table(here.appendingPathComponent("../Deviations/apple.tsv").path)
      .filter { $0["comparison"] == "plistlib" }.compactMap { $0["path"] }
    var (agree, explained) = (0, 0)
    let labels = try String(contentsOf: place.appendingPathComponent("index.tsv"), encoding: .utf8).split(separator: "\n")
    for (number, label) in labels.enumerated() {
      let octets = [UInt8](try Data(contentsOf: place.appendingPathComponent("\(number).plist")))
      let theirs = try String(contentsOf: place.appendingPathComponent("\(number).txt"), encoding: .utf8)
      let ours = Self.read(octets)
      if ours == theirs || (theirs == "refused" && ours.hasPrefix("refused")) {
        agree += 1
      } else if deviations.contains(String(label)) {
        explained += 1
      } else {
        Issue.record("\(label): \(ours.prefix(200)), plistlib \(theirs.prefix(200))")
      }
    }
    print("property lists beside plistlib: \(labels.count), \(agree) agree, \(explained) explained")
    #expect(agree > 60)
    try AppleCorpus.score("property-lists", [("lists", labels.count), ("asPlistlib", agree), ("explained", explained)])
  }

  private static func read(_ octets: [UInt8]) -> String {
    var budget = Budget()
    do throws(ParseError) {
      return text(try PlistValue(parsing: octets[...], &budget))
    } catch {
      return "refused: \(error.code)"
    }
  }

  private static func text(_ value: PlistValue) -> String {
    switch value {
    case .bool(let value): "b\(value ? 1 : 0)"
    case .integer(let value): "i\(value)"
    case .real(let value): "r" + Hex.encode((0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (56 - 8 * UInt64($0))) })
    case .string(let octets): "s" + Hex.encode(octets)
    case .data(let octets): "d" + Hex.encode(octets)
    case .date(let seconds): "t\(Int(seconds))"
    case .uid(let number): "u\(number)"
    case .array(let items): "[" + items.map { text($0) }.joined(separator: ",") + "]"
    case .dictionary(let members):
      "{" + members.map { "\(Hex.encode($0.key)):\(text($0.value))" }.sorted().joined(separator: ",") + "}"
    }
  }
}
