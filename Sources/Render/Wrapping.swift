/// Lines of at most `width` columns, broken between words; what follows the first line is indented. A word that is longer than
/// a line stays whole, so that a digest can be copied. A column is a Unicode scalar.
enum Wrapping {
  static let width = 100

  static func lines(_ text: String, first: String, rest: String) -> String {
    var result = ""
    var line = first
    var count = first.unicodeScalars.count
    var isAtStart = true
    for word in text.split(separator: " ", omittingEmptySubsequences: true) {
      let size = word.unicodeScalars.count
      if !isAtStart, count + 1 + size > width {
        result += line + "\n"
        line = rest + word
        count = rest.unicodeScalars.count + size
      } else {
        line += isAtStart ? word : " " + word
        count += size + (isAtStart ? 0 : 1)
      }
      isAtStart = false
    }
    return result + line + "\n"
  }

  static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.unicodeScalars.count))
  }
}
