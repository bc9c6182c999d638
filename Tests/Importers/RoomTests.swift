import AssayCore
import AssayImporters
import Testing

struct ImporterFindingTests {
  @Test func codesAreOfTheFamily() {
    #expect(ImporterFindings.all.allSatisfy { $0.name.hasPrefix("import.") })
  }
}
