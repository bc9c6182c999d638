/// Text of paths and commands taken apart at scalars: a Character would hide a backslash that a combining mark follows.
enum WindowsText {
  static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  /// Parts that are not empty.
  static func split(_ text: String, at isSeparator: (Unicode.Scalar) -> Bool) -> [String] {
    text.unicodeScalars.split(whereSeparator: isSeparator).map { String($0) }
  }

  static func names(_ path: String) -> [String] { split(path) { $0 == "/" || $0 == "\\" } }

  static func trimmed(_ text: some BidirectionalCollection<Unicode.Scalar>, _ dropping: Set<Unicode.Scalar> = [" ", "\t"]) -> String
  {
    var rest = text[...]
    while let first = rest.first, dropping.contains(first) { rest = rest.dropFirst() }
    while let last = rest.last, dropping.contains(last) { rest = rest.dropLast() }
    return string(rest)
  }
}
