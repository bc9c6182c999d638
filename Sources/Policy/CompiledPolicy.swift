package import AssayCore
package import AssayPKI

/// A policy made of values, ready to judge.
package struct CompiledPolicy: Sendable {
  /// A bundle that the policy names under `trust:`.
  package enum TrustReference: Hashable, Sendable {
    case builtin(String)
    case file(name: String, path: String)
    /// What the requirement language calls it: `anchor NAME`.
    package var name: String {
      switch self {
      case .builtin(let name), .file(let name, _): name
      }
    }
  }
  /// What becomes of an artifact that no rule fits.
  package enum Fallback: String, Sendable {
    case reject
    /// Its state must be `trusted`.
    case trusted
    /// As `trusted`, and unsigned artifacts are accepted too.
    case unsafeAllowUnsigned = "unsafe-allow-unsigned"
    /// The builtin rows of M1045.
    case m1045 = "builtin:m1045"
  }

  /// The file's name as given, or `builtin:m1045`.
  package let name: String
  package let mode: PolicyMode
  /// Empty: all builtin bundles.
  package let trust: [TrustReference]
  package let rules: [Rule]
  /// Refused before any rule is looked at.
  package let deny: [DenyEntry]
  package let fallback: Fallback
  /// `revocation: required` of the whole.
  package let requiresRevocation: Bool
  /// A requirement of the command line, which all that is accepted must also meet.
  package private(set) var extra: Requirement?
  let names: NameRules?

  /// Decisions are reported, marked so, and do not count for the exit code. A rule may have a mode of its own: see `Verdict.mode`.
  package var isMonitor: Bool { mode != .enforce }

  /// Flat digests that a deny list needs.
  package var wantedDigests: [DigestAlgorithm] {
    var wanted: Set<DigestAlgorithm> = []
    for test in (deny + rules.flatMap(\.deny)).flatMap(\.tests) {
      if case .digest(let name, _) = test, let algorithm = DigestAlgorithm(rawValue: name) { wanted.insert(algorithm) }
    }
    for rules in foreign { wanted.formUnion(rules.flatDigests) }
    return wanted.sorted()
  }

  /// Digests that foreign lists name files by.
  package var listedDigests: [DigestAlgorithm] { Set(foreign.flatMap(\.listedDigests)).sorted() }

  /// Every foreign policy and list that it judges by.
  package var foreign: [any ForeignRules] {
    (deny + rules.flatMap(\.deny)).flatMap(\.tests).compactMap { test in
      guard case .foreign(let rules) = test else { return nil }
      return rules
    } + rules.compactMap(\.allowedBy)
  }

  /// Compiles a parsed file. `load` gives the text of files that the policy names, relative to it; `names` are the tables behind
  /// `default: builtin:m1045`; `foreign` reads the policies and lists of others. Throws at the first mistake, with its place.
  package init(
    _ tree: ConfigNode, file: String, names: NameTable? = nil, foreign: any ForeignReader = NoForeignReader(),
    load: (_ path: String) throws -> [UInt8]
  ) throws(ConfigError) {
    let config = ConfigReader(file: file)
    self = try withoutActuallyEscaping(load) { load throws(ConfigError) in
      let reader = PolicyReader(config: config, load: load, foreign: foreign)
      return try CompiledPolicy(try config.entries(tree, of: "a policy", known: PolicyReader.topKeys), reader, names)
    }
  }

  private init(_ entries: ConfigEntries, _ reader: PolicyReader, _ names: NameTable?) throws(ConfigError) {
    let config = reader.config
    name = config.file
    guard let version = entries["version"] else {
      throw config.error(entries.mark, "the policy has no version; begin it with \"version: 1\"")
    }
    guard case .scalar("1", quoted: false, _) = version else { throw config.error(version.mark, "only version 1 is known") }
    mode = try reader.mode(entries["mode"]) ?? .enforce
    trust = try entries["trust"].map(reader.trust) ?? []
    requiresRevocation = try reader.revocation(entries["revocation"]) ?? false
    deny = try entries["deny"].map(reader.deny) ?? []
    let isRequired = requiresRevocation
    rules =
      try entries["rules"].map { node throws(ConfigError) in try reader.rules(node, requiresRevocation: isRequired) } ?? []
    let fallbacks: [(String, Fallback)] = [Fallback.reject, .trusted, .unsafeAllowUnsigned, .m1045].map { ($0.rawValue, $0) }
    fallback = try entries["default"].map { node throws(ConfigError) in try config.choice(node, "default", fallbacks) } ?? .reject
    if fallback == .m1045, names == nil { throw config.error(entries.mark(of: "default"), "builtin:m1045 has no tables here") }
    self.names = fallback == .m1045 ? names.map { NameRules($0) } : nil
  }

  /// The builtin policy of that name (`m1045`, `gatekeeper`), nil for a name that is not built in.
  package static func builtin(_ name: String, names: NameTable) -> CompiledPolicy? {
    switch name {
    case "m1045": CompiledPolicy(m1045: names)
    case "gatekeeper": CompiledPolicy(gatekeeper: GatekeeperRules.rules())
    default: nil
    }
  }
  package static let builtinNames = ["m1045", "gatekeeper"]
  /// Names that no file of certificates may give its bundle.
  package static var reservedBundles: [String] { PolicyReader.reservedBundles }

  private init(gatekeeper rules: [Rule]) {
    name = "builtin:gatekeeper"
    mode = .enforce
    trust = [.builtin("apple")]
    self.rules = rules
    deny = []
    fallback = .reject
    requiresRevocation = false
    names = nil
  }

  private init(m1045 names: NameTable) {
    name = "builtin:m1045"
    mode = .enforce
    trust = []
    rules = []
    deny = []
    fallback = .m1045
    requiresRevocation = false
    self.names = NameRules(names)
  }

  /// The same policy, which moreover demands the requirement (`--requirement`) of whatever it would accept.
  package func requiring(_ requirement: String, origin: String) throws(ConfigError) -> CompiledPolicy {
    var copy = self
    do throws(RequirementError) {
      let parsed = try Requirement(parsing: requirement)
      copy.extra = extra.map { .all([$0, parsed]) } ?? parsed
    } catch {
      throw ConfigError(file: origin, line: error.line, column: error.column, message: error.message)
    }
    return copy
  }
}
