import AssayBytes
import AssayCore

/// Code that the seal names with a requirement, and what the seal demands of it.
extension BundleArtifact {
  func nest(_ code: SealedTree.Nested, _ seal: Seal) -> NestedArtifact {
    let tree = folder.tree
    let relative = path(below: code.path)
    let name =
      code.path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(decoding: Array($0), as: UTF8.self) } ?? code.path
    let place = TreePlace(tree, path: code.path)
    let scopes = [OuterScope(base: layout.support, rules: seal.rules)] + outer
    let reader: NestedArtifact.Reader? =
      code.isFolder
      ? (
        BundleFormat.self,
        { (budget: inout Budget) throws(ParseError) in
          try BundleArtifact(place, name: name, outer: scopes, &budget)
        }
      ) : nil
    var nested = NestedArtifact(path: relative, reader: reader) { report in
      NestedDemand(path: relative, code: code).check(report)
    } open: { () throws(ParseError) in
      if code.isFolder { return try Artifact(target: code.path, name: name, folder: place) }
      var artifact = try Artifact(target: code.path, name: name, source: try tree.open(code.path))
      artifact.place = TreePlace(tree, path: code.path)
      return artifact
    }
    nested.requirement = code.requirement
    return nested
  }

  /// A framework's versions beside the current one: each must satisfy what the current one must (errSecCSBadFrameworkVersion).
  func otherVersions(_ seal: Seal) -> [NestedArtifact] {
    guard let versions = try? layout.otherVersions(folder.tree) else { return [] }
    let (folder, layout, outer) = (folder, layout, outer)
    return versions.map { version in
      var nested = NestedArtifact(
        path: "Versions/\(version)",
        reader: (
          BundleFormat.self,
          { (budget: inout Budget) throws(ParseError) in
            try BundleArtifact(folder, name: layout.name, version: version, outer: outer, &budget)
          }
        )
      ) { report in
        report.state == .unsigned
          ? [Finding("bundle.framework.version", .failure, "Versions/\(version) is not signed, and programs may ask for it")] : []
      } open: { () throws(ParseError) in
        try Artifact(target: "\(layout.root)/Versions/\(version)", name: layout.name, folder: folder)
      }
      nested.sharesRequirement = true
      return nested
    }
  }

  private func path(below whole: String) -> String {
    let (octets, root) = (Array(whole.utf8), Array(layout.root.utf8))
    guard !root.isEmpty, octets.starts(with: root + [UInt8(ascii: "/")]) else { return whole }
    return String(decoding: octets[(root.count + 1)...], as: UTF8.self)
  }
}

/// What a seal demands of nested code: the cdhash that it had when it was sealed, and a requirement.
struct NestedDemand {
  let path: String
  let code: SealedTree.Nested

  func check(_ report: Report) -> [Finding] {
    var findings: [Finding] = []
    if let sealed = code.cdhash {
      let found = report.digests.filter { $0.name.hasPrefix("cdhash") }.map(\.value)
      // Apple compares the requirement alone: code may be replaced by a later version of the same maker.
      if !found.isEmpty, !found.contains(Hex.encode(sealed)) {
        findings.append(
          Finding(
            "bundle.nested.cdhash", .warning,
            "\(path) is another build than the one that was sealed; Apple asks only for the requirement \"\(text)\"",
            expected: Hex.encode(sealed), found: found.joined(separator: " ")))
      }
    }
    return findings
  }

  var text: String { String(decoding: code.requirement, as: UTF8.self) }
}
