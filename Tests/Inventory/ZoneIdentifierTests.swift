import AssayCore
import AssayInventory
import Testing

@Suite struct ZoneIdentifierTests {
  @Test(
    arguments: [
      ("[ZoneTransfer]\r\nZoneId=3\r\n", .internet), ("[ZoneTransfer]\nZoneId=0", .myComputer),
      ("[ZoneTransfer]\r\nReferrerUrl=https://x\r\nHostUrl=about:internet\r\nZoneId=4", .untrusted),
      ("[zonetransfer]\r\nZONEID = 1", .intranet), ("  [ZoneTransfer] trailing\r\n  ZoneId\t=\t2  ", .trusted),
      ("junk\r\n\r\n[ZoneTransfer]\r\nZoneId=3", .internet), ("[ZoneTransfer]\r\nZoneId=+3abc", .internet),
      ("[ZoneTransfer]\r\nZoneId=0003", .internet), ("[ZoneTransfer]\r\nZoneId=-0", .myComputer),
      // The first line that names one decides.
      ("[ZoneTransfer]\r\nZoneId=9\r\nZoneId=3", nil), ("[ZoneTransfer]\r\nZoneId=3\r\nZoneId=0", .internet),
      ("ZoneId=3", nil), ("[Other]\r\nZoneId=3", nil), ("ZoneId=3\r\n[ZoneTransfer]", nil), ("[ZoneTransfer]\r\nZoneId=", nil),
      ("[ZoneTransfer]\r\nZoneId", nil), ("[ZoneTransfer]\r\nZoneId=-3", nil), ("[ZoneTransfer]\r\nZoneId=5", nil),
      ("[ZoneTransfer]\r\nZoneId=99999999999999999999999999", nil), ("[ZoneTransfer]\r\nXZoneId=3", nil),
      ("[ZoneTransfer] ZoneId=3", nil), ("", nil),
    ] as [(String, SecurityZone?)])
  func linesAsPowerShellReadsThem(text: String, expected: SecurityZone?) {
    #expect(ZoneIdentifier.parse(Array(text.utf8)) == expected)
    #expect(ZoneIdentifier.parse([0xEF, 0xBB, 0xBF] + Array(text.utf8)) == expected)
    #expect(
      ZoneIdentifier.parse([0xFF, 0xFE] + text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }) == expected)
    #expect(
      ZoneIdentifier.parse([0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }) == expected)
  }

  @Test func whatIsFarDownDoesNotCount() {
    let filler = [UInt8](repeating: 0x0A, count: ZoneIdentifier.byteLimit)
    #expect(ZoneIdentifier.parse(filler + Array("[ZoneTransfer]\nZoneId=3".utf8)) == nil)
  }

  @Test func anyOctetsEnd() {
    var state: UInt32 = 7
    for round in 0..<400 {
      var bytes = Array("[ZoneTransfer]\r\nZoneId=3".utf8)
      for _ in 0..<(round % 9) {
        state = state &* 1_664_525 &+ 1_013_904_223
        bytes[Int(state >> 8) % bytes.count] = UInt8(truncatingIfNeeded: state >> 24)
      }
      _ = ZoneIdentifier.parse(bytes.prefix(Int(state >> 16) % (bytes.count + 1)))
    }
    #expect(ZoneIdentifier.parse([0xFF]) == nil && ZoneIdentifier.parse([0xFF, 0xFE, 0x5B]) == nil)
  }
}
