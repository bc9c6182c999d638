package import AssayBytes

/// The first 512 bytes of a hive or of its log.
package struct RegistryBaseBlock: Hashable, Sendable {
  /// Written before and after the rest: they differ where a write was not finished.
  package let primarySequence: UInt32
  package let secondarySequence: UInt32
  package let lastWritten: Moment
  /// 1 and 3 to 6; a torn block may say anything.
  package let majorVersion: UInt32
  package let minorVersion: UInt32
  /// 0 for a hive; 1, 2 and 6 for logs.
  package let fileType: UInt32
  /// From the start of the bins.
  package let rootOffset: Int
  /// Bytes of bins behind the base block.
  package let binsByteCount: Int
  /// The part of the hive's path that the kernel keeps here, `\SystemRoot\System32\Config\SOFTWARE`; often its end only.
  package let fileName: String
  package let isChecksumRight: Bool

  /// Bytes that a base block takes in a hive; a log has only the first 512.
  package static let byteCount = 4_096

  package var isClean: Bool { isChecksumRight && primarySequence == secondarySequence }

  /// The version is not judged: `checkVersion` is asked once it is known whose block counts.
  package init(_ bytes: [UInt8]) throws(ParseError) {
    let reader = ByteReader(bytes[...], truncated: "regf.header.truncated")
    guard try reader.little(at: 0, UInt32.self) == 0x6667_6572 else {
      throw ParseError("regf.header.signature", "does not begin with regf: no registry hive", offset: 0)
    }
    guard bytes.count >= 512 else {
      throw ParseError("regf.header.truncated", "a base block takes 512 bytes, \(bytes.count) are there", offset: 0)
    }
    primarySequence = try reader.little(at: 4)
    secondarySequence = try reader.little(at: 8)
    lastWritten = Moment(fileTime: try reader.little(at: 12))
    let major = try reader.little(at: 20, UInt32.self)
    let minor = try reader.little(at: 24, UInt32.self)
    majorVersion = major
    minorVersion = minor
    fileType = try reader.little(at: 28)
    rootOffset = Int(try reader.little(at: 36, UInt32.self))
    binsByteCount = Int(try reader.little(at: 40, UInt32.self))
    fileName = RegistryText.untilZero(bytes[48..<112])
    var sum: UInt32 = 0
    for place in stride(from: 0, to: 508, by: 4) { sum ^= try reader.little(at: place) }
    // Zero and all ones never stand for a sum.
    let expected: UInt32 = sum == 0 ? 1 : sum == .max ? .max - 1 : sum
    isChecksumRight = try reader.little(at: 508, UInt32.self) == expected
  }

  package func checkVersion() throws(ParseError) {
    guard majorVersion == 1, (3...6).contains(minorVersion) else {
      throw ParseError(
        "regf.version.unsupported", "is of version \(majorVersion).\(minorVersion), 1.3 to 1.6 are read", offset: 20)
    }
  }
}

/// Text as hives keep it.
enum RegistryText {
  static func units(_ bytes: some Collection<UInt8>) -> [UInt16] {
    var units: [UInt16] = []
    units.reserveCapacity(bytes.count / 2)
    var low: UInt8?
    for byte in bytes {
      if let first = low {
        units.append(UInt16(first) | UInt16(byte) << 8)
        low = nil
      } else {
        low = byte
      }
    }
    return units
  }

  static func untilZero(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: units(bytes).prefix { $0 != 0 }, as: UTF16.self)
  }

  /// A key's or value's name: one byte a character where all are below U+0100, else UTF-16. Zeros stay: some hide behind them.
  static func name(_ bytes: some Collection<UInt8>, isCompressed: Bool) -> String {
    String(decoding: isCompressed ? bytes.map { UInt16($0) } : units(bytes), as: UTF16.self)
  }
}
