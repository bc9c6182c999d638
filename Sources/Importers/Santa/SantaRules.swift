/// What a rule of Santa names code by, in the order in which they are asked: the first that has a rule decides.
enum SantaRuleKind: String, CaseIterable, Sendable {
  case cdHash = "CDHASH"
  case binary = "BINARY"
  case signingID = "SIGNINGID"
  case certificate = "CERTIFICATE"
  case team = "TEAMID"

  /// For people: by what of the artifact it fits.
  var words: String {
    switch self {
    case .cdHash: "its cdhash"
    case .binary: "its sha256"
    case .signingID: "its signing identifier"
    case .certificate: "its signer's certificate"
    case .team: "its team"
    }
  }

  /// It names this very code.
  var isExact: Bool { self == .cdHash || self == .binary }
}

struct SantaRule: Hashable, Sendable {
  let kind: SantaRuleKind
  /// Octets of a hash, or of the identifier's text.
  let identifier: [UInt8]
  let allows: Bool
  /// What the rule shows to who is refused; empty where it has no words of its own.
  let message: String
}
