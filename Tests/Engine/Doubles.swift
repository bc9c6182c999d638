import AssayBytes
import AssayCore
import AssayPKI

/// A format that answers as the file's text says: `fake:STATE,STATE` gives signatures of these states, `fake:!` a container
/// failure, `fake:malformed!`, `fake:limit!`, `fake:io!` a throw of that kind while parsing.
enum FakeFormat: SignatureFormat {
  static let id = "fake"
  static let name = "a double"
  static let platform = "any"
  static let extensions = ["fake"]
  static let bundles: [String] = []
  static let findingCodes: [FindingCode] = []
  static func recognizes(_ probe: Probe) -> Bool { probe.head.starts(with: Array("fake:".utf8)) }

  static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact {
    let bytes = try artifact.source.bytes(0..<artifact.source.byteCount)
    let text = String(decoding: bytes.dropFirst(5), as: UTF8.self)
    switch text {
    case "malformed!": throw ParseError("fake.header.short", "too short", offset: 5)
    case "limit!": throw ParseError("limit.nodes", "too many")
    case "io!": throw ParseError("io.failed", "gone")
    case "budget!": for _ in 0..<10 { try budget.spend(nodes: 100_001) }
    default: break
    }
    return FakeArtifact(text: text, roles: artifact.probe.fileExtension == "dll" ? [.library] : [.executable])
  }
}

struct FakeArtifact: ParsedArtifact {
  let text: String
  let roles: [Role]
  var identity: Identity { Identity() }
  var findings: [Finding] { text.hasSuffix("!") ? [Finding("fake.container.torn", .failure, "torn", attack: ["T1554"])] : [] }
  var inspection: [InspectionLine] { [InspectionLine("text", text)] }
  var claims: [any Claim] {
    text.split(separator: "!").first.map { $0.split(separator: ",") }.map { words in
      words.enumerated().compactMap { index, word in
        State(rawValue: String(word)).map { FakeClaim(index: index, state: $0) }
      }
    } ?? []
  }
  func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    var measured = Measurements()
    for algorithm in flat { measured.digests[.init("flat", algorithm)] = algorithm.digest(Array("fake:\(text)".utf8)) }
    return measured
  }
}

struct FakeClaim: Claim {
  let index: Int
  let state: State
  var kind: SignatureKind { index == 0 ? .embedded : .nested }
  var inspection: [InspectionLine] { [InspectionLine("state", state.rawValue)] }
  func check(_ measured: Measurements, in context: TrustContext, _ work: inout Work) -> SignatureReport {
    SignatureReport(kind: kind, index: index, state: state)
  }
}

/// Bytes that turn out to have changed.
struct ChangingSource: ByteSource {
  let memory: MemorySource
  var byteCount: Int { memory.byteCount }
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ParseError) {
    try memory.read(at: offset, into: buffer)
  }
  func confirmUnchanged() throws(ParseError) { throw ParseError("io.changed", "changed while it was read") }
}

/// A source that only says how large it is.
struct VastSource: ByteSource {
  let byteCount: Int
  let head: [UInt8]
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ParseError) {
    for index in 0..<buffer.count { buffer[index] = offset + index < head.count ? head[offset + index] : 0 }
  }
}

extension Artifact {
  static func text(_ text: String, name: String = "x.fake") throws(ParseError) -> Artifact {
    try Artifact(target: name, name: name, source: MemorySource(Array(text.utf8)))
  }
}

let noTrust = TrustContext(trust: TrustStore(), now: Moment(secondsSince1970: 1_750_000_000))
