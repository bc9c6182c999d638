package import AssayBytes
package import AssayCore
import AssayPKI

/// A folder compared with its seal: what is missing, added, altered or of another kind, each with the rule that sealed it.
///
/// Pure over an `ArtifactTree`; files are hashed as they stream by. Nested code is not judged here but listed.
package struct SealedTree {
  /// Names in one bundle; the largest applications known have about 100,000.
  package static let entryLimit = 2_000_000
  package static let folderDepthLimit = 128
  /// Findings of one kind that are told one by one; the rest is counted.
  package static let toldLimit = 100
  /// Steps for matching rules and reading links: thirty for each octet of 100,000 paths of sixty.
  package static let stepLimit = 200_000_000

  /// Code in the folder that has a signature of its own.
  package struct Nested: Hashable, Sendable {
    /// Below the tree's root.
    package let path: String
    package let isFolder: Bool
    package let requirement: [UInt8]
    package let cdhash: [UInt8]?
    package let rule: String
  }

  /// Code with signatures of its own.
  package private(set) var nested: [Nested] = []
  let tree: any ArtifactTree
  /// The sealed folder below the tree's root; empty for the root.
  let base: String
  let seals: [[UInt8]: ResourceSeal]
  let version: Int
  var rules: ResourceRules
  /// Bundles around this one, innermost first: a link may lead into them.
  var outer: [(base: String, rules: ResourceRules)]
  var outcome = SealedContent()
  private var met: Set<[UInt8]> = []
  private var added: [(path: [UInt8], rule: ResourceRule)] = []
  private var entries = 0
  private var told: [String: Int] = [:]

  package init(
    _ tree: any ArtifactTree, base: String, resources: CodeResources, rules: ResourceRules,
    outer: [(base: String, rules: ResourceRules)] = []
  ) {
    self.tree = tree
    self.base = base
    seals = resources.seals
    version = resources.version
    self.rules = rules
    self.outer = outer
  }

  /// Total: what cannot be read or is too much is a gap.
  package mutating func compare(_ budget: inout Budget) -> SealedContent {
    do throws(ParseError) {
      try walk(&budget)
      tellLeftovers()
    } catch {
      outcome.gaps.append(Finding(error))
    }
    for (code, count) in told.sorted(by: { $0.key < $1.key }) where count > SealedTree.toldLimit {
      outcome.findings.append(Finding(code, .failure, "\(count - SealedTree.toldLimit) more of the same are not listed"))
    }
    return outcome
  }

  // MARK: - Walking

  /// `relative` to the base, as seals name it.
  func full(_ relative: String) -> String { base.isEmpty ? relative : relative.isEmpty ? base : "\(base)/\(relative)" }

  private mutating func walk(_ budget: inout Budget) throws(ParseError) {
    var folders: [(path: String, depth: Int)] = [("", 0)]
    while let folder = folders.popLast() {
      let listing: [TreeEntry]
      do throws(ParseError) {
        listing = try tree.list(full(folder.path))
      } catch {
        outcome.gaps.append(
          Finding("bundle.resource.unreadable", .failure, "the folder \(shown(folder.path)) cannot be listed: \(error.message)"))
        continue
      }
      var inner: [(path: String, depth: Int)] = []
      for entry in listing {
        entries += 1
        guard entries <= SealedTree.entryLimit else {
          throw ParseError("limit.bundle-entries", "the bundle holds more than \(SealedTree.entryLimit) names")
        }
        let path = folder.path.isEmpty ? entry.name : "\(folder.path)/\(entry.name)"
        guard try meet(entry, path, &budget) else { continue }
        guard folder.depth < SealedTree.folderDepthLimit else {
          throw ParseError("limit.depth", "the bundle is deeper than \(SealedTree.folderDepthLimit) folders")
        }
        inner.append((path, folder.depth + 1))
      }
      folders += inner.reversed()
    }
  }

  /// Looks at one name; true for a folder to go into.
  private mutating func meet(_ entry: TreeEntry, _ path: String, _ budget: inout Budget) throws(ParseError) -> Bool {
    let octets = Array(path.utf8)
    var rule: ResourceRule?
    switch try rules.answer(octets, &budget) {
    case .excluded: return false
    case .rule(let best): rule = best
    case .none: break
    }
    switch entry.kind {
    case .folder:
      guard let rule, rule.isNested, entry.name.utf8.contains(UInt8(ascii: ".")) else { return true }
      compare(path, octets, .folder, rule, &budget)
      return false
    case .special:
      tell("bundle.resource.special", path, rule, "is a device, FIFO or socket", found: "special file")
      return false
    case .link where entry.name.lowercased() == ".ds_store":
      tell("bundle.resource.type-changed", path, rule, "is a link where only a file may be", found: "link")
    case .file, .link:
      guard let rule, !rule.isOmitted else {
        outcome.unsealed += 1
        return false
      }
      compare(path, octets, entry.kind, rule, &budget)
    }
    return false
  }

  private mutating func compare(
    _ path: String, _ octets: [UInt8], _ kind: TreeEntry.Kind, _ rule: ResourceRule, _ budget: inout Budget
  ) {
    guard let seal = seals[octets] else {
      // Version 1 knows nothing of links.
      if version == 1, kind == .link { return }
      added.append((octets, rule))
      return
    }
    met.insert(octets)
    if kind == .file { noteSideband(full(path)) }
    switch (seal.content, kind) {
    case (.nested(let requirement, let cdhash), .file), (.nested(let requirement, let cdhash), .folder):
      nested.append(
        Nested(path: full(path), isFolder: kind == .folder, requirement: requirement, cdhash: cdhash, rule: rule.text))
    case (.link(let target), .link): compareLink(path, target, rule, &budget)
    case (.file(let digests), .file): compareFile(path, digests, rule)
    default:
      tell(
        "bundle.resource.type-changed", path, rule, "is of another kind than was sealed", expected: SealedTree.kind(of: seal),
        found: SealedTree.name(of: kind))
    }
  }

  private static func kind(of seal: ResourceSeal) -> String {
    switch seal.content {
    case .file: "file"
    case .link(let target): "link to \(String(decoding: target, as: UTF8.self))"
    case .nested: "code with a signature of its own"
    }
  }

  private static func name(of kind: TreeEntry.Kind) -> String {
    switch kind {
    case .file: "file"
    case .folder: "folder"
    case .link: "link"
    case .special: "special file"
    }
  }

  // MARK: - Files

  /// Extended attributes that systems read as a part of a file and that no seal covers (errSecCSInvalidAssociatedFileData), by the names
  /// under which Linux can hold them.
  static let sideband = ["user.com.apple.ResourceFork", "user.com.apple.FinderInfo"]

  /// `path` is below the tree's root.
  mutating func noteSideband(_ path: String) {
    for name in SealedTree.sideband where (try? tree.attribute(name, of: path)) ?? nil != nil {
      told["bundle.resource.sideband", default: 0] += 1
      guard told["bundle.resource.sideband", default: 0] <= SealedTree.toldLimit else { continue }
      outcome.tolerated.append(
        Finding(
          "bundle.resource.sideband", .warning, "\(path) has \(name.dropFirst(5)) beside its bytes, which no seal covers",
          expected: "no such attribute", found: name))
    }
  }

  private mutating func compareFile(_ path: String, _ digests: [DigestAlgorithm: [UInt8]], _ rule: ResourceRule) {
    do throws(ParseError) {
      let source = try tree.open(full(path))
      let algorithms = digests.keys.sorted()
      var hashers = algorithms.map { DigestHasher($0) }
      try source.forEachChunk(0..<source.byteCount) { _, chunk in
        for index in hashers.indices { hashers[index].update(chunk) }
      }
      try source.confirmUnchanged()
      for index in hashers.indices {
        let found = hashers[index].finalize()
        guard let expected = digests[algorithms[index]], found != expected else { continue }
        return tell(
          "bundle.resource.altered", path, rule, "is not what was sealed: its \(algorithms[index].rawValue) digest differs",
          expected: Hex.encode(expected), found: Hex.encode(found))
      }
      outcome.intact += 1
    } catch {
      outcome.gaps.append(
        Finding("bundle.resource.unreadable", .failure, "\(shown(path)) cannot be compared with its seal: \(error.message)"))
    }
  }

  // MARK: - Links

  private mutating func compareLink(_ path: String, _ sealed: [UInt8], _ rule: ResourceRule, _ budget: inout Budget) {
    do throws(ParseError) {
      let target = try tree.readLink(full(path))
      guard target.utf8.elementsEqual(sealed) else {
        return tell(
          "bundle.resource.altered", path, rule, "leads elsewhere than was sealed",
          expected: String(decoding: sealed, as: UTF8.self), found: target)
      }
      guard try leadsInside(path, target, &budget) else {
        return tell(
          "bundle.link.escape", path, rule,
          "leads out of what is sealed, or nowhere: \(target); only sealed files, /System and /Library may be its end",
          found: target)
      }
      outcome.intact += 1
    } catch {
      outcome.gaps.append(
        Finding("bundle.resource.unreadable", .failure, "the link \(shown(path)) cannot be followed: \(error.message)"))
    }
  }

  /// Apple's strict rule for links (errSecCSInvalidSymlink): absolute ones into the system, others to something sealed in a bundle around.
  private mutating func leadsInside(_ path: String, _ target: String, _ budget: inout Budget) throws(ParseError) -> Bool {
    if target.hasPrefix("/") {
      // What a system keeps there is out of sight here; the place alone is judged.
      guard let place = LinkResolver.normal("", target) else { return false }
      return place.hasPrefix("System/") || place.hasPrefix("Library/")
    }
    guard let end = try LinkResolver(tree).resolve(full(path), &budget) else { return false }
    if let inside = SealedTree.inside(base, end) { return try SealedTree.includes(inside, &rules, &budget) }
    for index in outer.indices {
      if let inside = SealedTree.inside(outer[index].base, end) {
        return try SealedTree.includes(inside, &outer[index].rules, &budget)
      }
    }
    return false
  }

  private static func inside(_ base: String, _ path: String) -> String? {
    if base.isEmpty { return path }
    let (folder, whole) = (Array(base.utf8), Array(path.utf8))
    if whole == folder { return "" }
    guard whole.starts(with: folder + [UInt8(ascii: "/")]) else { return nil }
    return String(decoding: whole[(folder.count + 1)...], as: UTF8.self)
  }

  private static func includes(_ path: String, _ rules: inout ResourceRules, _ budget: inout Budget) throws(ParseError) -> Bool {
    switch try rules.answer(Array(path.utf8), &budget) {
    case .rule(let rule): return !rule.isOmitted
    // The main executable has no seal but a signature.
    case .excluded: return !BundleLayout.unsealedNames.contains { $0.utf8.elementsEqual(path.utf8) }
    case .none: return false
    }
  }

  // MARK: - Telling

  func shown(_ relative: String) -> String { full(relative).isEmpty ? "the bundle's folder" : full(relative) }

  private mutating func tell(
    _ code: String, _ path: String, _ rule: ResourceRule?, _ what: String, expected: String? = nil, found: String? = nil
  ) {
    told[code, default: 0] += 1
    guard told[code, default: 0] <= SealedTree.toldLimit else { return }
    let by = rule.map { "; sealed by the rule \"\($0.text)\"" } ?? ""
    outcome.findings.append(
      Finding(code, .failure, "\(shown(path)) \(what)\(by)", expected: expected, found: found, attack: ["T1554"]))
  }

  /// Names that were sealed and not met, names that were met and not sealed, and pairs of them that are the same name written differently.
  private mutating func tellLeftovers() {
    var missing: [[UInt8]] = []
    for (path, seal) in seals where !seal.isOptional && !met.contains(path) { missing.append(path) }
    missing.sort { $0.lexicographicallyPrecedes($1) }
    // String's == folds canonical equivalents, which is what is looked for here and nowhere else.
    var variants: [String: [UInt8]] = [:]
    for path in missing { variants[String(decoding: path, as: UTF8.self).lowercased()] = path }
    var paired: Set<[UInt8]> = []
    for (path, rule) in added {
      let text = String(decoding: path, as: UTF8.self)
      if let sealed = variants[text.lowercased()], !paired.contains(sealed) {
        paired.insert(sealed)
        tell(
          "bundle.resource.name-variant", text, rule, "is sealed under a name that is written differently",
          expected: Hex.encode(sealed), found: Hex.encode(path))
      } else {
        tell(
          "bundle.resource.added", text, rule, "was added: the seal does not know it", expected: "no such file", found: "present")
      }
    }
    for path in missing where !paired.contains(path) {
      let text = String(decoding: path, as: UTF8.self)
      var budget = Budget(steps: 1_000_000)
      var by: ResourceRule?
      if case .rule(let rule)? = try? rules.answer(path, &budget) { by = rule }
      tell(
        "bundle.resource.missing", text, by, "was sealed and is not there", expected: seals[path].map { SealedTree.kind(of: $0) },
        found: "nothing")
    }
  }
}
