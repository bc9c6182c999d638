import AssayCore
import AssayInventory
import Testing

struct InventoryFindingTests {
  @Test func codesAreOfTheFamily() {
    #expect(
      InventoryFindings.all.allSatisfy {
        $0.name.hasPrefix("inventory.") || $0.name.hasPrefix("regf.") || $0.name.hasPrefix("limit.")
          || $0.name.hasPrefix("library.")
      })
  }
}
