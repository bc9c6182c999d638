import ArgumentParser
import AssayCore
import AssaySystem

struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Print the version, the build, and the trust bundles with their dates.")

  func run() throws {
    let output = OutputSink.standardOutput()
    output.write("assay \(Assay.version) (\(VersionCommand.build))\n")
    for name in InstalledTrust.names {
      guard let bundle = InstalledTrust.bundle(name) else { continue }
      let date = bundle.date.map { " of \($0.rfc3339)" } ?? ""
      output.write("trust \(bundle.name): \(bundle.anchors.count) anchors\(date), from \(bundle.origin)\n")
    }
    try output.finish()
  }

  private static var build: String {
    #if os(Linux)
      let system = "linux"
    #else
      let system = "macos"
    #endif
    #if arch(x86_64)
      let machine = "x86-64"
    #elseif arch(arm64)
      let machine = "arm64"
    #else
      let machine = "other"
    #endif
    #if DEBUG
      return "debug, \(system) \(machine)"
    #else
      return "release, \(system) \(machine)"
    #endif
  }
}
