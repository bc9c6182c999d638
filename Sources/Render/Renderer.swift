package import AssayCore

package enum OutputFormat: String, CaseIterable, Sendable {
  case text, json, jsonl, sarif, junit, csv, html, navigator
}

/// How text is shown.
package struct TextStyle: Sendable {
  package var colour = false
  /// Also what was accepted and what is no code, and every finding.
  package var verbose = false
  /// Only what was not accepted, without the summary.
  package var quiet = false
  /// Only ASCII marks: `TERM=dumb`, logs.
  package var ascii = false
  package init() {}
}

/// Streams results: begin, each report in path order, end. What it returns goes to stdout as it is, at once.
package protocol Renderer {
  mutating func begin(_ run: RunInfo) -> String
  mutating func add(_ report: JudgedReport) -> String
  mutating func end(_ summary: Summary) -> String
  /// After `begin`: makes of a report what does not depend on those before it, so that workers may do it. Nil where there is no such part.
  var drawing: (@Sendable (JudgedReport) -> String)? { get }
  /// What `add` gives for the report that this was drawn of.
  mutating func add(drawn: String) -> String
}

extension Renderer {
  package var drawing: (@Sendable (JudgedReport) -> String)? { nil }
  package mutating func add(drawn: String) -> String { drawn }
}

extension OutputFormat {
  package func renderer(_ style: TextStyle) -> any Renderer {
    switch self {
    case .text: TextRenderer(style)
    case .json: JSONRenderer()
    case .jsonl: JSONLinesRenderer()
    case .sarif: SARIFRenderer()
    case .junit: JUnitRenderer()
    case .csv: CSVRenderer()
    case .html: HTMLRenderer()
    case .navigator: NavigatorRenderer()
    }
  }
}
