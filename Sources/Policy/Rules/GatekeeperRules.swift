/// Apple's assessment of software that was brought from elsewhere (`spctl --assess`), as the system's database of rules has had it since
/// macOS 10.15. Data: name, requirement, context. Origin: `spctl --list`, beside Security.framework's `policydb`; the dates stand in the
/// requirements. Left out: single programs that the database names by their cdhash.
enum GatekeeperRules {
  enum Context: CaseIterable {
    case execute, install, open

    /// Formats that are assessed so.
    var formats: [String] {
      switch self {
      case .execute: ["macho", "bundle", "applescript", "signed-file"]
      case .install: ["pkg"]
      case .open: ["dmg"]
      }
    }
    var name: String {
      switch self {
      case .execute: "gatekeeper execute"
      case .install: "gatekeeper install"
      case .open: "gatekeeper open"
      }
    }
  }

  private static let developer =
    "anchor apple generic and certificate 1[field.1.2.840.113635.100.6.2.6] exists"
    + " and certificate leaf[field.1.2.840.113635.100.6.1.13] exists"
  private static let installer =
    "anchor apple generic and certificate 1[field.1.2.840.113635.100.6.2.6] exists"
    + " and (certificate leaf[field.1.2.840.113635.100.6.1.14] or certificate leaf[field.1.2.840.113635.100.6.1.13])"
  /// When the developer's account was made: before it had to be notarized.
  private static let before =
    "(certificate leaf[timestamp.1.2.840.113635.100.6.1.33] absent"
    + " or certificate leaf[timestamp.1.2.840.113635.100.6.1.33] < timestamp \"20190408000000Z\")"

  /// What is allowed; anything else is denied, Developer ID without notarization too.
  static let table: [(context: Context, name: String, requirement: String)] = [
    (.execute, "Apple System", "anchor apple"),
    (.execute, "Mac App Store", "anchor apple generic and certificate leaf[field.1.2.840.113635.100.6.1.9] exists"),
    (.execute, "Notarized Developer ID", "\(developer) and notarized"), (.execute, "Developer ID", "\(developer) and \(before)"),
    (
      .install, "Apple Installer",
      "anchor apple generic and certificate 1[subject.CN] = \"Apple Software Update Certification Authority\""
    ),
    (.install, "Mac App Store", "anchor apple generic and certificate leaf[field.1.2.840.113635.100.6.1.10] exists"),
    (.install, "Notarized Developer ID", "\(installer) and notarized"), (.install, "Developer ID", "\(installer) and legacy"),
    (.open, "Notarized Developer ID", "\(developer) and notarized"), (.open, "Developer ID", "\(developer) and legacy"),
  ]

  /// One rule for each context. Text that cannot be read would be our own mistake; a test reads all of it.
  static func rules() -> [Rule] {
    Context.allCases.map { context in
      var match = RuleMatch()
      match.formats = context.formats
      let demands = table.filter { $0.context == context }.map { entry in
        Demand.named(entry.name, .requirement((try? Requirement(parsing: entry.requirement)) ?? .never))
      }
      return Rule(
        name: context.name, attack: [], match: match, require: .any(demands), allowedBy: nil, deny: [], mode: nil,
        requiresRevocation: false, allowsUnsigned: false, mark: ConfigNode.Mark(line: 1, column: 1))
    }
  }
}
