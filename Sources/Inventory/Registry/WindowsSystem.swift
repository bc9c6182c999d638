import AssayBytes
package import AssayContainers
package import AssayCore

/// A hive of a system and where it is.
package struct WindowsHive {
  /// Of the tree: `Windows/System32/config/SYSTEM`.
  package let path: String
  package let hive: RegistryHive
  package func key(_ path: String) -> RegistryKey? { hive.key(path) }
  package func origin(_ key: RegistryKey) -> String { "\(path): \(key.path)" }
}

/// The hive of a user.
package struct WindowsUserHive {
  package let user: WindowsUser
  package let hive: WindowsHive
}

/// One Windows system on a disk with its hives open. A class, since hives remember what they read; one task uses it at a time.
package final class WindowsSystem {
  package let disk: WindowsDisk
  /// `SYSTEM` with the services, `SOFTWARE` with nearly all else; nil where it is missing or no hive.
  package private(set) var system: WindowsHive?
  package private(set) var software: WindowsHive?
  /// Profiles with an NTUSER.DAT, in the order of their folders.
  package private(set) var users: [WindowsUserHive] = []
  /// `ControlSet001`, the set that the system started with last; nil without one.
  package private(set) var controlSet: RegistryKey?
  /// Hives that could not be opened at all.
  private var failures: [(path: String, finding: Finding)] = []

  /// Profiles that are looked at; each keeps one file open and 128 KiB of its pages.
  package static let userLimit = 400
  private static let userChunks = 8
  /// What a user's hive takes, twenty times over.
  private static let userAllowance = Budget(bytes: 256 << 20, nodes: 100_000)

  package init(_ tree: WindowsTree, _ root: WindowsRoot) {
    disk = WindowsDisk(tree, root)
    system = open("SYSTEM", in: root.config)
    software = open("SOFTWARE", in: root.config)
    if let text = software?.key("Microsoft\\Windows NT\\CurrentVersion")?.value("SystemRoot")?.string {
      disk.take(systemRoot: text)
    }
    controlSet = WindowsSystem.currentControlSet(system)
    if let environment = controlSet?.key("Control\\Session Manager\\Environment") {
      for value in environment.values { value.string.map { disk.set(value.name, to: $0) } }
    }
    openUsers()
  }

  private func openUsers() {
    let root = disk.root
    var folders: [(path: String, profile: String)] = []
    let drive = "\(root.letter):\\"
    for (name, profile) in [
      ("Users", drive + "Users"), ("Documents and Settings", drive + "Documents and Settings"),
      (WindowsTree.join("", "ServiceProfiles"), ""),
    ] {
      let isService = profile.isEmpty
      let base = isService ? root.windows : root.volume
      guard let entry = disk.tree.child(name, of: base), entry.kind == .folder else { continue }
      let folder = WindowsTree.join(base, entry.name)
      for user in disk.tree.list(folder) where user.kind == .folder {
        let parent = isService ? disk.systemRootPath + "\\ServiceProfiles" : profile
        folders.append((WindowsTree.join(folder, user.name), "\(parent)\\\(user.name)"))
      }
    }
    if let own = disk.tree.folder("System32/config/systemprofile", from: root.windows) {
      folders.append((own, disk.systemRootPath + "\\System32\\config\\systemprofile"))
    }
    for (folder, profile) in folders {
      guard users.count < WindowsSystem.userLimit else {
        failures.append(
          (
            folder,
            Finding(
              "limit.registry-users", .failure,
              "there are more profiles than the \(WindowsSystem.userLimit) that are read: autostarts of this one and later ones are not known"
            )
          ))
        break
      }
      guard let hive = open("NTUSER.DAT", in: folder, isUser: true) else { continue }
      let user = WindowsUser(name: WindowsText.names(folder).last ?? folder, profile: profile, folder: folder)
      users.append(WindowsUserHive(user: user, hive: hive))
    }
  }

  /// With the transaction logs beside it.
  private func open(_ name: String, in folder: String, isUser: Bool = false) -> WindowsHive? {
    guard let path = disk.tree.file(name, from: folder) else { return nil }
    do throws(ParseError) {
      var logs: [any ByteSource] = []
      for ending in [".LOG1", ".LOG2", ".LOG"] {
        if let log = disk.tree.file(name + ending, from: folder) { logs.append(try disk.tree.open(log)) }
      }
      var budget = isUser ? WindowsSystem.userAllowance : RegistryHive.allowance()
      return WindowsHive(
        path: path,
        hive: try RegistryHive(
          try disk.tree.open(path), logs: logs, heldChunks: isUser ? WindowsSystem.userChunks : RegistryHive.chunkLimit, &budget))
    } catch {
      failures.append((path, Finding(error)))
      return nil
    }
  }

  private static func currentControlSet(_ hive: WindowsHive?) -> RegistryKey? {
    guard let hive else { return nil }
    for name in ["Current", "Default", "LastKnownGood"] {
      guard let number = hive.key("Select")?.value(name)?.number, number < 1_000 else { continue }
      let digits = String(number)
      let set = "ControlSet" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
      if let key = hive.key(set) { return key }
    }
    return hive.hive.root?.subkeys.first { WindowsCase.hasPrefix($0.name, "ControlSet") }
  }

  /// What reading the hives has met, asked after everything was read.
  package var hiveFindings: [(path: String, finding: Finding)] {
    var found = failures
    for hive in [system, software].compactMap({ $0 }) + users.map(\.hive) {
      hive.hive.confirmUnchanged()
      let applied = hive.hive.appliedLogEntries
      if applied > 0 {
        found.append(
          (hive.path, Finding("regf.log.applied", .note, "was not written to its end; \(applied) entries of its logs were applied"))
        )
      }
      found += hive.hive.findings.map { (hive.path, Finding($0, WindowsSystem.severity($0))) }
    }
    return found
  }

  /// A live disk's hive is torn at any moment; Windows goes on with what it has, and so does the inventory.
  private static func severity(_ error: ParseError) -> Severity {
    let tolerated: Set = ["regf.log.missing", "regf.log.checksum", "regf.log.truncated", "regf.log.gap", "regf.header.checksum"]
    return tolerated.contains(error.code) ? .warning : .failure
  }
}
