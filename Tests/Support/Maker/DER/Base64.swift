/// Base64 and PEM, without Foundation.
package enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  package static func encode(_ octets: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((octets.count + 2) / 3 * 4)
    var index = 0
    while index < octets.count {
      let left = octets.count - index
      let group =
        UInt32(octets[index]) << 16 | (left > 1 ? UInt32(octets[index + 1]) << 8 : 0) | (left > 2 ? UInt32(octets[index + 2]) : 0)
      for place in 0..<4 {
        text.append(place <= left ? alphabet[Int(group >> UInt32(18 - 6 * place)) & 63] : 0x3D)
      }
      index += 3
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Octets of base64 text; what is not of the alphabet is passed over.
  package static func decode(_ text: String) -> [UInt8] {
    var octets: [UInt8] = []
    var (group, held): (UInt32, Int) = (0, 0)
    for character in text.utf8 {
      guard let digit = alphabet.firstIndex(of: character) else { continue }
      group = group << 6 | UInt32(digit)
      held += 6
      if held >= 8 {
        held -= 8
        octets.append(UInt8(truncatingIfNeeded: group >> UInt32(held)))
      }
    }
    return octets
  }

  /// Lines of at most `width` characters.
  package static func lines(_ octets: [UInt8], width: Int = 64) -> [String] {
    let text = Array(encode(octets).utf8)
    return stride(from: 0, to: text.count, by: width).map {
      String(decoding: text[$0..<min($0 + width, text.count)], as: UTF8.self)
    }
  }

  package static func pem(_ label: String, _ der: [UInt8]) -> String {
    (["-----BEGIN \(label)-----"] + lines(der) + ["-----END \(label)-----", ""]).joined(separator: "\n")
  }
}
