import Foundation
import Testing

/// Documents that are made from the tool's own declarations are what it declares now.
@Suite(.enabled(if: RunningTool.isBuilt, "the tool is not built: swift build"))
struct DocumentTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test(arguments: ["completions", "manpage", "findings"])
  func madeDocumentsAreFresh(_ script: String) throws {
    let program = Self.root.appendingPathComponent("Scripts/\(script)").path
    let outcome = try RunningTool.run(["--check"], environment: ["ASSAY": RunningTool.path], program: program)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  /// Read where their owner catches them and reports something else.
  static let unlisted: Set<String> = ["pe.imports.truncated", "pe.resources.truncated", "pe.version.truncated", "pe.version.invalid"]

  /// `assay formats --findings` lists every code that some source file can raise.
  @Test func everyFindingCodeIsListed() throws {
    let page = try String(contentsOf: Self.root.appendingPathComponent("Docs/Findings.md"), encoding: .utf8)
    let families = Set(page.matches(of: /\n## (\w+)/).map { String($0.1) })
    var seen: Set<String> = []
    for folder in ["Sources", "Trust"] {
      let files = FileManager.default.enumerator(at: Self.root.appendingPathComponent(folder), includingPropertiesForKeys: nil)
      for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
        let text = try String(contentsOf: file, encoding: .utf8)
        for match in text.matches(of: /"(\w+)\.[a-z0-9-]+(?:\.[a-z0-9-]+)+"/) where families.contains(String(match.1)) {
          seen.insert(String(match.0.dropFirst().dropLast()))
        }
      }
    }
    #expect(seen.count > 100, "only \(seen.count) codes seen: the scan is blind")
    for code in seen.subtracting(Self.unlisted).sorted() { #expect(page.contains("| `\(code)` |"), "\(code) is not listed") }
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
