import Foundation
import Testing

/// The main job on the examples, and what the exit code says of it.
@Suite(.enabled(if: RunningTool.isBuilt, "the tool is not built: swift build"))
struct ExitCodeTests {
  private func status(_ names: [String], _ options: [String] = []) throws -> Int32 {
    let targets = try names.map { $0.hasPrefix("/") ? $0 : try Examples.place("files/" + $0) }
    return try RunningTool.run(["verify"] + targets + Examples.trust() + options).status
  }

  @Test func acceptedRejectedUndecided() throws {
    #expect(try status(["good.exe"]) == 0)
    #expect(try status(["good.exe", "good.ps1"]) == 0)
    #expect(try status(["tampered.exe"]) == 1)
    #expect(try status(["unsigned.exe"]) == 1)
    // Doubt beats acceptance, a rejection beats doubt.
    #expect(try status(["good.exe", "/nonexistent/x.exe"]) == 3)
    #expect(try status(["tampered.exe", "/nonexistent/x.exe"]) == 1)
  }

  @Test func flagsAdjust() throws {
    #expect(try status(["tampered.exe"], ["--exit-zero"]) == 0)
    #expect(try status(["/nonexistent/x.exe"], ["--exit-zero"]) == 0)
    #expect(try status(["unsigned.exe"], ["--fail-on", "tampered,revoked"]) == 0)
    #expect(try status(["tampered.exe"], ["--fail-on", "tampered,revoked"]) == 1)
    #expect(try status(["good.exe"], ["--fail-on", "trusted"]) == 1)
    #expect(try status(["/nonexistent/x.exe"], ["--fail-on", "tampered"]) == 3)
  }

  @Test func monitoringDecidesAndExitsZero() throws {
    let scratch = try Scratch()
    let policy = try scratch.write("p.yaml", "version: 1\nmode: monitor\nrules: []\ndefault: reject\n")
    let outcome = try RunningTool.run(
      ["verify", try Examples.place("files/tampered.exe"), "--policy", policy, "--format", "jsonl"] + Examples.trust())
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("\"decision\":\"reject\"") && outcome.output.contains("\"state\":\"tampered\""))
  }

  @Test func anEmptyFolderIsNoSuccess() throws {
    let scratch = try Scratch()
    #expect(try RunningTool.run(["scan", scratch.path]).status == 3)
    try scratch.write("notes.txt", "x")
    #expect(try RunningTool.run(["scan", scratch.path]).status == 3)
  }

  @Test func theWholeFolderIsRejected() throws {
    let outcome = try RunningTool.run(["scan", try Examples.place("files")] + Examples.trust())
    #expect(outcome.status == 1)
    #expect(outcome.errors == "")
  }
}

/// Output rules of the contract.
@Suite(.enabled(if: RunningTool.isBuilt, "the tool is not built: swift build"))
struct OutputTests {
  @Test(arguments: ["text", "json", "jsonl", "sarif", "junit", "csv", "html", "navigator"])
  func sameInputGivesSameBytes(format: String) throws {
    let arguments = ["scan", try Examples.place("files"), "--format", format] + (try Examples.trust())
    let one = try RunningTool.run(arguments + ["--jobs", "1"])
    let other = try RunningTool.run(arguments + ["--jobs", "5"])
    #expect(one.output == other.output)
    #expect(!one.output.isEmpty)
    let scratch = try Scratch()
    let written = try RunningTool.run(arguments + ["--output", scratch.place("out")])
    #expect(written.output == "" && written.status == one.status)
    #expect(try Data(contentsOf: scratch.url("out")) == Data(one.output.utf8))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["out"])
  }

  @Test func timeOfDayIsNotInTheOutput() throws {
    let arguments = ["scan", try Examples.place("files"), "--format", "json", "--trust", try Examples.place("trust/root.pem")]
    let one = try RunningTool.run(arguments)
    usleep(1_100_000)
    #expect(try RunningTool.run(arguments).output == one.output)
  }

  @Test func targetsComeInByteOrder() throws {
    let outcome = try RunningTool.run(["scan", try Examples.place("files"), "--format", "jsonl", "--verbose"] + Examples.trust())
    let targets = try outcome.output.split(separator: "\n").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return object?["target"] as? String ?? ""
    }
    #expect(targets.count > 15)
    #expect(targets == targets.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
  }

  @Test func colourOnlyWhenForced() throws {
    let arguments = ["verify", try Examples.place("files/tampered.exe")] + (try Examples.trust())
    #expect(try !RunningTool.run(arguments).output.contains("\u{1B}"))
    #expect(try RunningTool.run(arguments, environment: ["CLICOLOR_FORCE": "1"]).output.contains("\u{1B}["))
    #expect(try !RunningTool.run(arguments, environment: ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"]).output.contains("\u{1B}"))
  }

  @Test func aReaderThatGoesAwayIsNoError() throws {
    let command =
      "'\(RunningTool.path)' scan '\(try Examples.place("files"))' --format json --trust '\(try Examples.place("trust/root.pem"))' | head -c 10"
    let outcome = try RunningTool.run(["-c", command], program: "/bin/sh")
    #expect(outcome.output.utf8.count == 10)
    #expect(outcome.errors == "")
  }

  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "no /dev/full here"),
    arguments: ["version", "trust list", "formats", "policy show", "verify FILE", "inspect FILE"])
  func aFullDiskIsAFault(words: String) throws {
    let file = try Examples.place("files/good.exe")
    let outcome = try RunningTool.run(
      ["-c", "'\(RunningTool.path)' \(words.replacingOccurrences(of: "FILE", with: "'\(file)'")) > /dev/full"], program: "/bin/sh")
    #expect(outcome.status == 4 && outcome.errors.contains("standard output"), "\(outcome.errors)")
  }

  @Test func listsOfFilesAreRead() throws {
    let scratch = try Scratch()
    let first = try scratch.write("a b.bat", "x")
    let second = try scratch.write("c\nd.bat", "x")
    let list = try scratch.write("list", "\(first)\0\(second)\0")
    let outcome = try RunningTool.run(["verify", "--files-from", list, "-0", "--format", "jsonl"])
    #expect(outcome.output.split(separator: "\n").count == 2 && outcome.status == 3)
    let lines = try RunningTool.run(
      ["verify", "--files-from", "-", "--format", "jsonl"], input: Data("\(first)\r\n\n\(first)".utf8))
    #expect(lines.output.split(separator: "\n").count == 2)
  }

  @Test func exclusionLeavesOut() throws {
    let files = try Examples.place("files")
    let outcome = try RunningTool.run(
      ["scan", files, "--exclude", "*.exe", "--exclude", "Player", "--format", "jsonl"] + Examples.trust())
    #expect(!outcome.output.contains(".exe\"") && !outcome.output.contains("Player") && outcome.output.contains("good.ps1"))
  }
}

/// Issue 2, point 6: `strace -f` shows no network socket.
@Suite(.enabled(if: RunningTool.isBuilt, "the tool is not built: swift build"))
struct NetworkTests {
  private static let strace = "/usr/bin/strace"

  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: strace), "strace is not installed: apt-get install strace"),
    arguments: ["verify", "scan", "explain"])
  func noSocketIsOpened(command: String) throws {
    let scratch = try Scratch()
    let target = try Examples.place(command == "scan" ? "files" : "files/expired.exe")
    let outcome = try RunningTool.run(
      ["-f", "-qq", "-e", "trace=network", "-o", scratch.place("log"), RunningTool.path, command, target] + Examples.trust(),
      program: NetworkTests.strace)
    #expect(outcome.status == 1, "\(outcome.errors)")
    let calls = String(decoding: try Data(contentsOf: scratch.url("log")), as: UTF8.self).split(separator: "\n")
      .filter { !$0.contains("+++ exited") && !$0.contains("--- SIG") }
    #expect(calls.isEmpty)
  }
}
