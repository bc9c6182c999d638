import AssayBytes
import AssayCore
import AssayEngine
import AssayMaker
import AssayPKI
import Testing

/// Attacks on signed manifests: every one changes one thing.
struct ClickOnceTests {
  private static let identity = TestCA.code()
  private static let text = String(decoding: ClickOnceSpec(identity).sign(), as: UTF8.self)

  private static func judge(_ text: String) throws -> Report {
    var work = Work()
    let artifact = try Artifact(target: "a.application", name: "a.application", source: MemorySource(Array(text.utf8)))
    return Assessor().assess(artifact, in: try FixtureStateTests.context(), &work)
  }

  private static func replaced(_ old: String, _ new: String) throws -> Report {
    #expect(text.contains(old))
    return try judge(text.replacing(old, with: new, maxReplacements: 1))
  }

  @Test func theGoodOneIsTrusted() throws {
    let report = try Self.judge(Self.text)
    #expect(report.state == .trusted && report.format == "clickonce" && report.roles == [.executable])
    #expect(report.signatures.first?.signer?.certificate.subject.organization == "Assay Example Ltd")
    #expect(report.signatures.first?.ladder.rungs.allSatisfy { $0.outcome != .failed } == true)
  }

  /// Wrapping: what was signed moves into a place where nobody reads it, something else takes its place.
  @Test func movedContentIsNotCovered() throws {
    let moved = "<asmv1:assembly xmlns:asmv1=\"urn:schemas-microsoft-com:asm.v1\" xmlns=\"urn:schemas-microsoft-com:asm.v2\">"
    let start = try #require(Self.text.firstRange(of: "<asmv1:assembly"))
    let body = Self.text[start.lowerBound...]
    let signature = body[try #require(body.firstRange(of: "<Signature xmlns")).lowerBound...]
    let wrapped = moved + body + signature.replacing("</asmv1:assembly>", with: "") + "</asmv1:assembly>"
    #expect(try Self.judge(wrapped).state != .trusted)
  }

  @Test func referencesElsewhereAreNotFollowed() throws {
    for uri in ["#x", "http://example.com/", "other.xml"] {
      let report = try Self.replaced("URI=\"\"", "URI=\"\(uri)\"")
      #expect(report.state != .trusted && report.signatures.first?.signer == nil)
    }
    #expect(try Self.replaced(" URI=\"\"", "").state != .trusted)
  }

  @Test func aSignatureThatDoesNotLeaveItselfOutIsRefused() throws {
    let transform = "<Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\" />"
    #expect(try Self.replaced(transform, "").state != .trusted)
    #expect(try Self.replaced(transform, transform + transform).state != .trusted)
  }

  @Test(arguments: [
    ("rsa-sha256", "rsa-md5"), ("rsa-sha256", "hmac-sha1"), ("rsa-sha256", "rsa-sha1"), ("rsa-sha256", "ecdsa-sha256"),
    ("xmldsig#sha256", "xmldsig#md5"), ("xml-exc-c14n#", "xml-exc-c14n#WithComments"), ("<Modulus>", "<Modulus>BBBB"),
    ("<SignedInfo>", "<SignedInfo><x />"), ("<KeyInfo>", "<KeyInfo /><KeyInfo>"),
  ])
  func algorithmsAreNotBargainedOver(_ old: String, _ new: String) throws {
    let report = try Self.replaced(old, new)
    #expect(report.state != .trusted && report.signatures.allSatisfy { $0.signer == nil })
  }

  @Test func layoutInsideTagsDoesNotCount() throws {
    #expect(try Self.replaced("<application />", "<application\n  ></application >").state == .trusted)
    #expect(try Self.replaced("<application />", "<application /> ").state == .tampered)
    #expect(try Self.replaced("xmlns:unused=\"urn:unused\"", "").state == .trusted)
  }

  /// Every bit of every byte between the root's name and its end either breaks the signature or changes nothing that counts.
  @Test func flips() throws {
    let octets = Array(ClickOnceSpec(Self.identity).sign())
    var trusted = 0
    for place in stride(from: 0, to: octets.count, by: 7) {
      var changed = octets
      changed[place] ^= 1 << UInt8(place % 8)
      var work = Work()
      let artifact = try Artifact(target: "a.application", name: "a.application", source: MemorySource(changed))
      let report = Assessor().assess(artifact, in: try FixtureStateTests.context(), &work)
      if report.state == .trusted { trusted += 1 }
    }
    // Comments, the declaration, unused namespaces and the licence's description are not covered.
    #expect(trusted < 40, "\(trusted) flips of \(octets.count / 7) went unseen")
  }
}
