/// Lower-case hexadecimal.
package enum Hex {
  private static let digits: [UInt8] = Array("0123456789abcdef".utf8)

  package static func encode(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.underestimatedCount * 2)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Nil for an odd count or a character that is no hexadecimal digit. Upper case is accepted.
  package static func decode(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var high: UInt8?
    for character in text.utf8 {
      let value: UInt8
      switch character {
      case 0x30...0x39: value = character - 0x30
      case 0x41...0x46: value = character - 0x37
      case 0x61...0x66: value = character - 0x57
      default: return nil
      }
      if let upper = high {
        bytes.append(upper << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return high == nil ? bytes : nil
  }
}

/// RFC 4648 section 4.
package enum Base64 {
  /// Decodes; white space is skipped when `ignoringSpace`. Nil for any other foreign character, wrong padding or non-zero spare bits.
  package static func decode(_ text: some Sequence<UInt8>, ignoringSpace: Bool = false) -> [UInt8]? {
    var bytes: [UInt8] = []
    var group: UInt32 = 0
    var count = 0
    var padding = 0
    for character in text {
      let value: UInt8
      switch character {
      case 0x41...0x5A: value = character - 0x41
      case 0x61...0x7A: value = character - 0x61 + 26
      case 0x30...0x39: value = character - 0x30 + 52
      case 0x2B: value = 62
      case 0x2F: value = 63
      case 0x3D:
        padding += 1
        value = 0
      case 0x09, 0x0A, 0x0D, 0x20:
        if ignoringSpace { continue }
        return nil
      default: return nil
      }
      if padding > 0 && character != 0x3D { return nil }
      if padding > 2 { return nil }
      group = group << 6 | UInt32(value)
      count += 1
      if count == 4 {
        bytes.append(UInt8(group >> 16 & 255))
        if padding < 2 { bytes.append(UInt8(group >> 8 & 255)) }
        if padding < 1 { bytes.append(UInt8(group & 255)) }
        if padding == 2 && group & 0xFFFF != 0 || padding == 1 && group & 0xFF != 0 { return nil }
        group = 0
        count = 0
      }
    }
    return count == 0 ? bytes : nil
  }

  package static func encode(_ bytes: some Collection<UInt8>) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    var group: UInt32 = 0
    var count = 0
    func flush() {
      let padded = group << UInt32(8 * (3 - count))
      for index in 0..<4 {
        text.append(index <= count ? alphabet[Int(padded >> UInt32(18 - 6 * index) & 63)] : 0x3D)
      }
    }
    for byte in bytes {
      group = group << 8 | UInt32(byte)
      count += 1
      if count == 3 {
        flush()
        group = 0
        count = 0
      }
    }
    if count > 0 { flush() }
    return String(decoding: text, as: UTF8.self)
  }
}
