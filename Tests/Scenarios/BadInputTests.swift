import Foundation
import Testing

/// Issue 2, point 7: bad input gets a clear answer with the documented exit code.
@Suite(.enabled(if: RunningTool.isBuilt, "the tool is not built: swift build"))
struct BadInputTests {
  /// The verdict of one target by the JSON lines output.
  private func verify(_ target: String, _ options: [String] = [], during: (Process) -> Void = { _ in }) throws -> (
    status: Int32, state: String, codes: [String]
  ) {
    let outcome = try RunningTool.run(["verify", target, "--format", "jsonl"] + options, during: during)
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any] ?? [:]
    let findings = object["findings"] as? [[String: Any]] ?? []
    #expect(outcome.errors == "")
    return (outcome.status, object["state"] as? String ?? "none", findings.compactMap { $0["code"] as? String })
  }

  @Test func whatIsNoReadableFileIsNotAssessed() throws {
    let scratch = try Scratch()
    mkfifo(scratch.place("fifo"), 0o644)
    symlink("two", scratch.place("one"))
    symlink("one", scratch.place("two"))
    try scratch.write("folder/x", "")
    let cases: [(String, String)] = [
      (scratch.place("missing"), "io.missing"), (try scratch.write("empty", ""), "engine.format.unknown"),
      (try scratch.write("empty.exe", ""), "engine.format.unsupported"),
      (try scratch.write("text", "plain"), "engine.format.unknown"),
      (scratch.place("folder"), "io.folder"), (scratch.place("fifo"), "io.special"), ("/dev/null", "io.special"),
      ("/dev/zero", "io.special"), (scratch.place("one"), "io.link-loop"),
    ]
    for (target, code) in cases {
      let (status, state, codes) = try verify(target)
      #expect(status == 3 && state == "not-assessed" && codes == [code], "\(target)")
    }
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/mem"), "no /proc here"))
  func whatCannotBeReadIsNotAssessed() throws {
    // The first page of no process is mapped: the open succeeds, the read does not. Permissions would not stop root.
    let (status, state, codes) = try verify("/proc/self/mem")
    #expect(status == 3 && state == "not-assessed" && codes == ["io.failed"])
  }

  @Test(.enabled(if: getuid() != 0 || FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv"), "root, and no setpriv"))
  func whatIsNotPermittedIsNotAssessed() throws {
    let scratch = try Scratch()
    let sealed = try scratch.write("sealed.exe", "MZ")
    chmod(sealed, 0)
    chmod(scratch.path, 0o755)
    let tool = scratch.place("assay")
    // The build folder may itself be closed to others.
    try FileManager.default.copyItem(atPath: RunningTool.path, toPath: tool)
    chmod(tool, 0o755)
    let asOther = ["--reuid=65534", "--regid=65534", "--clear-groups", tool]
    let outcome =
      getuid() == 0
      ? try RunningTool.run(asOther + ["verify", sealed], program: "/usr/bin/setpriv") : try RunningTool.run(["verify", sealed])
    #expect(outcome.status == 3 && outcome.output.contains("io.denied"), "\(outcome.output)\(outcome.errors)")
  }

  @Test func aVastFileIsAnsweredAtOnce() throws {
    let scratch = try Scratch()
    let vast = try scratch.write("vast.exe", "MZ")
    truncate(vast, 1 << 40)
    let began = Date()
    let (status, state, codes) = try verify(vast, ["--digest", "sha256"])
    #expect(status == 3 && state == "not-assessed" && codes == ["limit.file-bytes"])
    #expect(Date().timeIntervalSince(began) < 5)
  }

  @Test func aFileThatChangesWhileItIsReadIsNotAssessed() throws {
    let scratch = try Scratch()
    let path = try scratch.write("moving.txt", "text")
    truncate(path, 1 << 30)
    let (status, state, codes) = try verify(path, ["--digest", "sha256", "--digest", "sha512"]) { process in
      while process.isRunning {
        utimes(path, nil)
        usleep(2_000)
      }
    }
    #expect(status == 3 && state == "not-assessed" && codes == ["io.changed"])
  }

  @Test func aLoopOfFoldersEnds() throws {
    let scratch = try Scratch()
    try scratch.write("a/b/text", "x")
    symlink("../..", scratch.place("a/b/up"))
    let outcome = try RunningTool.run(["scan", scratch.path, "--format", "jsonl", "--verbose"])
    #expect(outcome.output.split(separator: "\n").count == 1)
    #expect(outcome.status == 3)
    #expect(outcome.errors.contains("1 symbolic links not followed"))
  }

  @Test func standardInputIsATarget() throws {
    let outcome = try RunningTool.run(["verify", "-", "--name", "a.bat", "--format", "jsonl"], input: Data("x = 1".utf8))
    #expect(
      outcome.status == 3 && outcome.output.contains("\"target\":\"a.bat\"") && outcome.output.contains("engine.format.unsupported")
    )
  }
}

/// The operator's mistakes: exit 2, words on stderr with the place, nothing on stdout.
@Suite(.enabled(if: RunningTool.isBuilt, "the tool is not built: swift build"))
struct UsageTests {
  @Test func mistakesEndBeforeAnythingIsJudged() throws {
    let scratch = try Scratch()
    let file = try scratch.write("a.txt", "x")
    let noTrust = try scratch.write("no-trust.pem", "hello\n")
    let badBlock = try scratch.write("bad.pem", "note\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    let openBlock = try scratch.write("open.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n")
    let masked = try scratch.write("apple.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    let typo = try scratch.write("typo.yaml", "version: 1\nrules:\n  - name: x\n    requires: anchor microsoft\n")
    let cases: [(arguments: [String], words: String)] = [
      (["verify", file, "--policy", typo], "\(typo):4:5:"), (["verify", file, "--policy", "builtin:none"], "builtin:m1045"),
      (["verify", file, "--policy", scratch.place("gone.yaml")], "there is no such file"),
      (["verify", file, "--trust", noTrust], "\(noTrust):1:1:"), (["verify", file, "--trust", badBlock], "\(badBlock):2:1:"),
      (["verify", file, "--trust", openBlock], "\(openBlock):1:1:"),
      (["verify", file, "--trust", "builtin:nobody"], "builtin:microsoft"),
      (["verify", file, "--trust", scratch.path + "/none"], "there is no such file"),
      (["verify", file, "--trust", masked], "would pass for the builtin one"),
      (["verify", file, "--crl", noTrust], "\(noTrust):1:1:"),
      (["verify", file, "--certs", noTrust], "\(noTrust):1:1:"), (["verify", file, "--at", "yesterday"], "--at"),
      (["verify", file, "--digest", "sha257"], "sha257"), (["verify", file, "--fail-on", "tampred"], "tampred"),
      (["verify", file, "--format", "xml"], "xml"), (["verify", file, "--jobs", "0"], "--jobs"),
      (["verify", file, "--output", scratch.place("none/out")], "--output"), (["verify", file, "--nosuch"], "--nosuch"),
      (["verify", file, "--requirement", "anchor and"], "--requirement"), (["verify", file, "--online"], "--online"),
      (["verify", file, "--catalog", file], "--catalog"), (["verify"], "nothing to judge"), (["nosuchverb"], "nosuchverb"),
      (["sign", file], "sign"), (["verify", file, "--name", "x"], "--name"), (["verify", file, "-0"], "-0"), (["scan"], "roots"),
    ]
    for (arguments, words) in cases {
      let outcome = try RunningTool.run(arguments)
      #expect(outcome.status == 2, "\(arguments)")
      #expect(outcome.output == "", "\(arguments)")
      #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).count == 6)
  }

  @Test func helpAndVersionSucceed() throws {
    for arguments in [
      ["--help"], ["help", "scan"], ["verify", "--help"], ["version"], ["formats"], ["formats", "--findings"], ["trust", "list"],
    ] {
      let outcome = try RunningTool.run(arguments)
      #expect(outcome.status == 0 && !outcome.output.isEmpty && outcome.errors.isEmpty, "\(arguments)")
    }
  }

  @Test func aPathAloneIsVerifiedOrScanned() throws {
    let scratch = try Scratch()
    let file = try scratch.write("a.bat", "x")
    let one = try RunningTool.run([file, "--format", "json"])
    #expect(one.output.contains("\"command\":\"verify\""))
    let all = try RunningTool.run([scratch.path, "--format", "json"])
    #expect(all.output.contains("\"command\":\"scan\"") && all.output.contains("\"target\":\"a.bat\""))
    let gone = try RunningTool.run([scratch.place("gone.exe")])
    #expect(gone.status == 3 && gone.output.contains("io.missing"))
  }
}
