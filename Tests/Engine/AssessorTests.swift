import AssayBytes
import AssayCore
import AssayEngine
import AssayPKI
import Testing

@Suite struct AssessorTests {
  private let assessor = Assessor(formats: [FakeFormat.self])

  private func assess(_ text: String, name: String = "x.fake", _ context: TrustContext = noTrust) throws -> Report {
    var work = Work()
    return assessor.assess(try Artifact.text(text, name: name), in: context, &work)
  }

  @Test(arguments: [
    ("fake:", State.unsigned), ("fake:trusted", .trusted), ("fake:tampered", .tampered),
    // Several over the same bytes: the best one.
    ("fake:untrusted,trusted", .trusted), ("fake:tampered,expired", .expired), ("fake:not-assessed,unsigned", .notAssessed),
    // Unless one is refused by name.
    ("fake:trusted,distrusted", .distrusted),
    // The container's own failure counts whole, and does not soften what is worse.
    ("fake:trusted!", .malformed), ("fake:tampered!", .tampered), ("fake:!", .malformed),
    // Throws: broken, too much, unreadable.
    ("fake:malformed!", .malformed), ("fake:limit!", .notAssessed), ("fake:io!", .notAssessed), ("fake:budget!", .notAssessed),
  ])
  func state(text: String, state: State) throws {
    let report = try assess(text)
    #expect(report.state == state)
    #expect(report.format == "fake")
    #expect(report.isCode)
    #expect(report.byteCount == text.utf8.count)
  }

  @Test func aThrowBecomesAFindingWithItsOffset() throws {
    let report = try assess("fake:malformed!")
    #expect(report.findings.map(\.code) == ["fake.header.short"])
    #expect(report.findings.first?.offset == 5)
    #expect(report.findings.first?.severity == .failure)
  }

  @Test func techniquesOfFindingsAreGathered() throws {
    #expect(try assess("fake:trusted!").attack == ["T1554"])
    #expect(try assess("fake:trusted").attack == [])
  }

  @Test(arguments: [
    ("\u{7F}ELF", "a.out", true, "engine.format.unsupported"), ("#!/bin/sh\n", "run", true, "engine.format.unsupported"),
    ("x = 1", "a.bat", true, "engine.format.unsupported"), ("x = 1", "A.BAT", true, "engine.format.unsupported"),
    ("", "empty.exe", true, "engine.format.unsupported"), ("MZ", "old.com", true, "engine.format.unsupported"),
    ("plain words", "notes.txt", false, "engine.format.unknown"), ("", "empty", false, "engine.format.unknown"),
  ])
  func unrecognized(text: String, name: String, isCode: Bool, code: String) throws {
    let report = try assess(text, name: name)
    #expect(report.state == .notAssessed)
    #expect(report.format == nil)
    #expect(report.isCode == isCode)
    #expect(report.findings.map(\.code) == [code])
  }

  @Test func aChangeWhileReadingUndoesTheAnswer() throws {
    let source = ChangingSource(memory: MemorySource(Array("fake:trusted".utf8)))
    var work = Work()
    let report = assessor.assess(try Artifact(target: "x", name: "x", source: source), in: noTrust, &work)
    #expect(report.state == .notAssessed)
    #expect(report.findings.map(\.code) == ["io.changed"])
    #expect(report.signatures.isEmpty)
  }

  @Test func aVastFileIsNotHashed() throws {
    var work = Work()
    let vast = VastSource(byteCount: Assessor.fileByteLimit + 1, head: Array("fake:trusted".utf8))
    let report = assessor.assess(try Artifact(target: "x", name: "x", source: vast), in: noTrust, &work)
    #expect(report.state == .notAssessed)
    #expect(report.findings.map(\.code) == ["limit.file-bytes"])
  }

  @Test func flatDigestsAreMadeOnlyWhenAsked() throws {
    #expect(try assess("plain words", name: "a.txt").digests.isEmpty)
    var context = noTrust
    context.wantedDigests = [.sha256, .sha1, .sha256]
    let digests = try assess("abc", name: "a.txt", context).digests
    #expect(digests.map(\.name) == ["sha1", "sha256"])
    // FIPS 180-2 appendix A.1 and B.1.
    #expect(
      digests.map(\.value) == [
        "a9993e364706816aba3e25717850c26c9cd0d89d", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      ])
  }
}

@Suite struct InspectorTests {
  @Test func printsArtifactThenClaims() throws {
    var budget = Budget()
    let lines = try Inspector.inspect(try Artifact.text("fake:trusted"), formats: [FakeFormat.self], &budget)
    #expect(lines.map(\.label) == ["format", "bytes", "text", "signature 0", "state"])
    #expect(lines.last == InspectionLine("state", "trusted", level: 1))
  }
}
