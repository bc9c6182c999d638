import AssayApple
import AssayBytes
import AssayCore
import AssayEngine
import AssayMaker
import AssayPKI
import Testing

/// Signatures in a file of their own, for one image or for each architecture, as `codesign --detached` writes them.
struct DetachedSignatureTests {
  private static let arm = MachOSpec().build()
  private static let intel = MachOSpec(.x86_64).build()
  private static let both = MachOSpec.universal([(.x86_64, intel), (.arm64, arm)])

  private static func signature(_ code: [UInt8]) -> [UInt8] { AppSample.developer.encode(over: code) }
  /// The index by cputype.
  private static func detached(_ parts: [(slot: Int, octets: [UInt8])]) -> [UInt8] {
    let whole = CodeSignatureSpec.superBlob(parts)
    return [0xFA, 0xDE, 0x0C, 0xC1] + whole[4...]
  }
  private static let universal = detached([
    (MachOSpec.Machine.x86_64.type, signature(intel)), (MachOSpec.Machine.arm64.type, signature(arm)),
  ])

  private func states(_ code: [UInt8], by octets: [UInt8]) throws -> [State] {
    var work = Work()
    let signature = try DetachedSignature(octets[...], &work.budget)
    let artifact = try MachOArtifact(MemorySource(code), detached: signature, &work.budget)
    let measured = try artifact.measure(also: [], &work)
    let context = TrustContext(trust: MachOJudging.trust, now: MachOJudging.now)
    return artifact.claims.map { $0.check(measured, in: context, &work).state }
  }

  @Test func goodOnesAreTrusted() throws {
    #expect(try states(Self.arm, by: Self.signature(Self.arm)) == [.trusted])
    #expect(try states(Self.both, by: Self.universal) == [.trusted, .trusted])
    #expect(try states(Self.arm, by: Self.universal) == [.trusted])
    // An image that is signed inside, too: what is inside does not count.
    let inside = MachOSpec().sign(CodeSignatureSpec())
    let code = Array(inside[..<MachOSpec().build().count])
    #expect(try states(inside, by: Self.signature(code)) == [.trusted])
  }

  @Test func othersAreNot() throws {
    #expect(try states(Self.arm.flipping(5_000), by: Self.universal) == [.tampered])
    let swapped = Self.detached([
      (MachOSpec.Machine.arm64.type, Self.signature(Self.intel)), (MachOSpec.Machine.x86_64.type, Self.signature(Self.arm)),
    ])
    #expect(try states(Self.both, by: swapped) == [.tampered, .tampered])
    let one = Self.detached([(MachOSpec.Machine.arm64.type, Self.signature(Self.arm))])
    #expect(try states(Self.both, by: one) == [.unsigned, .trusted])
  }

  /// As the tool meets them: `NAME.cs` beside `NAME`.
  @Test func besideTheCode() throws {
    func report(_ code: [UInt8], _ beside: MemoryTree.Node?, name: String = "bin/tool.cs") throws -> Report {
      var tree = MemoryTree(["bin/tool": .file(code)])
      if let beside { tree[name] = beside }
      var artifact = try Artifact(target: "tool", name: "tool", source: MemorySource(code))
      artifact.place = TreePlace(tree, path: "bin/tool")
      var work = Work()
      return Assessor().assess(artifact, in: TrustContext(trust: MachOJudging.trust, now: MachOJudging.now), &work)
    }
    let good = try report(Self.both, .file(Self.universal))
    #expect(good.state == .trusted && good.signatures.allSatisfy { $0.kind == .detached }, "\(good.allCodes.sorted())")
    #expect(try report(Self.both.flipping(Self.both.count / 2), .file(Self.universal)).state == .tampered)
    #expect(try report(Self.both, .file(Array(Self.universal.dropLast()))).state == .malformed)
    #expect(try report(Self.both, nil).state == .unsigned)
    #expect(try report(Self.both, .file(Self.universal), name: "bin/other.cs").state == .unsigned)
    #expect(try report(Self.both, .file(Array("using System;".utf8))).state == .unsigned)
    #expect(try report(Self.both, .folder).state == .unsigned)
  }

  /// codesign always puts what all architectures share into a part of its own, under 0.
  @Test func genuineOnesHaveACommonPart() throws {
    let shared = CodeSignatureSpec.superBlob([(0x10001, BigEndian.blob(0xFADE_0B01, [1, 2, 3]))])
    let whole = Self.detached([
      (0, shared), (MachOSpec.Machine.x86_64.type, Self.signature(Self.intel)),
      (MachOSpec.Machine.arm64.type, Self.signature(Self.arm)),
    ])
    #expect(try states(Self.both, by: whole) == [.trusted, .trusted])
    // The common part is no signature: an architecture that has none is not signed.
    let one = Self.detached([(0, shared), (MachOSpec.Machine.arm64.type, Self.signature(Self.arm))])
    #expect(try states(Self.both, by: one) == [.unsigned, .trusted])
    // What an image needs may stand in it.
    let requirements = RequirementSpec.designated(RequirementSpec.identifier("com.example.tool"))
    let spec = AppSample.developer.with { $0.requirements = requirements }
    let split = spec.with { $0.editBlobs = { $0.filter { $0.slot != 2 } } }.encode(over: Self.arm)
    func index(_ common: [UInt8]) -> [UInt8] { Self.detached([(0, common), (MachOSpec.Machine.arm64.type, split)]) }
    #expect(try states(Self.arm, by: index(CodeSignatureSpec.superBlob([(2, requirements)]))) == [.trusted])
    #expect(try states(Self.arm, by: index(shared)) == [.tampered])
    #expect(try states(Self.arm, by: index([1, 2, 3, 4] + shared[4...])) == [.malformed])
  }

  // MARK: - Bundles

  private static let info = BundleSpec.info("com.example.assay.sample", executable: "Sample")

  /// An application whose signature is kept beside it, with the seal of its resources inside.
  private static func bundle(_ main: [UInt8] = arm, covering code: [UInt8] = arm, seal edit: ([UInt8]) -> [UInt8] = { $0 }) -> (
    tree: MemoryTree, signature: [UInt8]
  ) {
    let contents = BundleSpec().with { $0.info = info }
    let seal = contents.seal
    let own = AppSample.developer.with {
      ($0.identifier, $0.info, $0.resources) = ("com.example.assay.sample", info, seal)
    }.encode(over: code)
    let shared = CodeSignatureSpec.superBlob([
      (3, BigEndian.blob(0xFADE_0B01, edit(seal))), (0x10001, BigEndian.blob(0xFADE_0B01, [1])),
    ])
    var tree = MemoryTree(["Sample.app/Contents/Info.plist": .file(info), "Sample.app/Contents/MacOS/Sample": .file(main)])
    for (path, node) in contents.nodes {
      switch node {
      case .file(let octets): tree["Sample.app/Contents/\(path)"] = .file(octets)
      case .link(let target): tree["Sample.app/Contents/\(path)"] = .link(target)
      }
    }
    return (tree, detached([(0, shared), (MachOSpec.Machine.arm64.type, own)]))
  }

  private func judge(_ tree: MemoryTree, _ beside: [UInt8]?, name: String = "Sample.app.cs") throws -> Report {
    let whole = tree.with { $0[name] = beside.map { .file($0) } }
    var artifact = try Artifact(target: "Sample.app", name: "Sample.app", folder: TreePlace(whole, path: "Sample.app"))
    artifact.surroundings = { Surroundings(whole, path: "Sample.app", volume: nil) }
    var work = Work()
    return Assessor().assess(artifact, in: TrustContext(trust: MachOJudging.trust, now: MachOJudging.now), &work)
  }

  @Test func bundlesHaveThemToo() throws {
    let (tree, signature) = Self.bundle()
    let good = try judge(tree, signature)
    #expect(good.state == .trusted && good.signatures.first?.teamID == "ASSAYTEAM1", "\(good.state) \(good.allCodes.sorted())")
    #expect(
      good.signatures.first?.ladder.rungs.contains { $0.name == "seal" && $0.message.hasPrefix("Sample.app.cs seals") } == true)
    #expect(try judge(tree, nil).state == .unsigned)
    #expect(try judge(tree, signature, name: "Other.app.cs").state == .unsigned)
    // Each changes one thing.
    #expect(try judge(Self.bundle(Self.arm.flipping(5_000)).tree, signature).state == .tampered)
    let file = "Sample.app/Contents/Resources/main.txt"
    #expect(try judge(tree.with { $0[file] = .file([1, 2, 3]) }, signature).allCodes.contains("bundle.resource.altered"))
    #expect(try judge(tree.with { $0[file] = nil }, signature).allCodes.contains("bundle.resource.missing"))
    #expect(try judge(tree.with { $0["Sample.app/Contents/Resources/new"] = .file([1]) }, signature).state == .tampered)
    #expect(try judge(tree.with { $0["Sample.app/Contents/Info.plist"] = .file(Self.info + [0x0A]) }, signature).state == .tampered)
    let (_, other) = Self.bundle(seal: { $0 + [0x0A] })
    #expect(try judge(tree, other).state == .tampered)
    #expect(try judge(tree, Array(signature.dropLast())).state == .malformed)
  }

  /// The signature inside does not count then, its seal neither.
  @Test func whatIsInsideIsNotAsked() throws {
    let (tree, signature) = Self.bundle()
    let inside = tree.with { $0["Sample.app/Contents/_CodeSignature/CodeResources"] = .file(Array("no seal".utf8)) }
    #expect(try judge(inside, signature).state == .trusted)
    let main = MachOSpec().sign(CodeSignatureSpec())
    let both = Self.bundle(main, covering: Array(main[..<Self.arm.count]))
    #expect(try judge(both.tree, both.signature).state == .trusted)
    #expect(try judge(both.tree, nil).state != .trusted)
  }

  @Test func brokenOnesAreErrors() {
    func code(_ octets: [UInt8]) -> String? {
      var budget = Budget()
      do throws(ParseError) {
        _ = try DetachedSignature(octets[...], &budget)
        return nil
      } catch {
        return error.code
      }
    }
    let good = Self.universal
    #expect(code(good) == nil)
    #expect(code(good + [0]) == "apple.superblob.length")
    #expect(code(Array(good.dropLast())) == "apple.superblob.length")
    #expect(code(Array(good[..<11])) == "apple.superblob.truncated")
    #expect(code(Array(good[..<8]) + [0, 0, 0, 65] + Array(good[12...])) == "apple.superblob.length")
    #expect(code(Array(good[..<16]) + [0, 0, 0, 4] + Array(good[20...])) == "apple.superblob.range")
    #expect(code(Array(good[..<20]) + Array(good[12..<16]) + Array(good[24...])) == "apple.superblob.duplicate")
    for count in 12..<min(200, good.count) { #expect(code(Array(good[..<count])) != nil, "\(count)") }
  }
}
