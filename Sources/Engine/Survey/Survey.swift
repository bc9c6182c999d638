package import AssayCore
import AssayInventory

/// What the configuration found in a scanned root says of the files in it: who starts each, what is missing, what is wrong with the
/// configuration itself.
///
/// Held whole while the root is walked; its size is that of the inventory, not of the disk. A value, so that every worker may ask it.
package struct Survey: Sendable {
  /// Notes on who starts one file: further ones are counted. Some two hundred services share svchost.exe.
  package static let noteLimit = 16

  /// A file that the configuration names and that is not there.
  package struct Absent: Sendable {
    /// Below the root; where the command names no file, where the configuration says so.
    package let path: [UInt8]
    package let report: Report
  }

  private struct Mark: Sendable {
    var entries: [InventoryEntry] = []
    var findings: [Finding] = []
  }
  /// By the path's octets: names that differ only by normalization are different files.
  private var marks: [[UInt8]: Mark] = [:]
  /// In byte order of their paths.
  package private(set) var absent: [Absent] = []
  private let scripts: [ScriptSystem]
  /// Macs' volumes, inner ones first.
  private let volumes: [String]

  /// `scripts`: the systems in the root, where it is known how their PowerShell is configured. `volumes`: folders of Macs' volumes.
  package init(_ inventory: SystemInventory, scripts: [ScriptSystem] = [], volumes: [String] = []) {
    self.volumes = volumes.sorted { $0.utf8.count > $1.utf8.count }
    self.scripts = scripts.sorted { $0.root.count > $1.root.count }
    var missing: [[UInt8]: [InventoryEntry]] = [:]
    for entry in inventory.entries {
      if let path = entry.path, entry.isPresent {
        marks[Array(path.utf8), default: Mark()].entries.append(entry)
      } else {
        missing[Array((entry.path ?? entry.origin).utf8), default: []].append(entry)
      }
    }
    for (path, finding) in inventory.findings { marks[Array(path.utf8), default: Mark()].findings.append(finding) }
    absent = missing.map { Absent(path: $0.key, report: Survey.report(of: $0.value)) }
      .sorted { $0.path.lexicographicallyPrecedes($1.path) }
  }

  /// Puts what is known of the file into its report. `zone`: its mark, asked for only where it counts.
  package func complete(_ report: inout Report, at path: [UInt8], zone: () -> ZoneSighting) {
    if let mark = marks[path] {
      if !mark.entries.isEmpty {
        // Whatever its form, something on this disk starts it.
        report.isCode = true
        Survey.add(mark.entries, to: &report)
      }
      Survey.add(configuration: mark.findings, to: &report)
    }
    system(of: path)?.complete(&report, at: path, zone: zone)
  }

  /// The same for a folder that is one artifact. `executable`: where nothing is sealed only it is the bundle's, the rest comes by itself;
  /// nil: all that is in the folder is.
  package func complete(_ report: inout Report, bundle path: [UInt8], executable: [UInt8]?) {
    let inside = path.isEmpty ? [] : path + [0x2F]
    let keys: [[UInt8]] =
      if let executable {
        [path, inside + executable]
      } else {
        marks.keys.filter { $0 == path || $0.starts(with: inside) }.sorted { $0.lexicographicallyPrecedes($1) }
      }
    for key in keys { complete(&report, at: key) { .none } }
  }

  /// Folder of the Mac's volume that a file is on.
  package func volume(of path: [UInt8]) -> String? {
    volumes.first { $0.isEmpty || path.starts(with: ($0 + "/").utf8) }
  }

  /// The system that a file is part of: the innermost around it, else the only one there is.
  private func system(of path: [UInt8]) -> ScriptSystem? {
    scripts.first { $0.holds(path) } ?? (scripts.count == 1 ? scripts.first : nil)
  }

  private static func add(_ entries: [InventoryEntry], to report: inout Report) {
    for entry in entries {
      if !report.roles.contains(entry.role) { report.roles.append(entry.role) }
      if entry.role == .kernelDriver, entry.facts.contains(InventoryEntry.startAtBoot) { report.startsAtBoot = true }
    }
    for entry in entries.prefix(noteLimit) {
      report.findings.append(Finding(InventoryFindings.startedBy.name, .note, words(entry)))
    }
    if entries.count > noteLimit {
      report.findings.append(
        Finding(InventoryFindings.startedBy.name, .note, "and by \(entries.count - noteLimit) further entries"))
    }
    var seen = Set<Finding>()
    for finding in entries.flatMap(\.findings) where seen.insert(finding).inserted { report.findings.append(finding) }
    report.attack = Array(Set(report.attack + entries.flatMap(\.attack) + seen.flatMap(\.attack))).sorted()
  }

  /// What is wrong with a configuration makes its file worth judging, though it is no code.
  private static func add(configuration findings: [Finding], to report: inout Report) {
    guard !findings.isEmpty else { return }
    if report.format == nil {
      // That no format knows it says nothing of a configuration file.
      if findings.contains(where: { $0.severity != .note }) { report.findings.removeAll { $0.code == EngineFindings.unknown.name } }
      if findings.contains(where: { $0.severity == .failure }) { report.isCode = true }
    }
    report.findings += findings
    report.attack = Array(Set(report.attack + findings.flatMap(\.attack))).sorted()
  }

  private static func words(_ entry: InventoryEntry) -> String {
    let facts = entry.facts.isEmpty ? "" : "; " + entry.facts.joined(separator: ", ")
    return "\(entry.role.rawValue) \"\(entry.name)\", configured in \(entry.origin)\(facts)"
  }

  private static func report(of entries: [InventoryEntry]) -> Report {
    let path = entries.first?.path
    var report = Report(target: path ?? entries.first?.origin ?? "", format: nil, state: .notAssessed)
    report.platform = entries.first?.platform
    let command = entries.first?.command ?? ""
    report.findings = [
      Finding(
        InventoryFindings.missing.name, .failure,
        path == nil ? "the configuration names no file on this disk" : "the configuration names this file, and it is not there",
        found: command.isEmpty ? nil : command)
    ]
    add(entries, to: &report)
    return report
  }
}
