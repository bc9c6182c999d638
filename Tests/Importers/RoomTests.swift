import AssayCore
import AssayImporters
import Testing

struct ImporterFindingTests {
  @Test func everyCodeStandsOnce() {
    #expect(Set(ImporterFindings.all.map(\.name)).count == ImporterFindings.all.count)
  }
}
