import AssayApple
import AssayBytes
import AssayCore
import AssayEngine
import AssayPKI
import AssayPolicy
import Foundation
import Testing

/// Every bundle of Fixtures, unpacked in memory, has its state and its finding; damage of every kind never helps.
struct BundleFixtureTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../Fixtures")

  static func rows() throws -> [[String]] {
    try String(contentsOf: folder.appendingPathComponent("manifest.tsv"), encoding: .utf8).split(separator: "\n").dropFirst()
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }.filter { $0[0].hasPrefix("bundle/") }
  }

  static func tree(_ path: String) throws -> MemoryTree {
    MemoryTree(tar: [UInt8](try Data(contentsOf: folder.appendingPathComponent(path))))
  }

  static func context() throws -> TrustContext {
    let text = try String(contentsOf: folder.appendingPathComponent("trust/root.pem"), encoding: .utf8)
    var budget = Budget()
    var anchors: [TrustAnchor] = []
    for part in text.components(separatedBy: "-----BEGIN CERTIFICATE-----").dropFirst() {
      let der = try #require(Base64.decode((part.components(separatedBy: "-----END").first ?? "").utf8, ignoringSpace: true))
      anchors.append(TrustAnchor(try Certificate(encoded: der[...], &budget), bundle: "fixtures"))
    }
    return TrustContext(trust: TrustStore(anchors: anchors), now: try #require(Moment(rfc3339: "2026-11-23T00:00:00Z")))
  }

  static func assess(_ tree: MemoryTree, name: String = "Sample.bundle", _ context: TrustContext) throws -> Report {
    var work = Work()
    return Assessor().assess(try Artifact(target: name, name: name, folder: TreePlace(tree)), in: context, &work)
  }

  @Test func everyRow() throws {
    let context = try Self.context()
    let rows = try Self.rows()
    for row in rows {
      let report = try Self.assess(try Self.tree(row[0]), context)
      let codes = report.codes
      #expect(row[4].split(separator: "|").contains { $0 == report.state.rawValue }, "\(row[0]): \(report.state) \(codes.sorted())")
      #expect(row[5] == "-" || codes.contains(row[5]), "\(row[0]): \(codes.sorted())")
      #expect(report.format == "bundle")
    }
    #expect(rows.count >= 18)
  }

  /// One bit of any file, or a file cut, gone or turned into a link: never trusted.
  @Test func anyDamageShows() throws {
    let context = try Self.context()
    let tree = try Self.tree("bundle/good/Sample.bundle.tar")
    #expect(try Self.assess(tree, context).state == .trusted)
    var judged = 0
    for path in tree.paths {
      guard case .file(let bytes)? = tree[path] else { continue }
      let optional = path.contains(".lproj/")
      if !optional, path != "Contents/_CodeSignature/CodeRequirements" {
        #expect(try Self.assess(tree.with { $0[path] = nil }, context).state > .trusted, "\(path) gone")
      }
      #expect(try Self.assess(tree.with { $0[path] = .link("/etc/passwd") }, context).state > .trusted, "\(path) a link")
      for place in Swift.stride(from: 0, to: bytes.count, by: path.hasSuffix("CodeSignature") ? 37 : 1) {
        var changed = bytes
        changed[place] ^= 0x01
        let state = try Self.assess(tree.with { $0[path] = .file(changed) }, context).state
        // Some octets of a SignedData are names of algorithms that only declare.
        if !path.hasSuffix("CodeSignature/CodeSignature") { #expect(state > .trusted, "\(path) byte \(place)") }
        judged += 1
      }
      for count in Swift.stride(from: 0, to: bytes.count, by: 41) {
        #expect(
          try Self.assess(tree.with { $0[path] = .file(Array(bytes[..<count])) }, context).state > .trusted,
          "\(path) cut at \(count)")
      }
    }
    #expect(judged > 2_000)
  }

  @Test func explanationNamesFileRuleExpectedAndFound() throws {
    let report = try Self.assess(try Self.tree("bundle/altered/Sample.bundle.tar"), try Self.context())
    let rung = try #require(report.signatures.first?.ladder.rungs.first { $0.name == "sealed resources" })
    #expect(
      rung.outcome == .failed && rung.message.contains("Contents/Resources/main.txt") && rung.message.contains("\"^Resources/\""))
    #expect(rung.expected?.count == 40 && rung.found?.count == 40 && rung.expected != rung.found)
    #expect(report.signatures.first?.signer == nil)
  }

  /// Attacks 27 and 31 of the layout: an executable that is none, or elsewhere, or a script.
  @Test func executablesMustBePlainFilesInside() throws {
    let context = try Self.context()
    func state(_ change: (inout MemoryTree) -> Void) throws -> (State, Set<String>) {
      let report = try Self.assess(try Self.tree("bundle/good/Sample.bundle.tar").with(change), name: "Sample.app", context)
      return (report.state, report.codes)
    }
    func info(_ executable: String) -> MemoryTree.Node {
      .file(Array("<plist><dict><key>CFBundleExecutable</key><string>\(executable)</string></dict></plist>".utf8))
    }
    for name in ["../../x", "/bin/sh", "..", "gone"] {
      let (state, codes) = try state { $0["Contents/Info.plist"] = info(name) }
      #expect(
        state > .untrusted && codes.contains(name == "gone" ? "bundle.executable.missing" : "bundle.executable.path"), "\(name)")
    }
    let (linked, codes) = try state {
      $0["Contents/Info.plist"] = info("run")
      $0["Contents/MacOS/run"] = .link("/bin/sh")
    }
    #expect(linked > .untrusted && codes.contains("bundle.executable.special"))
    // CVE-2021-30657: no Info.plist, and a script under the bundle's name.
    let script = MemoryTree(["Contents/MacOS/Sample": .file(Array("#!/bin/sh\n".utf8))])
    #expect(try Self.assess(script, name: "Sample.app", context).state == .unsigned)
    // Two ways to lay it out.
    let (both, why) = try state { $0["Versions/A/x"] = .file([1]) }
    #expect(both == .malformed && why.contains("bundle.layout.ambiguous"))
  }
}

extension Report {
  var codes: Set<String> { Set((findings + signatures.flatMap(\.findings)).map(\.code)) }
}

extension MemoryTree {
  /// The files and links of a ustar archive that a test made.
  init(tar: [UInt8]) {
    self.init()
    var place = 0
    func text(_ from: Int, _ count: Int) -> String {
      String(decoding: tar[(place + from)..<(place + from + count)].prefix { $0 != 0 }, as: UTF8.self)
    }
    while place + 512 <= tar.count, tar[place] != 0 {
      let (path, size) = (text(0, 100), Int(text(124, 11), radix: 8) ?? 0)
      if tar[place + 156] == UInt8(ascii: "2") {
        self[path] = .link(text(157, 100))
      } else {
        self[path] = .file(Array(tar[(place + 512)..<(place + 512 + size)]))
      }
      place += 512 + (size + 511) / 512 * 512
    }
  }
}
