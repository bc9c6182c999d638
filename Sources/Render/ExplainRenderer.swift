import AssayBytes
package import AssayCore

/// Why one artifact was decided as it was, within a screen: the failed check first, then every rung, then what else was found.
package struct ExplainRenderer: Renderer {
  private let style: TextStyle
  private var run: RunInfo?
  private var remedies: [String: String] = [:]
  package init(_ style: TextStyle) { self.style = style }

  package mutating func begin(_ run: RunInfo) -> String {
    self.run = run
    remedies = run.remedies
    return ""
  }

  package mutating func add(_ judged: JudgedReport) -> String {
    var text = headline(judged)
    text += failure(judged)
    if let signature = judged.headline { text += ladder(signature, above: Explanation.cause(of: judged)?.message) }
    text += others(judged)
    text += LibraryText(style).render(judged.report.libraries)
    let end = platform(judged) + (run.map(context) ?? "")
    let used = (text + end).utf8.count(where: { $0 == 0x0A })
    return text + also(judged, room: Explanation.screenLines - used) + end
  }

  package mutating func end(_ summary: Summary) -> String { "" }

  // MARK: Headline

  private func headline(_ judged: JudgedReport) -> String {
    let (paint, verdict) = (Paint(style), judged.verdict)
    var text = paint.bold(Printable.text(judged.report.target))
    if let format = judged.report.format {
      let roles = judged.report.roles.map(\.rawValue).joined(separator: ", ")
      text += "  \(format)\(roles.isEmpty ? "" : ", " + roles)"
    }
    var decision =
      switch verdict.decision {
      case .accept: "accepted"
      case .reject: "rejected"
      case .undecided: "undecided"
      }
    if !verdict.isJudged {
      decision = "not judged"
    } else if !judged.isEnforced {
      decision = "would be \(decision) (mode \(verdict.mode.rawValue))"
    }
    let origin = verdict.rule.map { " by rule \"\(Printable.text($0))\"" } ?? (verdict.isJudged ? " by the policy's default" : "")
    text += "\n" + paint.state(verdict.state, verdict.state.rawValue.uppercased()) + ", \(decision)\(origin)\n"
    // The failure below says it with its values.
    if verdict.decision != .accept, let cause = Explanation.cause(of: judged), verdict.reason.hasSuffix(cause.message) {
      return text + "\n"
    }
    return text + Wrapping.lines(Printable.text(verdict.reason), first: "", rest: "") + "\n"
  }

  // MARK: What failed

  /// The finding that weighs most, with all that is known of it and what helps.
  private func failure(_ judged: JudgedReport) -> String {
    if judged.verdict.decision == .accept { return "" }
    guard let finding = Explanation.cause(of: judged) else {
      if judged.report.state == .unsigned {
        let words = "there is no signature in the file, and no catalog at hand lists it"
        return block(
          "no signature", words, [("remedy", "get a signed copy from the publisher, or allow it by a rule of the policy")])
      }
      return ""
    }
    let signature = judged.headline
    let rung = signature?.ladder.rungs.first { $0.outcome != .passed && $0.message == finding.message }
    var facts: [(String, String)] = []
    if let expected = finding.expected { facts.append(("expected", expected)) }
    if let found = finding.found { facts.append(("found", found)) }
    if let offset = finding.offset { facts.append(("at", "byte \(offset) (0x\(String(offset, radix: 16)))")) }
    // Page hashes tell which part of the file it was.
    if let pages = judged.failures.first(where: { $0.code.hasSuffix(".page-hash.mismatch") }), pages != finding {
      facts.append(("where", pages.message))
    }
    if let clause = rung?.clause { facts.append(("clause", clause)) }
    facts.append(("code", finding.code + (finding.attack.isEmpty ? "" : "  " + finding.attack.joined(separator: " "))))
    if let remedy = remedies[finding.code] { facts.append(("remedy", remedy)) }
    return block(rung?.name ?? "finding", finding.message, facts)
  }

  private func block(_ name: String, _ message: String, _ facts: [(String, String)]) -> String {
    let title = "\(mark(.failed)) \(Printable.text(name)): "
    var text =
      Paint(style).red(title) + String(Wrapping.lines(Printable.text(message), first: title, rest: "    ").dropFirst(title.count))
    for (label, value) in facts {
      let start = "    " + Wrapping.padded(label, to: 9)
      text += Wrapping.lines(Printable.text(value), first: start, rest: String(repeating: " ", count: 13))
    }
    return text + "\n"
  }

  // MARK: The ladder

  private func ladder(_ signature: SignatureReport, above: String?) -> String {
    var text = title(signature) + "\n"
    if let signer = signature.signerFacts {
      text += Wrapping.lines(
        Printable.text(signer.subject), first: signer.isVerified ? "  signer  " : "  claims to be  ", rest: "    ")
      let anchor = signer.anchor.map { ", anchor \(Printable.text($0))" } ?? ", no anchor"
      text += Wrapping.lines(
        "valid \(signer.notBefore.rfc3339) to \(signer.notAfter.rfc3339)\(anchor)", first: "  certificate  ", rest: "    ")
    }
    text += "  time  \(time(signature.time))\n"
    let width = signature.ladder.rungs.map { Printable.text($0.name).unicodeScalars.count }.max() ?? 0
    for rung in signature.ladder.rungs {
      let start = "  \(mark(rung.outcome)) \(Wrapping.padded(Printable.text(rung.name), to: width))  "
      let indent = String(repeating: " ", count: start.unicodeScalars.count)
      var words = Printable.text(rung.message)
      if rung.outcome == .notEstablished { words = "not established: " + words }
      if rung.outcome == .failed, rung.message == above { words = "see above" }
      let line = Wrapping.lines(words, first: start, rest: indent)
      text += rung.outcome == .failed ? Paint(style).red(String(line.dropLast())) + "\n" : line
    }
    return text + "\n"
  }

  private func title(_ signature: SignatureReport) -> String {
    let digest = signature.digestAlgorithm.map { ", \($0.rawValue)" } ?? ""
    return "signature \(signature.index), \(signature.kind.rawValue)\(digest): \(signature.state.rawValue)"
  }

  private func time(_ time: SigningTime) -> String {
    guard let value = time.value else { return "no timestamp" }
    let authority = time.authority.map { " by \(Printable.text($0))" } ?? ""
    return "\(value.rfc3339), \(time.source.rawValue)\(authority)"
  }

  private func mark(_ outcome: Rung.Outcome) -> String {
    switch outcome {
    case .passed: style.ascii ? "ok  " : "✓"
    case .failed: style.ascii ? "FAIL" : "✗"
    case .notEstablished: style.ascii ? "?   " : "·"
    }
  }

  // MARK: The rest

  /// Other signatures and what is inside, a line each.
  private func others(_ judged: JudgedReport) -> String {
    let headline = judged.headline
    let signatures = judged.report.signatures.filter { $0.index != headline?.index || $0.kind != headline?.kind }
    var lines = signatures.prefix(Explanation.lineLimit).map { signature in
      "\(title(signature))" + (signature.signerName.map { ", \($0.isVerified ? "" : "claims ")\(Printable.text($0.name))" } ?? "")
    }
    lines += judged.nested.prefix(Explanation.lineLimit).map {
      "inside: \(Printable.text($0.report.target)): \($0.verdict.state.rawValue)"
    }
    return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n\n"
  }

  /// As many other findings as `room` lines hold.
  private func also(_ judged: JudgedReport, room: Int) -> String {
    let cause = judged.verdict.decision == .accept ? nil : Explanation.cause(of: judged)
    let rungs = judged.headline?.ladder.rungs.filter { $0.outcome != .passed }.map(\.message) ?? []
    let rest = judged.findings.filter { finding in finding != cause && !rungs.contains { finding.message.hasPrefix($0) } }
    guard !rest.isEmpty else { return "" }
    var lines = ""
    var shown = 0
    for finding in rest {
      let words = Printable.text(finding.message) + (finding.offset.map { " (at byte \($0))" } ?? "") + " [\(finding.code)]"
      let entry = Wrapping.lines(words, first: "  \(finding.severity.rawValue)  ", rest: "           ")
      // The title, a blank line, and unless this is the last finding the line that counts the rest.
      let frame = shown == rest.count - 1 ? 2 : 3
      guard (lines + entry).utf8.count(where: { $0 == 0x0A }) + frame <= room else { break }
      lines += entry
      shown += 1
    }
    if shown == 0 { return "also found: \(Printable.count(rest.count, "finding")), see --format json\n\n" }
    if shown < rest.count { lines += "  and \(rest.count - shown) more: --format json lists them\n" }
    return "also found\n" + lines + "\n"
  }

  private func platform(_ judged: JudgedReport) -> String {
    guard let answer = PlatformAnswer(judged.report) else { return "" }
    let code =
      answer.code.map { ", \(PlatformAnswer.hex($0)) \(answer.symbol ?? "")" }
      ?? ", the code depends on which of its checks is first"
    return "Windows with the same trust would say: \(answer.status)\(code)\n"
  }

  private func context(_ run: RunInfo) -> String {
    let trust = run.trust.map { "\(Printable.text($0.name))\($0.date.map { " of \($0.rfc3339.prefix(10))" } ?? "")" }
    let at = run.at.map { ", as of \($0.rfc3339)" } ?? ""
    return "policy \(Printable.text(run.policy)), trust \(trust.isEmpty ? "none" : trust.joined(separator: ", "))\(at)\n"
  }
}

/// What an explanation puts first.
enum Explanation {
  /// Lines of a screen. Only a ladder that is longer by itself may pass it.
  static let screenLines = 40
  /// Most other signatures or parts that are listed: JSON has all.
  static let lineLimit = 3

  /// The failure that made the state or the decision: that of the first failed or open rung of the signature that counts, else
  /// the first one. What judging found comes first only where the facts alone were no reason, or it changed the state.
  static func cause(of judged: JudgedReport) -> Finding? {
    let isJudgements = judged.report.state <= .stale || judged.verdict.state != judged.report.state
    if isJudgements, let finding = judged.verdict.findings.first(where: { $0.severity == .failure }) { return finding }
    let failures = judged.failures
    for outcome in [Rung.Outcome.failed, .notEstablished] {
      for rung in judged.headline?.ladder.rungs ?? [] where rung.outcome == outcome {
        if let finding = failures.first(where: { $0.message == rung.message }) { return finding }
      }
    }
    return failures.first
  }
}

extension OutputFormat {
  /// The renderer of `explain`: text and JSON show the ladder, the others are as ever.
  package func explainer(_ style: TextStyle) -> any Renderer {
    switch self {
    case .text: ExplainRenderer(style)
    case .json: JSONRenderer(ladder: true)
    default: renderer(style)
    }
  }
}
