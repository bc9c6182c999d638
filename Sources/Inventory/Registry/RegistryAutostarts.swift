import AssayContainers
package import AssayCore

/// What the registry starts or loads besides services: the places of `AutostartPlace`.
package enum RegistryAutostarts {
  /// Parts of one value that are read: `AppInit_DLLs` and its like.
  static let partLimit = 256

  package static func take(_ system: WindowsSystem) -> SystemInventory {
    var inventory = SystemInventory()
    for place in AutostartPlace.all {
      switch place.hive {
      case .software:
        guard let hive = system.software else { continue }
        read(place, hive.key(place.key), hive, false, nil, system, &inventory)
        if place.bothViews { read(place, hive.key("WOW6432Node\\" + place.key), hive, true, nil, system, &inventory) }
      case .controlSet:
        guard let hive = system.system else { continue }
        read(place, system.controlSet?.key(place.key), hive, false, nil, system, &inventory)
      case .user:
        for user in system.users {
          read(place, user.hive.key(place.key), user.hive, false, user.user, system, &inventory)
        }
      }
    }
    setup(system, &inventory)
    return inventory
  }

  /// `SYSTEM\Setup`: what runs in place of the shell while setup is said to be under way.
  private static func setup(_ system: WindowsSystem, _ inventory: inout SystemInventory) {
    guard let hive = system.system, let key = hive.key("Setup"), let type = key.value("SetupType")?.number, type != 0,
      let command = key.value("CmdLine")?.string, !command.isEmpty
    else { return }
    inventory.entries += system.entries(
      ofCommand: command, name: "CmdLine", origin: hive.origin(key), context: WindowsPathContext(), attack: ["T1547"])
  }

  private static func read(
    _ place: AutostartPlace, _ key: RegistryKey?, _ hive: WindowsHive, _ is32Bit: Bool, _ user: WindowsUser?,
    _ system: WindowsSystem, _ inventory: inout SystemInventory
  ) {
    guard let key else { return }
    var found: [(key: RegistryKey, value: RegistryValue, name: String)] = []
    switch place.which {
    case .everyValue: found = key.values.map { (key, $0, $0.name) }
    case .value(let name): found = key.value(name).map { [(key, $0, name)] } ?? []
    case .valueOfSubkeys(let name):
      for subkey in key.subkeys {
        if let value = subkey.value(name) { found.append((subkey, value, subkey.name)) }
      }
    case .everyValueOfSubkeys:
      for subkey in key.subkeys {
        for part in [subkey, subkey.key("Depend")].compactMap({ $0 }) {
          found += part.values.filter { !$0.name.isEmpty }.map { (part, $0, $0.name) }
        }
      }
    }
    var context = WindowsPathContext(.command, is32Bit: is32Bit, user: user)
    for item in found {
      for text in item.value.strings ?? [] where !text.isEmpty {
        let origin = hive.origin(item.key)
        switch place.form {
        case .command, .native, .commands, .sectionEntry: context.base = .command
        case .library, .libraries, .printProcessor: context.base = .library
        }
        let isLibrary = place.form == .sectionEntry && WindowsCase.areEqual(item.key.name, "Depend")
        if isLibrary { context.base = .library }
        var entries = RegistryAutostarts.entries(place, text, item.name, origin, context, system, isLibrary: isLibrary)
        // A known library that is not there is not loaded from anywhere; every Windows names some of other processors.
        if place.isOptional { entries.removeAll { !$0.isPresent } }
        if item.name.unicodeScalars.contains("\0") {
          for index in entries.indices {
            entries[index].findings.append(
              Finding(
                "inventory.autostart.hidden-name", .warning, "the value's name holds a zero: tools of Windows do not show it",
                attack: ["T1112"]))
          }
        }
        if let note = note(place, item.key) {
          for index in entries.indices { entries[index].facts.append(note) }
        }
        inventory.entries += entries
      }
    }
  }

  private static func entries(
    _ place: AutostartPlace, _ text: String, _ name: String, _ origin: String, _ context: WindowsPathContext,
    _ system: WindowsSystem, isLibrary: Bool
  ) -> [InventoryEntry] {
    func commands(_ parts: [String]) -> [InventoryEntry] {
      parts.prefix(partLimit).flatMap {
        system.entries(ofCommand: $0, name: name, origin: origin, context: context, attack: place.attack)
      }
    }
    func libraries(_ parts: [String], _ base: WindowsPathContext.Base? = nil) -> [InventoryEntry] {
      var context = context
      if let base { context.base = base }
      return parts.prefix(partLimit).filter { !isPlaceholder($0) }.map {
        system.entry(ofFile: $0, name: name, origin: origin, role: .library, context: context, attack: place.attack)
      }
    }
    switch place.form {
    case .sectionEntry:
      let parts = text.unicodeScalars.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false).map(WindowsText.string)
      if isLibrary { return libraries([text]) }
      guard parts.count == 3, parts[0].isEmpty else { return parts.count == 1 ? commands([text]) : libraries([parts[0]], .library) }
      return commands([parts[2]])
    case .command: return commands([command(text)])
    case .commands: return commands(WindowsText.split(text) { $0 == "," }.map { WindowsText.trimmed($0.unicodeScalars) })
    case .library: return libraries([text])
    case .libraries: return libraries(libraryList(text, context, system))
    case .native:
      // The first word may be the name that the session manager calls it by.
      var words = WindowsText.split(text) { $0 == " " || $0 == "\t" }
      if words.count > 1, WindowsCase.areEqual(words[0], "autocheck") || WindowsCase.areEqual(words[0], "async") {
        words.removeFirst()
      }
      guard let program = words.first else { return [] }
      let file = program.lastName.unicodeScalars.contains(".") ? program : program + ".exe"
      var entry = system.entry(
        ofFile: file, name: name, origin: origin, role: .executable, context: context, attack: place.attack)
      entry.command = text
      return [entry]
    case .printProcessor:
      return [printProcessor(place, text, name, origin, context, system)]
    }
  }

  /// RunOnce marks a command with `!`, that it stays until it has succeeded, and `*`, that it runs in safe mode, too (MicrosoftDocs/
  /// windows-driver-docs, install/runonce-registry-key.md).
  private static func command(_ text: String) -> String {
    WindowsText.string(text.unicodeScalars.drop { $0 == "!" || $0 == "*" })
  }

  /// LSA writes an empty list as two quotes; KnownDLLs names folders, too.
  private static func isPlaceholder(_ text: String) -> Bool {
    let bare = WindowsText.trimmed(text.unicodeScalars, ["\"", " "])
    return bare.isEmpty || WindowsCase.hasSuffix(bare, "\\System32") || WindowsCase.hasSuffix(bare, "\\SysWOW64")
  }

  /// A name with spaces that is one file counts as one; else spaces and commas part the names, as AppInit_DLLs has it.
  private static func libraryList(_ text: String, _ context: WindowsPathContext, _ system: WindowsSystem) -> [String] {
    if system.disk.locate(text, context)?.isPresent == true { return [text] }
    var parts: [String] = []
    for (index, part) in text.unicodeScalars.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
      if index % 2 == 1 {
        parts.append(String(part))
      } else {
        parts += WindowsText.split(String(part)) { $0 == " " || $0 == "," || $0 == "\t" }
      }
    }
    return parts
  }

  private static func printProcessor(
    _ place: AutostartPlace, _ text: String, _ name: String, _ origin: String, _ context: WindowsPathContext,
    _ system: WindowsSystem
  ) -> InventoryEntry {
    let environment = place.key.components(after: "Environments\\")
    let folders = ["Windows x64": "x64", "Windows NT x86": "w32x86", "Windows ARM64": "ARM64"]
    let folder = system.disk.systemRootPath + "\\System32\\spool\\prtprocs\\" + (folders[environment] ?? "x64")
    // A path in it leads on from there. Windows' own may stand in System32, as localspl.dll of Windows XP does.
    let below = folder + "\\" + text
    let isElsewhere = system.disk.locate(below, context)?.isPresent != true && system.disk.locate(text, context)?.isPresent == true
    let isWhole = isElsewhere || text.unicodeScalars.contains(":") || text.unicodeScalars.first == "\\"
    var entry = system.entry(
      ofFile: isWhole ? text : below, name: name, origin: origin, role: .library, context: context,
      attack: place.attack)
    entry.command = text
    return entry
  }

  /// Settings beside the value that say whether it counts.
  private static func note(_ place: AutostartPlace, _ key: RegistryKey) -> String? {
    guard case .value(let name) = place.which, name == "AppInit_DLLs" else { return nil }
    return key.value("LoadAppInit_DLLs")?.number == 1 ? "LoadAppInit_DLLs on" : "LoadAppInit_DLLs off: not loaded"
  }
}

extension String {
  /// The name that follows a prefix of our own tables.
  fileprivate func components(after prefix: String) -> String {
    let parts = WindowsText.names(self)
    guard let last = WindowsText.names(prefix).last, let index = parts.firstIndex(of: last), parts.indices.contains(index + 1)
    else {
      return ""
    }
    return parts[index + 1]
  }
}
