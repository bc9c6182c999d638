import AssayBytes
import AssayCore
import AssayEngine
import AssayMaker
import AssayPKI
import Foundation
import Testing

/// A list that Microsoft's MakeCat made over files of many kinds, signed here by the test's own authority: which digest stands for
/// which kind is what Microsoft's tool wrote, not what this project believes.
@Suite(.enabled(if: WindowsCorpus.folder != nil, "ASSAY_CORPUS is not set: no list of Microsoft's is looked at"))
struct GenuineCatalogTests {
  private static let folder = "repos/osslsigncode/tests/files"
  private static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(WindowsCorpus.folder ?? "")/\(folder)/\(name)")))
  }

  /// unsigned.cat's list with a signature.
  private static func signed() throws -> [UInt8] {
    var budget = Budget()
    let data = try SignedData(contentInfo: try bytes("unsigned.cat")[...], &budget)
    let list = try #require(data.content)
    return AuthenticodeSpec(TestCA.code()).signedList(Array(list))
  }

  private static func report(_ name: String, _ bytes: [UInt8], _ catalog: [UInt8]) throws -> Report {
    var budget = Budget()
    let anchor = TrustAnchor(try Certificate(encoded: TestCA.codeRoot.der[...], &budget), bundle: "test")
    var context = TrustContext(trust: TrustStore(anchors: [anchor]), now: WindowsCorpus.now)
    context.catalogs = CatalogShelf([
      ScanItem(target: "list.cat", name: "list.cat") { () throws(ParseError) in MemorySource(catalog) }
    ])
    var work = Work()
    return Assessor().assess(try Artifact(target: name, name: name, source: MemorySource(bytes)), in: context, &work)
  }

  @Test(
    "each file of the list is found by the digest that MakeCat chose",
    arguments: ["unsigned.exe", "unsigned.ex_", "unsigned.js", "unsigned.mof", "unsigned.msi", "unsigned.ps1", "unsigned.psc1"])
  func members(name: String) throws {
    let catalog = try Self.signed()
    let report = try Self.report(name, try Self.bytes(name), catalog)
    #expect(report.state == .trusted, "\(report.state) \(report.codes.sorted())")
    let note = try #require(report.signatures.flatMap(\.findings).first { $0.code == "catalog.member.found" })
    #expect(note.message == "listed in list.cat as \(name), for Windows 2:6.0")
    #expect(report.signatures.map(\.kind).contains(.catalog))
    var changed = try Self.bytes(name)
    changed[changed.count - 1] ^= 1
    #expect(try Self.report(name, changed, catalog).state != .trusted)
    // As it is nobody signed it.
    let unsigned = try Self.report(name, try Self.bytes(name), try Self.bytes("unsigned.cat"))
    #expect(unsigned.state != .trusted && unsigned.codes.contains("catalog.member.unverified"))
  }

  @Test("hyperv.cat's members are found in it, and its list is signed by Microsoft")
  func microsoft() throws {
    let report = try WindowsCorpus.report("repos/relic/functest/packages/hyperv.cat")
    #expect(report.state == .trusted && report.format == "catalog")
    #expect(report.signatures.first?.signer?.certificate.subject.organization == "Microsoft Corporation")
    var budget = Budget()
    let bytes = [UInt8](
      try Data(contentsOf: URL(fileURLWithPath: "\(WindowsCorpus.folder ?? "")/repos/relic/functest/packages/hyperv.cat")))
    let lines = try Inspector.inspect(try Artifact(target: "a", name: "a", source: MemorySource(bytes)), &budget)
    #expect(lines.contains(InspectionLine("catalog version", "1")))
    #expect(lines.contains(InspectionLine("member", "sha1 0eb0437fc77cdabf1b479d3e39e0fc1f4e3d0897", level: 1)))
    #expect(lines.contains { $0.label == "members" && (Int($0.value) ?? 0) >= 20 })
  }
}
