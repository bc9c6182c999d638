import AssayBytes
import AssayCore
import AssayEngine
import AssayPKI
import AssayTrustData
import Foundation

/// Files that others made and signed, outside the repository.
enum WindowsCorpus {
  /// Nil where ASSAY_CORPUS is not set.
  static let folder = ProcessInfo.processInfo.environment["ASSAY_CORPUS"].map { $0 + "/windows" }
  static let now = Moment(rfc3339: "2026-11-23T00:00:00Z")!
  static let extensions: Set = [
    "exe", "dll", "sys", "efi", "pyd", "ps1", "psm1", "psd1", "ps1xml", "psc1", "cdxml", "mof", "cat",
    "msi", "cab", "ex_", "js", "vbs", "wsf",
    "msix", "appx", "appxbundle", "msixbundle", "256appx", "512appx", "nupkg", "vsix",
  ]

  /// Where peers answer otherwise, with the reasons.
  static let deviations = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../Deviations/windows.tsv").path

  /// Writes the counts into the folder that ASSAY_SCORES names, for the page of conformance.
  static func score(rows: Int, agree: Int, deviations: Int) throws {
    guard let folder = ProcessInfo.processInfo.environment["ASSAY_SCORES"] else { return }
    let text = "{\"suite\":\"windows\",\"rows\":\(rows),\"agree\":\(agree),\"peerDeviations\":\(deviations)}\n"
    try text.write(toFile: "\(folder)/windows.json", atomically: true, encoding: .utf8)
  }

  /// Rows of a table with a heading, by column name.
  static func table(_ path: String) throws -> [[String: String]] {
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    guard let heading = lines.first else { return [] }
    return lines.dropFirst().map { Dictionary(zip(heading, $0), uniquingKeysWith: { first, _ in first }) }
  }

  static func isOurs(_ path: String) -> Bool {
    extensions.contains(path.split(separator: ".").last.map { $0.lowercased() } ?? "")
  }

  /// The report as the tool makes it with `--trust builtin:microsoft --at 2026-11-23T00:00:00Z`.
  static func report(_ path: String, isStrict: Bool = false) throws -> Report {
    let folder = folder ?? ""
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(path)")))
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let artifact = try Artifact(target: path, name: name, source: MemorySource(bytes))
    var context = TrustContext(trust: trust, now: now)
    context.isStrict = isStrict
    var work = Work()
    return Assessor().assess(artifact, in: context, &work)
  }

  private static let trust: TrustStore = {
    guard let bundle = BuiltinTrust.bundle("microsoft") else { preconditionFailure("there is a bundle named microsoft") }
    var store = TrustStore([bundle.anchors])
    store.disallowed = bundle.disallowed
    return store
  }()
}

extension Report {
  var codes: Set<String> { Set((findings + signatures.flatMap(\.findings)).map(\.code)) }
}
