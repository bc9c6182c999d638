import AssayBytes
import AssayPKI

/// What an app package's signature signs in place of one digest: `APPX`, then four letters and a digest for each part.
struct MSIXDigests: Hashable {
  enum Part: String, CaseIterable {
    /// Records of the archive without the signature's.
    case records = "AXPC"
    /// Central directory without the signature's entry.
    case directory = "AXCD"
    case contentTypes = "AXCT"
    case blockMap = "AXBM"
    case codeIntegrity = "AXCI"

    /// For people.
    var words: String {
      switch self {
      case .records: "the archive's records (AXPC)"
      case .directory: "the central directory (AXCD)"
      case .contentTypes: "[Content_Types].xml (AXCT)"
      case .blockMap: "AppxBlockMap.xml (AXBM)"
      case .codeIntegrity: "CodeIntegrity.cat (AXCI)"
      }
    }
  }
  var digests: [Part: [UInt8]] = [:]

  init() {}

  /// Nil for octets that have no form of it: unknown, doubled or missing parts, another order, octets left over.
  init?(_ octets: some Collection<UInt8>, _ algorithm: DigestAlgorithm) {
    var rest = Array(octets)[...]
    guard rest.starts(with: Array("APPX".utf8)) else { return nil }
    rest = rest.dropFirst(4)
    for part in Part.allCases {
      guard rest.starts(with: Array(part.rawValue.utf8)), rest.count >= 4 + algorithm.byteCount else { continue }
      digests[part] = Array(rest.dropFirst(4).prefix(algorithm.byteCount))
      rest = rest.dropFirst(4 + algorithm.byteCount)
    }
    guard rest.isEmpty else { return nil }
  }

  var octets: [UInt8] {
    Part.allCases.reduce(into: Array("APPX".utf8)) { result, part in
      if let digest = digests[part] { result += Array(part.rawValue.utf8) + digest }
    }
  }

  /// Parts that differ or that only one of the two has.
  func differences(_ other: MSIXDigests) -> [Part] { Part.allCases.filter { digests[$0] != other.digests[$0] } }
}
