package import AssayCore

/// One object, streamed: head, reports, summary.
package struct JSONRenderer: Renderer {
  private var writer = JSONWriter()
  private let ladder: Bool
  package init(ladder: Bool = false) { self.ladder = ladder }

  package mutating func begin(_ run: RunInfo) -> String {
    writer.openObject()
    writer.member("schema", "assay.report/1")
    writer.head(run)
    writer.key("reports")
    writer.openArray()
    return writer.take()
  }
  package mutating func add(_ report: JudgedReport) -> String { add(drawn: JSONRenderer.draw(report, ladder: ladder)) }

  package var drawing: (@Sendable (JudgedReport) -> String)? {
    let ladder = ladder
    return { JSONRenderer.draw($0, ladder: ladder) }
  }
  package mutating func add(drawn: String) -> String {
    writer.newline()
    writer.element(drawn)
    return writer.take()
  }
  private static func draw(_ report: JudgedReport, ladder: Bool) -> String {
    var writer = JSONWriter()
    writer.report(report, ladder: ladder)
    return writer.take()
  }
  package mutating func end(_ summary: Summary) -> String {
    writer.closeArray()
    writer.newline()
    writer.key("summary")
    writer.summary(summary)
    writer.closeObject()
    return writer.take() + "\n"
  }
}

/// One report a line and nothing else.
package struct JSONLinesRenderer: Renderer {
  package init() {}
  package mutating func begin(_ run: RunInfo) -> String { "" }
  package mutating func add(_ report: JudgedReport) -> String { JSONLinesRenderer.draw(report) }
  package var drawing: (@Sendable (JudgedReport) -> String)? { { JSONLinesRenderer.draw($0) } }
  private static func draw(_ report: JudgedReport) -> String {
    var writer = JSONWriter()
    writer.report(report)
    writer.endLine()
    return writer.take()
  }
  package mutating func end(_ summary: Summary) -> String { "" }
}
