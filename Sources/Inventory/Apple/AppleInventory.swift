import AssayBytes
import AssayContainers
package import AssayCore

/// What a Mac starts by itself: launchd's daemons and agents, login items, cron, periodic and at, emond.
package enum AppleInventory {
  typealias Part = @Sendable (AppleConfiguration) -> SystemInventory

  /// Parts in the order of the result.
  static let parts: [Part] = [LaunchItems.take, LoginItems.take, CronTables.take, TimedScripts.take]

  package static func take(_ disk: AppleDisk) -> SystemInventory {
    var inventory = SystemInventory()
    let configuration = AppleConfiguration(disk)
    for part in parts { inventory.add(part(configuration)) }
    return inventory
  }
}

/// Reads a Mac's configuration: property lists and tables, bounded, with what is wrong as findings on the file.
struct AppleConfiguration {
  /// Real ones have kilobytes; the database of background items of a full Mac has some 2 MB.
  static let byteLimit = 16 << 20
  /// Users whose folders are looked at.
  static let userLimit = 400
  /// Applications that may bring launch items; a full Mac has some 300.
  static let applicationLimit = 5_000

  let disk: AppleDisk
  /// Home folders below the tree's root, with the user's name.
  let homes: [(user: String, folder: String)]
  /// Application bundles below the tree's root.
  let applications: [String]

  init(_ disk: AppleDisk) {
    self.disk = disk
    var homes: [(String, String)] = []
    if case .present(let users, .folder) = disk.locate("/Users") {
      for entry in disk.list(users).prefix(AppleConfiguration.userLimit) where entry.kind == .folder {
        homes.append((entry.name, AppleDisk.join(users, entry.name)))
      }
    }
    if case .present(let root, .folder) = disk.locate("/var/root") { homes.append(("root", root)) }
    self.homes = homes
    var applications: [String] = []
    for folder in ["/Applications", "/System/Applications"] {
      if case .present(let path, .folder) = disk.locate(folder) { AppleConfiguration.find(disk, path, depth: 0, &applications) }
    }
    for home in homes {
      let path = AppleDisk.join(home.1, "Applications")
      AppleConfiguration.find(disk, path, depth: 0, &applications)
    }
    self.applications = applications
  }

  private static func find(_ disk: AppleDisk, _ folder: String, depth: Int, _ found: inout [String]) {
    for entry in disk.list(folder) where entry.kind == .folder && found.count < applicationLimit {
      let path = AppleDisk.join(folder, entry.name)
      if entry.name.utf8.lowered.suffix(4).elementsEqual(".app".utf8) {
        found.append(path)
      } else if depth < 2 {
        find(disk, path, depth: depth + 1, &found)
      }
    }
  }

  /// Files of a folder with an ending, links that lead to a file included: (as named, as read).
  func files(in folder: String, ending: String = "") -> [(named: String, read: String)] {
    guard case .present(let place, .folder) = folder.utf8.first == 0x2F ? disk.locate(folder) : disk.locate("/" + below(folder))
    else {
      return []
    }
    return disk.list(place).compactMap { entry in
      guard ending.isEmpty || entry.name.utf8.lowered.suffix(ending.utf8.count).elementsEqual(ending.utf8) else { return nil }
      let path = AppleDisk.join(place, entry.name)
      guard let file = disk.locate("/" + below(path)).file else { return nil }
      return (path, file)
    }
  }

  /// A path of the tree below the volume.
  private func below(_ path: String) -> String {
    disk.volume.isEmpty ? path : String(decoding: Array(path.utf8.dropFirst(disk.volume.utf8.count + 1)), as: UTF8.self)
  }

  func bytes(_ path: String) throws(ParseError) -> [UInt8] {
    try disk.tree.open(path).contents(upTo: AppleConfiguration.byteLimit)
  }

  func plist(_ path: String) throws(ParseError) -> PlistValue {
    var budget = Budget(bytes: 64 << 20, nodes: 500_000)
    return try PlistValue(parsing: try bytes(path)[...], &budget)
  }

  /// What could not be read hides what it starts.
  func unreadable(_ path: String, _ error: ParseError) -> (path: String, finding: Finding) {
    (
      path,
      Finding(
        error.isLimit || error.isUnreadable ? error.code : AppleInventoryFindings.unreadable.name, .failure,
        "what it starts is not known: \(error.message)", offset: error.offset, attack: ["T1543"])
    )
  }
}

/// Findings about what a Mac starts.
enum AppleInventoryFindings {
  static let unreadable = FindingCode(
    "inventory.plist.unreadable", "a property list that says what a Mac starts cannot be read",
    remedy: "look at it as evidence: launchd may read what this tool does not")
  static let noProgram = FindingCode(
    "inventory.launchd.program", "a launch item names no program", remedy: "see whether it is whole; remove it if nobody needs it")
  static let appleLabel = FindingCode(
    "inventory.launchd.label", "a launch item outside of the system's folders has a label of Apple's",
    remedy: "find out who put it there; Apple's own stand below /System")
  static let inserted = FindingCode(
    "inventory.launchd.environment", "a launch item sets variables of dyld, which put libraries into what it starts",
    remedy: "find out who set them; remove the item if nobody needs it")
  static let inlineText = FindingCode(
    "inventory.command.inline", "a command runs text that stands in the configuration itself",
    remedy: "read the text; no signature covers it")
  static let hook = FindingCode(
    "inventory.login-hook", "a hook runs as root whenever somebody logs in or out",
    remedy: "remove it; Apple has replaced hooks by launch agents")
  static let bookmark = FindingCode(
    "inventory.login-item.unresolved", "a login item keeps its target in a form that names no path", remedy: "look at it on the Mac"
  )
  static let emond = FindingCode(
    "inventory.emond", "the event monitor of old systems runs commands", remedy: "find out who set it up; Apple uses it for nothing"
  )

  static let all = [unreadable, noProgram, appleLabel, inserted, inlineText, hook, bookmark, emond]
}
