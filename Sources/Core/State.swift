/// What a correct verifier says of an artifact or of one signature; the one vocabulary of every output.
package enum State: String, CaseIterable, Sendable, Comparable {
  // In rank order, best first.
  case trusted, stale, expired, untrusted
  case wrongUsage = "wrong-usage"
  case revoked
  case notAssessed = "not-assessed"
  case unsigned, malformed, tampered, distrusted

  package var rank: Int { State.allCases.firstIndex(of: self) ?? State.allCases.count }
  /// Less is better.
  package static func < (left: State, right: State) -> Bool { left.rank < right.rank }

  /// OCSF `digital_signature.state_id`.
  package var ocsfID: Int {
    switch self {
    case .trusted: 1
    case .expired: 2
    case .revoked: 3
    case .untrusted: 6
    case .distrusted: 7
    case .wrongUsage: 8
    case .tampered: 9
    case .malformed: 10
    case .stale, .unsigned: 99
    case .notAssessed: 0
    }
  }
}

/// What an artifact does, from the inventory or its own form.
package enum Role: String, CaseIterable, Sendable {
  case executable, library, script
  case kernelDriver = "kernel-driver"
  case kernelModule = "kernel-module"
  case windowsService = "windows-service"
  case systemService = "system-service"
  case launchItem = "launch-item"
  case scheduledTask = "scheduled-task"
  case powershellProfile = "powershell-profile"
  case iisModule = "iis-module"
  case transportAgent = "transport-agent"
  case loadedDylib = "loaded-dylib"
  case sqlRoutine = "sql-routine"
  case containerImage = "container-image"
  case systemImage = "system-image"
  case bootImage = "boot-image"
  case serverModule = "server-module"
}
