import ArgumentParser
import AssayCore
import AssaySystem

struct TrustCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trust", abstract: "Show the trust bundles: what is in them, from where, how old.", subcommands: [List.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the bundles.")

    func run() {
      let output = OutputSink.standardOutput()
      let rows = InstalledTrust.names.compactMap { InstalledTrust.bundle($0) }.map { bundle in
        [bundle.name, "\(bundle.anchors.count)", bundle.date?.rfc3339 ?? "-", bundle.sequenceNumber ?? "-", bundle.origin]
      }
      output.write(TextTable.text([["bundle", "anchors", "date", "sequence", "origin"]] + rows))
      output.flush()
    }
  }
}
