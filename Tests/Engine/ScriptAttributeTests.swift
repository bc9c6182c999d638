import AssayBytes
import AssayCore
import AssayEngine
import AssayMaker
import AssayPKI
import AssaySystem
import CLibrary
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// Extended attributes of a real file, as a Mac's signature stands in them on Linux.
@Suite struct ScriptAttributeTests {
  private static let script = AppleScriptSpec.text

  #if canImport(Glibc)
    @Test func signatureInTheAttributesOfAFile() throws {
      let scratch = try Scratch()
      let file = try scratch.write("Sample.applescript", String(decoding: Self.script, as: UTF8.self))
      for part in CodeSignatureSpec.script(AppleTestCA.developer()).attributes(over: Self.script) {
        let done = part.octets.withUnsafeBytes { setxattr(file.shown, "user." + part.name, $0.baseAddress, $0.count, 0) }
        guard done == 0 else {
          print("skipped: the file system has no extended attributes")
          return
        }
      }
      #expect(try assess(file).state == .trusted)
      // A link to it, which follows: what the bytes are, the attributes are.
      scratch.link("link.applescript", to: "Sample.applescript")
      #expect(try assess(scratch.path.appending(RawPath("link.applescript"))).state == .trusted)
      _ = removexattr(file.shown, "user.com.apple.cs.CodeSignature")
      #expect(try assess(file).state == .malformed)
      for name in ["CodeDirectory", "CodeRequirements"] { _ = removexattr(file.shown, "user.com.apple.cs." + name) }
      #expect(try assess(file).state == .unsigned)
    }
  #endif

  private func assess(_ path: RawPath) throws -> Report {
    var budget = Budget()
    let root = try Certificate(encoded: TestCA.codeRoot.der[...], &budget)
    let context = TrustContext(
      trust: TrustStore(anchors: [TrustAnchor(root, bundle: "corp")]), now: try #require(Moment(rfc3339: "2026-11-23T00:00:00Z")))
    var artifact = try Artifact(target: path.shown, name: path.lastComponent.shown, source: try FileByteSource.open(path))
    artifact.place = FilePlaces.of(path)
    var work = Work()
    return Assessor().assess(artifact, in: context, &work)
  }
}
