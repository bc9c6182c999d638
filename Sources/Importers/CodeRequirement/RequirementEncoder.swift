import AssayPKI
import AssayPolicy

/// Writes the expression of a binary requirement.
struct RequirementEncoder {
  private(set) var bytes: [UInt8] = []

  /// A blob: magic, length, words and what follows them.
  static func blob(_ magic: UInt32, _ words: [UInt32], _ rest: [UInt8]) -> [UInt8] {
    let length = UInt32(truncatingIfNeeded: 8 + words.count * 4 + rest.count)
    return ([magic, length] + words).flatMap(big) + rest
  }

  private static func big(_ value: UInt32) -> [UInt8] {
    [
      UInt8(truncatingIfNeeded: value >> 24), UInt8(truncatingIfNeeded: value >> 16), UInt8(truncatingIfNeeded: value >> 8),
      UInt8(truncatingIfNeeded: value),
    ]
  }

  mutating func append(_ requirement: Requirement) throws(RequirementFormError) {
    switch requirement {
    case .always: put(.always)
    case .never: put(.never)
    case .not(let inner):
      put(.not)
      try append(inner)
    case .all(let terms): try append(terms, .and)
    case .any(let terms): try append(terms, .or)
    case .identifier(let value): put(.identifier, value.bytes)
    case .cdHash(let hash): put(.cdHash, hash)
    case .anchorApple: put(.anchorApple)
    case .anchorAppleGeneric: put(.anchorAppleGeneric)
    case .anchorAppleNamed(let name): put(.namedAnchor, name.bytes)
    case .anchorTrusted: put(.anchorTrusted)
    case .certificateHash(let slot, let hash):
      put(.anchorHash)
      put(slot)
      put(hash)
    case .certificateTrusted(let slot):
      put(.certificateTrusted)
      put(slot)
    case .certificate(let slot, let field, let match): try append(slot, field, match)
    case .info(let key, let match): put(.info, key.bytes, match)
    case .infoLegacy(let key, let value):
      put(.infoLegacy, key.bytes)
      put(value.bytes)
    case .entitlement(let key, let match): put(.entitlement, key.bytes, match)
    case .platform(let number):
      put(.platform)
      put(UInt32(truncatingIfNeeded: number))
    case .notarized: put(.notarized)
    case .legacy: put(.legacy)
    case .named(let name): put(.namedCode, name.bytes)
    case .unknownFalse(let code, let operands):
      put(code)
      put(operands)
    case .unknownSkipped(let code, let operands, let next):
      put(code)
      put(operands)
      try append(next)
    case .marked(let marks, let term):
      let start = bytes.count
      try append(term)
      if start < bytes.count { bytes[start] |= UInt8(truncatingIfNeeded: marks >> 24) }
    case .anchorBundle, .key:
      throw RequirementFormError(message: "\"\(requirement)\" is Assay's own and has no binary form")
    }
  }

  /// `a and b and c` is `(a and b) and c`, as Apple's compiler takes it.
  private mutating func append(_ terms: [Requirement], _ joint: RequirementCode.Operator) throws(RequirementFormError) {
    guard let first = terms.first else { throw RequirementFormError(message: "an empty list has no binary form") }
    for _ in terms.dropFirst() { put(joint) }
    try append(first)
    for term in terms.dropFirst() { try append(term) }
  }

  private mutating func append(
    _ slot: Requirement.Slot, _ field: Requirement.CertificateField, _ match: Requirement.Match
  ) throws(RequirementFormError) {
    let (code, name): (RequirementCode.Operator, [UInt8])
    switch field {
    case .subject(let key): (code, name) = (.certificateField, Array("subject.\(key)".utf8))
    case .email: (code, name) = (.certificateField, Array("email".utf8))
    case .extensionPresence(let oid): (code, name) = (.certificateGeneric, Array(oid.content))
    case .policy(let oid): (code, name) = (.certificatePolicy, Array(oid.content))
    case .timestamp(let oid): (code, name) = (.certificateDate, Array(oid.content))
    case .usage(let oid):
      throw RequirementFormError(message: "\"certificate \(slot.index)[eku.\(oid)]\" is Assay's own and has no binary form")
    }
    put(code)
    put(slot)
    put(name)
    put(match)
  }

  private mutating func put(_ code: RequirementCode.Operator) { put(code.rawValue) }
  private mutating func put(_ code: RequirementCode.Operator, _ data: [UInt8]) {
    put(code)
    put(data)
  }
  private mutating func put(_ code: RequirementCode.Operator, _ data: [UInt8], _ match: Requirement.Match) {
    put(code, data)
    put(match)
  }
  private mutating func put(_ word: UInt32) { bytes += RequirementEncoder.big(word) }
  private mutating func put(_ slot: Requirement.Slot) { put(UInt32(bitPattern: Int32(truncatingIfNeeded: slot.index))) }
  private mutating func put(_ data: [UInt8]) {
    put(UInt32(truncatingIfNeeded: data.count))
    bytes += data + [UInt8](repeating: 0, count: (4 - data.count % 4) % 4)
  }

  private mutating func put(_ match: Requirement.Match) {
    func put(_ code: RequirementCode.MatchOperator, _ value: Requirement.Octets) {
      self.put(code.rawValue)
      self.put(value.bytes)
    }
    func put(_ code: RequirementCode.MatchOperator, _ instant: Requirement.Instant) {
      self.put(code.rawValue)
      let seconds = UInt64(bitPattern: instant.moment.secondsSince1970 - RequirementCode.epoch)
      self.put(UInt32(truncatingIfNeeded: seconds >> 32))
      self.put(UInt32(truncatingIfNeeded: seconds))
    }
    switch match {
    case .exists: self.put(RequirementCode.MatchOperator.exists.rawValue)
    case .absent: self.put(RequirementCode.MatchOperator.absent.rawValue)
    case .equal(let value): put(.equal, value)
    case .contains(let value): put(.contains, value)
    case .begins(let value): put(.begins, value)
    case .ends(let value): put(.ends, value)
    case .less(let value): put(.less, value)
    case .greater(let value): put(.greater, value)
    case .lessOrEqual(let value): put(.lessOrEqual, value)
    case .greaterOrEqual(let value): put(.greaterOrEqual, value)
    case .at(let instant): put(.at, instant)
    case .before(let instant): put(.before, instant)
    case .after(let instant): put(.after, instant)
    case .notAfter(let instant): put(.notAfter, instant)
    case .notBefore(let instant): put(.notBefore, instant)
    }
  }
}
