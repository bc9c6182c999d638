import AssayBytes
import AssayCore
import AssayMaker
import AssayEngine
import AssayPKI
import Foundation
import Testing

/// Attacks of the list on bundles with code inside: one thing changed against an application that is trusted.
struct AttacksOnBundles {
  private let app = AppSample()

  @Test func goodOnesAreTrusted() throws {
    let report = try app.assess()
    #expect(report.state == .trusted, "\(report.codes.sorted())")
    #expect(report.nested.map(\.state) == [.trusted])
    #expect(report.signatures.allSatisfy { $0.signer != nil })
    #expect(try app.with { $0.helper = nil }.assess().state == .trusted)
    let binary = try app.with { $0.editSeal = Self.binary }.assess()
    #expect(binary.state == .trusted, "a seal as a binary property list: \(binary.codes.sorted())")
  }

  // MARK: 26, nested code

  private func state(_ change: (inout AppSample.Tool) -> Void) throws -> (State, Set<String>) {
    var helper = AppSample.Tool()
    change(&helper)
    let report = try app.with { $0.helper = helper }.assess()
    return (report.state, Set(report.codes).union(report.nested.flatMap(\.codes)))
  }

  @Test("26: nested code that is not what was sealed") func nestedCode() throws {
    let original = AppSample.Tool()
    let flipped = try state { $0.replacement = original.octets.flipping(5_000) }
    #expect(flipped.0 == .tampered && flipped.1.contains("apple.pages.mismatch"))
    let bare = try state { $0.replacement = original.image.build() }
    #expect(bare.0 >= .unsigned && bare.1.contains("engine.nested.worse"))
    let adhoc = try state { $0.replacement = original.image.sign(CodeSignatureSpec()) }
    #expect(adhoc.0 >= .untrusted && adhoc.1.contains("apple.signer.adhoc"))
    let script = try state { $0.replacement = Array("#!/bin/sh\n".utf8) }
    #expect(script.0 > .untrusted, "\(script)")
    // Another build by the same developer, which the requirement allows: told, and trusted.
    let later = try state { $0.replacement = original.image.with { $0.seed = 8 }.sign(original.signature ?? AppSample.developer) }
    #expect(later.0 == .trusted && later.1.contains("bundle.nested.cdhash"), "\(later)")
    // Sealed as a plain file, the outer signer vouches for its bytes.
    let plain = app.with {
      $0.helper = nil
      $0.contents.nodes["MacOS/helper"] = .file(original.octets)
    }
    #expect(try plain.assess().state == .trusted)
    let other = original.image.with { $0.seed = 8 }.sign(AppSample.developer)
    let swapped = try plain.assess { $0["Contents/MacOS/helper"] = .file(other) }
    #expect(swapped.state == .tampered && swapped.codes.contains("bundle.resource.altered"))
    // Taken away, or not sealed at all.
    #expect(try app.assess { $0["Contents/MacOS/helper"] = nil }.codes.contains("bundle.resource.missing"))
    #expect(try app.assess { $0["Contents/MacOS/second"] = .file(original.octets) }.codes.contains("bundle.resource.added"))
    #expect(try app.assess { $0["Contents/MacOS/helper"] = .link("Sample") }.codes.contains("bundle.resource.type-changed"))
  }

  /// A framework with versions inside the application; `edit` changes the whole tree.
  private func framework(_ edit: (inout MemoryTree) -> Void = { _ in }) throws -> Report {
    let version = BundleSpec(signer: AppleTestCA.developer()).with {
      $0.identifier = "com.example.frame"
      $0.info = BundleSpec.info("com.example.frame")
      $0.nodes["Resources/Info.plist"] = .file($0.info)
    }
    let built = version.build()
    let sealed =
      "<dict><key>requirement</key><string>identifier &quot;com.example.frame&quot; and anchor apple generic</string></dict>"
    let outer = app.with { $0.contents.extraSeals.append(("Frameworks/Frame.framework", sealed)) }
    var tree = outer.tree
    let root = "Contents/Frameworks/Frame.framework"
    // A version has its property list among its resources, and no Contents.
    for (path, node) in built where path != "Contents/Info.plist" {
      let place = "\(root)/Versions/A/" + path.dropFirst("Contents/".count)
      switch node {
      case .file(let octets): tree[place] = .file(octets)
      case .link(let target): tree[place] = .link(target)
      }
    }
    tree["\(root)/Versions/Current"] = .link("A")
    tree["\(root)/Resources"] = .link("Versions/Current/Resources")
    edit(&tree)
    return try AppSample.assess(tree)
  }

  private func allCodes(_ report: Report) -> Set<String> { report.nested.reduce(report.codes) { $0.union(allCodes($1)) } }

  @Test("26, 27: versions of a framework") func frameworkVersions() throws {
    let good = try framework()
    #expect(good.nested.count == 2)
    let root = "Contents/Frameworks/Frame.framework"
    let before = allCodes(good)
    func added(_ edit: (inout MemoryTree) -> Void) throws -> (State, Set<String>) {
      let report = try framework(edit)
      return (report.state, allCodes(report).subtracting(before))
    }
    #expect(good.state == .trusted, "\(before.sorted())")
    let unsigned = try added { $0["\(root)/Versions/B/Resources/x"] = .file([1]) }
    #expect(unsigned.0 > .untrusted && unsigned.1.contains("bundle.framework.version"), "\(unsigned)")
    for target in ["../../../MacOS", "../../MacOS", "C", "/Library"] {
      let away = try added { $0["\(root)/Versions/Current"] = .link(target) }
      #expect(away.0 > .untrusted && away.1.contains("bundle.root.unsealed"), "\(target): \(away)")
    }
    let both = try added { $0["\(root)/Contents/x"] = .file([1]) }
    #expect(both.0 > .untrusted && both.1.contains("bundle.layout.ambiguous"), "\(both)")
    let beside = try added { $0["\(root)/payload"] = .file([1]) }
    #expect(beside.0 > .untrusted && beside.1.contains("bundle.root.unsealed"), "\(beside)")
    let misled = try added { $0["\(root)/Resources"] = .link("Versions/B/Resources") }
    #expect(misled.0 > .untrusted && misled.1.contains("bundle.root.unsealed"), "\(misled)")
  }

  @Test("27: a property list that names other code than was signed") func swappedInfo() throws {
    let info = BundleSpec.info("com.example.assay.sample", executable: "helper")
    let report = try app.assess { $0["Contents/Info.plist"] = .file(info) }
    #expect(report.state > .untrusted && !report.signatures.contains { $0.state == .trusted })
    let cased = BundleSpec.info("com.example.assay.sample", executable: "sample")
    #expect(try app.assess { $0["Contents/Info.plist"] = .file(cased) }.codes.contains("bundle.executable.missing"))
    let twice = try app.assess { $0["Contents/Info.plist"] = .link("../MacOS/helper") }
    #expect(twice.state > .untrusted && twice.codes.contains("bundle.info.special"))
  }

  @Test("28: nothing stands beside what is sealed") func besides() throws {
    for path in ["payload", ".hidden", "MacOS/Sample", "Contents2/x"] {
      let report = try app.assess { $0[path] = .file([1]) }
      #expect(report.state == .malformed && report.codes.contains("bundle.root.unsealed"), "\(path): \(report.codes.sorted())")
    }
    for path in ["payload", "CodeDirectory", "CodeResources.old"] {
      let report = try app.assess { $0["Contents/_CodeSignature/\(path)"] = .file([1]) }
      #expect(report.state == .malformed && report.codes.contains("bundle.root.unsealed"), "\(path): \(report.codes.sorted())")
    }
    #expect(try app.assess { $0[".DS_Store"] = .file([1]) }.state == .trusted)
  }

  @Test("29: a seal that is signed and gone, or there and not signed; the executable alone") func sealAndSlot() throws {
    let gone = try app.assess { $0["Contents/_CodeSignature/CodeResources"] = nil }
    #expect(gone.state == .tampered && gone.codes.isSuperset(of: ["apple.slot.missing", "bundle.seal.missing"]))
    let unsealed = try app.with { $0.coversSeal = false }.assess()
    #expect(unsealed.state == .malformed && unsealed.codes.contains("apple.slot.unsealed"))
    let neither = try app.with { $0.coversSeal = false }.assess { $0["Contents/_CodeSignature/CodeResources"] = nil }
    #expect(neither.state == .malformed && neither.codes.contains("bundle.seal.missing"))
    guard case .file(let main)? = app.tree["Contents/MacOS/Sample"] else {
      Issue.record("there is a main executable")
      return
    }
    let alone = MachOJudging()(main)
    #expect(alone.state == .trusted && alone.codes.contains("apple.slot.elsewhere"))
    let rungs = alone.signatures.flatMap(\.ladder.rungs)
    #expect(rungs.contains { $0.name == "CodeResources" && $0.outcome == .notEstablished })
  }

  @Test("30: what copies carry beside a file's bytes", arguments: ["com.apple.ResourceFork", "com.apple.FinderInfo"])
  func sideband(attribute: String) throws {
    for path in ["Contents/Resources/main.txt", "Contents/MacOS/Sample", "Contents/MacOS/helper"] {
      let tree = app.tree.with { $0.attributes[path] = ["user.\(attribute)": [1, 2, 3]] }
      let report = try AppSample.assess(tree)
      #expect(report.state == .trusted && report.codes.contains("bundle.resource.sideband"), "\(path): \(report.codes.sorted())")
      #expect(try AppSample.assess(tree, isStrict: true).state == .malformed, "\(path)")
    }
    for path in ["Contents/Resources/._main.txt", "Contents/MacOS/._Sample", "Contents/._Info.plist"] {
      let report = try app.assess { $0[path] = .file([0, 5, 0x16, 7]) }
      #expect(report.state == .tampered && report.codes.contains("bundle.resource.added"), "\(path)")
    }
  }

  @Test("31: a script for an executable is unsigned code") func scriptForExecutable() throws {
    let script = MemoryTree.Node.file(Array("#!/bin/bash\nopen /\n".utf8))
    for change: (inout MemoryTree) -> Void in [
      {
        $0["Contents/Info.plist"] = nil
        $0["Contents/MacOS/Sample"] = script
      }, { $0["Contents/MacOS/Sample"] = script },
    ] {
      let report = try app.assess(change)
      #expect(report.state > .untrusted && report.isCode, "\(report.state)")
    }
    let bare = try AppSample.assess(MemoryTree(["Contents/MacOS/Sample": script]))
    #expect(bare.state == .unsigned && bare.isCode)
  }

  // MARK: 40, property lists

  private static func binary(_ octets: [UInt8]) -> [UInt8] {
    guard let value = try? PropertyListSerialization.propertyList(from: Data(octets), options: [], format: nil),
      let data = try? PropertyListSerialization.data(fromPropertyList: value, format: .binary, options: 0)
    else { return [] }
    return [UInt8](data)
  }
  private static func edited(_ change: @escaping (String) -> String) -> ([UInt8]) -> [UInt8] {
    { Array(change(String(decoding: $0, as: UTF8.self)).utf8) }
  }

  @Test("40: a seal that readers understand differently is refused by name") func ambiguousSeals() throws {
    let start = "<plist version=\"1.0\"><dict>"
    let cases: [(String, ([UInt8]) -> [UInt8])] = [
      (
        "plist.key.duplicate",
        Self.edited { $0.replacing(start, with: start + "<key>files2</key><dict/>") }
      ),
      (
        "plist.xml.doctype",
        Self.edited { $0.replacing("<!DOCTYPE plist PUBLIC", with: "<!DOCTYPE plist [<!ENTITY x \"y\">] PUBLIC") }
      ),
      ("plist.xml.reference", Self.edited { $0.replacing(start, with: start + "<key>&x;</key><true/>") }),
      ("plist.form.openstep", { _ in Array("{ files = {}; rules = {}; }".utf8) }),
      ("plist.encoding.unsupported", { [0xFE, 0xFF] + $0.flatMap { [0, $0] } }),
      ("plist.trailing", { $0 + Array("<plist/>".utf8) }),
      ("coderesources.root.type", { _ in Array("<plist version=\"1.0\"><array/></plist>".utf8) }),
    ]
    for (code, edit) in cases {
      let report = try app.with { $0.editSeal = edit }.assess()
      #expect(report.state == .malformed && report.codes.contains(code), "\(code): \(report.state) \(report.codes.sorted())")
    }
    // A control octet in a name, as AppleScript applets have it, is read as CoreFoundation reads it.
    let odd = try app.with { $0.contents.nodes["Resources/Icon\r"] = .file([1]) }.assess()
    #expect(odd.state != .trusted || odd.signatures.allSatisfy { $0.signer != nil })
  }

  @Test("40: the same of Info.plist") func ambiguousInfo() throws {
    let twice = "<key>CFBundleExecutable</key><string>Sample</string><key>CFBundleExecutable</key><string>helper</string>"
    let report = try app.with { $0.contents.info = BundleSpec.plist(twice) }.assess()
    #expect(report.state >= .malformed && report.codes.contains("plist.key.duplicate"), "\(report.state) \(report.codes.sorted())")
  }

  // MARK: 41

  @Test("41: an executable that is no plain file, or changes while it is read") func noPlainFile() throws {
    for node: MemoryTree.Node in [.special, .link("/bin/ls"), .link("helper"), .folder] {
      let report = try app.assess { $0["Contents/MacOS/Sample"] = node }
      #expect(report.state > .untrusted && report.codes.contains("bundle.executable.special"), "\(report.codes.sorted())")
    }
    let changing = ChangingSource(MemorySource(AttacksOnMachO.good))
    var work = Work()
    let artifact = try Artifact(target: "tool", name: "tool", source: changing)
    let report = Assessor().assess(artifact, in: TrustContext(trust: MachOJudging.trust, now: MachOJudging.now), &work)
    #expect(report.state == .notAssessed && report.codes == ["io.changed"], "\(report.state) \(report.codes)")
  }
}

/// A file that somebody writes to while it is judged.
private struct ChangingSource: ByteSource {
  let inner: MemorySource
  init(_ inner: MemorySource) { self.inner = inner }
  var byteCount: Int { inner.byteCount }
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ParseError) {
    try inner.read(at: offset, into: buffer)
  }
  func confirmUnchanged() throws(ParseError) { throw ParseError("io.changed", "the file changed while it was read") }
}
