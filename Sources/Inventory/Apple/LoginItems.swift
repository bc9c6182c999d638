import AssayBytes
import AssayContainers
import AssayCore

/// What starts when somebody logs in: lists of login items in their three forms, helpers that applications bring, hooks.
struct LoginItems {
  /// Items of one list.
  static let itemLimit = 5_000
  private static let attack = ["T1543", "T1543.001"]

  private let configuration: AppleConfiguration
  private var inventory = SystemInventory()

  static func take(_ configuration: AppleConfiguration) -> SystemInventory {
    var items = LoginItems(configuration: configuration)
    for home in configuration.homes {
      let library = AppleDisk.join(home.folder, "Library")
      let support = "Application Support/com.apple.backgroundtaskmanagementagent/backgrounditems.btm"
      items.archive(AppleDisk.join(library, support), user: home.user)
      items.list(AppleDisk.join(library, "Preferences/com.apple.loginitems.plist"), user: home.user)
      items.hooks(AppleDisk.join(library, "Preferences/com.apple.loginwindow.plist"))
    }
    items.hooks("/Library/Preferences/com.apple.loginwindow.plist")
    for file in configuration.files(in: "/var/db/com.apple.backgroundtaskmanagement", ending: ".btm") {
      items.archive(file.read, user: nil)
    }
    for application in configuration.applications { items.helpers(application) }
    return items.inventory
  }

  private init(configuration: AppleConfiguration) { self.configuration = configuration }

  private func plist(_ path: String) throws(ParseError) -> (path: String, value: PlistValue)? {
    let place = path.utf8.first == 0x2F ? configuration.disk.locate(path) : .present(path, .file)
    guard case .present(let file, .file) = place, (try? configuration.disk.tree.kind(file)) == .file else { return nil }
    return (file, try configuration.plist(file))
  }

  private mutating func read(_ path: String, _ body: (inout LoginItems, String, PlistValue) -> Void) {
    do throws(ParseError) {
      if let found = try plist(path) { body(&self, found.path, found.value) }
    } catch {
      inventory.findings.append(configuration.unreadable(path, error))
    }
  }

  // MARK: - Lists

  /// `com.apple.loginitems.plist`: names with alias records.
  private mutating func list(_ path: String, user: String) {
    read(path) { items, path, value in
      for item in value["SessionItems"]?["CustomListItems"]?.items?.prefix(LoginItems.itemLimit) ?? [] {
        let name = item["Name"]?.text ?? "login item"
        let target = item["Alias"]?.data.flatMap { AliasRecord.path($0) } ?? item["Bookmark"]?.data.flatMap { Bookmark.path($0) }
        items.add(name, target, path, ["login item", "user \(user)"])
      }
    }
  }

  /// `backgrounditems.btm` and `BackgroundItems-v*.btm`: keyed archives whose records name a file by path, URL or bookmark.
  private mutating func archive(_ path: String, user: String?) {
    read(path) { items, path, value in
      let archive = KeyedArchive(value)
      guard archive.isArchive else {
        items.inventory.findings.append(
          items.configuration.unreadable(path, ParseError("plist.form.empty", "it is no keyed archive")))
        return
      }
      for record in archive.records.prefix(LoginItems.itemLimit) {
        let name = archive.text(record["name"]) ?? archive.text(record["identifier"]) ?? "background item"
        let target =
          archive.text(record["executablePath"]) ?? archive.url(record["url"])
          ?? archive.data(record["bookmark"]).flatMap { Bookmark.path($0) }
        var facts = ["background item"] + (user.map { ["user \($0)"] } ?? [])
        if let team = archive.text(record["teamIdentifier"]) { facts.append("team \(team)") }
        items.add(name, target, path, facts)
      }
    }
  }

  private mutating func add(_ name: String, _ target: String?, _ origin: String, _ facts: [String]) {
    guard let target, target.utf8.first == 0x2F else {
      inventory.findings.append(
        (
          origin,
          Finding(
            AppleInventoryFindings.bookmark.name, .warning, "the login item \(name) keeps its target in a form that names no path",
            found: name, attack: LoginItems.attack)
        ))
      return
    }
    var entry = InventoryEntry(.launchItem, name: name, origin: origin, command: target, path: nil, isPresent: false)
    switch configuration.disk.locate(target) {
    case .present(let path, _): (entry.path, entry.isPresent) = (path, true)
    case .absent(let path): entry.path = path
    case .outside: return
    }
    entry.platform = "macos"
    entry.facts = facts
    entry.attack = LoginItems.attack
    inventory.entries.append(entry)
  }

  // MARK: - Helpers and hooks

  /// `Contents/Library/LoginItems`: applications that an application may have started.
  private mutating func helpers(_ application: String) {
    let folder = AppleDisk.join(application, "Contents/Library/LoginItems")
    for entry in configuration.disk.list(folder).prefix(LoginItems.itemLimit) where entry.kind == .folder {
      let path = AppleDisk.join(folder, entry.name)
      var item = InventoryEntry(
        .launchItem, name: entry.name, origin: folder, command: configuration.disk.shown(path), path: path, isPresent: true)
      item.platform = "macos"
      item.facts = ["login item of \(AppleDisk.name(application))"]
      item.attack = LoginItems.attack
      inventory.entries.append(item)
    }
  }

  private mutating func hooks(_ path: String) {
    read(path) { items, path, value in
      for key in ["LoginHook", "LogoutHook"] {
        guard let command = value[key]?.text, !command.isEmpty else { continue }
        var entries = items.configuration.entries(
          [command], name: key, origin: path, role: .launchItem, attack: ["T1543"], facts: ["as root"])
        let finding = Finding(
          AppleInventoryFindings.hook.name, .warning, "\(key) runs \(command) as root", found: command, attack: ["T1543"])
        if entries.isEmpty { items.inventory.findings.append((path, finding)) } else { entries[0].findings.append(finding) }
        items.inventory.entries += entries
      }
    }
  }
}
