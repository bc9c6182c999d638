/// Where an artifact stands: the tree around it, for what it refers to outside of itself.
package struct Surroundings: Sendable {
  package let tree: any ArtifactTree
  /// Of the artifact, below the tree's root.
  package let path: String
  /// Folder of the Mac's volume that it is on; nil where the tree is no such thing.
  package let volume: String?
  /// What stands before paths of the tree when they are shown: `/` for this machine's own root.
  package let prefix: String
  /// Tells this tree from others of a run.
  package let origin: String
  package init(_ tree: any ArtifactTree, path: String, volume: String?, prefix: String = "", origin: String = "") {
    self.origin = origin
    self.tree = tree
    self.path = path
    self.volume = volume
    self.prefix = prefix
  }
}
