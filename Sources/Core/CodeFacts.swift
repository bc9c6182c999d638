package import AssayBytes

/// What a signature of Apple's says of the code that it is made over: the facts that requirements ask for. As it stands there; who
/// vouches for it, the report tells.
package struct CodeFacts: Sendable {
  /// Octets of the code directory's identifier.
  package var identifier: [UInt8]
  /// Of the code directory that systems take, cut to 20 octets as Apple compares it, and whole.
  package var cdHash: [UInt8]
  package var fullHash: [UInt8]
  /// Number of the system that the code belongs to; 0 for everybody else's.
  package var platform: Int
  package var isAdhoc: Bool
  /// Of the code directory (cs_blobs.h): 0x10000 hardened runtime, 0x2000 library validation, 0x800 restricted.
  package var flags: UInt32 = 0
  /// As the code directory names it.
  package var teamID: [UInt8]?
  package var info: PropertyFacts
  package var entitlements: PropertyFacts
  /// The set of requirements in its binary form with its header; nil where there is none.
  package var requirements: [UInt8]?
  /// cdhashes of all code directories, the one of slot 0 first.
  package var cdHashes: [[UInt8]] = []
  /// `arm64`; empty where the code has one part only.
  package var architecture = ""

  package init(
    identifier: [UInt8], cdHash: [UInt8], fullHash: [UInt8], platform: Int, isAdhoc: Bool, info: PropertyFacts = .unknown,
    entitlements: PropertyFacts = .unknown, requirements: [UInt8]? = nil
  ) {
    self.identifier = identifier
    self.cdHash = cdHash
    self.fullHash = fullHash
    self.platform = platform
    self.isAdhoc = isAdhoc
    self.info = info
    self.entitlements = entitlements
    self.requirements = requirements
  }
}

/// A dictionary by its first level: Info.plist or entitlements.
package enum PropertyFacts: Hashable, Sendable {
  /// It is known that there is none.
  case absent
  case known([[UInt8]: PropertyValue])
  /// It stands elsewhere, or cannot be read.
  case unknown
}

/// A value as far as requirements look at it.
package indirect enum PropertyValue: Hashable, Sendable {
  /// Octets of UTF-8.
  case text([UInt8])
  case bool(Bool)
  case date(Moment)
  case list([PropertyValue])
  /// A number, data, a dictionary: it exists and is equal to no text.
  case other
}
