/// Names of companies as words, to compare a claim with a signer.
enum Words {
  /// Runs of letters and digits in lower case; octets outside ASCII count as letters.
  static func split(_ text: String) -> [[UInt8]] {
    text.utf8.split { !($0.isLetter || $0.isDigit || $0 >= 0x80) }.map { $0.lowered }
  }

  /// Whether the words of `phrase` stand one after another in `words`.
  static func contain(_ words: [[UInt8]], phrase: [[UInt8]]) -> Bool {
    guard !phrase.isEmpty, phrase.count <= words.count else { return false }
    return (0...(words.count - phrase.count)).contains { words[$0..<($0 + phrase.count)].elementsEqual(phrase) }
  }
}
