import Foundation
import Testing

/// The disks of `assay demo`.
enum DemoDisk {
  /// A new one of a kind, `windows` or `apple`: the disk, and the trust beside it.
  static func made(_ kind: String) throws -> Scratch {
    let scratch = try Scratch()
    let made = try RunningTool.run(["demo-\(kind)", scratch.path], program: RunningTool.maker)
    try #require(made.status == 0, "\(made.errors)")
    return scratch
  }
}

/// What a line of `--format jsonl` says.
struct ReportLine: Decodable {
  struct Finding: Decodable {
    var code: String
    var message: String
  }
  var target: String
  var state: String
  var decision: String
  var roles: [String]
  var findings: [Finding]
  var attack: [String]

  static func all(in output: String) throws -> [ReportLine] {
    try output.split(separator: "\n").map { try JSONDecoder().decode(ReportLine.self, from: Data($0.utf8)) }
  }
}
