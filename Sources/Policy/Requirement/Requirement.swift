package import AssayPKI

/// A code requirement: who may have signed. Apple's language (as `csreq` reads it) with the extensions that CONTRACT declares.
///
/// Strings are octets: identity is never compared by Swift's String equality, which folds canonical equivalents.
package indirect enum Requirement: Hashable, Sendable {
  case always, never
  case not(Requirement)
  /// Two or more, in the order written.
  case all([Requirement])
  case any([Requirement])

  /// `identifier "com.example.app"`
  case identifier(Octets)
  /// `cdhash H"..."`, 20 octets.
  case cdHash([UInt8])
  /// `anchor apple`: Apple's own code.
  case anchorApple
  /// `anchor apple generic`: any path to an anchor of Apple's.
  case anchorAppleGeneric
  /// `anchor apple NAME`: an anchor of Apple's own list.
  case anchorAppleNamed(Octets)
  /// `anchor trusted`: every certificate of the path is trusted.
  case anchorTrusted
  /// Declared extension `anchor NAME`: the path ends in an anchor of the trust bundle.
  case anchorBundle(Octets)
  /// `certificate N = H"..."`: SHA-1 of the certificate, 20 octets.
  case certificateHash(Slot, [UInt8])
  /// `certificate N trusted`
  case certificateTrusted(Slot)
  /// `certificate N[field] match`
  case certificate(Slot, CertificateField, Match)
  /// Declared extension `key H"..."`: SHA-256 of the signer's SubjectPublicKeyInfo, 32 octets.
  case key([UInt8])
  case info(Octets, Match)
  /// The first form of `info[key] = value`, which only old binary requirements hold; its text is that of the newer one.
  case infoLegacy(Octets, Octets)
  case entitlement(Octets, Match)
  case platform(Int)
  case notarized
  case legacy
  /// `(name)`: a requirement named in Apple's own database.
  case named(Octets)
  /// A binary operator marked to be taken as false where it is not known, with its operands. It has no text.
  case unknownFalse(UInt32, [UInt8])
  /// A binary operator marked to be passed by where it is not known: the next expression stands in its place.
  case unknownSkipped(UInt32, [UInt8], Requirement)
  /// A known operator with such marks, which say nothing to who knows it; its text is that of the term.
  case marked(UInt32, Requirement)

  /// Octets of a string; shown as text where they are UTF-8.
  package struct Octets: Hashable, Sendable {
    package let bytes: [UInt8]
    package init(_ bytes: [UInt8]) { self.bytes = bytes }
    package init(_ text: String) { bytes = Array(text.utf8) }
    /// For messages; octets that are no UTF-8 are replaced.
    package var shown: String { String(decoding: bytes, as: UTF8.self) }
  }

  /// Place in the path: 0 the leaf, counting up to the root; -1 the root, counting down.
  package struct Slot: Hashable, Sendable {
    package let index: Int
    package init(_ index: Int) { self.index = index }
    package static let leaf = Slot(0)
    package static let root = Slot(-1)
  }

  /// What stands in the brackets after a certificate.
  package enum CertificateField: Hashable, Sendable {
    /// `subject.O` and the like; the key without `subject.`.
    case subject(String)
    /// `email`: the addresses of subject and subjectAltName.
    case email
    /// `field.OID` or `extension.OID`: an extension's presence.
    case extensionPresence(OID)
    /// `policy.OID`: a certificate policy's presence.
    case policy(OID)
    /// `timestamp.OID`: an extension holding a date.
    case timestamp(OID)
    /// Declared extension `eku.OID`: an extended key usage's presence.
    case usage(OID)
  }

  /// What is asked of a value. Order compares runs of digits as numbers, as Apple does.
  package enum Match: Hashable, Sendable {
    case exists, absent
    case equal(Octets), contains(Octets), begins(Octets), ends(Octets)
    case less(Octets), greater(Octets), lessOrEqual(Octets), greaterOrEqual(Octets)
    /// `= timestamp "20190408000000Z"` and the orders; seconds since 1970 in a `Moment`.
    case at(Instant), before(Instant), after(Instant), notAfter(Instant), notBefore(Instant)
  }

  /// What a term of a requirement set is for.
  package enum Kind: Hashable, Sendable {
    case host, guest, designated, library, plugin
    case other(Int)

    /// The number in Apple's binary form.
    package var number: Int {
      switch self {
      case .host: 1
      case .guest: 2
      case .designated: 3
      case .library: 4
      case .plugin: 5
      case .other(let number): number
      }
    }
    package init(number: Int) {
      switch number {
      case 1: self = .host
      case 2: self = .guest
      case 3: self = .designated
      case 4: self = .library
      case 5: self = .plugin
      default: self = .other(number)
      }
    }
  }

  /// The subject attributes that Apple's table names.
  package static let subjectKeys: [(key: String, type: OID)] = [
    ("C", "2.5.4.6"), ("CN", "2.5.4.3"), ("D", "2.5.4.13"), ("L", "2.5.4.7"), ("O", "2.5.4.10"), ("C-O", "2.5.4.10.1"),
    ("OU", "2.5.4.11"), ("C-OU", "2.5.4.11.1"), ("ST", "2.5.4.8"), ("C-ST", "2.5.4.8.1"), ("STREET", "2.5.4.9"),
    ("C-STREET", "2.5.4.9.1"), ("UID", "0.9.2342.19200300.100.1.1"),
  ]
}

/// Several requirements, each for its use: `designated => ... host => ...`.
package struct RequirementSet: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    package let kind: Requirement.Kind
    package let requirement: Requirement
    package init(_ kind: Requirement.Kind, _ requirement: Requirement) {
      self.kind = kind
      self.requirement = requirement
    }
  }
  package let entries: [Entry]
  package init(_ entries: [Entry]) { self.entries = entries }
}

/// Where and why a requirement's text cannot be read. Places are 1-based; columns count octets of UTF-8's characters.
package struct RequirementError: Error, Hashable, Sendable {
  package let line: Int
  package let column: Int
  package let message: String
  package var description: String { "\(line):\(column): \(message)" }
}
