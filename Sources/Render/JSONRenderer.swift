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
  package mutating func add(_ report: JudgedReport) -> String {
    writer.newline()
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
  package mutating func add(_ report: JudgedReport) -> String {
    var writer = JSONWriter()
    writer.report(report)
    return writer.take() + "\n"
  }
  package mutating func end(_ summary: Summary) -> String { "" }
}
