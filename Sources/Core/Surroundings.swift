/// A file's place in all of the tree that is judged, for what it refers to outside of its own folder: libraries by their paths.
///
/// `Artifact.place` is the same file from its own folder, as the walk holds it open: cheap, asked of every file, and sure to be beside
/// the bytes that are judged.
package struct Surroundings: Sendable {
  /// Below the tree's root.
  package let place: TreePlace
  /// Folder of the Mac's volume that it is on; nil where the tree is no such thing.
  package let volume: String?
  /// What stands before paths of the tree when they are shown: `/` for this machine's own root.
  package let prefix: String
  /// Tells this tree from others of a run.
  package let origin: String
  package var tree: any ArtifactTree { place.tree }
  package var path: String { place.path }

  package init(_ tree: any ArtifactTree, path: String, volume: String?, prefix: String = "", origin: String = "") {
    place = TreePlace(tree, path: path)
    self.volume = volume
    self.prefix = prefix
    self.origin = origin
  }
}
