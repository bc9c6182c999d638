/// Where Windows takes a file to come from: the zones of URL security, by their numbers.
package enum SecurityZone: Int, CaseIterable, Sendable {
  case myComputer = 0
  case intranet = 1
  case trusted = 2
  case internet = 3
  case untrusted = 4

  /// As people write it: `internet`.
  package var name: String {
    switch self {
    case .myComputer: "my-computer"
    case .intranet: "intranet"
    case .trusted: "trusted"
    case .internet: "internet"
    case .untrusted: "untrusted"
    }
  }

  /// PowerShell asks nothing more of a file from these than of one made here.
  package var isLocal: Bool { self == .myComputer || self == .intranet || self == .trusted }
}

/// What was seen of the mark that says where a file came from.
package enum ZoneSighting: Hashable, Sendable {
  /// The stream's octets.
  case mark([UInt8])
  case none
  /// The file system has such marks, and this mount does not show them.
  case hidden
}
