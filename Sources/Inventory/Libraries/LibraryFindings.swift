package import AssayCore

/// Findings about the libraries that a program loads.
package enum LibraryFindings {
  static let missing = FindingCode(
    "library.missing", "a library that a program asks for is not there",
    remedy: "install the program whole; whoever may write to the place decides what is loaded from there")
  static let hijackable = FindingCode(
    "library.hijackable", "dyld looks for a library first where nothing is, or where others may write",
    remedy: "see who may write to the place; ask the publisher for search paths that stay inside the program")
  static let environment = FindingCode(
    "library.environment", "the program brings search paths for libraries in LC_DYLD_ENVIRONMENT",
    remedy: "see whether its publisher means it; programs of today do without")
  static let proxy = FindingCode(
    "library.proxy", "a library hands on another one that has its own name: the original was renamed and something put before it",
    remedy: "compare both with the publisher's; remove what was put before the original")
  static let elsewhere = FindingCode(
    "library.elsewhere", "libraries that are looked for outside of what is at hand",
    remedy: "scan the whole disk to judge them, too")
  /// Raised where a program is compared with the libraries of its own bundle.
  package static let resigned = FindingCode(
    "library.host.resigned", "the program is not signed by the team that signed the libraries of its own bundle",
    remedy: "get the program again from its publisher; a program that was changed is signed anew ad hoc, or by who changed it")
  static let limit = FindingCode(
    "limit.library-graph", "a program leads to more libraries than are followed", remedy: "see Docs/Limits.md")

  package static let all = [missing, hijackable, environment, proxy, elsewhere, resigned, limit]
}

/// What is worth telling about a program's libraries, whoever signed them.
struct LibraryJudgement {
  let disk: AppleDisk
  let program: String
  let image: LibraryImage
  let edges: [LibraryEdge]
  let proxies: [LibraryProxy]
  let isComplete: Bool
  let honoursEnvironment: Bool

  /// Findings of one kind; further ones are counted.
  static let findingLimit = 16
  private static let attack = ["T1546.006", "T1574.004"]

  var findings: [Finding] {
    var findings = environment + LibraryJudgement.limited(proxies.map(proxy))
    var seen: Set<String> = []
    let told = edges.filter { seen.insert($0.name + "\n" + $0.asker).inserted }
    findings += LibraryJudgement.limited(told.compactMap(missing)) + LibraryJudgement.limited(told.compactMap(hijackable))
    let elsewhere = told.count { if case .unknown = $0.answer { true } else { false } }
    if elsewhere > 0 {
      findings.append(
        Finding(LibraryFindings.elsewhere.name, .note, "\(elsewhere) libraries are looked for outside of what is at hand"))
    }
    if !isComplete {
      findings.append(
        Finding(
          LibraryFindings.limit.name, .warning,
          "the program leads to more libraries than are followed; what the further ones are is not known"))
    }
    return findings
  }

  private static func limited(_ findings: [Finding]) -> [Finding] {
    guard findings.count > findingLimit, let last = findings.last else { return findings }
    var counted = last
    counted.message = "and \(findings.count - findingLimit) more of the kind"
    (counted.expected, counted.found, counted.severity) = (nil, nil, .note)
    return findings.prefix(findingLimit) + [counted]
  }

  private var environment: [Finding] {
    image.environment.prefix(LibraryJudgement.findingLimit).map { entry in
      let text = String(decoding: entry, as: UTF8.self)
      return Finding(
        LibraryFindings.environment.name, .warning,
        honoursEnvironment
          ? "the program tells dyld where to look for libraries: \(text)"
          : "the program tells dyld where to look for libraries, and dyld does not listen since it is hardened: \(text)",
        found: text, attack: LibraryJudgement.attack)
    }
  }

  private func proxy(_ proxy: LibraryProxy) -> Finding {
    Finding(
      LibraryFindings.proxy.name, .warning,
      "\(disk.shown(proxy.front)) hands on \(disk.shown(proxy.original)), which is installed as \(proxy.name): it stands before the original",
      expected: proxy.name, found: disk.shown(proxy.front), attack: LibraryJudgement.attack)
  }

  private func missing(_ edge: LibraryEdge) -> Finding? {
    guard edge.answer == .missing else { return nil }
    let who = "\(edge.name), which \(AppleDisk.name(edge.asker)) asks for"
    let places = edge.absent.prefix(4).joined(separator: ", ")
    return Finding(
      LibraryFindings.missing.name, .warning,
      edge.kind == "weak"
        ? "\(who) and does without, is not there: a file at \(places) would be loaded"
        : "\(who), is not there: the program does not start, and a file at \(places) would be loaded",
      expected: edge.name, found: places.isEmpty ? nil : "nothing at \(places)", attack: LibraryJudgement.attack)
  }

  private func hijackable(_ edge: LibraryEdge) -> Finding? {
    let who = AppleDisk.name(edge.asker)
    if let first = edge.name.utf8.first, first != 0x2F, first != UInt8(ascii: "@") {
      return Finding(
        LibraryFindings.hijackable.name, .warning,
        "\(who) asks for \(edge.name) without a folder: it is looked for where the program is started from", found: edge.name,
        attack: LibraryJudgement.attack)
    }
    guard case .found(let path) = edge.answer else { return nil }
    if let own = LibraryJudgement.openFolder(disk.shown(path)), LibraryJudgement.openFolder(disk.shown(program)) != own {
      return Finding(
        LibraryFindings.hijackable.name, .warning, "\(edge.name) is loaded from \(disk.shown(path)), where others may write",
        expected: edge.name, found: disk.shown(path), attack: LibraryJudgement.attack)
    }
    guard !edge.absent.isEmpty else { return nil }
    // Places in the program's own bundle are its seal's business.
    let bundle = AppleDisk.bundle(around: disk.shown(program))
    let open = edge.absent.filter { place in
      guard let bundle else { return true }
      return !place.utf8.starts(with: (bundle + "/").utf8)
    }
    let places = (open.isEmpty ? edge.absent : open).prefix(4).joined(separator: ", ")
    return Finding(
      LibraryFindings.hijackable.name, open.isEmpty ? .note : .warning,
      "\(edge.name), which \(who) asks for, is looked for at \(places) first, where nothing is", expected: disk.shown(path),
      found: "nothing at \(places)", attack: open.isEmpty ? [] : LibraryJudgement.attack)
  }

  /// The folder that others than administrators write to: one for all, or a user's home.
  static func openFolder(_ path: String) -> String? {
    let open = ["/tmp", "/private/tmp", "/var/tmp", "/private/var/tmp", "/Users/Shared", "/var/folders", "/private/var/folders"]
    if let folder = open.first(where: { path.utf8.starts(with: ($0 + "/").utf8) }) { return folder }
    let parts = AppleDisk.parts(path)
    guard parts.count > 2, path.utf8.starts(with: "/Users/".utf8) else { return nil }
    return "/Users/" + parts[1]
  }
}
