/// What stands in the same folder, for rules about programs and their libraries.
package struct FolderFacts: Sendable {
  package struct Program: Hashable, Sendable {
    package let name: String
    /// The verified signer's organization (or common name).
    package let publisher: String
    package init(name: String, publisher: String) {
      self.name = name
      self.publisher = publisher
    }
  }
  /// Executables in the folder whose state is trusted.
  package var trustedPrograms: [Program] = [] {
    didSet { publisher = FolderFacts.publisher(of: trustedPrograms) }
  }
  /// The words of the one name that signed all of these programs; nil where there are none or several. Made once, since every library
  /// of the folder is compared with it.
  private(set) var publisher: [[UInt8]]?
  package init() {}

  private static func publisher(of programs: [Program]) -> [[UInt8]]? {
    guard let first = programs.first else { return nil }
    let words = Words.split(first.publisher)
    var same = first.publisher
    for program in programs where !program.publisher.utf8.elementsEqual(same.utf8) {
      guard Words.split(program.publisher) == words else { return nil }
      same = program.publisher
    }
    return words
  }
}
