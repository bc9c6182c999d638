/// Binary requirements to be, operator by operator (Security.framework, requirement.h). Numbers stand for themselves, so that a test can
/// write what no compiler would.
package enum RequirementSpec {
  /// An operator or a match with its operands.
  package static func op(_ code: Int, _ operands: [UInt8]...) -> [UInt8] { BigEndian.word(code) + Array(operands.joined()) }
  /// Length, octets, zeros up to four.
  package static func data(_ octets: [UInt8]) -> [UInt8] {
    BigEndian.word(octets.count) + octets + [UInt8](repeating: 0, count: (4 - octets.count % 4) % 4)
  }
  package static func data(_ text: String) -> [UInt8] { data(Array(text.utf8)) }
  /// The content of an object identifier as data.
  package static func oid(_ dotted: String) -> [UInt8] { data(Array(DER.oid(dotted).dropFirst(2))) }
  package static func number(_ value: Int) -> [UInt8] { BigEndian.word(value) }
  /// Seconds since 2001.
  package static func date(_ seconds: Int) -> [UInt8] { BigEndian.wide(seconds) }

  package static func requirement(_ expression: [UInt8]) -> [UInt8] {
    BigEndian.blob(0xFADE_0C00, BigEndian.word(1) + expression)
  }

  /// By kind: 1 host, 2 guest, 3 designated, 4 library, 5 plugin.
  package static func set(_ entries: [(kind: Int, expression: [UInt8])]) -> [UInt8] {
    var index = BigEndian.word(entries.count)
    var blobs: [UInt8] = []
    for entry in entries {
      index += BigEndian.word(entry.kind) + BigEndian.word(12 + 8 * entries.count + blobs.count)
      blobs += requirement(entry.expression)
    }
    return BigEndian.blob(0xFADE_0C01, index + blobs)
  }

  package static func designated(_ expression: [UInt8]) -> [UInt8] { set([(3, expression)]) }
  package static func and(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] { op(6, left, right) }
  package static func or(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] { op(7, left, right) }
  package static func identifier(_ text: String) -> [UInt8] { op(2, data(text)) }
  package static let anchorAppleGeneric = op(15)
  /// `certificate leaf[subject.OU] = team`
  package static func team(_ name: String) -> [UInt8] { op(11, number(0), data("subject.OU"), op(1, data(name))) }
  /// What codesign gives code of a Developer ID.
  package static func developer(_ name: String, team: String) -> [UInt8] {
    let markers = and(
      op(14, number(1), oid("1.2.840.113635.100.6.2.6"), op(0)), op(14, number(0), oid("1.2.840.113635.100.6.1.13"), op(0)))
    return and(and(and(identifier(name), anchorAppleGeneric), markers), RequirementSpec.team(team))
  }
}
