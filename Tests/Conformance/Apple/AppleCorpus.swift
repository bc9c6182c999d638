import AssayBytes
import AssayCore
import AssayEngine
import AssayPKI
import AssayTrustData
import Foundation

/// Apple code that others made and signed, outside of the repository.
enum AppleCorpus {
  /// Nil where ASSAY_CORPUS is not set.
  static let folder = ProcessInfo.processInfo.environment["ASSAY_CORPUS"].map { $0 + "/apple" }

  static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder ?? "")/\(path)")))
  }

  /// Writes counts into the folder that ASSAY_SCORES names, for the page of conformance.
  static func score(_ suite: String, _ counts: [(name: String, value: Int)]) throws {
    guard let folder = ProcessInfo.processInfo.environment["ASSAY_SCORES"] else { return }
    let numbers = counts.map { "\"\($0.name)\":\($0.value)" }.joined(separator: ",")
    try "{\"suite\":\"\(suite)\",\(numbers)}\n".write(toFile: "\(folder)/\(suite).json", atomically: true, encoding: .utf8)
  }

  /// The report as the tool makes it with every builtin bundle and `--at 2026-11-23T00:00:00Z`.
  static func report(_ path: String) throws -> Report { try report(try bytes(path), as: path) }

  static func report(_ bytes: [UInt8], as path: String, isStrict: Bool = false) throws -> Report {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let artifact = try Artifact(target: path, name: name, source: MemorySource(bytes))
    var context = TrustContext(trust: TrustStore(BuiltinTrust.bundles.map(\.anchors)), now: WindowsCorpus.now)
    context.isStrict = isStrict
    var work = Work()
    return Assessor().assess(artifact, in: context, &work)
  }
}
