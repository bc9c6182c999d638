import AssayCore
import AssayRender
import Testing

@Suite struct TextTests {
  @Test func aScanTellsWhatIsWrongAndCounts() throws {
    #expect(
      Samples.render(.text, try Samples.mixed())
        == """
        tampered      a/x.exe  claims Example Signing  (2026-03-02T10:11:12Z, rfc3161)  T1036.001 T1554
                      the content is not what was signed (at byte 4660; expected ab0123456789abcd..., \
        found cd0123456789abcd...)  pe.digest.mismatch
                      rule "windows code": state is tampered, the rule demands trusted
        not-assessed  b/gap.exe  T1554
                      the system refuses to open it  io.denied
                      state is not-assessed

        3 files judged: 1 accepted, 1 rejected, 1 undecided; 1 other not judged
        states: trusted 1, not-assessed 1, tampered 1
        not assessed: io.denied 1
        T1036.001 Invalid Code Signature: 1 of 1 rejected, 0 accepted
        T1554 Compromise Host Software Binary: 1 of 3 rejected, 1 accepted, 1 undecided; 1 not assessed: io.denied 1
        policy builtin:m1045; trust microsoft of 2026-10-27 (555 anchors)

        """)
  }

  @Test func verifyAnswersForWhatWasNamed() throws {
    let text = Samples.render(.text, [Samples.plain("good.exe", .trusted, .accept)], run: Samples.run("verify"))
    #expect(text.hasPrefix("trusted       good.exe\n"))
    #expect(text.contains("1 file judged: 1 accepted, 0 rejected, 0 undecided\n"))
  }

  @Test func quietIsOnlyWhatIsWrong() throws {
    var style = TextStyle()
    style.quiet = true
    #expect(Samples.render(.text, [Samples.plain("good.exe", .trusted, .accept)], style: style, run: Samples.run("verify")) == "")
    let text = Samples.render(.text, try Samples.mixed(), style: style, run: Samples.run("verify"))
    #expect(text.split(separator: "\n").map { $0.prefix(3) } == ["tam", "   ", "   ", "not", "   ", "   "])
  }

  @Test func verboseShowsAll() throws {
    var style = TextStyle()
    style.verbose = true
    let text = Samples.render(.text, try Samples.mixed(), style: style)
    #expect(text.contains("trusted       a/good.exe\n") && text.contains("unsigned      b/readme  not judged\n"))
  }

  @Test func aWatchingPolicySaysWould() throws {
    let run = Samples.run(mode: .monitor)
    let text = Samples.render(.text, [Samples.plain("a", .unsigned, .reject, mode: .monitor)], run: run)
    #expect(text.contains("[monitor: would be rejected]") && text.contains("1 would be rejected") && text.contains("mode monitor"))
  }

  @Test(arguments: [
    (State.trusted, Decision.reject, "x  rejected\n"), (.trusted, .undecided, "x  undecided\n"),
    (.unsigned, .accept, "x  accepted\n"),
    (.unsigned, .reject, "x\n"), (.trusted, .accept, "x\n"), (.notAssessed, .undecided, "x\n"),
  ])
  func aDecisionThatTheStateDoesNotImplyIsNamed(_ state: State, _ decision: Decision, _ end: String) {
    var judged = Samples.plain("x", state, decision)
    judged.verdict.attack = []
    let padding = String(repeating: " ", count: 14 - state.rawValue.count)
    #expect(Samples.render(.text, [judged], run: Samples.run("verify")).hasPrefix(state.rawValue + padding + end))
  }

  @Test func aReasonIsNotSaidTwice() throws {
    var judged = try Samples.tampered("x")
    judged.verdict.reason = "tampered: the content is not what was signed"
    let text = Samples.render(.text, [judged])
    #expect(text.contains("pe.digest.mismatch  rule \"windows code\"\n"))
    #expect(text.ranges(of: "the content is not what was signed").count == 1)
  }

  @Test func coloursOnlyWhenAsked() throws {
    var style = TextStyle()
    #expect(!Samples.render(.text, try Samples.mixed(), style: style).contains("\u{1B}"))
    style.colour = true
    #expect(Samples.render(.text, try Samples.mixed(), style: style).contains("\u{1B}[1;31mtampered\u{1B}[0m"))
  }

  @Test(arguments: Hostile.all) func noNameSteersATerminal(_ name: String) throws {
    for judged in [Samples.plain(name, .unsigned, .reject), try Samples.tampered("x", signer: name)] {
      let clean = Samples.render(.text, [try Samples.tampered("x", signer: "n")])
      let text = Samples.render(.text, [judged])
      #expect(text.unicodeScalars.allSatisfy { !Hostile.moves($0) })
      #expect(text.split(separator: "\n").count <= clean.split(separator: "\n").count)
    }
  }

  @Test func nothingJudgedIsSaid() {
    #expect(Samples.render(.text, []).contains("0 files judged\n"))
  }
}
