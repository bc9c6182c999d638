import AssayBytes

/// What a value's data is said to be.
package enum RegistryValueType: Hashable, Sendable {
  case none, string, expandableString, binary, number32, number32BigEndian, link, strings, number64
  case other(UInt32)

  init(_ number: UInt32) {
    switch number {
    case 0: self = .none
    case 1: self = .string
    case 2: self = .expandableString
    case 3: self = .binary
    case 4: self = .number32
    case 5: self = .number32BigEndian
    case 6: self = .link
    case 7: self = .strings
    case 11: self = .number64
    default: self = .other(number)
    }
  }
}

/// One value of a key (a cell vk). Its data is read when it is asked for.
package struct RegistryValue {
  /// Empty for the default value. May hold zeros, behind which tools of Windows do not look.
  package let name: String
  package let type: RegistryValueType
  package let byteCount: Int
  /// Of its cell, in the file.
  package let fileOffset: Int

  private let hive: RegistryHive
  private let inline: [UInt8]?
  private let dataOffset: Int

  /// Data above this many bytes is spread over several cells, since version 1.4.
  private static let segmentBytes = 16_344

  init(_ hive: RegistryHive, at offset: Int) throws(ParseError) {
    let cell = try hive.cell(offset, limit: 20 + 65_535)
    fileOffset = offset + RegistryBaseBlock.byteCount
    let reader = ByteReader(cell[...], base: fileOffset + 4, truncated: "regf.value.truncated")
    guard try reader.little(at: 0, UInt16.self) == 0x6B76 else {
      throw ParseError("regf.value.invalid", "a cell that must be a value is none", offset: fileOffset)
    }
    let nameBytes = Int(try reader.little(at: 2, UInt16.self))
    let size = try reader.little(at: 4, UInt32.self)
    let flags = try reader.little(at: 16, UInt16.self)
    guard cell.count >= 20, nameBytes <= cell.count - 20 else {
      throw ParseError(
        "regf.value.truncated", "a value's name of \(nameBytes) bytes does not fit into its cell", offset: fileOffset)
    }
    name = RegistryText.name(cell[20..<(20 + nameBytes)], isCompressed: flags & 1 != 0)
    type = RegistryValueType(try reader.little(at: 12))
    dataOffset = Int(try reader.little(at: 8, UInt32.self))
    byteCount = Int(size & 0x7FFF_FFFF)
    if size >> 31 == 1 {
      guard byteCount <= 4 else {
        throw ParseError("regf.value.invalid", "a value says it keeps \(byteCount) bytes in four", offset: fileOffset)
      }
      inline = Array(cell[8..<(8 + byteCount)])
    } else {
      inline = nil
    }
    self.hive = hive
  }

  /// Empty where it cannot be read, with a finding of the hive.
  package var data: [UInt8] {
    if let inline { return inline }
    guard byteCount > 0 else { return [] }
    do throws(ParseError) {
      guard byteCount <= RegistryHive.maximumValueBytes else {
        throw ParseError(
          "limit.registry-value", "a value of \(byteCount) bytes, \(RegistryHive.maximumValueBytes) are read", offset: fileOffset)
      }
      return try read()
    } catch {
      hive.note(error)
      return []
    }
  }

  private func read() throws(ParseError) -> [UInt8] {
    if byteCount > RegistryValue.segmentBytes, hive.baseBlock.minorVersion > 3 {
      let head = try hive.cell(dataOffset, limit: 8)
      let reader = ByteReader(head[...], truncated: "regf.value.truncated")
      if try reader.little(at: 0, UInt16.self) == 0x6264 {
        return try segments(Int(try reader.little(at: 2, UInt16.self)), Int(try reader.little(at: 4, UInt32.self)))
      }
    }
    let cell = try hive.cell(dataOffset, limit: byteCount)
    guard cell.count == byteCount else {
      throw ParseError("regf.value.truncated", "a value of \(byteCount) bytes has a cell of \(cell.count)", offset: fileOffset)
    }
    return cell
  }

  private func segments(_ count: Int, _ listOffset: Int) throws(ParseError) -> [UInt8] {
    let list = try hive.cell(listOffset, limit: count * 4)
    var reader = ByteReader(list[...], truncated: "regf.value.truncated")
    var data: [UInt8] = []
    for _ in 0..<count where data.count < byteCount {
      let wanted = min(RegistryValue.segmentBytes, byteCount - data.count)
      let segment = try hive.cell(Int(try reader.little(UInt32.self)), limit: wanted)
      guard segment.count == wanted else { break }
      data += segment
    }
    guard data.count == byteCount else {
      throw ParseError("regf.value.truncated", "a value of \(byteCount) bytes has segments of \(data.count)", offset: fileOffset)
    }
    return data
  }

  /// A text up to its first zero; nil where the type is none of text.
  package var string: String? {
    switch type {
    case .string, .expandableString, .link: RegistryText.untilZero(data)
    case .strings: strings?.first
    default: nil
    }
  }

  /// Every text of a list, empty ones left out; a plain text is a list of one.
  package var strings: [String]? {
    switch type {
    case .strings:
      RegistryText.units(data).split(separator: 0).map { String(decoding: $0, as: UTF16.self) }
    case .string, .expandableString, .link: string.map { [$0] }
    default: nil
    }
  }

  /// A number of 32 or 64 bits, also where it is kept as binary of that size.
  package var number: UInt64? {
    let bytes = byteCount <= 8 ? data : []
    switch (type, bytes.count) {
    case (.number32, 4), (.number64, 8), (.binary, 4), (.binary, 8): return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    case (.number32BigEndian, 4): return bytes.reduce(0) { $0 << 8 | UInt64($1) }
    default: return nil
    }
  }
}
