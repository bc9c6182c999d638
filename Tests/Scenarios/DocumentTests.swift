import Foundation
import Testing

/// Documents that are made from the tool's own declarations are what it declares now.
@Suite(.enabled(if: RunningTool.isBuilt, "the tool is not built: swift build"))
struct DocumentTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The scripts that make documents are Python.
  static let hasPython = ["/usr/bin/python3", "/usr/local/bin/python3"].contains(where: FileManager.default.isExecutableFile)

  @Test(.enabled(if: hasPython, "no python3 here"), arguments: ["completions", "manpage", "findings", "limits"])
  func madeDocumentsAreFresh(_ script: String) throws {
    let program = Self.root.appendingPathComponent("Scripts/\(script)").path
    let outcome = try RunningTool.run(["--check"], environment: ["ASSAY": RunningTool.path], program: program)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test(arguments: [("bash", "assay.bash"), ("zsh", "_assay"), ("fish", "assay.fish")])
  func completionsAreReadByTheirShell(_ shell: String, _ file: String) throws {
    guard let program = ["/bin/\(shell)", "/usr/bin/\(shell)"].first(where: FileManager.default.isExecutableFile) else { return }
    let outcome = try RunningTool.run(["-n", Self.root.appendingPathComponent("Docs/completions/\(file)").path], program: program)
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/groff"), "no groff here"))
  func theManualPageHasNoWarnings() throws {
    let page = Self.root.appendingPathComponent("Docs/man/assay.1").path
    let outcome = try RunningTool.run(["-man", "-Tutf8", "-ww", "-z", page], program: "/usr/bin/groff")
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
  }
}
