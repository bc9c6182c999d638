import AssayBytes
package import AssayCore
import AssayPKI

/// What judging knows of an artifact: from a `Report`, or from one that was saved as JSON and holds less.
package struct ReportFacts: Sendable {
  package var target: String
  package var format: String?
  package var platform: String?
  package var roles: [Role] = []
  package var state: State
  package var isCode = true
  package var startsAtBoot = false
  /// Name to lower-case hex.
  package var digests = NamedDigests()
  package var signatures: [SignatureFacts] = []
  package var identity = Identity()
  package var companyName: String? {
    get { identity.companyName }
    set { identity.companyName = newValue }
  }
  package var originalFilename: String? {
    get { identity.originalFilename }
    set { identity.originalFilename = newValue }
  }
  /// False for a saved report that does not tell it, and where the version resource cannot be read.
  package var knowsIdentity = true
  /// Code inside it with signatures of its own: a bundle's tools and frameworks, a package's programs.
  package var parts: [ReportFacts] = []
  /// Of Apple programs: what each loads.
  package var libraries: [ProgramLibraries] = []
  /// Why the artifact is not trusted, in words: the most useful failure.
  package var failure: String?

  package init(target: String, state: State) {
    self.target = target
    self.state = state
  }

  package init(_ report: Report) {
    self.init(target: report.target, state: report.state)
    format = report.format
    platform = report.platform
    roles = report.roles
    isCode = report.isCode
    startsAtBoot = report.startsAtBoot
    digests = NamedDigests(report.digests)
    signatures = report.signatures.map { SignatureFacts($0) }
    identity = report.identity
    libraries = report.libraries
    knowsIdentity = !report.findings.contains { $0.code == "pe.version.unreadable" }
    failure = report.findings.first { $0.severity == .failure }?.message
    for signature in report.signatures where failure == nil {
      failure = signature.findings.first { $0.severity == .failure }?.message
    }
    parts = report.nested.map { ReportFacts($0) }
  }

  /// The artifact and everything in it, at every depth.
  var whole: [ReportFacts] { parts.reduce([self]) { $0 + $1.whole } }

  /// Windows compares names without case; its files are matched so, wherever they are found.
  var foldsCase: Bool { platform == "windows" }

  var name: TargetName { TargetName(target) }

  /// The last component of `name` in lower case.
  var loweredName: [UInt8] {
    let octets = target.utf8
    // Dots and doubled separators change what comes last; nearly no target has them.
    guard !octets.isEmpty, octets.last != 0x2F, octets.last != 0x2E else { return name.last.lowered }
    let start = octets.lastIndex(of: 0x2F).map { octets.index(after: $0) } ?? octets.startIndex
    return octets[start...].lowered
  }
}

/// An artifact's digests by name. A handful, and seldom asked for: sooner searched than hashed.
package struct NamedDigests: Sendable {
  private var entries: [(name: String, value: String)]
  package init(_ entries: [(name: String, value: String)] = []) { self.entries = entries }

  /// Lower-case hex.
  package subscript(name: String) -> String? {
    get { entries.first { $0.name.utf8.elementsEqual(name.utf8) }?.value }
    set {
      entries.removeAll { $0.name.utf8.elementsEqual(name.utf8) }
      if let newValue { entries.append((name, newValue)) }
    }
  }
}

/// A target as rules on names see it: components with `/` and a leading `./` dropped, `..` resolved by name. Everything from a target
/// like `image.zip!/a/b` on stays as it is written.
struct TargetName {
  let components: [[UInt8]]
  var path: [UInt8] { Array(components.joined(separator: [0x2F])) }
  var last: [UInt8] { components.last ?? [] }

  init(_ target: String) {
    var components: [[UInt8]] = []
    for part in target.utf8.split(separator: 0x2F) where !part.elementsEqual([0x2E]) {
      if part.elementsEqual([0x2E, 0x2E]), let last = components.last, last != [0x2E, 0x2E] {
        components.removeLast()
      } else {
        components.append(Array(part))
      }
    }
    self.components = components
  }
}
