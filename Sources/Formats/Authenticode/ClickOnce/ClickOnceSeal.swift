import AssayBytes
import AssayCore
import AssayPKI

/// Compares the files that a manifest names with those that stand beside it.
///
/// A file that is there must have every digest that the manifest has of it. One that is not there is said and decides nothing: ClickOnce
/// fetches it later. Where the publisher maps extensions the file is called `NAME.deploy`; both are compared where both are there.
struct ClickOnceSeal {
  /// Findings of one kind that are listed; further ones are counted.
  static let toldLimit = 64

  private let place: TreePlace
  private var listings: [String: Listing] = [:]
  /// Paths that were compared, so that naming a file a thousand times costs one reading.
  private var met: [String: [DigestAlgorithm: [UInt8]]] = [:]
  private var seal = SealedContent()
  private var untold = 0
  private var missing: [String] = []
  private var elsewhere: [String] = []
  private var unsealed: [String] = []

  private init(_ place: TreePlace) { self.place = place }

  static func compare(_ files: [ClickOnceFile], beside place: TreePlace, _ budget: inout Budget) -> SealedContent {
    var comparison = ClickOnceSeal(place)
    for file in files {
      do throws(ParseError) {
        try comparison.compare(file, &budget)
      } catch {
        comparison.gap(file, error.isLimit ? error.code : "clickonce.file.unreadable", error.message)
        if error.isLimit { break }
      }
    }
    comparison.tellCounts(of: files.count)
    return comparison.seal
  }

  private mutating func compare(_ file: ClickOnceFile, _ budget: inout Budget) throws(ParseError) {
    guard let components = file.components else {
      elsewhere.append(file.name.string)
      return
    }
    let paths = try paths(components, &budget)
    guard !paths.isEmpty else {
      missing.append(file.name.string)
      return
    }
    guard !file.digests.isEmpty else {
      unsealed.append(file.name.string)
      return
    }
    for path in paths {
      for digest in file.digests { try compare(file, digest, path) }
    }
  }

  private mutating func compare(_ file: ClickOnceFile, _ digest: ClickOnceFile.Digest, _ path: String) throws(ParseError) {
    guard let algorithm = digest.algorithm, digest.isOfOctets else {
      let what =
        digest.algorithm == nil ? "its digest algorithm \(digest.method) is not offered" : "its digest is not of its octets"
      gap(file, "clickonce.file.algorithm", what)
      return
    }
    let found = try octets(path, algorithm)
    guard found != digest.octets else {
      seal.intact += 1
      return
    }
    guard seal.findings.count < Self.toldLimit else {
      untold += 1
      return
    }
    seal.findings.append(
      Finding(
        "clickonce.file.altered", .failure, "\(path) is not the file that the manifest names", offset: file.offset,
        expected: Hex.encode(digest.octets), found: Hex.encode(found), attack: ["T1036.001", "T1127.002"]))
  }

  private mutating func octets(_ path: String, _ algorithm: DigestAlgorithm) throws(ParseError) -> [UInt8] {
    if let known = met[path]?[algorithm] { return known }
    let source = try place.tree.open(path)
    var hasher = DigestHasher(algorithm)
    try source.forEachChunk(0..<source.byteCount) { _, chunk in hasher.update(chunk) }
    try source.confirmUnchanged()
    let digest = hasher.finalize()
    met[path, default: [:]][algorithm] = digest
    return digest
  }

  /// Where the file is, as the tree spells it: the name and the name with `.deploy`.
  private mutating func paths(_ components: [[UInt8]], _ budget: inout Budget) throws(ParseError) -> [String] {
    var folder = place.beside("")
    if folder.utf8.last == 0x2F { folder.removeLast() }
    for component in components.dropLast() {
      guard let entry = try entry(component, in: folder, &budget), entry.kind == .folder else { return [] }
      folder = folder.isEmpty ? entry.name : "\(folder)/\(entry.name)"
    }
    guard let name = components.last else { return [] }
    var found: [String] = []
    for spelling in [name, name + Array(".deploy".utf8)] {
      guard let entry = try entry(spelling, in: folder, &budget) else { continue }
      found.append(folder.isEmpty ? entry.name : "\(folder)/\(entry.name)")
    }
    return found
  }

  /// A folder's entries by their names, and by these without regard to the case of ASCII's letters: the first of those that fold alike.
  private struct Listing {
    var exact: [[UInt8]: TreeEntry] = [:]
    var folded: [[UInt8]: TreeEntry] = [:]
    init(_ entries: [TreeEntry]) {
      for entry in entries {
        exact[Array(entry.name.utf8)] = entry
        let name = entry.name.utf8.lowered
        if folded[name] == nil { folded[name] = entry }
      }
    }
  }

  /// By the very name, else as Windows takes it.
  private mutating func entry(_ name: [UInt8], in folder: String, _ budget: inout Budget) throws(ParseError) -> TreeEntry? {
    let listing: Listing
    if let known = listings[folder] {
      listing = known
    } else {
      let entries = try place.tree.list(folder)
      try budget.spend(nodes: entries.count)
      listing = Listing(entries)
      listings[folder] = listing
    }
    return listing.exact[name] ?? listing.folded[name.lowered]
  }

  private mutating func gap(_ file: ClickOnceFile, _ code: String, _ why: String) {
    guard seal.gaps.count < Self.toldLimit else { return }
    seal.gaps.append(Finding(code, .failure, "\(file.name): \(why)", offset: file.offset))
  }

  private mutating func tellCounts(of total: Int) {
    if untold > 0 {
      seal.findings.append(
        Finding("clickonce.file.altered", .failure, "\(untold) more digests of files beside the manifest differ and are not listed")
      )
    }
    func words(_ names: [String]) -> String {
      names.prefix(4).joined(separator: ", ") + (names.count > 4 ? " and \(names.count - 4) more" : "")
    }
    func tell(_ code: String, _ severity: Severity, _ names: [String], _ what: String) {
      guard !names.isEmpty else { return }
      seal.findings.append(
        Finding(code, severity, "\(names.count) of \(total) files that the manifest names \(what): \(words(names))"))
    }
    tell("clickonce.file.missing", .note, missing, "are not beside it and were not compared")
    tell("clickonce.file.elsewhere", .note, elsewhere, "are not below its folder and were not looked for")
    tell("clickonce.file.unsealed", .warning, unsealed, "have no digest in it: nothing says what they must be")
    seal.unsealed = unsealed.count
  }
}
