import AssayBytes
import AssayCore
import AssayEngine
import AssayRender
import AssaySystem

/// Runs the scanner over events and streams what comes of it: render, count, decide.
struct JudgingRun {
  let setup: JudgingSetup
  let output: OutputOptions
  var exit: ExitDecision
  let jobs: Int
  /// Threads for the parts of a single artifact.
  var lanes = 1
  /// List what is no code, too.
  let showsOther: Bool
  /// Show the ladder of checks.
  var isExplaining = false

  /// Gives the exit code. `next` hands over what to judge, in order.
  mutating func run(_ next: () -> ScanEvent?) throws -> ExitStatus {
    let sink = try JudgingRun.open(output.output)
    var style = TextStyle.current
    style.colour = output.format == .text && output.output == nil && style.colour
    style.verbose = output.verbose
    style.quiet = output.quiet
    var renderer = isExplaining ? output.format.explainer(style) : output.format.renderer(style)
    var summary = Summary()
    var progress = Progress(isShown: Terminal.isStandardErrorTerminal && !output.quiet && Terminal.environment("TERM") != "dumb")
    var info = setup.run
    // Rules of SARIF and remedies of explanations; nothing else needs the list.
    if isExplaining || output.format == .sarif { info.codes = FindingRegistry.all }
    sink.write(renderer.begin(info))
    let scanner = Scanner(
      assessor: Assessor(lanes: ThreadLanes(lanes)), context: setup.context, policy: setup.policy, jobs: jobs)
    let isShown: @Sendable (JudgedReport) -> Bool = { [showsOther] judged in
      showsOther || judged.report.isCode || judged.verdict.isJudged || judged.report.isWorthALook
    }
    let drawing = renderer.drawing.map { draw in
      { @Sendable (judged: JudgedReport) in isShown(judged) ? draw(judged) : "" }
    }
    var exit = exit
    scanner.run(next, draw: drawing) { judged, drawn in
      summary.add(judged)
      exit.add(judged)
      if isShown(judged) {
        let text = drawn.map { renderer.add(drawn: $0) } ?? renderer.add(judged)
        if !text.isEmpty {
          progress.clear()
          sink.write(text)
          // A person watches a terminal; a file or a pipe gets whole buffers.
          if progress.isShown { sink.flush() }
        }
      }
      progress.step(summary)
      return !sink.isClosed
    }
    progress.clear()
    sink.write(renderer.end(summary))
    do {
      try sink.finish()
    } catch {
      throw ToolFailure("\(output.output ?? "standard output"): \(error.message)", status: .fault)
    }
    return exit.status
  }

  static func open(_ path: String?) throws -> OutputSink {
    guard let path, path != "-" else { return OutputSink.standardOutput() }
    do {
      return try OutputSink.file(RawArguments.path(path))
    } catch {
      throw ToolFailure("--output: \(path): \(error.message)")
    }
  }
}

extension TextStyle {
  /// As terminal and environment ask.
  static var current: TextStyle {
    var style = TextStyle()
    style.colour = Terminal.wantsColour
    style.ascii = Terminal.wantsASCII
    return style
  }
}

/// A line on a terminal's stderr that is written over; nothing anywhere else.
struct Progress {
  let isShown: Bool
  private var isDirty = false
  private var shownAt = 0
  private var count = 0

  init(isShown: Bool) {
    self.isShown = isShown
    // The first line comes after a moment: a short run shows none.
    if isShown { shownAt = SystemClock.monotonicMilliseconds() + 200 }
  }

  mutating func step(_ summary: Summary) {
    guard isShown else { return }
    count += 1
    guard count % 16 == 0 else { return }
    let now = SystemClock.monotonicMilliseconds()
    guard now - shownAt >= 100 else { return }
    shownAt = now
    isDirty = true
    StandardError.write("\r\u{1B}[K\(summary.seen) files seen, \(summary.judged) judged")
  }

  mutating func clear() {
    guard isDirty else { return }
    isDirty = false
    StandardError.write("\r\u{1B}[K")
  }
}
