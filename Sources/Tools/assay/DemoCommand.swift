import ArgumentParser
import AssayBytes
import AssaySystem

struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Make a folder of good and bad examples with an authority of its own, and scan it.",
    discussion: "Nothing is fetched. Exit code 0 if the demonstration ran, whatever it found: most of its files are bad on purpose."
  )

  @Argument(
    help:
      "windows or apple makes a small disk of such a system. Then: where to make it (default: a fresh folder in the temporary folder)."
  )
  var words: [String] = []

  /// A demonstration of its own beside the general one.
  private var system: String? { ["windows", "apple"].first { $0 == words.first } }
  private var folder: String? { system != nil ? words.dropFirst().first : words.first }

  func validate() throws {
    guard words.count <= (system != nil ? 2 : 1) else {
      throw ValidationError("demo: too many words; give windows or apple, a folder, or both")
    }
  }

  func run() throws {
    guard let here = ChildProcess.executableFolder() else {
      throw ToolFailure("cannot find where this program lies", status: .fault)
    }
    let maker = here.appending(RawPath("assay-make"))
    guard case .file = FileContents.kind(maker) else {
      throw ToolFailure(
        "the examples are made by assay-make, which is missing beside assay; build it with: swift build", status: .fault)
    }
    let place: String
    do {
      place = try folder ?? ChildProcess.temporaryFolder("assay-demo").shown
      let code = try ChildProcess.run(maker, [system.map { "demo-\($0)" } ?? "demo", place])
      guard code == 0 else { throw ToolFailure("assay-make ended with exit code \(code)", status: .fault) }
    } catch let error as ParseError {
      throw ToolFailure("\(maker.shown): \(error.message)", status: .fault)
    }
    if system == "windows" { return try showDisk(place) }
    if system == "apple" { return try showMac(place) }
    let arguments = [
      "\(place)/files", "--trust", "\(place)/trust/root.pem", "--trust", "builtin:microsoft", "--crl",
      "\(place)/trust/code-signing.crl",
    ]
    try scan("A folder of examples, signed by an authority made for this: \(place)", arguments)
    let genuine = RawArguments.path(".corpus")
    if case .folder = FileContents.kind(genuine) { try scan("Genuine signed files from PyPI: .corpus", [".corpus"]) }
    try say(
      """

      Again, and further:
        \(DemoCommand.tool) scan \(arguments.joined(separator: " "))
        \(DemoCommand.tool) explain \(place)/files/tampered.exe \(arguments.dropFirst().joined(separator: " "))
        \(DemoCommand.tool) inspect \(place)/files/good.exe
        \(DemoCommand.tool) scan --format html --output report.html \(arguments.joined(separator: " "))

      """)
  }

  private func showDisk(_ place: String) throws {
    let arguments = ["\(place)/disk", "--trust", "\(place)/trust/root.pem", "--trust", "builtin:microsoft"]
    try scan("A small Windows disk, its files signed by an authority made for this: \(place)", arguments)
    let genuine = RawArguments.path(".corpus")
    if case .folder = FileContents.kind(genuine) { try scan("Genuine signed files from PyPI: .corpus", [".corpus"]) }
    try say(
      """

      Again, and further:
        \(DemoCommand.tool) scan --verbose \(arguments.joined(separator: " "))
        \(DemoCommand.tool) scan --zone unknown --verbose \(arguments.joined(separator: " "))
        \(DemoCommand.tool) scan --format navigator --output layer.json \(arguments.joined(separator: " "))

      """)
  }

  private func showMac(_ place: String) throws {
    let arguments = ["\(place)/disk", "--trust", "\(place)/trust/root.pem"]
    try scan("A small Mac's disk, its files signed by an authority made for this: \(place)", arguments)
    let disk = "\(place)/disk/"
    try say(
      """

      Again, and further:
        \(DemoCommand.tool) scan --verbose \(arguments.joined(separator: " "))
        \(DemoCommand.tool) explain \(disk)usr/local/bin/patched --trust \(place)/trust/root.pem
        \(DemoCommand.tool) explain \(disk)Applications/Example.app --trust \(place)/trust/root.pem
        \(DemoCommand.tool) inspect \(disk)usr/local/bin/hijacked

      """)
  }

  /// What to type: the repository's own command says how it was called.
  private static let tool = Terminal.environment("ASSAY_COMMAND").flatMap { $0.isEmpty ? nil : $0 } ?? "assay"

  private func say(_ text: String) throws {
    let output = OutputSink.standardOutput()
    output.write(text)
    try output.finish()
  }

  /// The scan's own exit code says that bad files were found; the demonstration shows it and goes on.
  private func scan(_ title: String, _ arguments: [String]) throws {
    try say("\(title)\n$ \(DemoCommand.tool) scan \(arguments.joined(separator: " "))\n\n")
    var command = try Assay.parseAsRoot(["scan"] + arguments)
    do {
      try command.run()
    } catch let status as ExitStatus where status != .usage && status != .fault {
      try say("exit code \(status.rawValue)\n")
    }
  }
}
