package import AssayCore
package import AssayPKI

/// A policy made of values, ready to judge.
package struct CompiledPolicy: Sendable {
  /// A bundle that the policy names under `trust:`.
  package enum TrustReference: Hashable, Sendable {
    case builtin(String)
    case file(name: String, path: String)
  }
  /// The file's name as given, or `builtin:m1045`.
  package let name: String
  package let mode: PolicyMode
  /// Empty: all builtin bundles.
  package let trust: [TrustReference]
  /// Flat digests that a deny rule needs.
  package let wantedDigests: [DigestAlgorithm]
  /// `revocation: required`
  package let requiresRevocation: Bool

  /// Decisions are reported, marked so, and do not count for the exit code.
  package var isMonitor: Bool { mode != .enforce }

  /// Compiles a parsed file. `load` gives the text of files that the policy names, relative to it.
  package init(_ tree: ConfigNode, file: String, load: (_ path: String) throws -> [UInt8]) throws(ConfigError) {
    throw ConfigError(file: file, line: 1, column: 1, message: "policy files are not compiled yet")
  }

  /// The builtin policy of that name (`m1045`), nil for a name that is not built in.
  package static func builtin(_ name: String, names: NameTable) -> CompiledPolicy? {
    name == "m1045" ? CompiledPolicy(builtin: name) : nil
  }
  package static let builtinNames = ["m1045"]

  private init(builtin name: String) {
    self.name = "builtin:" + name
    mode = .enforce
    trust = []
    wantedDigests = []
    requiresRevocation = false
  }

  /// Facts to decision, rule and reason. Total.
  package func judge(_ report: Report, beside folder: FolderFacts) -> Verdict {
    report.state == .trusted
      ? Verdict(.accept, rule: nil, reason: "state is trusted", state: .trusted)
      : Verdict(
        report.state == .notAssessed ? .undecided : .reject, rule: nil, reason: "state is \(report.state.rawValue)",
        state: report.state)
  }

  /// The same policy, which moreover demands the requirement (`--requirement`) of whatever it would accept.
  package func requiring(_ requirement: String, origin: String) throws(ConfigError) -> CompiledPolicy { self }

  /// Normalised text for `assay policy show`.
  package func printed() -> String { name }

  /// What is well formed but surely not meant, for `assay policy check`.
  package func warnings() -> [ConfigError] { [] }
}
