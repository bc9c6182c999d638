package import AssayCore
import AssayInventory

/// Takes the inventory of every system found in a tree.
package enum Surveyor {
  /// Nil where no system is found: a folder of files has nothing that starts them.
  package static func survey(_ tree: some ArtifactTree, unmarked: SecurityZone) -> Survey? {
    nil
  }
}
