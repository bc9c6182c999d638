package import AssayBytes

extension Artifact {
  /// Names of one folder that recognizing looks at.
  package static let memberLimit = 1_000

  /// A folder that is judged as one thing, as a bundle is. Lists it, and its folders Contents and Versions.
  package init(target: String, name: String, folder: TreePlace) throws(ParseError) {
    var probe = Probe(name: name, isFolder: true, byteCount: 0, head: [], tail: [])
    for entry in try folder.tree.list(folder.path).prefix(Artifact.memberLimit) {
      probe.members.append(entry.name)
      guard entry.kind == .folder, ["Contents", "Versions"].contains(where: { $0.utf8.elementsEqual(entry.name.utf8) }) else {
        continue
      }
      let inner = folder.path.isEmpty ? entry.name : "\(folder.path)/\(entry.name)"
      for member in (try? folder.tree.list(inner))?.prefix(Artifact.memberLimit) ?? [] {
        probe.members.append("\(entry.name)/\(member.name)")
      }
    }
    self.init(target: target, probe: probe, source: MemorySource([][...]))
    place = folder
  }
}

/// What a folder's seal says of what is in it, compared with what is there.
package struct SealedContent: Sendable {
  /// Failures that each name the file, the rule that sealed it, what was expected and what was found.
  package var findings: [Finding] = []
  /// What could not be compared.
  package var gaps: [Finding] = []
  /// What systems take and strict validation refuses.
  package var tolerated: [Finding] = []
  /// Files whose digests are the sealed ones, and links that lead where they should.
  package var intact = 0
  /// Names that no rule seals.
  package var unsealed = 0
  package init() {}
  package var isIntact: Bool { findings.allSatisfy { $0.severity != .failure } && gaps.isEmpty }
}

/// Code inside an artifact that has signatures of its own: judged by itself, and no part is better than the whole.
package struct NestedArtifact: Sendable {
  package typealias Reader = (format: any SignatureFormat.Type, read: Read)
  package typealias Read = @Sendable (inout Budget) throws(ParseError) -> any ParsedArtifact

  /// Below the outer artifact's target.
  package let path: String
  package let open: @Sendable () throws(ParseError) -> Artifact
  /// Where the outer format knows how it must be read (a bundle inside a bundle); else it is recognized like any other.
  package let reader: Reader?
  /// False: what turns out to be no code is left out, as papers in an archive.
  package var countsOther = true
  /// What the outer artifact demands of it, given its report.
  package let demand: @Sendable (Report) -> [Finding]
  /// The requirement that the outer artifact's seal makes of it, in Apple's language.
  package var requirement: [UInt8]?
  /// It must satisfy what the artifact around it must: a version of a framework beside the current one.
  package var sharesRequirement = false

  package init(
    path: String, reader: Reader? = nil,
    demand: @escaping @Sendable (Report) -> [Finding] = { _ in [] }, open: @escaping @Sendable () throws(ParseError) -> Artifact
  ) {
    self.path = path
    self.open = open
    self.reader = reader
    self.demand = demand
  }
}
