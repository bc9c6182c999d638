import ArgumentParser
import AssayCore

/// `--zone`: a name, a number, or `unknown`, which is taken for remote: a copy through an archive or a disk image loses the mark.
struct ZoneOption: ExpressibleByArgument {
  let zone: SecurityZone

  init?(argument: String) {
    if argument == "unknown" {
      zone = .internet
    } else if let found = SecurityZone.allCases.first(where: { $0.name == argument || String($0.rawValue) == argument }) {
      zone = found
    } else {
      return nil
    }
  }

  static var allValueStrings: [String] { SecurityZone.allCases.map(\.name) + ["unknown"] }
}
