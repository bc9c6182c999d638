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
      artifact.place = FilePlace(tree, path: "bin/tool")
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
