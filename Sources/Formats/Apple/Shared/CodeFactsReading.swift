import AssayBytes
import AssayContainers
import AssayCore

extension AppleSignature {
  /// Values that are kept of one Info.plist. The largest of 300 applications has 1,400.
  static let propertyLimit = 20_000

  /// What requirements may ask of the code.
  func facts(_ architecture: String, _ entitlements: PropertyFacts) -> CodeFacts {
    var facts = CodeFacts(
      identifier: best.identifier, cdHash: best.cdhash, fullHash: best.fullHash, platform: Int(best.platform), isAdhoc: isAdhoc)
    facts.requirements = blobs[CodeSlot.requirements].map { Array($0) }
    facts.flags = best.flags.rawValue
    facts.teamID = best.teamID
    facts.cdHashes = directories.map(\.cdhash)
    facts.architecture = architecture
    facts.info = infoFacts
    facts.entitlements = entitlements
    return facts
  }

  private var infoFacts: PropertyFacts {
    let octets: [UInt8]
    switch info {
    case .octets(let file): octets = file
    case .absent: return .absent
    case .unknown:
      // A program that has its property list inside, and nothing else to be covered by slot 1.
      guard let embeddedInfo else { return best.specialSlots[CodeSlot.info] == nil ? .absent : .unknown }
      guard let sealed = best.specialSlots[CodeSlot.info], best.digest(embeddedInfo[...]).elementsEqual(sealed) else {
        return .unknown
      }
      octets = embeddedInfo
    }
    var budget = Budget(bytes: 8 << 20, nodes: AppleSignature.propertyLimit)
    guard let value = try? PlistValue(parsing: octets[...], &budget) else { return .unknown }
    return PropertyFacts(value)
  }

  /// Both forms, each read once.
  func entitlements() -> EntitlementReading {
    var budget = Budget(bytes: 8 << 20, nodes: AppleSignature.propertyLimit)
    return EntitlementReading(blobs[CodeSlot.entitlements], blobs[CodeSlot.entitlementsDER], &budget)
  }
}

/// The entitlements of one signature in the forms that it has; nil for one that it has not.
struct EntitlementReading {
  let xml: Result<PlistValue, ParseError>?
  let der: Result<PlistValue, ParseError>?

  init(_ text: ArraySlice<UInt8>?, _ binary: ArraySlice<UInt8>?, _ budget: inout Budget) {
    xml = text.map { blob in
      Result { () throws(ParseError) in try Entitlements.xml(blob, &budget) }
    }
    der = binary.map { blob in
      Result { () throws(ParseError) in try Entitlements.der(blob, &budget) }
    }
  }

  /// What requirements ask is in the text where there is one.
  var facts: PropertyFacts {
    guard let read = xml ?? der else { return .absent }
    return (try? read.get()).map { PropertyFacts($0) } ?? .unknown
  }
}

extension PropertyFacts {
  /// Unknown for what is no dictionary.
  init(_ value: PlistValue) {
    guard let members = value.members else {
      self = .unknown
      return
    }
    var table: [[UInt8]: PropertyValue] = [:]
    for member in members { table[member.key] = PropertyValue(member.value) }
    self = .known(table)
  }
}

extension PropertyValue {
  init(_ value: PlistValue) {
    switch value {
    case .string(let octets): self = .text(octets)
    case .bool(let flag): self = .bool(flag)
    case .array(let items): self = .list(items.map { PropertyValue($0) })
    case .date(let seconds):
      // Since 2001; what no calendar of four-digit years holds is no date.
      self = abs(seconds) < 200_000_000_000 ? .date(Moment(secondsSince1970: Int64(seconds.rounded(.down)) + 978_307_200)) : .other
    case .integer, .real, .data, .uid, .dictionary: self = .other
    }
  }
}
