import AssayBytes

/// One directory entry of a compound file (MS-CFB 2.6.1): a stream or a storage.
package struct CompoundFileEntry: Sendable {
  package enum Kind: Sendable { case root, storage, stream }
  package let kind: Kind
  /// File offset of the entry.
  package let offset: Int
  /// Its 128 bytes.
  let raw: ArraySlice<UInt8>
  /// UTF-16LE without the final NUL, at most 62 bytes.
  package let name: ArraySlice<UInt8>
  /// Size of a stream in bytes; for the root that of the mini stream.
  package let byteCount: Int
  let left: UInt32
  let right: UInt32
  let child: UInt32
  let start: UInt32

  /// A GUID as it is kept.
  package var classID: ArraySlice<UInt8> { field(80, 16) }
  package var stateBits: ArraySlice<UInt8> { field(96, 4) }
  /// Creation and modification time, two FILETIMEs.
  package var times: ArraySlice<UInt8> { field(100, 16) }
  /// The low half of the stream's size as it is kept.
  package var sizeField: ArraySlice<UInt8> { field(120, 4) }

  private func field(_ place: Int, _ count: Int) -> ArraySlice<UInt8> {
    raw[(raw.startIndex + place)..<(raw.startIndex + place + count)]
  }

  /// Nil for an entry that is not in use. `raw` has 128 bytes.
  init?(_ raw: ArraySlice<UInt8>, at offset: Int, majorVersion: UInt16) throws(ParseError) {
    let reader = ByteReader(raw, base: offset, truncated: "cfb.directory.truncated")
    let length = Int(try reader.little(at: 64, UInt16.self))
    let type = Int(try reader.little(at: 66, UInt16.self)) & 0xFF
    switch type {
    case 0: return nil
    case 1: kind = .storage
    case 2: kind = .stream
    case 5: kind = .root
    default: throw ParseError("cfb.directory.type", "a directory entry has type \(type), must be 0, 1, 2 or 5", offset: offset + 66)
    }
    guard length >= 2, length <= 64, length % 2 == 0 else {
      throw ParseError("cfb.directory.name", "a directory entry's name has \(length) bytes, must be 2 to 64", offset: offset + 64)
    }
    self.raw = raw
    self.offset = offset
    name = raw[raw.startIndex..<(raw.startIndex + length - 2)]
    left = try reader.little(at: 68)
    right = try reader.little(at: 72)
    child = try reader.little(at: 76)
    start = try reader.little(at: 116)
    let low = try reader.little(at: 120, UInt32.self)
    let high = try reader.little(at: 124, UInt32.self)
    // MS-CFB 2.6.1: in version 3 the high half may hold anything.
    guard majorVersion == 3 || high < 0x4000_0000 else {
      throw ParseError(
        "cfb.directory.size", "a stream's size of 0x\(String(high, radix: 16)) << 32 bytes is too large", offset: offset + 120)
    }
    byteCount = majorVersion == 3 ? Int(low) : Int(high) << 32 | Int(low)
  }

  /// For people: printable ASCII as it is, control characters as `\5`, what is not ASCII as U+XXXX.
  package var displayName: String {
    var text = ""
    for unit in CompoundFileEntry.units(name) {
      switch unit {
      case 0x20...0x7E: text.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
      case 0..<0x20: text += "\\\(unit)"
      default: text += "U+" + String(unit, radix: 16, uppercase: true)
      }
    }
    return text
  }

  static func units(_ bytes: ArraySlice<UInt8>) -> [UInt16] {
    stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 }
  }

  /// The order of siblings (MS-CFB 2.6.4): the shorter name first, then unit by unit in upper case. Upper case is taken for ASCII
  /// only; nil where that does not decide.
  static func precedes(_ first: CompoundFileEntry, _ second: CompoundFileEntry) -> Bool? {
    if first.name.count != second.name.count { return first.name.count < second.name.count }
    for (one, other) in zip(units(first.name), units(second.name)) {
      let (upper, otherUpper) = (uppercased(one), uppercased(other))
      if upper == otherUpper { continue }
      // Where Unicode's case could decide otherwise nothing is said.
      let isPlain = [upper, otherUpper].allSatisfy { $0 < 0x80 || $0 >= 0x3000 && $0 < 0xA640 }
      return isPlain ? upper < otherUpper : nil
    }
    return false
  }

  private static func uppercased(_ unit: UInt16) -> UInt16 { (0x61...0x7A).contains(unit) ? unit - 0x20 : unit }
}
