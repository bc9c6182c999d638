import AssayApple
import AssayBytes
import AssayCore
import AssayEngine
import AssayMaker
import AssayPKI
import AssayPolicy
import AssayTrustData
import Testing

/// Attacks 32, 41 and 42 of the family, and those that keeping a signature beside a file invites: each changes one thing.
struct AttacksOnScripts {
  static let script = AppleScriptSpec.compiled()
  static let signature = CodeSignatureSpec.script(AppleTestCA.developer()).with {
    $0.team = "ASSAYTEAM1"
    $0.time = MakerTime(2025, 3, 1, 12)
  }

  private func context() -> TrustContext {
    let anchors = [TestCA.codeRoot, TestCA.timeRoot].map { root in
      var budget = Budget()
      guard let read = try? Certificate(encoded: root.der[...], &budget) else { preconditionFailure("the maker's own") }
      return TrustAnchor(read, bundle: "apple")
    }
    return TrustContext(trust: TrustStore(anchors: anchors), now: MachOJudging.now)
  }

  private func assess(_ tree: MemoryTree, _ path: String = "Sample.scpt") throws -> Report {
    var artifact = try Artifact(
      target: path, name: path.split(separator: "/").last.map(String.init) ?? path, source: try tree.open(path))
    artifact.place = TreePlace(tree, path: path)
    var work = Work()
    return Assessor().assess(artifact, in: context(), &work)
  }

  private func tree(_ script: [UInt8] = script, _ path: String = "Sample.scpt") -> MemoryTree { MemoryTree([path: .file(script)]) }

  private func attributes(_ prefix: String = "user.", over script: [UInt8] = script) -> [String: [UInt8]] {
    Dictionary(uniqueKeysWithValues: Self.signature.attributes(over: script).map { (prefix + $0.name, $0.octets) })
  }

  @Test func everyPlaceCounts() throws {
    for prefix in ["", "user.", "osx."] {
      #expect(try assess(tree().with { $0.attributes["Sample.scpt"] = attributes(prefix) }).state == .trusted, "\(prefix)")
    }
    let double = AppleDoubleSpec(Self.signature.attributes(over: Self.script)).encode()
    for place in ["folder/._Sample.scpt", "folder/__MACOSX/._Sample.scpt"] {
      let tree = tree(Self.script, "folder/Sample.scpt").with { $0[place] = .file(double) }
      #expect(try assess(tree, "folder/Sample.scpt").state == .trusted, "\(place)")
    }
    var beside = tree()
    for part in Self.signature.parts(over: Self.script) { beside["Sample.scpt.cs/\(part.name)"] = .file(part.octets) }
    let report = try assess(beside)
    #expect(report.state == .trusted && report.roles == [.script] && report.platform == "macos")
    #expect(report.signatures.map(\.kind) == [.detached] && report.signatures.first?.teamID == "ASSAYTEAM1")
    #expect(report.digests.contains { $0.name == "cdhash" && $0.value.count == 40 })
    // Names that are none of Apple's.
    for name in ["user.com.apple.csCodeDirectory", "trusted.com.apple.cs.CodeDirectory", "user.com.apple.cs.Other"] {
      let other = tree().with { $0.attributes["Sample.scpt"] = [name: [1]] }
      #expect(try assess(other).state == .unsigned, "\(name)")
    }
  }

  @Test("42: copied to another file, or stripped") func copiedOrStripped() throws {
    #expect(try assess(tree()).state == .unsigned)
    for (what, script) in [
      ("same length", AppleScriptSpec.compiled(seed: 2)), ("shorter", AppleScriptSpec.compiled(byteCount: 400)),
      ("longer", Self.script + Self.script), ("empty", []), ("text", AppleScriptSpec.text),
    ] {
      let report = try assess(tree(script).with { $0.attributes["Sample.scpt"] = attributes() })
      #expect(report.state == .tampered, "\(what): \(report.state) \(report.allCodes)")
      #expect(report.signatures.allSatisfy { $0.signer == nil }, "\(what)")
    }
  }

  @Test func everyBitOfTheScriptIsCovered() throws {
    let text = AppleScriptSpec.text
    let kept = attributes(over: text)
    for place in text.indices {
      var changed = text
      changed[place] ^= 0x20
      let report = try assess(tree(changed, "a.applescript").with { $0.attributes["a.applescript"] = kept }, "a.applescript")
      #expect(report.state == .tampered, "octet \(place)")
    }
  }

  /// A bit of any part: never trusted, but where an octet of the CMS only declares.
  @Test func everyBitOfThePartsCounts() throws {
    let kept = attributes()
    for (name, octets) in kept {
      let isCMS = name.hasSuffix("CodeSignature")
      for place in Swift.stride(from: 0, to: octets.count, by: isCMS ? 41 : 1) {
        var changed = octets
        changed[place] ^= 0x01
        let report = try assess(
          tree().with {
            $0.attributes["Sample.scpt"] = kept
            $0.attributes["Sample.scpt"]?[name] = changed
          })
        if !isCMS { #expect(report.state > .trusted, "\(name) octet \(place)") }
        #expect(report.state != .unsigned, "\(name) octet \(place)")
      }
      let without = try assess(
        tree().with {
          $0.attributes["Sample.scpt"] = kept
          $0.attributes["Sample.scpt"]?[name] = nil
        })
      #expect(without.state > .unsigned, "\(name) gone: \(without.state)")
    }
  }

  /// A good signature beside one of another file: both are told, and the good one is for these very bytes.
  @Test func placesAreSignaturesOfTheirOwn() throws {
    let other = AppleDoubleSpec(Self.signature.attributes(over: AppleScriptSpec.compiled(seed: 7))).encode()
    let both = tree().with {
      $0.attributes["Sample.scpt"] = attributes()
      $0["._Sample.scpt"] = .file(other)
    }
    let report = try assess(both)
    #expect(report.signatures.map(\.state) == [.trusted, .tampered] && report.state == .trusted)
    // The same in two places is one.
    let same = AppleDoubleSpec(Self.signature.attributes(over: Self.script)).encode()
    #expect(try assess(both.with { $0["._Sample.scpt"] = .file(same) }).signatures.count == 1)
    let conflict = tree().with {
      $0.attributes["Sample.scpt"] = attributes().merging(["osx.com.apple.cs.CodeSignature": [1]]) { first, _ in first }
    }
    #expect(try assess(conflict).state == .malformed)
  }

  @Test func whatOnlyLooksLikeAPlaceIsNone() throws {
    // A C# source of the same name, an AppleDouble file without attributes, a text called like one.
    let cases: [(String, MemoryTree.Node)] = [
      ("Sample.scpt.cs", .file(Array("class A {}".utf8))), ("._Sample.scpt", .file(AppleDoubleSpec([]).encode())),
      ("._Sample.scpt", .file(Array("text".utf8))), ("._Sample.scpt", .link("/etc/passwd")), ("._Sample.scpt", .special),
      ("Sample.scpt.cs/CodeDirectory", .link("/etc/passwd")), ("Sample.scpt.cs/README", .file([1])),
    ]
    for (path, node) in cases {
      let report = try assess(tree().with { $0[path] = node })
      #expect(report.state == .unsigned, "\(path): \(report.state) \(report.allCodes)")
    }
    let broken = AppleDoubleSpec(Self.signature.attributes(over: Self.script)).with { $0.version = 1 }.encode()
    #expect(try assess(tree().with { $0["._Sample.scpt"] = .file(broken) }).state == .malformed)
    #expect(try assess(tree().with { $0["._Sample.scpt"] = .unreadable }).state == .malformed)
  }

  @Test func whatBelongsBesideAFileIsNoCode() throws {
    let double = AppleDoubleSpec(Self.signature.attributes(over: Self.script)).encode()
    for name in ["._Sample.scpt", "._Sample.applescript", "._run.sh"] {
      let report = try assess(MemoryTree([name: .file(double)]), name)
      #expect(!report.isCode && report.format == nil, "\(name)")
    }
    // The name alone does not hide a script.
    #expect(try assess(tree(Self.script, "._Sample.scpt"), "._Sample.scpt").state == .unsigned)
  }

  @Test("32: an interpreter line that names nothing is a script") func interpreterLines() throws {
    for line in ["#!", "#!\n", "#! \n", "#!\t\r\n/bin/sh"] {
      let report = try assess(tree(Array(line.utf8), "run"), "run")
      #expect(report.isCode && report.roles == [.script] && report.state == .notAssessed, "\(line.debugDescription)")
      let octets = Array(line.utf8)
      let signed = try assess(tree(octets, "run").with { $0.attributes["run"] = attributes(over: octets) }, "run")
      #expect(signed.state == .trusted && signed.roles == [.script] && signed.format == "signed-file")
    }
    let osascript = [
      "#!/usr/bin/osascript", "#! /usr/bin/osascript -l JavaScript", "#!/usr/bin/env osascript",
      "#!/usr/bin/env -S osascript -l AppleScript\nx",
    ]
    for line in osascript { #expect(try assess(tree(Array(line.utf8), "run"), "run").format == "applescript", "\(line)") }
    for line in ["#!/bin/sh osascript", "#!/usr/bin/env sh osascript", "#!/usr/bin/notosascript", "# /usr/bin/osascript"] {
      #expect(try assess(tree(Array(line.utf8), "run"), "run").format == nil, "\(line)")
    }
  }

  /// Thousands of scripts on a Linux system are nobody's business here.
  @Test func otherScriptsStayWhatTheyAre() throws {
    let shell = AppleScriptSpec.shell
    let report = try assess(tree(shell, "run"), "run")
    #expect(report.format == nil && report.platform == "linux" && report.state == .notAssessed)
    let signed = tree(shell, "run").with { $0.attributes["run"] = attributes(over: shell) }
    #expect(try assess(signed, "run").state == .trusted)
    #expect(try assess(signed.with { $0["run"] = .file(shell + [0x0A]) }, "run").state == .tampered)
    // Data can be signed, too; it has no role.
    let data = Array("data".utf8)
    let letter = try assess(tree(data, "letter").with { $0.attributes["letter"] = attributes(over: data) }, "letter")
    #expect(letter.state == .trusted && letter.roles.isEmpty)
  }

  @Test("T1059.002: the builtin policy") func row() throws {
    let policy = try #require(CompiledPolicy.builtin("m1045", names: .windows))
    let good = policy.judge(
      try assess(tree().with { $0.attributes["Sample.scpt"] = attributes() }), beside: FolderFacts())
    #expect(good.decision == .accept && good.attack.contains("T1059.002"))
    let bare = policy.judge(try assess(tree()), beside: FolderFacts())
    #expect(bare.decision == .reject && bare.attack.contains("T1059.002"))
    #expect(bare.findings.contains { $0.code == "policy.script.unsigned" && $0.attack == ["T1059.002"] })
  }

  @Test func theWorstPartOfAnArchiveDecides() throws {
    let policy = try #require(CompiledPolicy.builtin("m1045", names: .windows))
    var archive = PaxSpec()
    archive.add("Sample.scpt", Self.script, attributes: Self.signature.attributes(over: Self.script))
    let good = try assess(MemoryTree(["a.tar": .file(archive.encode())]), "a.tar")
    let verdict = policy.judge(good, beside: FolderFacts())
    #expect(good.state == .trusted && verdict.decision == .accept && verdict.attack.contains("T1059.002"))
    archive.add("Other.applescript", AppleScriptSpec.text)
    let mixed = try assess(MemoryTree(["a.tar": .file(archive.encode())]), "a.tar")
    let refused = policy.judge(mixed, beside: FolderFacts())
    #expect(mixed.state == .unsigned && refused.decision == .reject && refused.reason.hasPrefix("Other.applescript: "))
    #expect(refused.findings.contains { $0.code == "policy.script.unsigned" })
  }

  @Test("41: a main executable that is a FIFO or a link") func executablesThatAreNoPlainFiles() throws {
    let info = BundleSpec.info("com.example.assay.sample", executable: "run")
    let nodes: [MemoryTree.Node] = [.special, .link("/bin/sh"), .folder]
    for node in nodes {
      var tree = MemoryTree(["Contents/Info.plist": .file(info)])
      tree["Contents/MacOS/run"] = node
      var work = Work()
      let report = Assessor().assess(
        try Artifact(target: "Sample.app", name: "Sample.app", folder: TreePlace(tree)), in: context(), &work)
      #expect(report.allCodes.contains("bundle.executable.special"), "\(node): \(report.allCodes)")
      #expect(report.state > .trusted, "\(node): \(report.state)")
    }
  }
}
