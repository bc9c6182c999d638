import AssayCore
import AssayTrustData

/// The bundles that come with the tool, in the state that `trust update` left them.
enum InstalledTrust {
  static var names: [String] { BuiltinTrust.names }

  static func bundle(_ name: String) -> TrustBundle? { BuiltinTrust.bundle(name) }
}
