import ArgumentParser
import AssayBytes
import AssayCore
import AssayEngine
import AssaySystem

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Judge the named files and bundles.",
    discussion: "A target may be `-` for standard input, which is held in memory up to 1 GiB; --name says what it is called.")

  @Argument(help: "Files and bundles to judge, or - for standard input.")
  var targets: [String] = []

  @OptionGroup(title: "Judging") var judging: JudgingOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Exit code") var exit: ExitOptions
  @OptionGroup var selection: TargetOptions

  func run() throws {
    let chosen = try selection.targets(targets)
    var setup = try JudgingSetup(judging, command: "verify")
    let jobs = min(selection.jobs ?? Terminal.coreCount, chosen.count)
    try setup.openCatalogs(jobs: selection.jobs ?? Terminal.coreCount)
    var run = JudgingRun(
      setup: setup, output: output, exit: try exit.decision(countsOther: true),
      jobs: jobs,
      showsOther: true)
    if jobs == 1 { run.lanes = selection.jobs ?? Terminal.coreCount }
    var index = 0
    throw try run.run {
      guard index < chosen.count else { return nil }
      index += 1
      return .item(chosen[index - 1].item)
    }
  }
}

/// Targets that are named one by one.
struct TargetOptions: ParsableArguments {
  @Option(help: "What standard input is called: its ending may say what it is.")
  var name: String?

  @Option(help: "Also judge the files that this file lists, one a line; - for standard input.")
  var filesFrom: String?

  @Flag(name: .customShort("0"), help: "The list of --files-from has a zero byte after each name.")
  var zeroTerminated = false

  @Option(help: "Work on this many files at a time (default: one per core).")
  var jobs: Int?

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs: \(jobs) is too few; give 1 or more") }
    if zeroTerminated, filesFrom == nil { throw ValidationError("-0 says how --files-from is written; give both") }
  }

  /// In path order, as results are printed.
  func targets(_ arguments: [String]) throws -> [Target] {
    var paths = arguments.map { RawArguments.path($0) }
    let takesInput = paths.contains(RawPath("-"))
    if let filesFrom { paths += try listed(filesFrom, takesInput) }
    if name != nil, !takesInput { throw ToolFailure("--name names standard input; give - as the target with it") }
    guard paths.count(where: { $0.bytes == [0x2D] }) < 2 else { throw ToolFailure("standard input is named twice") }
    guard !paths.isEmpty else { throw ToolFailure("nothing to judge: name a file, or - for standard input") }
    return try paths.sorted().map { try Target($0, standardInputName: name) }
  }

  private func listed(_ list: String, _ takesInput: Bool) throws -> [RawPath] {
    if list == "-", takesInput { throw ToolFailure("--files-from -: standard input is a target already") }
    let bytes: [UInt8]
    do {
      bytes = try list == "-" ? FileContents.standardInput() : FileContents.read(RawArguments.path(list), limit: 1 << 30)
    } catch {
      throw ToolFailure("--files-from: \(list): \(error.message)")
    }
    return bytes.split(separator: zeroTerminated ? 0 : 0x0A).map { line in
      RawPath(!zeroTerminated && line.last == 0x0D ? line.dropLast() : line)
    }.filter { !$0.bytes.isEmpty }
  }
}

/// A file by its name, or standard input by the name it is given.
struct Target {
  let item: ScanItem

  init(_ path: RawPath, standardInputName: String?) throws {
    guard path.bytes == [0x2D] else {
      if case .folder = FileContents.kind(path) {
        item = .folder(
          target: path.shown, name: path.lastComponent.shown, surroundings: { TargetSurroundings.find(path) }
        ) { () throws(ParseError) in
          TreePlace(try FolderTree(root: path))
        }
        return
      }
      item = ScanItem(
        target: path.shown, name: path.lastComponent.shown, place: { FilePlaces.of(path) },
        surroundings: { TargetSurroundings.find(path) }
      ) { () throws(ParseError) in try FileByteSource.open(path) }
      return
    }
    let name = standardInputName ?? "-"
    // Read now: the scanner may open an item twice, and a pipe gives its bytes once.
    let contents: Result<[UInt8], ParseError>
    do throws(ParseError) { contents = .success(try FileContents.standardInput()) } catch { contents = .failure(error) }
    item = ScanItem(target: name, name: RawPath(name).lastComponent.shown) { () throws(ParseError) in
      MemorySource(try contents.get())
    }
  }
}
