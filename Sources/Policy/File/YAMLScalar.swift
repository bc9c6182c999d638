import AssayBytes

package enum YAMLScalar {
  /// Double-quoted (YAML 1.2.2, 7.3.1): control characters of ASCII are escaped, so that no name ends its line.
  package static func quoted(_ text: String) -> String {
    var bytes: [UInt8] = [UInt8(ascii: "\"")]
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0..<0x20, 0x7F: bytes += Array("\\x".utf8) + Array(Hex.encode([byte]).utf8)
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes + [UInt8(ascii: "\"")], as: UTF8.self)
  }
}
