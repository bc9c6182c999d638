package import AssayBytes
package import AssayCore

/// Follows symbolic links inside a tree, which never follows any itself.
package struct LinkResolver {
  /// Links in one path, as systems allow.
  package static let linkLimit = 40

  private let tree: any ArtifactTree
  package init(_ tree: any ArtifactTree) { self.tree = tree }

  /// `path` from a folder, with `.` and `..` taken away; nil where it leads above the root.
  package static func normal(_ folder: String, _ path: String) -> String? {
    var parts: [Substring] = path.hasPrefix("/") ? [] : folder.split(separator: "/")
    for part in path.split(separator: "/") where part != "." {
      guard part == ".." else {
        parts.append(part)
        continue
      }
      guard parts.popLast() != nil else { return nil }
    }
    return parts.joined(separator: "/")
  }

  /// Where the path ends, below the tree's root and without a link in it; nil where it leads out of the tree or nowhere, or in a circle.
  package func resolve(_ path: String, _ budget: inout Budget) throws(ParseError) -> String? {
    var rest = path.split(separator: "/").map(String.init)[...]
    var done: [String] = []
    var links = 0
    while let part = rest.popFirst() {
      try budget.spend(steps: 1)
      if part == "." { continue }
      if part == ".." {
        guard done.popLast() != nil else { return nil }
        continue
      }
      let place = (done + [part]).joined(separator: "/")
      guard let kind = try tree.kind(place) else { return nil }
      guard kind == .link else {
        guard rest.isEmpty || kind == .folder else { return nil }
        done.append(part)
        continue
      }
      links += 1
      guard links <= LinkResolver.linkLimit else { return nil }
      let target = try tree.readLink(place)
      guard !target.hasPrefix("/"), target.utf8.count <= 4_096 else { return nil }
      rest = (target.split(separator: "/").map(String.init) + rest)[...]
    }
    return done.joined(separator: "/")
  }
}
