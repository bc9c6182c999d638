package import AssayBytes
package import AssayPKI

/// What recognizing may look at: cheap, read once, shared by all formats.
package struct Probe: Sendable {
  /// Last component of the name, as the user or the tree gives it.
  package let name: String
  package let isFolder: Bool
  package let byteCount: Int
  /// Up to the first 4,096 bytes.
  package let head: [UInt8]
  /// Up to the last 512 bytes.
  package let tail: [UInt8]
  /// Names in a folder, and in its folders Contents and Versions.
  package var members: [String] = []
  /// Class id of a compound file's root storage as it is kept, which says whose file it is; empty for anything else.
  package var compoundClassID: [UInt8] = []
  package init(name: String, isFolder: Bool, byteCount: Int, head: [UInt8], tail: [UInt8]) {
    self.name = name
    self.isFolder = isFolder
    self.byteCount = byteCount
    self.head = head
    self.tail = tail
  }

  /// MS-CFB 2.2: sector shift at 30, first directory sector at 48. The directory's first entry is the root storage, its class id
  /// stands at 80.
  static func compoundClassID(_ head: [UInt8], _ source: any ByteSource) throws(ParseError) -> [UInt8] {
    guard head.count >= 512, head.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]), head[30] == 9 || head[30] == 12
    else { return [] }
    let sector = (0..<4).reduce(0) { $0 | Int(head[48 + $1]) << (8 * $1) }
    let entry = try source.prefix(at: (sector + 1) << Int(head[30]), 128)
    return entry.count == 128 && entry[66] == 5 ? Array(entry[80..<96]) : []
  }
  /// Lower-case ASCII extension without the dot, empty when there is none.
  package var fileExtension: String {
    let bytes = Array(name.utf8)
    guard let dot = bytes.lastIndex(of: 0x2E), dot > 0 else { return "" }
    return String(decoding: bytes[(dot + 1)...].lowered, as: UTF8.self)
  }
}

/// An open thing to judge: its name and its bytes behind one descriptor.
package struct Artifact: Sendable {
  /// As shown to the user.
  package let target: String
  package let probe: Probe
  package let source: any ByteSource
  /// Where it stands, as it was opened: a folder's parts are read here, and what is kept beside a file's bytes. Nil for standard input
  /// and what is nested in a file.
  package var place: TreePlace?
  /// The same in all of the tree that is judged, for what refers to files outside of its own folder. Costs the way from the root: asked
  /// of few.
  package var surroundings: (@Sendable () -> Surroundings?)?
  /// Of a file in a sealed folder: asked beside the catalogs.
  package var seal: (any ContentSeal)?
  package init(target: String, probe: Probe, source: any ByteSource) {
    self.target = target
    self.probe = probe
    self.source = source
  }
  /// Files up to this size are read whole at once: that costs no more than looking at both ends.
  package static let wholeByteLimit = 32 << 10
  /// Files up to this size that some format recognizes are read whole and held while they are judged.
  package static let heldByteLimit = 1 << 20

  /// Reads the probe's bytes from the source.
  package init(target: String, name: String, source: any ByteSource) throws(ParseError) {
    let size = source.byteCount
    var source = source
    let head: [UInt8]
    let tail: [UInt8]
    if size <= Artifact.wholeByteLimit, size > 0, source.identity != nil {
      let whole = try source.bytes(0..<size)
      source = HeldSource(whole, of: source)
      head = Array(whole.prefix(4_096))
      tail = Array(whole.suffix(512))
    } else {
      head = try source.prefix(4_096)
      tail = size <= head.count ? Array(head.suffix(512)) : try source.prefix(at: max(0, size - 512), 512)
    }
    var probe = Probe(name: name, isFolder: false, byteCount: size, head: head, tail: tail)
    probe.compoundClassID = try Probe.compoundClassID(head, source)
    self.init(target: target, probe: probe, source: source)
  }
}

extension Artifact {
  /// Where the parts of a folder are read; nil for a file.
  package var folder: TreePlace? { probe.isFolder ? place : nil }

  /// The same with its bytes in memory, where the file is small and not there already.
  package func held() throws(ParseError) -> Artifact {
    guard source is HeldSource == false, source.identity != nil, (1...Artifact.heldByteLimit).contains(source.byteCount) else {
      return self
    }
    var copy = Artifact(target: target, probe: probe, source: HeldSource(try source.bytes(0..<source.byteCount), of: source))
    (copy.place, copy.surroundings) = (place, surroundings)
    return copy
  }
}

/// Everything that `check` may know, as values.
package struct TrustContext: Sendable {
  package var trust: TrustStore
  /// Certificates that are no anchors (`--certs`, found in the tree).
  package var certificates: [Certificate] = []
  package var revocation = RevocationEvidence()
  /// The time of judging: now, or `--at`.
  package var now: Moment
  /// `--strict`: what platforms tolerate is malformed.
  package var isStrict = false
  /// Digests asked for with `--digest` or needed by a deny rule; flat file digests.
  package var wantedDigests: [DigestAlgorithm] = []
  /// Catalogs at hand (`--catalog`, found in the tree).
  package var catalogs: (any CatalogLookup)?
  /// `major.minor` of the Windows that the files are for, where it is known.
  package var windowsVersion: (major: Int, minor: Int)?
  /// Digests that a foreign list names files by: of what the format's own rule covers (flat where it has none), and of the first page
  /// of an image.
  package var listedDigests: [DigestAlgorithm] = []
  package init(trust: TrustStore, now: Moment) {
    self.trust = trust
    self.now = now
  }
}

/// Digests of the covered bytes, made in one pass over the artifact for every claim on it. Keys name what was digested:
/// `authenticode` (the format's own rule), `flat` (every byte), `first-page` (an image's headers as page hashes cover them).
package struct Measurements: Sendable {
  package struct Key: Hashable, Sendable {
    package let what: String
    package let algorithm: DigestAlgorithm
    package init(_ what: String, _ algorithm: DigestAlgorithm) {
      self.what = what
      self.algorithm = algorithm
    }
  }
  package var digests: [Key: [UInt8]] = [:]
  /// Page digests in file order by algorithm, where a claim holds page hashes.
  package var pages: [DigestAlgorithm: [(offset: Int, digest: [UInt8])]] = [:]
  /// Other readings of the same bytes (line endings restored, another code page), measured only to explain a digest that differs.
  package var alternatives: [Key: [UInt8]] = [:]
  /// About the container, seen only while every byte passed by. Notes, never failures.
  package var findings: [Finding] = []
  /// Pages of Apple code by the index of its claim: for each code directory the first one that differs.
  package var codePages: [Int: [(offset: Int, expected: [UInt8], found: [UInt8])?]] = [:]
  /// What is in a sealed folder, compared with the seal.
  package var sealed: SealedContent?
  /// What is inside and has signatures of its own. Engine descends; the whole is as good as its worst part.
  package var nested: [NestedArtifact] = []
  package init() {}
}

/// Where a format answers for files: the contract of named steps identify, parse, measure, check.
package protocol SignatureFormat: Sendable {
  /// Stable, lower case: `pe`, `powershell`. The name of its sheet `Docs/Formats/<id>.md` and its fixtures.
  static var id: String { get }
  /// For people: `Windows executable (PE)`.
  static var name: String { get }
  /// `windows`, `macos`, `linux`, `any`.
  static var platform: String { get }
  static var extensions: [String] { get }
  /// Where its anchors come from by default: names of builtin bundles.
  static var bundles: [String] { get }
  static var findingCodes: [FindingCode] { get }
  static func recognizes(_ probe: Probe) -> Bool
  /// Where folders are artifacts: names one of which is in every folder that it recognizes, so that a walk need not look closer at others.
  static var folderMarks: [String] { get }
  /// As above, for a format that must look beside the file or further into it; asked in its place in the registry's order.
  static func recognizes(_ artifact: Artifact) -> Bool
  static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact
}

extension SignatureFormat {
  package static var folderMarks: [String] { [] }
  package static func recognizes(_ artifact: Artifact) -> Bool { recognizes(artifact.probe) }
}

/// An artifact that was read but not believed.
package protocol ParsedArtifact: Sendable {
  var roles: [Role] { get }
  var identity: Identity { get }
  /// Signatures in order. Empty means unsigned unless `findings` hold a failure.
  var claims: [any Claim] { get }
  /// About the container, apart from any signature. A `failure` here makes the artifact `malformed`.
  var findings: [Finding] { get }
  /// Reads the covered bytes once, for every algorithm that a claim or the caller needs.
  func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements
  /// Keys of the measurements by which a catalog may list the artifact.
  var listedBy: [String] { get }
  /// As above, and what a catalog may list the artifact by.
  func measure(
    also flat: [DigestAlgorithm], listed: [DigestAlgorithm], _ work: inout Work
  ) throws(ParseError) -> Measurements
  /// More digests by which a catalog may list it, for which the bytes are read again: most artifacts are found by the first.
  func listedDigests(_ algorithms: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> [Measurements.Key: [UInt8]]
  /// Digests of an image's first page as page hashes cover it, by which a foreign list may name the artifact; none of what has no
  /// such page.
  func firstPage(_ algorithms: [DigestAlgorithm]) throws(ParseError) -> [DigestAlgorithm: [UInt8]]
  /// How the claims' states make the artifact's.
  var combination: Combination { get }
  /// Decoded facts for `assay inspect`, in order; nested lines are indented by `level`.
  var inspection: [InspectionLine] { get }
}

/// Several signatures over the same bytes: the best counts. Parts with a signature each, as images of a universal file: the worst.
/// `parts`: no signature of its own, as an archive; it is what is nested in it, the worst of that.
package enum Combination: Sendable {
  case best, worst, parts
}

extension ParsedArtifact {
  package var combination: Combination { .best }
  package func listedDigests(
    _ algorithms: [DigestAlgorithm], _ work: inout Work
  ) throws(ParseError) -> [Measurements.Key: [UInt8]] {
    try measure(also: [], listed: algorithms, &work).digests
  }
  package func firstPage(_ algorithms: [DigestAlgorithm]) throws(ParseError) -> [DigestAlgorithm: [UInt8]] { [:] }
  package var listedBy: [String] { ["authenticode", "flat"] }
  /// Both the format's own digest and the flat one: Windows lists images and cabinets by the first and all else by the second.
  package func measure(
    also flat: [DigestAlgorithm], listed: [DigestAlgorithm], _ work: inout Work
  ) throws(ParseError) -> Measurements {
    try measure(also: listed.isEmpty ? flat : Array(Set(flat).union(listed)).sorted(), &work)
  }
}

package struct InspectionLine: Hashable, Sendable {
  package var level: Int
  package var label: String
  package var value: String
  package init(_ label: String, _ value: String, level: Int = 0) {
    self.level = level
    self.label = label
    self.value = value
  }
}

/// One signature's unverified statement about the artifact.
package protocol Claim: Sendable {
  var kind: SignatureKind { get }
  var index: Int { get }
  /// Total: whatever is wrong ends in the report.
  func check(_ measured: Measurements, in context: TrustContext, _ work: inout Work) -> SignatureReport
  /// What the signature says, decoded, with no judgement.
  var inspection: [InspectionLine] { get }
  /// What requirements may ask of Apple code; nil for other signatures and for what cannot be read.
  var code: CodeFacts? { get }
  /// The signer's certificate and those above it, leaf first, as far as an Apple signature brings them; nobody verified them. Empty for
  /// other signatures and for code that names nobody. Throws what the CMS throws.
  func claimedPath(_ budget: inout Budget) throws(ParseError) -> [Certificate]
}

extension Claim {
  package var code: CodeFacts? { nil }
  package func claimedPath(_ budget: inout Budget) throws(ParseError) -> [Certificate] { [] }
}
