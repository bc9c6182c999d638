import AssayMaker

/// `assay-make demo DIR` writes the demonstration folder, `assay-make fixtures DIR` the committed fixtures, `assay-make disk DIR` a disk
/// to measure with.
@main
struct AssayMake {
  static func main() {
    let words = CommandLine.arguments.dropFirst()
    guard words.count >= 2, let verb = words.first else { return usage() }
    if verb == "disk" { return disk(Array(words.dropFirst())) }
    let folder = words[words.startIndex + 1]
    do {
      switch verb {
      case "demo": try Demo.write(to: OutputFolder(folder))
      case "demo-windows": try DemoWindows.write(to: OutputFolder(folder))
      case "demo-apple": try DemoApple.write(to: OutputFolder(folder))
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

  /// `[--files N] [--catalogs N] [--megabytes N] DIR`
  private static func disk(_ words: [String]) {
    var disk = Disk()
    var folder: String?
    var index = 0
    while index < words.count {
      let number = index + 1 < words.count ? Int(words[index + 1]) : nil
      switch (words[index], number) {
      case ("--files", let count?) where (1...1_000_000).contains(count): disk.files = count
      case ("--catalogs", let count?) where (0...100_000).contains(count): disk.catalogs = count
      case ("--megabytes", let count?) where (1...16_384).contains(count): disk.megabytes = count
      case (let word, _) where !word.hasPrefix("-") && folder == nil:
        folder = word
        index -= 1
      default: return usage()
      }
      index += 2
    }
    guard let folder else { return usage() }
    do { try disk.write(to: OutputFolder(folder)) } catch {
      complain("assay-make: \(error.message)")
      exitCode(1)
    }
  }

  private static func usage() {
    complain(
      "usage: assay-make demo|demo-windows|demo-apple|fixtures|parts DIR, assay-make large FILE MEGABYTES, "
        + "assay-make disk [--files N] [--catalogs N] [--megabytes N] DIR")
    exitCode(2)
  }
}
