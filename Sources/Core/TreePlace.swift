/// A file or folder inside a tree: its extended attributes, what is in it, what stands beside it.
package struct TreePlace: Sendable {
  package let tree: any ArtifactTree
  /// Below the tree's root; empty for the root.
  package let path: String
  package init(_ tree: any ArtifactTree, path: String = "") {
    self.tree = tree
    self.path = path
  }
  /// Last component.
  package var name: String {
    path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(decoding: Array($0), as: UTF8.self) } ?? path
  }
  /// The path of another name in the same folder.
  package func beside(_ other: String) -> String {
    let octets = Array(path.utf8)
    guard let slash = octets.lastIndex(of: UInt8(ascii: "/")) else { return other }
    return String(decoding: octets[...slash], as: UTF8.self) + other
  }
}
