package import AssayBytes
package import AssayContainers
package import AssayCore

/// Where the parts of a bundle stand: CFBundle's rules, with everything that makes them ambiguous told.
///
/// Paths are below the tree's root, which may hold bundles around this one.
package struct BundleLayout: Sendable {
  package enum Shape: String, Sendable {
    /// `Contents` holds everything.
    case contents
    /// Everything stands in the folder itself, as on iOS; also one version of a framework.
    case flat
    /// A framework with `Versions`.
    case versioned
    /// `Support Files`, of the last century.
    case supportFiles = "support files"
  }

  /// In the sealed folder, never sealed: the signature, the old link to its seal, the store's receipt.
  package static let unsealedNames = ["_CodeSignature", "CodeResources", "_MASReceipt"]
  /// Larger property lists are not read. The largest Info.plist known has 300 kB, the largest seal 30 MB.
  package static let infoByteLimit = 16 << 20

  package let root: String
  package let name: String
  package let shape: Shape
  /// The sealed folder.
  package let support: String
  /// Folder of resources below `support`, with a slash; empty for flat ones.
  package let resources: String
  /// Nil where there is no Info.plist.
  package let infoPath: String?
  package let infoOctets: [UInt8]?
  package let info: PlistValue?
  /// Nil where no executable is named and none stands at the place by the bundle's name.
  package private(set) var executablePath: String?
  package private(set) var findings: [Finding] = []

  package func path(_ relative: String) -> String { support.isEmpty ? relative : "\(support)/\(relative)" }
  package var signatureFolder: String { path("_CodeSignature") }
  package var identifier: String? { info?["CFBundleIdentifier"]?.text }
  package var packageType: String? { info?["CFBundlePackageType"]?.text }

  /// The executable as rules of the seal see it; nil where it stands elsewhere.
  package var sealedExecutable: [UInt8]? {
    guard let executablePath else { return nil }
    if support.isEmpty { return Array(executablePath.utf8) }
    let (whole, folder) = (Array(executablePath.utf8), Array(support.utf8) + [UInt8(ascii: "/")])
    return whole.starts(with: folder) ? Array(whole[folder.count...]) : nil
  }

  package var excluded: Set<[UInt8]> {
    var names = Set(BundleLayout.unsealedNames.map { Array($0.utf8) })
    if let sealedExecutable { names.insert(sealedExecutable) }
    return names
  }

  /// `root`: the bundle's folder below the tree's root; `name`: what that folder is called. `version`: of a framework, where another than
  /// the current one is meant.
  package init(
    _ tree: any ArtifactTree, root: String, name: String, version: String? = nil, _ budget: inout Budget
  ) throws(ParseError) {
    self.root = root
    self.name = name
    func below(_ name: String) -> String { root.isEmpty ? name : "\(root)/\(name)" }
    var problems: [Finding] = []
    let contents = try tree.kind(below("Contents"))
    let versions = try tree.kind(below("Versions"))
    if let version {
      (shape, support) = (.versioned, below("Versions/\(version)"))
    } else if contents == .folder {
      (shape, support) = (.contents, below("Contents"))
      if versions != nil {
        problems.append(
          Finding(
            "bundle.layout.ambiguous", .failure, "the folder has both Contents and Versions: systems differ in which they run"))
      }
    } else if try tree.kind(below("Support Files")) == .folder {
      (shape, support) = (.supportFiles, below("Support Files"))
    } else if versions == .folder, let current = try LinkResolver(tree).resolve(below("Versions/Current"), &budget) {
      (shape, support) = (.versioned, current)
    } else {
      if versions == .folder, try tree.kind(below("Versions/Current")) == .link {
        problems.append(
          Finding("bundle.root.unsealed", .failure, "Versions/Current leads nowhere: systems differ in what they take in its place")
        )
      }
      (shape, support) = (.flat, root)
    }
    let support = support
    func inside(_ name: String) -> String { support.isEmpty ? name : "\(support)/\(name)" }
    // A deep bundle's folder of resources has its name before it exists; a flat one's is the bundle itself.
    let resourcesKind = try tree.kind(inside("Resources"))
    resources = shape != .flat || resourcesKind == .folder ? "Resources/" : ""
    var place: String?
    for candidate in shape == .contents || shape == .supportFiles ? ["Info.plist"] : ["Resources/Info.plist", "Info.plist"] {
      guard let kind = try tree.kind(inside(candidate)) else { continue }
      if kind != .file {
        problems.append(Finding("bundle.info.special", .failure, "\(inside(candidate)) is no plain file"))
      } else if place == nil {
        place = inside(candidate)
      } else {
        problems.append(Finding("bundle.layout.ambiguous", .failure, "there are two Info.plist: systems differ in which they read"))
      }
    }
    infoPath = place
    (infoOctets, info) = try BundleLayout.readInfo(tree, place, &problems, &budget)
    findings = problems
    try findExecutable(tree)
    if version == nil { try checkOutside(tree) }
  }

  private static func readInfo(
    _ tree: any ArtifactTree, _ path: String?, _ problems: inout [Finding], _ budget: inout Budget
  ) throws(ParseError) -> ([UInt8]?, PlistValue?) {
    guard let path else { return (nil, nil) }
    let source = try tree.open(path)
    guard source.byteCount <= infoByteLimit else {
      throw ParseError("limit.plist-bytes", "\(path) has \(source.byteCount) bytes; more than \(infoByteLimit) are not read")
    }
    let octets = try source.bytes(0..<source.byteCount)
    do throws(ParseError) {
      let value = try PlistValue(parsing: octets[...], &budget)
      guard value.members != nil else { throw ParseError("bundle.info.malformed", "\(path) is no dictionary") }
      return (octets, value)
    } catch {
      if error.isLimit { throw error }
      problems.append(Finding(error.code, .failure, "\(path): \(error.message)", offset: error.offset))
      return (octets, nil)
    }
  }

  private mutating func findExecutable(_ tree: any ArtifactTree) throws(ParseError) {
    let folder = shape == .contents ? path("MacOS") : support
    func place(_ name: String) -> String { folder.isEmpty ? name : "\(folder)/\(name)" }
    if let named = info?["CFBundleExecutable"] {
      guard let name = named.text, !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")), name != ".", name != ".." else {
        findings.append(
          Finding(
            "bundle.executable.path", .failure, "CFBundleExecutable is no plain name: the executable must stand in the bundle",
            found: named.text))
        return
      }
      guard let kind = try tree.kind(place(name)) else {
        findings.append(
          Finding("bundle.executable.missing", .failure, "\(place(name)), which Info.plist names, is not there", expected: name))
        return
      }
      executablePath = place(name)
      if kind != .file { refuseExecutable(place(name), kind) }
      return
    }
    // CFBundle takes the folder's name for want of another: that is how a script without Info.plist was run (CVE-2021-30657).
    guard let kind = try tree.kind(place(BundleLayout.stem(name))), kind == .file || kind == .link, !name.isEmpty else { return }
    executablePath = place(BundleLayout.stem(name))
    if kind != .file { refuseExecutable(place(BundleLayout.stem(name)), kind) }
  }

  private mutating func refuseExecutable(_ path: String, _ kind: TreeEntry.Kind) {
    findings.append(
      Finding(
        "bundle.executable.special", .failure,
        "\(path), the main executable, is no plain file but a \(kind == .link ? "link" : kind == .folder ? "folder" : "special file")"
      ))
    executablePath = nil
  }

  static func stem(_ name: String) -> String {
    let octets = Array(name.utf8)
    guard let dot = octets.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return name }
    return String(decoding: octets[..<dot], as: UTF8.self)
  }

  // MARK: - Outside of the seal

  /// What stands beside the sealed folder: no seal speaks of it, so only known names may.
  private mutating func checkOutside(_ tree: any ArtifactTree) throws(ParseError) {
    switch shape {
    case .contents:
      for entry in try tree.list(root) where !BundleLayout.isAllowedBesideContents(entry) {
        findings.append(
          Finding(
            "bundle.root.unsealed", .failure, "\(entry.name.debugDescription) stands beside Contents, where no seal covers it",
            expected: "Contents alone", found: entry.name))
      }
    case .versioned where try tree.kind(root.isEmpty ? "Versions/Current" : "\(root)/Versions/Current") == .link:
      try checkFrameworkRoot(tree)
    default: break
    }
  }

  private static func isAllowedBesideContents(_ entry: TreeEntry) -> Bool {
    if entry.kind == .folder { return entry.name.utf8.elementsEqual("Contents".utf8) }
    let names = [".LSOverride", ".DS_Store", "Icon\r", ".SoftwareDepot.tracking"]
    return entry.kind == .file && names.contains { $0.utf8.elementsEqual(entry.name.utf8) }
  }

  private mutating func checkFrameworkRoot(_ tree: any ArtifactTree) throws(ParseError) {
    func below(_ name: String) -> String { root.isEmpty ? name : "\(root)/\(name)" }
    var target = try tree.readLink(below("Versions/Current"))
    if target.hasPrefix("./") { target.removeFirst(2) }
    if target.utf8.contains(UInt8(ascii: "/")) || target == "." || target == ".." || target.isEmpty {
      tellRoot("Versions/Current leads to \(target), not to a version beside it", target)
    }
    for entry in try tree.list(root) {
      switch entry.kind {
      case .folder where entry.name.utf8.elementsEqual("Versions".utf8): continue
      case .file where [".DS_Store", "module.map"].contains { $0.utf8.elementsEqual(entry.name.utf8) }: continue
      case .link:
        let link = try tree.readLink(below(entry.name))
        let allowed = ["Versions/Current/", "Versions/\(target)/"].map { $0 + entry.name }
        if allowed.contains(where: { $0.utf8.elementsEqual(link.utf8) || "./\($0)".utf8.elementsEqual(link.utf8) }) { continue }
        tellRoot("the link \(entry.name) leads to \(link), not to its like in the current version", link)
      default: tellRoot("\(entry.name.debugDescription) stands beside Versions, where no seal covers it", entry.name)
      }
    }
  }

  private mutating func tellRoot(_ message: String, _ found: String) {
    findings.append(Finding("bundle.root.unsealed", .failure, message, found: found))
  }

  /// Versions of a framework beside the current one.
  package func otherVersions(_ tree: any ArtifactTree) throws(ParseError) -> [String] {
    guard shape == .versioned else { return [] }
    let folder = root.isEmpty ? "Versions" : "\(root)/Versions"
    return try tree.list(folder).filter { $0.kind == .folder && !"\(folder)/\($0.name)".utf8.elementsEqual(support.utf8) }.map(
      \.name)
  }
}
