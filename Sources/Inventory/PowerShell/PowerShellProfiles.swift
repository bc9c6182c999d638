import AssayContainers
package import AssayCore

/// Profiles that PowerShell runs at every start: T1546.013; of every host, edition and user.
package enum PowerShellProfiles {
  /// One of a system's folders where profiles of users lie.
  private static let userFolders = ["Users", "Documents and Settings"]

  package static func take(_ system: WindowsSystem) -> SystemInventory {
    let disk = system.disk
    var inventory = SystemInventory()
    for name in ["System32", "SysWOW64"] {
      guard let folder = disk.tree.folder("\(name)/WindowsPowerShell/v1.0", from: disk.root.windows) else { continue }
      inventory.entries += entries(in: folder, "Windows PowerShell, every user", disk)
    }
    for (folder, label) in PowerShellHome.core(disk) { inventory.entries += entries(in: folder, "\(label), every user", disk) }
    for user in users(system) {
      for documents in documents(of: user, system) {
        for (name, edition) in [("WindowsPowerShell", "Windows PowerShell"), ("PowerShell", "PowerShell 7")] {
          guard let folder = disk.tree.folder(name, from: documents) else { continue }
          inventory.entries += entries(in: folder, "\(edition), user \(user.name)", disk)
        }
      }
    }
    return inventory
  }

  /// `profile.ps1` of all hosts, `Microsoft.PowerShell_profile.ps1`, and those of any other host: ISE, VS Code, one that nobody knows.
  private static func entries(in folder: String, _ words: String, _ disk: WindowsDisk) -> [InventoryEntry] {
    disk.tree.list(folder).filter { entry in
      entry.kind == .file && (WindowsCase.areEqual(entry.name, "profile.ps1") || WindowsCase.hasSuffix(entry.name, "_profile.ps1"))
    }.map { file in
      let path = WindowsTree.join(folder, file.name)
      let isShared = WindowsCase.areEqual(file.name, "profile.ps1")
      let host =
        isShared ? "every host" : WindowsText.string(file.name.unicodeScalars.dropLast("_profile.ps1".unicodeScalars.count))
      var entry = InventoryEntry(
        .powershellProfile, name: file.name, origin: path, command: "", path: path, isPresent: true)
      entry.facts = [words, host]
      entry.attack = ["T1546.013"]
      return entry
    }
  }

  /// Every folder of a profile, with a hive in it or not.
  static func users(_ system: WindowsSystem) -> [WindowsUser] {
    let disk = system.disk
    var users = system.users.map(\.user)
    var known = Set(users.map { Array($0.folder.utf8) })
    for name in userFolders {
      guard let folder = disk.tree.folder(name, from: disk.root.volume) else { continue }
      for entry in disk.tree.list(folder) where entry.kind == .folder {
        let path = WindowsTree.join(folder, entry.name)
        guard users.count < WindowsSystem.userLimit, known.insert(Array(path.utf8)).inserted else { continue }
        users.append(
          WindowsUser(name: entry.name, profile: "\(disk.root.letter):\\\(name)\\\(entry.name)", folder: path))
      }
    }
    return users
  }

  /// Where the user's documents are: as the registry redirects them, in the profile, in OneDrive. Each folder once.
  static func documents(of user: WindowsUser, _ system: WindowsSystem) -> [String] {
    let disk = system.disk
    var folders: [String] = []
    let hive = system.users.first { $0.user.folder.utf8.elementsEqual(user.folder.utf8) }?.hive
    let shell = "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders"
    if let named = hive?.key(shell)?.value("Personal")?.string,
      let place = disk.locate(named, WindowsPathContext(user: user)), place.kind == .folder
    {
      folders.append(place.path)
    }
    for name in ["Documents", "My Documents"] {
      if let own = disk.tree.folder(name, from: user.folder) { folders.append(own) }
    }
    for entry in disk.tree.list(user.folder) where entry.kind == .folder && WindowsCase.hasPrefix(entry.name, "OneDrive") {
      if let cloud = disk.tree.folder("\(entry.name)/Documents", from: user.folder) { folders.append(cloud) }
    }
    var seen: Set<[UInt8]> = []
    return folders.filter { seen.insert(Array($0.utf8)).inserted }
  }
}

/// Where PowerShell 6 and later is installed.
enum PowerShellHome {
  /// `Program Files\PowerShell\7` and its like, with the edition's name.
  static func core(_ disk: WindowsDisk) -> [(folder: String, label: String)] {
    var found: [(folder: String, label: String)] = []
    for base in ["Program Files/PowerShell", "Program Files (x86)/PowerShell"] {
      guard let folder = disk.tree.folder(base, from: disk.root.volume) else { continue }
      for entry in disk.tree.list(folder) where entry.kind == .folder {
        guard let first = entry.name.utf8.first, first >= 0x30, first <= 0x39 else { continue }
        found.append((WindowsTree.join(folder, entry.name), "PowerShell \(entry.name)"))
      }
    }
    return found
  }
}
