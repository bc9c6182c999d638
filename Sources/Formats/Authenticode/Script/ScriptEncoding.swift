/// How the Subject Interface Package reads a script's bytes as text.
enum ScriptEncoding: Hashable, Sendable {
  case utf16LittleEndian
  case utf16BigEndian
  case utf8
  /// The machine's ANSI code page.
  case codePage(CodePage)

  var name: String {
    switch self {
    case .utf16LittleEndian: "UTF-16LE"
    case .utf16BigEndian: "UTF-16BE"
    case .utf8: "UTF-8"
    case .codePage(let page): page.rawValue
    }
  }
  /// Bytes of one code unit.
  var unitSize: Int { self == .utf16LittleEndian || self == .utf16BigEndian ? 2 : 1 }

  /// The encoding and whether it depends on the machine: a byte order mark; else UTF-16 by its zero bytes; else UTF-8 where the
  /// first 32 bytes hold a whole multibyte sequence and nothing else; else the ANSI code page.
  static func detect(_ bytes: [UInt8]) -> (encoding: ScriptEncoding, dependsOnMachine: Bool, hasMark: Bool) {
    if bytes.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, false, true) }
    if bytes.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, false, true) }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, false, true) }
    if let wide = unmarkedUTF16(bytes) { return (wide, false, false) }
    if looksLikeUTF8(bytes.prefix(32)) { return (.utf8, false, false) }
    return (.codePage(.windows1252), bytes.contains { $0 >= 0x80 }, false)
  }

  /// Text that is mostly ASCII in UTF-16 has a zero in every other byte of its first 256.
  private static func unmarkedUTF16(_ bytes: [UInt8]) -> ScriptEncoding? {
    guard bytes.count >= 4, bytes.count % 2 == 0 else { return nil }
    var zeros = (even: 0, odd: 0)
    let head = min(bytes.count, 256)
    for index in 0..<head where bytes[index] == 0 {
      if index % 2 == 0 { zeros.even += 1 } else { zeros.odd += 1 }
    }
    if zeros.odd * 4 >= head && zeros.even == 0 { return .utf16LittleEndian }
    if zeros.even * 4 >= head && zeros.odd == 0 { return .utf16BigEndian }
    return nil
  }

  /// At least one multibyte sequence, all of them whole: lead bytes are counted as Windows counts them, not by their range.
  private static func looksLikeUTF8(_ bytes: ArraySlice<UInt8>) -> Bool {
    var isExtended = false
    var left = 0
    for byte in bytes {
      if left > 0 {
        guard byte & 0xC0 == 0x80 else { return false }
        left -= 1
      } else if byte >= 0x80 {
        isExtended = true
        left = (~byte).leadingZeroBitCount - 1
        guard left > 0 else { return false }
      }
    }
    return left == 0 && isExtended
  }
}

/// Single-byte ANSI code pages as Windows maps them (bestfit tables; undefined bytes map to the C1 control of the same number).
enum CodePage: String, CaseIterable, Sendable {
  case windows1252 = "windows-1252"
  case windows1250 = "windows-1250"
  case windows1251 = "windows-1251"
  case windows1254 = "windows-1254"

  /// UTF-16 code units of the bytes 0x80 to 0xFF.
  var upperHalf: [UInt16] {
    switch self {
    case .windows1252: CodePage.western
    case .windows1254:
      CodePage.patched(
        CodePage.western, [0x8E: 0x8E, 0x9E: 0x9E, 0xD0: 0x11E, 0xDD: 0x130, 0xDE: 0x15E, 0xF0: 0x11F, 0xFD: 0x131, 0xFE: 0x15F])
    case .windows1250: CodePage.central
    case .windows1251: CodePage.cyrillic
    }
  }

  private static func patched(_ table: [UInt16], _ changes: [Int: UInt16]) -> [UInt16] {
    var copy = table
    for (byte, unit) in changes { copy[byte - 0x80] = unit }
    return copy
  }

  private static let western: [UInt16] =
    [
      0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D, 0x8F, 0x90,
      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D, 0x17E, 0x178,
    ] + Array(0xA0...0xFF)

  private static let central: [UInt16] = [
    0x20AC, 0x81, 0x201A, 0x83, 0x201E, 0x2026, 0x2020, 0x2021, 0x88, 0x2030, 0x160, 0x2039, 0x15A, 0x164, 0x17D, 0x179, 0x90,
    0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x98, 0x2122, 0x161, 0x203A, 0x15B, 0x165, 0x17E, 0x17A, 0xA0, 0x2C7,
    0x2D8, 0x141, 0xA4, 0x104, 0xA6, 0xA7, 0xA8, 0xA9, 0x15E, 0xAB, 0xAC, 0xAD, 0xAE, 0x17B, 0xB0, 0xB1, 0x2DB, 0x142, 0xB4, 0xB5,
    0xB6, 0xB7, 0xB8, 0x105, 0x15F, 0xBB, 0x13D, 0x2DD, 0x13E, 0x17C, 0x154, 0xC1, 0xC2, 0x102, 0xC4, 0x139, 0x106, 0xC7, 0x10C,
    0xC9, 0x118, 0xCB, 0x11A, 0xCD, 0xCE, 0x10E, 0x110, 0x143, 0x147, 0xD3, 0xD4, 0x150, 0xD6, 0xD7, 0x158, 0x16E, 0xDA, 0x170,
    0xDC, 0xDD, 0x162, 0xDF, 0x155, 0xE1, 0xE2, 0x103, 0xE4, 0x13A, 0x107, 0xE7, 0x10D, 0xE9, 0x119, 0xEB, 0x11B, 0xED, 0xEE,
    0x10F, 0x111, 0x144, 0x148, 0xF3, 0xF4, 0x151, 0xF6, 0xF7, 0x159, 0x16F, 0xFA, 0x171, 0xFC, 0xFD, 0x163, 0x2D9,
  ]

  private static let cyrillic: [UInt16] =
    [
      0x402, 0x403, 0x201A, 0x453, 0x201E, 0x2026, 0x2020, 0x2021, 0x20AC, 0x2030, 0x409, 0x2039, 0x40A, 0x40C, 0x40B, 0x40F, 0x452,
      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x98, 0x2122, 0x459, 0x203A, 0x45A, 0x45C, 0x45B, 0x45F, 0xA0, 0x40E,
      0x45E, 0x408, 0xA4, 0x490, 0xA6, 0xA7, 0x401, 0xA9, 0x404, 0xAB, 0xAC, 0xAD, 0xAE, 0x407, 0xB0, 0xB1, 0x406, 0x456, 0x491,
      0xB5, 0xB6, 0xB7, 0x451, 0x2116, 0x454, 0xBB, 0x458, 0x405, 0x455, 0x457,
    ] + Array(0x410...0x44F)
}
