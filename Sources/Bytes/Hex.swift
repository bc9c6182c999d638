/// Lower-case hexadecimal.
package enum Hex {
  package static func encode(_ bytes: some Sequence<UInt8>) -> String {
    let direct = bytes.withContiguousStorageIfAvailable { encode(buffer: $0) }
    return direct ?? Array(bytes).withUnsafeBufferPointer { encode(buffer: $0) }
  }

  private static func encode(buffer bytes: UnsafeBufferPointer<UInt8>) -> String {
    String(unsafeUninitializedCapacity: bytes.count * 2) { text in
      var place = 0
      for byte in bytes {
        text[place] = digit(byte >> 4)
        text[place + 1] = digit(byte & 15)
        place += 2
      }
      return place
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

  /// Nil for an odd count or a character that is no hexadecimal digit. Upper case is accepted.
  package static func decode(_ text: String) -> [UInt8]? { decode(text.utf8) }

  package static func decode(_ digits: some Sequence<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var high: UInt8?
    for digit in digits {
      guard let value = digit.hexValue else { return nil }
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
  ///
  /// The work is done by a function over a plain buffer: a generic one is not specialized across modules, and decoding was a third
  /// of the time that a signed script takes.
  package static func decode(_ text: some Sequence<UInt8>, ignoringSpace: Bool = false) -> [UInt8]? {
    let direct = text.withContiguousStorageIfAvailable { decode(buffer: $0, ignoringSpace) }
    return direct ?? Array(text).withUnsafeBufferPointer { decode(buffer: $0, ignoringSpace) }
  }

  private static let padding: UInt8 = 64
  private static let space: UInt8 = 65
  private static let foreign: UInt8 = 66
  /// What each character stands for: its six bits, or one of the three above.
  private static let values: [UInt8] = {
    var table = [UInt8](repeating: foreign, count: 256)
    for (value, character) in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8.enumerated() {
      table[Int(character)] = UInt8(value)
    }
    table[0x3D] = padding
    for character in [0x09, 0x0A, 0x0D, 0x20] { table[character] = space }
    return table
  }()

  private static func decode(buffer text: UnsafeBufferPointer<UInt8>, _ ignoringSpace: Bool) -> [UInt8]? {
    let values = values
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    var group: UInt32 = 0
    var count = 0
    var padded = 0
    for character in text {
      var value = values[Int(character)]
      if value == space && ignoringSpace { continue }
      guard value <= padding, padded == 0 || value == padding, padded < 2 || value != padding else { return nil }
      if value == padding {
        padded += 1
        value = 0
      }
      group = group << 6 | UInt32(value)
      count += 1
      guard count == 4 else { continue }
      bytes.append(UInt8(truncatingIfNeeded: group >> 16))
      if padded < 2 { bytes.append(UInt8(truncatingIfNeeded: group >> 8)) }
      if padded < 1 { bytes.append(UInt8(truncatingIfNeeded: group)) }
      if padded == 2 && group & 0xFFFF != 0 || padded == 1 && group & 0xFF != 0 { return nil }
      group = 0
      count = 0
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
