import AssayMaker

/// `assay-make demo DIR` writes the demonstration folder, `assay-make fixtures DIR` the committed fixtures.
@main
struct AssayMake {
  static func main() {
    let words = CommandLine.arguments.dropFirst()
    guard words.count == 2, let verb = words.first, let folder = words.last else { return usage() }
    do {
      switch verb {
      case "demo": try Demo.write(to: OutputFolder(folder))
      case "parts": try Parts.write(to: OutputFolder(folder))
      case "fixtures": try Fixtures.write(to: OutputFolder(folder))
      default: usage()
      }
    } catch {
      complain("assay-make: \(error.message)")
      exitCode(1)
    }
  }

  private static func usage() {
    complain("usage: assay-make demo|fixtures|parts DIR")
    exitCode(2)
  }
}
