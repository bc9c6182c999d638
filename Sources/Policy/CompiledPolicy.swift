package import AssayCore
package import AssayPKI

/// What stands in the same folder, for rules about programs and their libraries.
package struct FolderFacts: Sendable {
  package struct Program: Hashable, Sendable {
    package let name: String
    /// The verified signer's organization (or common name).
    package let publisher: String
    package init(name: String, publisher: String) {
      self.name = name
      self.publisher = publisher
    }
  }
  /// Executables in the folder whose state is trusted.
  package var trustedPrograms: [Program] = []
  package init() {}
}

/// A policy made of values, ready to judge.
package struct CompiledPolicy: Sendable {
  /// A bundle that the policy names under `trust:`.
  package enum TrustReference: Hashable, Sendable {
    case builtin(String)
    case file(name: String, path: String)
  }
  package let name: String
  package let mode: PolicyMode
  /// Empty: all builtin bundles.
  package let trust: [TrustReference]
  /// Flat digests that a deny rule or a requirement needs.
  package let wantedDigests: [DigestAlgorithm]

  /// Compiles a parsed file. `load` gives the text of files that the policy names, relative to it.
  package init(_ tree: ConfigNode, file: String, load: (_ path: String) throws -> [UInt8]) throws { fatalError("unimplemented") }
  /// `m1045`; nil for a name that is not built in.
  package init?(builtin name: String) { fatalError("unimplemented") }
  package static let builtinNames = ["m1045"]

  /// Facts to decision, rule and reason. Total.
  package func judge(_ report: Report, beside folder: FolderFacts) -> Verdict { fatalError("unimplemented") }
}
