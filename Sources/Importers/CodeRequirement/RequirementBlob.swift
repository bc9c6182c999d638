package import AssayBytes
import AssayPKI
package import AssayPolicy

/// Numbers of Apple's binary requirements (Security.framework, requirement.h): every integer big endian, data as a length and octets
/// filled up to four.
enum RequirementCode {
  static let requirementMagic: UInt32 = 0xFADE_0C00
  static let setMagic: UInt32 = 0xFADE_0C01
  static let expressionKind: UInt32 = 1
  /// An operator that a reader does not know: false, its operands passed by.
  static let genericFalse: UInt32 = 0x8000_0000
  /// An operator that a reader does not know: passed by, the next expression counts.
  static let genericSkip: UInt32 = 0x4000_0000
  /// The rest of the word are marks.
  static let operatorMask: UInt32 = 0x00FF_FFFF
  /// Deeper is refused. Real ones have 6; Apple's interpreter stops at 1,000.
  static let maximumDepth = 250
  /// Of one requirement. Real ones have 300.
  static let maximumBytes = 64 << 10
  /// Entries of a set. Real ones have one or two.
  static let maximumEntries = 64
  /// Seconds from 1970 to 2001-01-01, where Apple's times begin.
  static let epoch: Int64 = 978_307_200

  enum Operator: UInt32 {
    case never = 0, always, identifier, anchorApple, anchorHash, infoLegacy, and, or, cdHash, not, info, certificateField,
      certificateTrusted, anchorTrusted, certificateGeneric, anchorAppleGeneric, entitlement, certificatePolicy, namedAnchor,
      namedCode, platform, notarized, certificateDate, legacy
  }

  enum MatchOperator: UInt32 {
    case exists = 0, equal, contains, begins, ends, less, greater, lessOrEqual, greaterOrEqual, at, before, after, notAfter,
      notBefore, absent
  }
}

extension Requirement {
  /// Reads one requirement in Apple's binary form (`csreq -b`, a slot of a code signature). Throws `requirement.*` and `limit.*`.
  package init(blob bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    var reader = ByteReader(bytes, base: bytes.startIndex, truncated: "requirement.truncated")
    let magic = try reader.big(UInt32.self)
    guard magic == RequirementCode.requirementMagic else {
      throw ParseError("requirement.magic", "magic 0x\(String(magic, radix: 16)) is no requirement's", offset: bytes.startIndex)
    }
    let length = Int(try reader.big(UInt32.self))
    guard length == bytes.count else {
      throw ParseError(
        "requirement.length", "the requirement says it has \(length) bytes, and there are \(bytes.count)", offset: bytes.startIndex)
    }
    guard length <= RequirementCode.maximumBytes else {
      throw ParseError("limit.bytes", "a requirement of \(length) bytes is over \(RequirementCode.maximumBytes)")
    }
    let kind = try reader.big(UInt32.self)
    guard kind == RequirementCode.expressionKind else {
      throw ParseError(
        "requirement.kind", "requirement of kind \(kind), only expressions (1) are read", offset: bytes.startIndex + 8)
    }
    var decoder = RequirementDecoder(reader: reader)
    self = try decoder.expression(&budget)
    guard decoder.isAtEnd else {
      throw ParseError("requirement.trailing", "bytes follow the requirement's expression", offset: decoder.offset)
    }
  }

  /// Apple's binary form. Throws for terms that Assay added and that have none.
  package func blob() throws(RequirementFormError) -> [UInt8] {
    var encoder = RequirementEncoder()
    try encoder.append(self)
    return RequirementEncoder.blob(RequirementCode.requirementMagic, [RequirementCode.expressionKind], encoder.bytes)
  }
}

extension RequirementSet {
  /// Reads a set (`0xfade0c01`), or one requirement alone, which is then the designated one. Throws `requirement.*` and `limit.*`.
  package init(blob bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    var reader = ByteReader(bytes, base: bytes.startIndex, truncated: "requirement.truncated")
    let magic = try reader.big(UInt32.self)
    if magic == RequirementCode.requirementMagic {
      self.init([Entry(.designated, try Requirement(blob: bytes, &budget))])
      return
    }
    guard magic == RequirementCode.setMagic else {
      throw ParseError(
        "requirement.magic", "magic 0x\(String(magic, radix: 16)) is no requirement set's", offset: bytes.startIndex)
    }
    let length = Int(try reader.big(UInt32.self))
    let count = Int(try reader.big(UInt32.self))
    guard length == bytes.count, length <= RequirementCode.maximumBytes else {
      throw ParseError(
        "requirement.length", "the set says it has \(length) bytes, and there are \(bytes.count)", offset: bytes.startIndex)
    }
    guard count <= RequirementCode.maximumEntries else {
      throw ParseError("limit.nodes", "a requirement set of \(count) entries is over \(RequirementCode.maximumEntries)")
    }
    var entries: [Entry] = []
    var ends = 12 + count * 8
    for _ in 0..<count {
      try budget.spend(nodes: 1)
      let kind = Requirement.Kind(number: Int(try reader.big(UInt32.self)))
      let start = Int(try reader.big(UInt32.self))
      guard start == ends, bytes.count - start >= 8 else {
        throw ParseError(
          "requirement.set.layout", "a requirement of the set begins at \(start), must at \(ends)", offset: reader.offset - 4)
      }
      guard !entries.contains(where: { $0.kind.number == kind.number }) else {
        throw ParseError("requirement.set.duplicate", "two requirements of kind \(kind.number)", offset: reader.offset - 8)
      }
      var header = ByteReader(
        bytes[(bytes.startIndex + start)...], base: bytes.startIndex + start, truncated: "requirement.truncated")
      try header.skip(4)
      let size = Int(try header.big(UInt32.self))
      guard size <= bytes.count - start else {
        throw ParseError("requirement.length", "a requirement of the set is longer than the set", offset: bytes.startIndex + start)
      }
      let place = bytes.startIndex + start
      entries.append(Entry(kind, try Requirement(blob: bytes[place..<(place + size)], &budget)))
      ends = start + size
    }
    guard ends == bytes.count else {
      throw ParseError("requirement.trailing", "bytes follow the last requirement of the set", offset: bytes.startIndex + ends)
    }
    self.init(entries)
  }

  /// Apple's binary form of the set. Throws for terms that have none.
  package func blob() throws(RequirementFormError) -> [UInt8] {
    var index: [UInt32] = [UInt32(truncatingIfNeeded: entries.count)]
    var blobs: [UInt8] = []
    for entry in entries {
      index.append(UInt32(truncatingIfNeeded: entry.kind.number))
      index.append(UInt32(truncatingIfNeeded: 12 + entries.count * 8 + blobs.count))
      blobs += try entry.requirement.blob()
    }
    return RequirementEncoder.blob(RequirementCode.setMagic, index, blobs)
  }
}

/// A requirement that has no binary form.
package struct RequirementFormError: Error, Hashable, Sendable, CustomStringConvertible {
  package let message: String
  package var description: String { message }
}
