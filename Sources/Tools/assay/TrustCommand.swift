import ArgumentParser
import AssayBytes
import AssayCore
import AssayPKI
import AssaySystem

struct TrustCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trust", abstract: "Show the trust bundles: what is in them, from where, how old; take newer lists from files.",
    subcommands: [List.self, Show.self, Update.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the bundles that count where --trust names none.")

    func run() throws {
      let output = OutputSink.standardOutput()
      let rows = InstalledTrust.names.compactMap { InstalledTrust.bundle($0) }.map { bundle in
        [
          bundle.name, "\(bundle.anchors.count)",
          "\(bundle.disallowed.count)\(bundle.denyList.map { " of \($0.date.rfc3339)" } ?? "")", bundle.date?.rfc3339 ?? "-",
          bundle.sequenceNumber ?? "-", bundle.origin,
        ]
      }
      output.write(TextTable.text([["bundle", "anchors", "refused", "date", "sequence", "origin"]] + rows))
      try output.finish()
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show a bundle's anchors, or one anchor with its limits.")

    @Argument(help: "A bundle's name, or the first 8 or more digits of an anchor's SHA-1 or SHA-256.")
    var what: String

    func run() throws {
      let output = OutputSink.standardOutput()
      let name = what.hasPrefix("builtin:") ? String(what.dropFirst("builtin:".count)) : what
      if let bundle = InstalledTrust.bundle(name) {
        for anchor in bundle.anchors.all().sorted(by: AnchorText.order) { output.write(AnchorText.line(anchor)) }
        return try output.finish()
      }
      let digits = what.lowercased().filter { $0 != ":" && $0 != " " }
      guard digits.utf8.count >= 8, digits.allSatisfy({ $0.isHexDigit && $0.isASCII }) else {
        let known = InstalledTrust.names.joined(separator: ", ")
        throw ToolFailure("\"\(what)\" is neither a bundle (\(known)) nor 8 or more digits of a fingerprint")
      }
      let found = InstalledTrust.names.compactMap { InstalledTrust.bundle($0) }.flatMap { $0.anchors.all() }.filter {
        Hex.encode($0.sha256).hasPrefix(digits) || Hex.encode($0.sha1).hasPrefix(digits)
      }
      guard !found.isEmpty else { throw ToolFailure("no anchor's fingerprint begins with \(digits)", status: .undecided) }
      for anchor in found.sorted(by: AnchorText.order) { output.write(AnchorText.whole(anchor)) }
      try output.finish()
    }
  }

  struct Update: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "update",
      abstract: "Take newer lists from files: authroot.stl, disallowedcert.stl, or a folder that holds them.",
      discussion: """
        A list's own signature is checked up to an anchor of the bundle, and a list older than the one in use is refused. What is \
        accepted is kept in $XDG_DATA_HOME/assay/trust (else ~/.local/share/assay/trust) and checked again whenever it is used.
        """)

    @Option(help: "The list, or a folder that holds lists.")
    var from: String

    func run() throws {
      let lines = try TrustUpdates.take(from: from)
      let output = OutputSink.standardOutput()
      for line in lines { output.write(line + "\n") }
      try output.finish()
    }
  }
}

/// Anchors for people.
enum AnchorText {
  static func order(_ left: TrustAnchor, _ right: TrustAnchor) -> Bool {
    if left.name != right.name { return left.name.utf8.lexicographicallyPrecedes(right.name.utf8) }
    return left.sha256.lexicographicallyPrecedes(right.sha256)
  }

  static func line(_ anchor: TrustAnchor) -> String {
    let limits = self.limits(anchor)
    return "\(Hex.encode(anchor.sha256.prefix(8)))  \(InspectionText.shown(anchor.name))"
      + (limits.isEmpty ? "" : "  [\(limits.map { "\($0.0) \($0.1)" }.joined(separator: "; "))]") + "\n"
  }

  static func whole(_ anchor: TrustAnchor) -> String {
    var lines = [
      ("name", InspectionText.shown(anchor.name)), ("bundle", anchor.bundle),
      ("subject", InspectionText.shown(anchor.subject.description)), ("sha1", Hex.encode(anchor.sha1)),
      ("sha256", Hex.encode(anchor.sha256)), ("spki-sha256", Hex.encode(DigestAlgorithm.sha256.digest(anchor.spki))),
    ]
    for (algorithm, digest) in anchor.tbsDigests.sorted(by: { $0.key < $1.key }) {
      lines.append(("tbs-\(algorithm.rawValue)", Hex.encode(digest)))
    }
    let limits = self.limits(anchor)
    lines += limits.isEmpty ? [("limits", "none")] : limits
    return lines.map { "\($0.0): \($0.1)\n" }.joined() + "\n"
  }

  /// RFC 5280 4.2.1.12 and RFC 3161 2.3.
  private static let usageNames: [OID: String] = [
    "1.3.6.1.5.5.7.3.1": "server authentication", "1.3.6.1.5.5.7.3.2": "client authentication",
    "1.3.6.1.5.5.7.3.3": "code signing", "1.3.6.1.5.5.7.3.4": "email protection", "1.3.6.1.5.5.7.3.8": "time stamping",
    "1.3.6.1.5.5.7.3.9": "OCSP signing",
  ]

  private static func limits(_ anchor: TrustAnchor) -> [(String, String)] {
    let limits = anchor.limits
    var words: [(String, String)] = []
    func names(_ usages: [OID]) -> String { usages.map { usageNames[$0] ?? $0.description }.joined(separator: ", ") }
    if let usages = limits.allowedUsages { words.append(("only for", usages.isEmpty ? "nothing" : names(usages))) }
    if !limits.disallowedUsages.isEmpty { words.append(("not for", names(limits.disallowedUsages))) }
    if let moment = limits.disabledFrom {
      let usages = limits.disabledUsages.map { " (for \(names($0)))" } ?? ""
      words.append(("disabled from", moment.rfc3339 + usages))
    }
    if let moment = limits.issuedBefore {
      let usages = limits.issuedBeforeUsages.map { " (for \(names($0)))" } ?? ""
      words.append(("only certificates issued before", moment.rfc3339 + usages))
    }
    return words
  }
}
