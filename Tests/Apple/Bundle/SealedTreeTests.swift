import AssayBytes
import AssayCore
import AssayPKI
import Foundation
import Testing

import AssayApple

/// A bundle in memory whose seal is made by Foundation's property list writer.
struct SealedSample {
  static var rules2: [String: Any] {
    [
      "^.*": true, "^[^/]+$": ["nested": true, "weight": 10.0],
      "^(Frameworks|SharedFrameworks|PlugIns|Plug-ins|XPCServices|Helpers|MacOS|Library/(Automator|Spotlight|LoginItems))/": [
        "nested": true, "weight": 10.0,
      ],
      ".*\\.dSYM($|/)": ["weight": 11.0], "^Info\\.plist$": ["omit": true, "weight": 20.0],
      "^PkgInfo$": ["omit": true, "weight": 20.0],
      "^version\\.plist$": ["weight": 20.0], "^embedded\\.provisionprofile$": ["weight": 20.0], "^Resources/": ["weight": 20.0],
      "^Resources/.*\\.lproj/": ["optional": true, "weight": 1000.0], "^Resources/Base\\.lproj/": ["weight": 1010.0],
      "^Resources/.*\\.lproj/locversion.plist$": ["omit": true, "weight": 1100.0],
      "^(.*/)?\\.DS_Store$": ["omit": true, "weight": 2000.0],
    ]
  }

  var files: [String: [UInt8]] = [
    "Resources/a.txt": Array("a".utf8), "Resources/b/c.txt": Array("c".utf8), "Resources/de.lproj/x.strings": Array("x".utf8),
    "version.plist": Array("v".utf8),
  ]
  var links: [String: String] = ["Resources/link": "b/c.txt"]
  var nested: [String: String] = [:]
  var optional: Set<String> = ["Resources/de.lproj/x.strings"]
  var rules = SealedSample.rules2
  var version = 2

  static func sealed(_ bytes: [UInt8]) -> [String: Any] {
    ["hash": Data(DigestAlgorithm.sha1.digest(bytes)), "hash2": Data(DigestAlgorithm.sha256.digest(bytes))]
  }

  var seal: [UInt8] {
    get throws {
      var sealed: [String: Any] = [:]
      for (path, bytes) in files {
        var entry = SealedSample.sealed(bytes)
        if optional.contains(path) { entry["optional"] = true }
        sealed[path] = entry
      }
      for (path, target) in links { sealed[path] = ["symlink": target] }
      for (path, requirement) in nested { sealed[path] = ["requirement": requirement, "cdhash": Data(count: 20)] }
      let old = files.mapValues { Data(DigestAlgorithm.sha1.digest($0)) }
      var root: [String: Any] = ["files": old, "rules": ["^Resources/": true, "^version.plist$": true]]
      if version == 2 { (root["files2"], root["rules2"]) = (sealed, rules) }
      return [UInt8](try PropertyListSerialization.data(fromPropertyList: root, format: .xml, options: 0))
    }
  }

  var tree: MemoryTree {
    var tree = MemoryTree(["Contents/Info.plist": .file(Array("i".utf8)), "Contents/MacOS/main": .file(Array("m".utf8))])
    for (path, bytes) in files { tree["Contents/" + path] = .file(bytes) }
    for (path, target) in links { tree["Contents/" + path] = .link(target) }
    return tree
  }

  /// The comparison of a tree, changed or not, with the seal.
  func compare(_ tree: MemoryTree) throws -> SealedContent { try compareAll(tree).outcome }

  func compareAll(_ tree: MemoryTree) throws -> (outcome: SealedContent, nested: [SealedTree.Nested]) {
    var budget = Budget(steps: SealedTree.stepLimit)
    let resources = try CodeResources(parsing: try seal[...], &budget)
    let excluded = Set(["_CodeSignature", "CodeResources", "_MASReceipt", "MacOS/main"].map { Array($0.utf8) })
    let rules = try ResourceRules(resources.rules, excluding: excluded, &budget)
    var sealed = SealedTree(tree, base: "Contents", resources: resources, rules: rules)
    let outcome = sealed.compare(&budget)
    return (outcome, sealed.nested)
  }

  func with(_ change: (inout SealedSample) -> Void) -> SealedSample {
    var copy = self
    change(&copy)
    return copy
  }
}

@Suite struct SealedTreeTests {
  let sample = SealedSample()

  private func codes(_ sample: SealedSample? = nil, _ change: (inout MemoryTree) -> Void) throws -> [String] {
    let sample = sample ?? self.sample
    let outcome = try sample.compare(sample.tree.with(change))
    return (outcome.findings + outcome.gaps).map(\.code)
  }

  @Test func wholeTreeIsIntact() throws {
    let outcome = try sample.compare(sample.tree)
    #expect(outcome.isIntact && outcome.intact == 5 && outcome.findings.isEmpty && outcome.unsealed == 1)
  }

  /// Attack 24, one change each.
  @Test func everyChangeHasItsCode() throws {
    #expect(try codes { $0["Contents/Resources/a.txt"] = .file(Array("A".utf8)) } == ["bundle.resource.altered"])
    #expect(try codes { $0["Contents/Resources/a.txt"] = nil } == ["bundle.resource.missing"])
    #expect(try codes { $0["Contents/Resources/new"] = .file([]) } == ["bundle.resource.added"])
    #expect(try codes { $0["Contents/new"] = .file([]) } == ["bundle.resource.added"])
    #expect(try codes { $0["Contents/MacOS/second"] = .file([]) } == ["bundle.resource.added"])
    #expect(try codes { $0["Contents/Resources/new"] = .link("a.txt") } == ["bundle.resource.added"])
    #expect(try codes { $0["Contents/Resources/._a.txt"] = .file([]) } == ["bundle.resource.added"])
    #expect(try codes { $0["Contents/Resources/a.txt"] = .link("b/c.txt") } == ["bundle.resource.type-changed"])
    #expect(try codes { $0["Contents/Resources/link"] = .file(Array("c".utf8)) } == ["bundle.resource.type-changed"])
    #expect(try codes { $0["Contents/Resources/link"] = .link("a.txt") } == ["bundle.resource.altered"])
    #expect(try codes { $0["Contents/Resources/pipe"] = .special } == ["bundle.resource.special"])
    #expect(try codes { $0["Contents/Resources/.DS_Store"] = .link("a.txt") } == ["bundle.resource.type-changed"])
    #expect(try codes { $0["Contents/Resources/a.txt"] = .unreadable } == ["bundle.resource.unreadable"])
    // A file that turned into a folder: the file is missing, what the folder holds was added.
    let folded = try codes {
      $0["Contents/Resources/a.txt"] = nil
      $0["Contents/Resources/a.txt/x"] = .file([])
    }
    #expect(Set(folded) == ["bundle.resource.missing", "bundle.resource.added"])
  }

  @Test func whatMayChangeMay() throws {
    #expect(try codes { $0["Contents/Resources/de.lproj/x.strings"] = nil } == [])
    #expect(try codes { $0["Contents/Resources/.DS_Store"] = .file([1]) } == [])
    #expect(try codes { $0["Contents/Resources/de.lproj/locversion.plist"] = .file([1]) } == [])
    #expect(try codes { $0["Contents/_CodeSignature/x"] = .file([1]) } == [])
    #expect(try codes { $0["Contents/Resources/empty"] = .folder } == [])
    #expect(try codes { $0["Contents/Resources/de.lproj/x.strings"] = .file([1]) } == ["bundle.resource.altered"])
  }

  @Test func namesWrittenDifferentlyAreTold() throws {
    let sample = sample.with { $0.files["Resources/K\u{F6}ln.txt"] = [1] }
    let variant = try codes(sample) {
      $0["Contents/Resources/K\u{F6}ln.txt"] = nil
      $0["Contents/Resources/Ko\u{308}ln.txt"] = .file([1])
    }
    #expect(variant == ["bundle.resource.name-variant"])
    let cased = try codes {
      $0["Contents/Resources/a.txt"] = nil
      $0["Contents/Resources/A.txt"] = .file(Array("a".utf8))
    }
    #expect(cased == ["bundle.resource.name-variant"])
  }

  @Test func findingsNameFileRuleExpectedAndFound() throws {
    let outcome = try sample.compare(sample.tree.with { $0["Contents/Resources/a.txt"] = .file(Array("A".utf8)) })
    let finding = try #require(outcome.findings.first)
    #expect(finding.message.contains("Contents/Resources/a.txt") && finding.message.contains("\"^Resources/\""))
    #expect(finding.expected == Hex.encode(DigestAlgorithm.sha1.digest(Array("a".utf8))))
    #expect(finding.found == Hex.encode(DigestAlgorithm.sha1.digest(Array("A".utf8))) && finding.attack == ["T1554"])
  }

  /// Attack 25.
  @Test(arguments: [
    ("../../../etc/passwd", "bundle.link.escape"), ("/etc/passwd", "bundle.link.escape"), ("/System/Library/x", nil),
    ("/Library/x", nil), ("/System/../etc/x", "bundle.link.escape"), ("gone", "bundle.link.escape"),
    ("../Info.plist", "bundle.link.escape"),
    ("../MacOS/main", nil), ("../_CodeSignature", "bundle.link.escape"), ("link", "bundle.link.escape"),
    ("../Resources/./a.txt", nil),
    ("a.txt/..", "bundle.link.escape"), ("via/c.txt", nil),
  ])
  func linksMustStayInside(target: String, code: String?) throws {
    let sample = sample.with {
      $0.links["Resources/link"] = target
      $0.links["Resources/via"] = "b"
    }
    #expect(try codes(sample) { $0["Contents/_CodeSignature/x"] = .file([]) } == (code.map { [$0] } ?? []))
  }

  @Test func nestedCodeIsListedAndNotEntered() throws {
    let sample = sample.with { $0.nested = ["Frameworks/F.framework": "identifier f", "MacOS/tool": "identifier t"] }
    let tree = sample.tree.with {
      $0["Contents/Frameworks/F.framework/anything"] = .file([1])
      $0["Contents/MacOS/tool"] = .file([2])
    }
    let (outcome, nested) = try sample.compareAll(tree)
    #expect(outcome.isIntact)
    #expect(nested.map(\.path) == ["Contents/Frameworks/F.framework", "Contents/MacOS/tool"])
    // A folder without a dot in a place for code is gone into; one with a dot that no seal names was added.
    #expect(try codes { $0["Contents/Frameworks/plain/x"] = .file([1]) } == ["bundle.resource.added"])
    #expect(try codes { $0["Contents/Frameworks/N.framework/x"] = .file([1]) } == ["bundle.resource.added"])
    #expect(try codes(sample) { _ in } == ["bundle.resource.missing", "bundle.resource.missing"])
    #expect(
      try codes(sample) {
        $0["Contents/Frameworks/F.framework"] = .link("../Resources/b")
        $0["Contents/MacOS/tool"] = .file([2])
      } == ["bundle.resource.type-changed"])
  }

  @Test func version1KnowsNoLinks() throws {
    let old = sample.with { $0.version = 1 }
    #expect(try codes(old) { _ in } == [])
    #expect(try codes(old) { $0["Contents/Resources/x"] = .link("a.txt") } == [])
    #expect(try codes(old) { $0["Contents/Frameworks/x"] = .file([]) } == [])
    #expect(try codes(old) { $0["Contents/Resources/x"] = .file([]) } == ["bundle.resource.added"])
  }

  /// Attack 23.
  @Test func weakRulesAreSeen() throws {
    func weaknesses(_ rules: [String: Any], version: Int = 2) throws -> Int {
      let sample = sample.with { ($0.rules, $0.version) = (rules, version) }
      var budget = Budget()
      let resources = try CodeResources(parsing: try sample.seal[...], &budget)
      return try ResourceRules(resources.rules, excluding: [], &budget).weaknesses(
        version: resources.version, resources: "Resources/"
      ).count
    }
    let good = SealedSample.rules2
    #expect(try weaknesses(good) == 0)
    #expect(try weaknesses(good.filter { $0.key != "^.*" }) == 1)
    #expect(try weaknesses(good.merging(["^.*": ["omit": true]]) { $1 }) == 2)
    #expect(try weaknesses(good.merging(["^MacOS/": ["omit": true, "weight": 5_000.0]]) { $1 }) == 1)
    #expect(try weaknesses(good.merging(["^Frameworks/": false]) { $1 }) == 1)
    #expect(try weaknesses(good, version: 1) == 0)
  }

  @Test func brokenSealsAreErrors() {
    func code(_ body: String) -> String? {
      var budget = Budget()
      do throws(ParseError) {
        _ = try CodeResources(parsing: Array("<plist>\(body)</plist>".utf8)[...], &budget)
        return nil
      } catch {
        return error.code
      }
    }
    let start = "<dict><key>files</key><dict/><key>rules</key><dict/>"
    #expect(code(start + "</dict>") == nil)
    #expect(code("<array/>") == "coderesources.root.type")
    #expect(code("<dict><key>files2</key><dict/><key>rules2</key><dict/></dict>") == "coderesources.files.missing")
    #expect(code(start + "<key>files2</key><dict/></dict>") == "coderesources.files.missing")
    let two = start + "<key>rules2</key><dict/><key>files2</key><dict><key>a</key>"
    for seal in [
      "<true/>", "<dict/>", "<data>AAAA</data>", "<dict><key>hash2</key><string/></dict>", "<dict><key>symlink</key><true/></dict>",
    ] {
      #expect(code(two + seal + "</dict></dict>") == "coderesources.seal.malformed", "\(seal)")
    }
    let rule = start + "<key>files2</key><dict/><key>rules2</key><dict><key>^a</key>"
    for value in [
      "<string/>", "<dict><key>weight</key><integer>-1</integer></dict>", "<dict><key>weight</key><real>1.5</real></dict>",
    ] {
      #expect(code(rule + value + "</dict></dict>") == "coderesources.rule.malformed", "\(value)")
    }
  }
}
