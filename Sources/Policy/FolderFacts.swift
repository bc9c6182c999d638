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
  package var trustedPrograms: [Program] = []
  package init() {}
}
