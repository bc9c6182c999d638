import Foundation

/// What one run of the tool gave.
struct Outcome {
  let status: Int32
  let output: String
  let errors: String
}

/// The built tool, run as a person runs it.
enum RunningTool {
  /// `ASSAY_BIN`, else the executable beside the tests.
  static let path: String = {
    if let path = ProcessInfo.processInfo.environment["ASSAY_BIN"], !path.isEmpty { return path }
    return beside("assay")
  }()
  static let maker = beside("assay-make")
  static var isBuilt: Bool { FileManager.default.isExecutableFile(atPath: path) }

  private static func beside(_ name: String) -> String {
    let own =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? Bundle.main.bundlePath
    return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent(name).path
  }

  /// Runs it, with streams in files so that no pipe can fill up, and at most a minute long: a hang is a failure with status -1.
  static func run(
    _ arguments: [String], in folder: String? = nil, input: Data = Data(), environment: [String: String] = [:],
    program: String = path, during: (Process) -> Void = { _ in }
  ) throws -> Outcome {
    let scratch = try Scratch()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    var variables = ProcessInfo.processInfo.environment
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "XDG_DATA_HOME"] { variables[name] = nil }
    variables.merge(environment) { $1 }
    process.environment = variables
    try input.write(to: scratch.url("in"))
    for name in ["out", "err"] { try Data().write(to: scratch.url(name)) }
    process.standardInput = try FileHandle(forReadingFrom: scratch.url("in"))
    process.standardOutput = try FileHandle(forWritingTo: scratch.url("out"))
    process.standardError = try FileHandle(forWritingTo: scratch.url("err"))
    try process.run()
    during(process)
    let deadline = Date(timeIntervalSinceNow: 60)
    while process.isRunning, Date() < deadline { usleep(5_000) }
    let hung = process.isRunning
    if hung { process.terminate() }
    process.waitUntilExit()
    return Outcome(
      status: hung || process.terminationReason == .uncaughtSignal ? -1 : process.terminationStatus,
      output: String(decoding: try Data(contentsOf: scratch.url("out")), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: scratch.url("err")), as: UTF8.self))
  }
}

/// A folder that goes away with its owner.
final class Scratch: Sendable {
  let path: String
  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("assay-scenario-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  func url(_ name: String) -> URL { URL(fileURLWithPath: path).appendingPathComponent(name) }
  func place(_ name: String) -> String { path + "/" + name }
  @discardableResult func write(_ name: String, _ text: String) throws -> String {
    try FileManager.default.createDirectory(at: url(name).deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url(name))
    return place(name)
  }
}

/// The folder of examples, made once for all tests of a run.
enum Examples {
  static let folder: Result<Scratch, any Error> = Result {
    let scratch = try Scratch()
    let made = try RunningTool.run(["demo", scratch.path], program: RunningTool.maker)
    guard made.status == 0 else { throw CocoaError(.executableLoad, userInfo: [NSLocalizedDescriptionKey: made.errors]) }
    return scratch
  }
  static func place(_ name: String) throws -> String { try folder.get().place(name) }
  static func trust() throws -> [String] {
    ["--trust", try place("trust/root.pem"), "--crl", try place("trust/code-signing.crl"), "--at", "2025-06-01T00:00:00Z"]
  }
}
