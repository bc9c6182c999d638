import AssayBytes
import AssayContainers
import Testing

/// What every container must bear: nothing at all.
struct EmptyContainerTests {
  @Test func noBytesAreNoJSON() {
    var budget = Budget()
    #expect(throws: ParseError.self) { try JSONValue(parsing: [][...], &budget) }
  }
}
