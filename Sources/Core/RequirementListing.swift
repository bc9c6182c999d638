/// The requirements of one code signature as text.
package struct RequirementListing: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    /// `designated`, `host`, `guest`, `library`, `plugin` or a number.
    package let kind: String
    package let text: String
    /// It is not in the signature: systems make it where there is none.
    package let isImplicit: Bool
    package init(_ kind: String, _ text: String, isImplicit: Bool = false) {
      self.kind = kind
      self.text = text
      self.isImplicit = isImplicit
    }
  }
  package let index: Int
  /// `arm64`; empty where the code has one part only.
  package let architecture: String
  package let identifier: String
  package let entries: [Entry]
  /// Why they cannot be read.
  package let problem: String?
  package init(index: Int, architecture: String, identifier: String, entries: [Entry], problem: String?) {
    self.index = index
    self.architecture = architecture
    self.identifier = identifier
    self.entries = entries
    self.problem = problem
  }
}
