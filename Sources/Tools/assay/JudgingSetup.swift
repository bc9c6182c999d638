import AssayBytes
import AssayConfig
import AssayCore
import AssayEngine
import AssayImporters
import AssayPKI
import AssayPolicy
import AssayRender
import AssaySystem
import AssayTrustData

/// Everything that judging needs, loaded before anything is judged: the operator's mistakes end here with exit 2.
struct JudgingSetup {
  var context: TrustContext
  let policy: CompiledPolicy
  let run: RunInfo
  /// Given with `--catalog`; a scan adds those of its tree.
  var catalogs: CatalogCollection

  init(_ options: JudgingOptions, command: String) throws {
    let now = try JudgingSetup.moment(options.at)
    var policy = try PolicyFile.load(options.policy)
    if let requirement = options.requirement {
      let (text, origin) = try JudgingSetup.requirement(requirement)
      policy = try policy.requiring(text, origin: origin)
    }
    let bundles = try TrustSelection.bundles(options.trust, policy: policy, policyFile: options.policy)
    if let mistake = policy.unknownBundle(among: bundles.map(\.name)) { throw mistake }
    var store = TrustStore(bundles.map(\.anchors))
    for bundle in bundles {
      // The same certificate may be refused by two lists; the first one's words stay.
      store.disallowed.merge(bundle.disallowed) { first, _ in first }
    }
    context = TrustContext(trust: store, now: now)
    context.isStrict = options.strict
    context.wantedDigests = try JudgingSetup.digests(options.digest) + policy.wantedDigests
    context.listedDigests = policy.listedDigests
    for path in options.certs { context.certificates += try CertificateFiles.load(path, for: "--certs") }
    for path in options.crl { try EvidenceFiles.load(path, into: &context.revocation) }
    catalogs = CatalogCollection()
    for path in options.catalog { try catalogs.load(path) }
    self.policy = policy
    run = RunInfo(
      toolVersion: Assay.version, command: command, policy: policy.name, mode: policy.mode,
      trust: bundles.map { (name: $0.name, origin: $0.origin, date: $0.date, anchors: $0.anchors.count) },
      at: options.at == nil ? nil : now,
      attack: .m1045)
  }

  /// Reads the catalogs, after all other evidence. Those that the operator named must be some. Where the catalogs of a tree are judged
  /// in any case, `atOnce` judges them in the same reading.
  mutating func openCatalogs(jobs: Int, atOnce: Bool = false) throws {
    context.windowsVersion = catalogs.windowsVersion
    context.catalogs = try catalogs.shelf(jobs: jobs, judgingIn: atOnce ? context : nil)
  }

  private static func moment(_ text: String?) throws -> Moment {
    guard let text else { return SystemClock.now() }
    guard let moment = Moment(rfc3339: text) else {
      throw ToolFailure("--at: \"\(text)\" is no time; write it as 2026-11-23T00:00:00Z or 2026-11-23")
    }
    return moment
  }

  private static func digests(_ names: [String]) throws -> [DigestAlgorithm] {
    try names.map { name in
      guard let algorithm = DigestAlgorithm(rawValue: name) else {
        let known = DigestAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")
        throw ToolFailure("--digest: \"\(name)\" is no digest; they are \(known)")
      }
      return algorithm
    }
  }

  private static func requirement(_ argument: String) throws -> (text: String, origin: String) {
    guard argument.hasPrefix("@") else { return (argument, "--requirement") }
    let path = String(argument.dropFirst())
    let bytes = try ConfigurationFile.read(path, for: "--requirement")
    if bytes.starts(with: [0xFA, 0xDE, 0x0C]) { return (try compiled(bytes, path), path) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw ToolFailure("--requirement: \(path) is not UTF-8") }
    return (text, path)
  }
}

extension JudgingSetup {
  /// Text of a requirement in the binary form that `csreq -b` writes; of a set the designated one.
  private static func compiled(_ bytes: [UInt8], _ path: String) throws -> String {
    var budget = Budget()
    do {
      let set = try RequirementSet(blob: bytes[...], &budget)
      guard let entry = set.entries.first(where: { $0.kind == .designated }) else {
        throw ToolFailure("--requirement: \(path): the set has no designated requirement")
      }
      return entry.requirement.description
    } catch let error as ParseError {
      let place = error.offset.map { " at offset \($0)" } ?? ""
      throw ToolFailure("--requirement: \(path): \(error.message)\(place)")
    }
  }
}

/// Reads the files that a run is configured with.
enum ConfigurationFile {
  static func read(_ path: String, for option: String) throws -> [UInt8] {
    do {
      return try FileContents.read(RawArguments.path(path))
    } catch {
      throw ToolFailure("\(option): \(path): \(error.message)")
    }
  }
}

enum PolicyFile {
  /// `builtin:NAME` or a file.
  static func load(_ name: String) throws -> CompiledPolicy {
    if name.hasPrefix("builtin:") {
      guard let policy = CompiledPolicy.builtin(String(name.dropFirst("builtin:".count)), names: .windows) else {
        let known = CompiledPolicy.builtinNames.map { "builtin:" + $0 }.joined(separator: ", ")
        throw ToolFailure("--policy: there is no \"\(name)\"; builtin policies: \(known)")
      }
      return policy
    }
    let tree = try YAMLTree.parse(try ConfigurationFile.read(name, for: "policy"), file: name)
    return try CompiledPolicy(tree, file: name, names: .windows, foreign: ForeignList()) { path throws in
      try ConfigurationFile.read(PolicyFile.relative(path, to: name), for: name)
    }
  }

  /// Files that a policy names are beside it.
  static func relative(_ path: String, to policy: String) -> String {
    guard !path.hasPrefix("/"), let slash = policy.utf8.lastIndex(of: 0x2F) else { return path }
    return String(policy[...slash]) + path
  }
}
