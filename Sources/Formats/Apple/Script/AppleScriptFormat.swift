package import AssayBytes
package import AssayCore

/// AppleScript and other languages that `osascript` runs: compiled, as text, or by an interpreter line.
package enum AppleScriptFormat: SignatureFormat {
  package static let id = "applescript"
  package static let name = "AppleScript"
  package static let platform = "macos"
  package static let extensions = ["scpt", "applescript"]
  package static let bundles = ["apple"]
  package static let findingCodes = ScriptFindings.all + AppleFindings.all

  package static func recognizes(_ probe: Probe) -> Bool { ScriptLanguage.appleScript(probe) != nil }

  package static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact {
    let probe = artifact.probe
    var findings: [Finding] = []
    if probe.head.starts(with: ScriptLanguage.compiled), !probe.tail.suffix(4).elementsEqual(ScriptLanguage.compiledEnd) {
      findings.append(
        Finding(
          "applescript.compiled.end", .warning, "the compiled script does not end as one: it is cut off, or something follows it",
          offset: max(0, probe.byteCount - 4), expected: Hex.encode(ScriptLanguage.compiledEnd),
          found: Hex.encode(probe.tail.suffix(4))))
    }
    return ScriptArtifact(
      artifact.source, place: artifact.place, roles: [.script], language: ScriptLanguage.appleScript(probe) ?? "script",
      findings: findings, &budget)
  }
}
