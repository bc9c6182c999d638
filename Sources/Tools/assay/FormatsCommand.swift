import ArgumentParser
import AssayCore
import AssayEngine
import AssayRender
import AssaySystem

struct FormatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "formats", abstract: "List the formats that can be judged, or the finding codes.")

  @Flag(help: "List the finding codes with what they mean and what helps.")
  var findings = false

  @Option(help: "How to print: \(ListingFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: ListingFormat = .text

  func run() throws {
    let output = OutputSink.standardOutput()
    switch (findings, format) {
    case (true, .text): output.write(FindingsTable.text(FindingRegistry.all))
    case (true, .json): output.write(FindingsTable.json(FindingRegistry.all))
    case (false, .text): output.write(FormatsTable.text(FormatRegistry.all))
    case (false, .json): output.write(FormatsTable.json(FormatRegistry.all))
    }
    try output.finish()
  }
}

/// Columns as wide as their widest cell; the last one is as it is.
enum TextTable {
  static func text(_ rows: [[String]]) -> String {
    var widths: [Int] = []
    for row in rows {
      for (column, cell) in row.enumerated() {
        if column == widths.count { widths.append(0) }
        widths[column] = max(widths[column], cell.count)
      }
    }
    return rows.map { row in
      row.enumerated().map { column, cell in
        column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count + 2)
      }.joined() + "\n"
    }.joined()
  }
}
