import AssayAuthenticode
import AssayBytes
import AssayContainers
import AssayCore
import AssayEngine
import AssayPKI

let xmlSignatureFuzzTargets: [FuzzTarget] = [
  FuzzTarget(name: "clickonce") { bytes in assess(bytes, name: "x.application") },
  // The same where a folder is around it, in which whatever it names may be.
  FuzzTarget(name: "clickonce-files") { bytes in
    guard var artifact = try? Artifact(target: "x.application", name: "x.application", source: MemorySource(bytes)) else { return }
    artifact.place = TreePlace(FuzzFolder(), path: "app/x.application")
    var work = Work()
    let context = TrustContext(trust: TrustStore(), now: Moment(secondsSince1970: 1_795_392_000))
    _ = Assessor(formats: [ClickOnceFormat.self]).assess(artifact, in: context, &work)
  },
  FuzzTarget(name: "legacytimestamp") { bytes in
    var work = Work()
    guard let data = try? SignedData(contentInfo: bytes, &work.budget), let stamp = try? LegacyTimeStamp(data) else { return }
    let trust = TrustStore(anchors: data.certificates.map { TrustAnchor($0, bundle: "fuzz") })
    _ = stamp.check(
      covering: data.contentOctets ?? [1], certificates: [], trust: trust, now: Moment(secondsSince1970: 1_795_392_000),
      revocation: RevocationEvidence(), &work)
  },
  // Canonical XML is read back as the same canonical XML, whatever the document.
  FuzzTarget(name: "c14n") { bytes in
    var budget = Budget()
    guard let document = try? XMLDocument(parsing: bytes, &budget) else { return }
    for method in [CanonicalXML.Method.inclusive, .exclusive(prefixes: [])] {
      guard let canonical = try? CanonicalXML.octets(of: document.root, method, &budget) else { continue }
      var again = Budget()
      guard let reread = try? XMLDocument(parsing: canonical[...], &again) else { preconditionFailure("canonical XML is no XML") }
      precondition((try? CanonicalXML.octets(of: reread.root, method, &again)) == canonical, "canonical XML is not canonical")
    }
  },
]

/// A folder in which every name of one letter is a file and every folder is alike.
private struct FuzzFolder: ArtifactTree {
  func list(_ path: String) throws(ParseError) -> [TreeEntry] {
    [TreeEntry("A", .file), TreeEntry("a.deploy", .file), TreeEntry("d", .folder), TreeEntry("l", .link), TreeEntry("s", .special)]
  }
  func open(_ path: String) throws(ParseError) -> any ByteSource {
    guard path.utf8.last != UInt8(ascii: "l") else { throw ParseError("io.link-loop", "is a link") }
    return MemorySource(Array(path.utf8))
  }
  func readLink(_ path: String) throws(ParseError) -> String { "A" }
  func attribute(_ name: String, of path: String) throws(ParseError) -> [UInt8]? { nil }
}
