import Testing

/// Words that the house does not want in its code.
struct WordTests {
  /// Written in pieces, so that this file may name them.
  static let banned = [
    "try" + "!", "as" + "!", "TO" + "DO", "FIX" + "ME", "fatal" + "Error(",
  ]
  static let bannedNames = ["Util" + "s", "Help" + "er", "Manag" + "er"]

  @Test func noBannedWord() {
    for path in Repository.swift + Repository.files.filter({ $0.hasPrefix("Scripts/") }) {
      for (number, line) in Repository.lines(path).enumerated() {
        for word in Self.banned where line.contains(word) {
          Issue.record("\(path):\(number + 1): '\(word)' is not wanted")
        }
      }
    }
  }

  @Test func noBannedName() {
    for path in Repository.swift {
      for word in Self.bannedNames {
        #expect(!path.contains(word), "\(path): a name with \(word) says nothing")
        let declared = /\b(struct|class|enum|protocol|actor|func|typealias) \w*/
        for match in Repository.text(path).matches(of: declared) where match.0.contains(word) {
          Issue.record("\(path): \(match.0): a name with \(word) says nothing")
        }
      }
    }
  }

  /// A force unwrap of what came from outside is a remote crash; below Engine there is none at all.
  @Test func noForceUnwrapInTheRooms() {
    for path in Repository.swift where path.hasPrefix("Sources/") {
      for (number, line) in Repository.lines(path).enumerated() where !line.drop(while: { $0 == " " }).hasPrefix("//") {
        #expect(!line.contains(/[\w\)\]]!([\s\.\)\],]|$)/) || line.contains("\""), "\(path):\(number + 1): force unwrap")
      }
    }
  }
}
