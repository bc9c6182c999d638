import AssayBytes
import AssayCore
import AssayPKI
import AssayPolicy
import AssaySystem
import AssayTrustData

/// Which anchors count: `--trust`, else the policy's `trust:`, else every builtin bundle.
enum TrustSelection {
  static func bundles(_ options: [String], policy: CompiledPolicy, policyFile: String) throws -> [TrustBundle] {
    if !options.isEmpty { return try options.map(bundle) }
    if policy.trust.isEmpty { return try InstalledTrust.names.map(builtin) }
    return try policy.trust.map { reference in
      switch reference {
      case .builtin(let name): try builtin(name)
      case .file(let name, let path): try file(PolicyFile.relative(path, to: policyFile), name: name)
      }
    }
  }

  private static func bundle(_ option: String) throws -> TrustBundle {
    if option.hasPrefix("builtin:") { return try builtin(String(option.dropFirst("builtin:".count))) }
    if InstalledTrust.names.contains(option) { return try builtin(option) }
    let last = RawPath(option).lastComponent.shown
    let stem = last.lastIndex(of: ".").map { String(last[..<$0]) } ?? last
    let name = stem.isEmpty ? last : stem
    // `anchor apple` and the rows on system files mean the builtin bundles, and nothing that a file may be called.
    guard !CompiledPolicy.reservedBundles.contains(name) else {
      throw ToolFailure("--trust: \(option): a bundle named \"\(name)\" would pass for the builtin one; rename the file")
    }
    return try file(option, name: name)
  }

  static func builtin(_ name: String) throws -> TrustBundle {
    guard let bundle = InstalledTrust.bundle(name) else {
      let known = InstalledTrust.names.map { "builtin:" + $0 }.joined(separator: ", ")
      throw ToolFailure("--trust: there is no builtin bundle \"\(name)\"; builtin bundles: \(known)")
    }
    return bundle
  }

  private static func file(_ path: String, name: String) throws -> TrustBundle {
    let certificates = try CertificateFiles.load(path, for: "--trust")
    return TrustBundle(
      name: name, origin: path, date: nil, anchors: AnchorSet(certificates.map { TrustAnchor($0, bundle: name) }))
  }
}
