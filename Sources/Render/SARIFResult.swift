import AssayBytes
import AssayCore

/// One result object of SARIF (3.27).
struct SARIFResult {
  enum Kind: String {
    case pass, fail, open, informational, notApplicable
  }
  var rule: String
  var kind: Kind
  /// `error`, `warning`, `note`; written as `none` unless the kind is fail.
  var level = "error"
  var message: String
  var finding: Finding?
  var report: Report
  var techniques: [String]
  /// Which of the artifact's results of this rule it is.
  var ordinal = 1
  /// The catalog that the artifact's state comes from.
  var catalog: String?

  /// At least one a report, so that passes and gaps are evidence too.
  static func results(of judged: JudgedReport) -> [SARIFResult] {
    var met: [String: Int] = [:]
    return unnumbered(judged).map { result in
      var result = result
      met[result.rule, default: 0] += 1
      result.ordinal = met[result.rule] ?? 1
      result.catalog = judged.headline?.catalogName
      return result
    }
  }

  /// What the verdict comes to and why, then warnings, then notes.
  private static func unnumbered(_ judged: JudgedReport) -> [SARIFResult] {
    let (report, verdict) = (judged.report, judged.verdict)
    func whole(_ rule: String, _ kind: Kind) -> SARIFResult {
      SARIFResult(rule: rule, kind: kind, message: verdict.reason, finding: nil, report: report, techniques: judged.attack)
    }
    func result(_ finding: Finding, _ kind: Kind, _ level: String) -> SARIFResult {
      let techniques = Set(finding.attack).union(verdict.attack).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      return SARIFResult(
        rule: finding.code, kind: kind, level: level, message: finding.message + TextRenderer.values(finding), finding: finding,
        report: report, techniques: techniques)
    }
    let notes = judged.findings.filter { $0.severity == .note }.map { result($0, .informational, "none") }
    if !verdict.isJudged { return [whole("verdict.not-judged", .notApplicable)] + notes }
    let warnings = judged.findings.filter { $0.severity == .warning }.map { result($0, .fail, "warning") } + notes
    if verdict.decision == .accept { return [whole("verdict.accepted", .pass)] + warnings }
    let kind: Kind = verdict.decision == .reject ? .fail : .open
    let level = judged.isEnforced ? "error" : "note"
    let failures = judged.failures.map { result($0, kind, level) }
    return (failures.isEmpty ? [whole("state.\(verdict.state.rawValue)", kind)] : failures) + warnings
  }

  /// Rules that are no finding codes.
  static func summary(ofRule name: String) -> String {
    switch name {
    case "verdict.accepted": "the policy accepts the artifact"
    case "verdict.not-judged": "the artifact is no code and no rule names it"
    case _ where name.hasPrefix("state."): "the artifact is \(name.dropFirst(6))"
    default: name
    }
  }

  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("ruleId", rule)
      writer.member("kind", kind.rawValue)
      writer.member("level", kind == .fail ? level : "none")
      writer.member("message") { $0.member("text", Printable.text(message)) }
      writer.key("locations")
      writer.array { writer in
        writer.object { writer in
          writer.member("physicalLocation") { writer in
            writer.member("artifactLocation") { $0.member("uri", SARIFResult.uri(report.target)) }
            if let offset = finding?.offset, offset >= 0 {
              writer.member("region") { $0.member("byteOffset", offset) }
            }
          }
        }
      }
      if let catalog { relatedLocation(catalog, &writer) }
      let number = ordinal == 1 ? "" : ":\(ordinal)"
      writer.member("partialFingerprints") { writer in
        writer.member("assayArtifactRule/v1", "\(SARIFResult.identity(report)):\(rule)\(number)")
      }
      if !techniques.isEmpty {
        writer.key("taxa")
        writer.array { writer in
          for id in techniques {
            writer.object { writer in
              writer.member("id", id)
              writer.member("toolComponent") { $0.member("name", "ATT&CK") }
            }
          }
        }
      }
    }
  }

  private func relatedLocation(_ catalog: String, _ writer: inout JSONWriter) {
    writer.key("relatedLocations")
    writer.array { writer in
      writer.object { writer in
        writer.member("physicalLocation") { writer in
          writer.member("artifactLocation") { $0.member("uri", SARIFResult.uri(catalog)) }
        }
        writer.member("message") { $0.member("text", "the catalog that lists the file") }
      }
    }
  }

  /// What stays the same when the file moves: its digest; without one its name.
  private static func identity(_ report: Report) -> String {
    guard let digest = report.digests.first else { return "target:\(uri(report.target))" }
    return "\(digest.name):\(digest.value)"
  }

  /// RFC 3986: a relative reference, or `file:` for an absolute path; all but unreserved characters and `/` percent-encoded.
  ///
  /// An octet that is no UTF-8 is `\xNN` in a target and itself here, so that the reference finds the file.
  static func uri(_ target: String) -> String {
    var rest = Array(target.utf8)[...]
    let digits = Array("0123456789ABCDEF".utf8)
    var text: [UInt8] = Array((rest.first == 0x2F ? "file://" : "").utf8)
    while var byte = rest.popFirst() {
      if byte == 0x5C, let octet = foreignOctet(rest) {
        byte = octet
        rest = rest.dropFirst(3)
      }
      switch byte {
      case _ where byte.isLetter || byte.isDigit: text.append(byte)
      case 0x2D, 0x2E, 0x2F, 0x5F, 0x7E: text.append(byte)
      default: text += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Of `xNN` after a backslash, as the file system's rooms write it: in lower case, and never for ASCII.
  private static func foreignOctet(_ rest: ArraySlice<UInt8>) -> UInt8? {
    guard rest.count >= 3, rest.first == 0x78 else { return nil }
    let digits = rest.dropFirst().prefix(2)
    guard digits.allSatisfy({ $0.isDigit || (0x61...0x66).contains($0) }) else { return nil }
    return Hex.decode(String(decoding: digits, as: UTF8.self))?.first.flatMap { $0 >= 0x80 ? $0 : nil }
  }
}
