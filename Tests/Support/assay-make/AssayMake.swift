import AssayMaker

/// `assay-make demo DIR` writes the demonstration folder, `assay-make fixtures DIR` the committed fixtures.
@main
struct AssayMake {
  static func main() {
    let words = CommandLine.arguments.dropFirst()
    guard words.count >= 2, let verb = words.first else { return usage() }
    let folder = words[words.startIndex + 1]
    do {
      switch verb {
      case "demo": try Demo.write(to: OutputFolder(folder))
      case "parts": try Parts.write(to: OutputFolder(folder))
      case "large":
        guard words.count == 3, let megabytes = words.last.flatMap({ Int($0) }), megabytes > 0, megabytes <= 2048 else {
          return usage()
        }
        try Large.write(folder, megabytes: megabytes)
      case "fixtures": try Fixtures.write(to: OutputFolder(folder))
      default: usage()
      }
    } catch {
      complain("assay-make: \(error.message)")
      exitCode(1)
    }
  }

  private static func usage() {
    complain("usage: assay-make demo|fixtures|parts DIR, assay-make large FILE MEGABYTES")
    exitCode(2)
  }
}
