import AssayBytes
import AssayPKI
import AssayPolicy

/// The expression of a binary requirement: operators before their operands.
struct RequirementDecoder {
  private var reader: ByteReader
  private var depth = 0

  init(reader: ByteReader) { self.reader = reader }

  var isAtEnd: Bool { reader.isAtEnd }
  var offset: Int { reader.offset }

  mutating func expression(_ budget: inout Budget) throws(ParseError) -> Requirement {
    try budget.spend(nodes: 1)
    depth += 1
    defer { depth -= 1 }
    guard depth <= RequirementCode.maximumDepth else {
      throw ParseError("limit.depth", "a requirement is nested deeper than \(RequirementCode.maximumDepth)", offset: offset)
    }
    let place = offset
    let code = try reader.big(UInt32.self)
    guard let known = RequirementCode.Operator(rawValue: code & RequirementCode.operatorMask) else {
      return try unknown(code, at: place, &budget)
    }
    let marks = code & ~RequirementCode.operatorMask
    let term = try term(known, &budget)
    return marks == 0 ? term : .marked(marks, term)
  }

  private mutating func term(
    _ known: RequirementCode.Operator, _ budget: inout Budget
  ) throws(ParseError) -> Requirement {
    switch known {
    case .never: return .never
    case .always: return .always
    case .identifier: return .identifier(try data())
    case .anchorApple: return .anchorApple
    case .anchorHash: return .certificateHash(try slot(), try data().bytes)
    case .infoLegacy: return .infoLegacy(try data(), try data())
    case .and: return Self.joined(try expression(&budget), try expression(&budget), isAnd: true)
    case .or: return Self.joined(try expression(&budget), try expression(&budget), isAnd: false)
    case .cdHash: return .cdHash(try data().bytes)
    case .not: return .not(try expression(&budget))
    case .info: return .info(try data(), try match())
    case .certificateField:
      let slot = try slot()
      let field = try field()
      return .certificate(slot, field, try match())
    case .certificateTrusted: return .certificateTrusted(try slot())
    case .anchorTrusted: return .anchorTrusted
    case .certificateGeneric: return .certificate(try slot(), .extensionPresence(try identifier()), try match())
    case .anchorAppleGeneric: return .anchorAppleGeneric
    case .entitlement: return .entitlement(try data(), try match())
    case .certificatePolicy: return .certificate(try slot(), .policy(try identifier()), try match())
    case .namedAnchor: return .anchorAppleNamed(try data())
    case .namedCode: return .named(try data())
    case .platform: return .platform(Int(Int32(bitPattern: try reader.big(UInt32.self))))
    case .notarized: return .notarized
    case .certificateDate: return .certificate(try slot(), .timestamp(try identifier()), try match())
    case .legacy: return .legacy
    }
  }

  /// Left operands of the same operator join the list, as the text's `a and b and c` does; a right one stays nested.
  private static func joined(_ left: Requirement, _ right: Requirement, isAnd: Bool) -> Requirement {
    switch left {
    case .all(let terms) where isAnd: .all(terms + [right])
    case .any(let terms) where !isAnd: .any(terms + [right])
    default: isAnd ? .all([left, right]) : .any([left, right])
    }
  }

  /// Newer operators say how an older reader takes them; without such a mark nothing after one can be read.
  private mutating func unknown(_ code: UInt32, at place: Int, _ budget: inout Budget) throws(ParseError) -> Requirement {
    guard code & (RequirementCode.genericFalse | RequirementCode.genericSkip) != 0 else {
      throw ParseError("requirement.operator.unknown", "operator \(code) is not known", offset: place)
    }
    let operands = try data().bytes
    if code & RequirementCode.genericFalse != 0 { return .unknownFalse(code, operands) }
    return .unknownSkipped(code, operands, try expression(&budget))
  }

  private mutating func data() throws(ParseError) -> Requirement.Octets {
    let place = offset
    let count = Int(try reader.big(UInt32.self))
    guard count <= reader.remaining else {
      throw ParseError("requirement.truncated", "data of \(count) bytes, \(reader.remaining) are left", offset: place)
    }
    let octets = Array(try reader.take(count))
    let fill = try reader.take((4 - count % 4) % 4)
    guard fill.allSatisfy({ $0 == 0 }) else {
      throw ParseError("requirement.padding", "data is filled up with something other than zeros", offset: place)
    }
    return Requirement.Octets(octets)
  }

  private mutating func slot() throws(ParseError) -> Requirement.Slot {
    Requirement.Slot(Int(Int32(bitPattern: try reader.big(UInt32.self))))
  }

  private mutating func identifier() throws(ParseError) -> OID {
    let place = offset
    let octets = try data().bytes
    guard let oid = OID(content: octets[...]), OID(dotted: oid.description) == oid else {
      throw ParseError("requirement.oid.malformed", "an object identifier cannot be read", offset: place)
    }
    return oid
  }

  private mutating func field() throws(ParseError) -> Requirement.CertificateField {
    let place = offset
    let name = try data().bytes
    if name == Array("email".utf8) { return .email }
    let prefix = Array("subject.".utf8)
    guard name.starts(with: prefix), let key = String(validating: name.dropFirst(prefix.count), as: UTF8.self),
      Requirement.subjectKeys.contains(where: { $0.key.utf8.elementsEqual(key.utf8) })
    else {
      throw ParseError(
        "requirement.field.unknown", "certificate field \"\(String(decoding: name, as: UTF8.self))\" is not known", offset: place)
    }
    return .subject(key)
  }

  private mutating func match() throws(ParseError) -> Requirement.Match {
    let place = offset
    let code = try reader.big(UInt32.self)
    guard let known = RequirementCode.MatchOperator(rawValue: code) else {
      throw ParseError("requirement.match.unknown", "match \(code) is not known", offset: place)
    }
    switch known {
    case .exists: return .exists
    case .absent: return .absent
    case .equal: return .equal(try data())
    case .contains: return .contains(try data())
    case .begins: return .begins(try data())
    case .ends: return .ends(try data())
    case .less: return .less(try data())
    case .greater: return .greater(try data())
    case .lessOrEqual: return .lessOrEqual(try data())
    case .greaterOrEqual: return .greaterOrEqual(try data())
    case .at: return .at(try instant())
    case .before: return .before(try instant())
    case .after: return .after(try instant())
    case .notAfter: return .notAfter(try instant())
    case .notBefore: return .notBefore(try instant())
    }
  }

  /// Whole seconds since 2001; what no calendar of four-digit years holds is refused, so that the text can say it.
  private mutating func instant() throws(ParseError) -> Requirement.Instant {
    let place = offset
    let seconds = Int64(bitPattern: try reader.big(UInt64.self))
    guard abs(seconds.clampedMagnitude) < 200_000_000_000 else {
      throw ParseError("requirement.time.range", "a time of \(seconds) seconds is outside all calendars", offset: place)
    }
    return Requirement.Instant(Moment(secondsSince1970: seconds + RequirementCode.epoch))
  }
}

extension Int64 {
  /// The magnitude, the largest number where it has none.
  fileprivate var clampedMagnitude: Int64 { self == .min ? .max : Swift.abs(self) }
}
