package import AssayBytes
import AssayContainers
package import AssayCore
package import AssayPKI

/// An archive's members, read and not believed.
package struct TarArtifact: ParsedArtifact {
  package let roles: [Role] = []
  package let identity = Identity()
  package let findings: [Finding]
  package let claims: [any Claim] = []
  package var combination: Combination { .parts }
  package var listedBy: [String] { [] }
  private let archive: TarArchive
  private let tree: TarTree

  package init(_ source: any ByteSource, _ budget: inout Budget) throws(ParseError) {
    archive = try TarArchive(source, &budget)
    tree = TarTree(archive, source)
    findings = archive.problems.map { Finding($0) }
  }

  /// A script by its name, or anything with a signature in an extended header or an AppleDouble file.
  var isOfInterest: Bool {
    archive.entries.contains { entry in
      guard entry.kind == .file else { return false }
      let place = TreePlace(tree, path: String(decoding: entry.path, as: UTF8.self))
      let probe = Probe(name: place.name, isFolder: false, byteCount: 0, head: [], tail: [])
      return ScriptLanguage.appleScript(probe) != nil && !place.name.utf8.starts(with: "._".utf8) || SignatureSearch.isSigned(place)
    }
  }

  package func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    var measured = Measurements()
    try collect("", into: &measured.nested, depth: 0, &work.budget)
    return measured
  }

  /// Files and bundles in the order of their names; what only belongs beside a file is left to it.
  private func collect(
    _ folder: String, into nested: inout [NestedArtifact], depth: Int, _ budget: inout Budget
  ) throws(ParseError) {
    try budget.check(depth: depth)
    let entries = try tree.list(folder)
    let names = Set(entries.map { Array($0.name.utf8) })
    for entry in entries {
      try budget.spend(nodes: 1)
      let path = folder.isEmpty ? entry.name : "\(folder)/\(entry.name)"
      switch entry.kind {
      case .file:
        if let head = try? tree.open(path).prefix(4), SignatureSearch.isCompanion(entry.name, head) { continue }
        nested.append(file(path, entry.name))
      case .folder:
        let owner = Array(entry.name.utf8).dropLast(CarriedSignature.sidecarEnding.utf8.count)
        if entry.name.utf8.reversed().starts(with: CarriedSignature.sidecarEnding.utf8.reversed()), names.contains(Array(owner)) {
          continue
        }
        if let bundle = bundle(path, entry.name) {
          nested.append(bundle)
        } else {
          try collect(path, into: &nested, depth: depth + 1, &budget)
        }
      case .link, .special: continue
      }
    }
  }

  private func file(_ path: String, _ name: String) -> NestedArtifact {
    let tree = tree
    var part = NestedArtifact(path: path) { () throws(ParseError) in
      var artifact = try Artifact(target: path, name: name, source: try tree.open(path))
      artifact.place = TreePlace(tree, path: path)
      return artifact
    }
    part.countsOther = false
    return part
  }

  private func bundle(_ path: String, _ name: String) -> NestedArtifact? {
    let place = TreePlace(tree, path: path)
    guard let artifact = try? Artifact(target: path, name: name, folder: place), BundleFormat.recognizes(artifact.probe) else {
      return nil
    }
    return NestedArtifact(path: path) { () throws(ParseError) in try Artifact(target: path, name: name, folder: place) }
  }

  package var inspection: [InspectionLine] {
    var lines = [InspectionLine("members", String(archive.entries.count))]
    for entry in archive.entries.prefix(256) {
      let names = entry.attributes.keys.map { String(decoding: $0, as: UTF8.self) }.sorted()
      lines.append(
        InspectionLine(
          String(decoding: entry.path, as: UTF8.self),
          names.isEmpty ? "\(entry.content.count) bytes" : names.joined(separator: ", "),
          level: 1))
    }
    return lines
  }
}
