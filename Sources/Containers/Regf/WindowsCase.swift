/// Names as Windows compares them: UTF-16 code units, each put into upper case alone, none normalized.
package enum WindowsCase {
  /// Equal keys mean equal names. Unlike Swift's `==` it does not fold canonical equivalents.
  package static func key(_ text: String) -> [UInt16] { text.utf16.map(upper) }

  package static func areEqual(_ one: String, _ other: String) -> Bool {
    one.utf16.elementsEqual(other.utf16) { upper($0) == upper($1) }
  }

  package static func hasPrefix(_ text: String, _ prefix: String) -> Bool {
    let units = text.utf16.prefix(prefix.utf16.count)
    return units.count == prefix.utf16.count && units.elementsEqual(prefix.utf16) { upper($0) == upper($1) }
  }

  package static func hasSuffix(_ text: String, _ suffix: String) -> Bool {
    let units = text.utf16.suffix(suffix.utf16.count)
    return units.count == suffix.utf16.count && units.elementsEqual(suffix.utf16) { upper($0) == upper($1) }
  }

  /// Windows' table maps one unit to one; what would become several characters stays as it is.
  private static func upper(_ unit: UInt16) -> UInt16 {
    if unit < 0x80 { return unit >= 0x61 && unit <= 0x7A ? unit - 0x20 : unit }
    guard let scalar = Unicode.Scalar(unit) else { return unit }
    let mapped = scalar.properties.uppercaseMapping.unicodeScalars
    guard let first = mapped.first, mapped.count == 1, let upper = UInt16(exactly: first.value) else { return unit }
    // The dotless i and the long s would become ASCII letters, which Windows' table does not do.
    return upper < 0x80 ? unit : upper
  }
}
