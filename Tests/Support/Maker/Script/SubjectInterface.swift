/// SpcSipInfo: who makes the digest of a kind of file, by GUID in memory order, and the number that signing tools write before it.
package struct SubjectInterface: Sendable {
  package var identifier: [UInt8]
  package var number: Int

  package static let installer = SubjectInterface(
    identifier: [0xF1, 0x10, 0x0C, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46], number: 1)
  package static let powerShell = SubjectInterface(
    identifier: [0x1F, 0xCC, 0x3B, 0x60, 0x59, 0x4B, 0x08, 0x4E, 0xB7, 0x24, 0xD2, 0xC6, 0x29, 0x7E, 0xF3, 0x51], number: 65_536)
  package static let vbscript = SubjectInterface(
    identifier: [0x4E, 0xF0, 0x29, 0x16, 0x99, 0x27, 0xB5, 0x4D, 0x8F, 0xE5, 0xAC, 0xE1, 0x0F, 0x17, 0xEB, 0xAB], number: 1)
  package static let jscript = SubjectInterface(
    identifier: [0x10, 0xE0, 0xC9, 0x06, 0xCE, 0x38, 0xD4, 0x11, 0xA2, 0xA3, 0x00, 0x10, 0x4B, 0xD3, 0x50, 0x90], number: 1)
  package static let scriptFile = SubjectInterface(
    identifier: [0x70, 0x05, 0x61, 0x1A, 0xCE, 0x38, 0xD4, 0x11, 0xA2, 0xA3, 0x00, 0x10, 0x4B, 0xD3, 0x50, 0x90], number: 1)

  /// SpcIndirectDataContent over a digest.
  func content(_ hash: Hash, _ digest: [UInt8]) -> [UInt8] {
    let information = DER.seq([DER.int(number), DER.octets(identifier)] + (0..<5).map { _ in DER.int(0) })
    return DER.seq(
      DER.seq(DER.oid("1.3.6.1.4.1.311.2.1.30"), information), DER.seq(hash.algorithm, DER.octets(digest)))
  }
}
