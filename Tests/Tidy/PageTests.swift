import Testing

/// What a stranger reads first.
struct PageTests {
  @Test func readmeNamesBothCommands() {
    let readme = Repository.text("README.md")
    for command in ["./assay demo", "./test"] { #expect(readme.contains(command), "README.md does not mention \(command)") }
  }

  @Test(arguments: ["LICENSE", "README.md", "CONTRIBUTING.md", "Docs/ARCHITECTURE.md", "Docs/Limits.md"])
  func exists(page: String) { #expect(Repository.exists(page), "\(page) is missing") }

  @Test func relativeLinksLeadSomewhere() {
    for path in Repository.files where path.hasSuffix(".md") {
      let folder = path.split(separator: "/").dropLast().joined(separator: "/")
      for match in Repository.text(path).matches(of: /\]\(([^)#:\s]+)(?:#[^)]*)?\)/) {
        let target = folder.isEmpty ? String(match.1) : folder + "/" + match.1
        #expect(Repository.exists(target), "\(path): link to \(match.1) leads nowhere")
      }
    }
  }

  @Test func scriptsCanRun() {
    for path in ["assay", "test", ".ci/run", "Scripts/build-needs", "Scripts/check-maker", "Scripts/check-catalogs"] {
      #expect(Repository.text(path).hasPrefix("#!"), "\(path) is no script")
    }
  }
}
