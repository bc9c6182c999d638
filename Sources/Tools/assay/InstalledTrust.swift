import AssayCore
import AssayTrustData

/// The bundles that come with the tool, in the state that `trust update` left them.
enum InstalledTrust {
  static let names: [String] = []

  static func bundle(_ name: String) -> TrustBundle? { nil }
}
