import AssayBytes
import AssayCore

/// cron's tables (crontab(5)): that of the system with a user in each line, and one for each user.
struct CronTables {
  /// Lines of one table.
  static let lineLimit = 10_000

  static func take(_ configuration: AppleConfiguration) -> SystemInventory {
    var inventory = SystemInventory()
    if let file = configuration.disk.locate("/etc/crontab").file {
      read(file, hasUser: true, fact: "cron", configuration, &inventory)
    }
    var seen: Set<[UInt8]> = []
    // The second is the first by a link, where links were kept.
    for folder in ["/var/at/tabs", "/usr/lib/cron/tabs"] {
      for file in configuration.files(in: folder) where seen.insert(Array(file.read.utf8)).inserted {
        read(file.read, hasUser: false, fact: "cron, user \(AppleDisk.name(file.named))", configuration, &inventory)
      }
    }
    return inventory
  }

  private static func read(
    _ path: String, hasUser: Bool, fact: String, _ configuration: AppleConfiguration, _ inventory: inout SystemInventory
  ) {
    let octets: [UInt8]
    do throws(ParseError) { octets = try configuration.bytes(path) } catch {
      inventory.findings.append(configuration.unreadable(path, error))
      return
    }
    let lines = octets.split(separator: 0x0A, omittingEmptySubsequences: false)
    for (number, line) in lines.prefix(lineLimit).enumerated() {
      guard let command = command(line, hasUser: hasUser) else { continue }
      inventory.entries += configuration.entries(
        AppleCommand.split(command), name: "line \(number + 1)", origin: "\(path): line \(number + 1)", role: .scheduledTask,
        attack: ["T1543"], facts: [fact])
    }
    if lines.count > lineLimit {
      inventory.findings.append(
        configuration.unreadable(path, ParseError("limit.nodes", "it has more than the \(lineLimit) lines that are read")))
    }
  }

  /// Five fields of time or one that begins with `@`, perhaps a user, and the rest up to a `%`.
  private static func command(_ line: ArraySlice<UInt8>, hasUser: Bool) -> String? {
    func isBlank(_ octet: UInt8) -> Bool { octet == 0x20 || octet == 0x09 || octet == 0x0D }
    var rest = line.drop(while: isBlank)
    guard let first = rest.first, first != UInt8(ascii: "#") else { return nil }
    // `NAME = value`
    let name = rest.prefix { !isBlank($0) && $0 != UInt8(ascii: "=") }
    if first != UInt8(ascii: "@"), first != UInt8(ascii: "*"), !first.isDigit,
      rest.dropFirst(name.count).drop(while: isBlank).first == UInt8(ascii: "=")
    {
      return nil
    }
    for _ in 0..<((first == UInt8(ascii: "@") ? 1 : 5) + (hasUser ? 1 : 0)) {
      rest = rest.drop { !isBlank($0) }.drop(while: isBlank)
    }
    let command = rest.prefix { $0 != UInt8(ascii: "%") }
    return command.isEmpty ? nil : String(decoding: command, as: UTF8.self)
  }
}

/// Scripts that run at times by standing in a folder: periodic(8), at(1); and commands of the event monitor that is no more.
enum TimedScripts {
  static func take(_ configuration: AppleConfiguration) -> SystemInventory {
    var inventory = SystemInventory()
    for base in ["/etc/periodic", "/usr/local/etc/periodic"] {
      for folder in ["daily", "weekly", "monthly"] {
        add("\(base)/\(folder)", fact: "periodic, \(folder)", configuration, &inventory)
      }
    }
    add("/var/at/jobs", fact: "at", configuration, &inventory)
    for file in configuration.files(in: "/etc/emond.d/rules", ending: ".plist") {
      emond(file.named, file.read, configuration, &inventory)
    }
    return inventory
  }

  private static func add(
    _ folder: String, fact: String, _ configuration: AppleConfiguration, _ inventory: inout SystemInventory
  ) {
    // at's own counter and lock stand beside its jobs.
    for file in configuration.files(in: folder) where !AppleDisk.name(file.named).utf8.starts(with: ".".utf8) {
      var entry = InventoryEntry(
        .scheduledTask, name: AppleDisk.name(file.named), origin: folder, command: configuration.disk.shown(file.named),
        path: file.read, isPresent: true)
      entry.platform = "macos"
      entry.facts = [fact]
      entry.attack = ["T1543"]
      inventory.entries.append(entry)
    }
  }

  private static func emond(
    _ path: String, _ read: String, _ configuration: AppleConfiguration, _ inventory: inout SystemInventory
  ) {
    do throws(ParseError) {
      let rules = try configuration.plist(read)
      for rule in (rules.items ?? [rules]).prefix(1_000) {
        for action in rule["actions"]?.items?.prefix(1_000) ?? [] {
          guard let command = action["command"]?.text, !command.isEmpty else { continue }
          let arguments = action["arguments"]?.items?.prefix(64).compactMap(\.text) ?? []
          var entries = configuration.entries(
            [command] + arguments, name: rule["name"]?.text ?? AppleDisk.name(path), origin: path, role: .launchItem,
            attack: ["T1543"], facts: ["emond"])
          if !entries.isEmpty {
            entries[0].findings.append(
              Finding(
                AppleInventoryFindings.emond.name, .warning, "a rule of the event monitor runs \(command)", found: command,
                attack: ["T1543"]))
          }
          inventory.entries += entries
        }
      }
    } catch {
      inventory.findings.append(configuration.unreadable(path, error))
    }
  }
}
