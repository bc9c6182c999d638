import AssayBytes
import AssayCore
import AssayEngine
import AssayPKI
import AssaySystem
import AssayTrustData
import Foundation
import Testing

/// The real bundles of the corpus have their states; a change to a real one has its finding.
@Suite(.enabled(if: AppleCorpus.folder != nil, "ASSAY_CORPUS is not set: real bundles are not judged"))
struct BundleStateTests {
  private func assess(_ path: String) throws -> Report {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let artifact = try Artifact(target: path, name: name, folder: TreePlace(try FolderTree(root: RawPath(path))))
    let context = TrustContext(trust: TrustStore(BuiltinTrust.bundles.map(\.anchors)), now: WindowsCorpus.now)
    var work = Work()
    return Assessor().assess(artifact, in: context, &work)
  }

  @Test func everyRow() throws {
    let folder = try #require(AppleCorpus.folder) + "/"
    let rows = try String(contentsOfFile: folder + "EXPECT.tsv", encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
      .filter { $0[0].hasPrefix("bundles/") && !$0[0].contains("/Contents/") }
    for row in rows {
      let report = try assess(folder + row[0])
      #expect(report.state.rawValue == row[1], "\(row[0]): \(report.findings) \(report.signatures.flatMap(\.findings))")
    }
    #expect(rows.count == 5)
    // Every line of the table is one of a program or of a bundle.
    let all = try WindowsCorpus.table(folder + "EXPECT.tsv")
    #expect(all.count == rows.count + all.filter { !($0["cdhash"] ?? "").isEmpty }.count)
  }

  @Test func aChangedCopyIsTold() throws {
    let folder = try #require(AppleCorpus.folder) + "/"
    let place = FileManager.default.temporaryDirectory.appendingPathComponent("assay-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: place) }
    try FileManager.default.copyItem(atPath: folder + "bundles/f2w-applet", toPath: place.path)
    #expect(try assess(place.path).state == .untrusted)
    // Attack of an AppleScript applet: the script is edited, the stub is not.
    try Data([1]).write(to: place.appendingPathComponent("Contents/Resources/Scripts/main.scpt"))
    let report = try assess(place.path)
    let finding = report.signatures.flatMap(\.findings).first { $0.code == "bundle.resource.altered" }
    #expect(report.state == .tampered && finding?.message.contains("Contents/Resources/Scripts/main.scpt") == true)
  }
}
