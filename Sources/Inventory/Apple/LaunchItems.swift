import AssayBytes
import AssayContainers
import AssayCore

/// launchd's daemons and agents (launchd.plist(5)): those of the system, of the machine, of its users, and those that applications bring.
struct LaunchItems {
  /// Items of one folder. A full Mac has some 900 of the system's own.
  static let itemLimit = 20_000

  private enum Kind {
    case daemon, agent
    var attack: [String] { self == .daemon ? ["T1543", "T1543.004"] : ["T1543", "T1543.001"] }
    var words: String { self == .daemon ? "daemon" : "agent" }
  }

  private let configuration: AppleConfiguration
  private var inventory = SystemInventory()
  private var disk: AppleDisk { configuration.disk }

  static func take(_ configuration: AppleConfiguration) -> SystemInventory {
    var items = LaunchItems(configuration: configuration)
    for root in ["/Library", "/System/Library"] {
      items.read(root + "/LaunchDaemons", .daemon, isSystems: root != "/Library")
      items.read(root + "/LaunchAgents", .agent, isSystems: root != "/Library")
    }
    for home in configuration.homes {
      items.read(AppleDisk.join(home.folder, "Library/LaunchAgents"), .agent, fact: "user \(home.user)")
    }
    for application in configuration.applications {
      for (folder, kind) in [("LaunchDaemons", Kind.daemon), ("LaunchAgents", .agent)] {
        items.read(AppleDisk.join(application, "Contents/Library/\(folder)"), kind, bundle: application)
      }
    }
    return items.inventory
  }

  private init(configuration: AppleConfiguration) { self.configuration = configuration }

  private mutating func read(
    _ folder: String, _ kind: Kind, isSystems: Bool = false, fact: String? = nil, bundle: String? = nil
  ) {
    let files = configuration.files(in: folder, ending: ".plist")
    for file in files.prefix(LaunchItems.itemLimit) {
      do throws(ParseError) {
        let item = try configuration.plist(file.read)
        guard item.members != nil else { throw ParseError("plist.form.empty", "it is no dictionary") }
        add(item, file.named, kind, isSystems: isSystems, fact, bundle)
      } catch {
        inventory.findings.append(configuration.unreadable(file.named, error))
      }
    }
    if files.count > LaunchItems.itemLimit {
      inventory.findings.append(
        configuration.unreadable(
          files[LaunchItems.itemLimit].named,
          ParseError("limit.nodes", "there are more launch items than the \(LaunchItems.itemLimit) that are read")))
    }
  }

  private mutating func add(
    _ item: PlistValue, _ path: String, _ kind: Kind, isSystems: Bool, _ fact: String?, _ bundle: String?
  ) {
    let label = item["Label"]?.text ?? AppleDisk.name(path)
    var facts = [kind.words] + [fact].compactMap { $0 }
    if item["Disabled"]?.bool == true { facts.append("disabled") }
    if item["RunAtLoad"]?.bool == true { facts.append("at load") }
    if let user = item["UserName"]?.text { facts.append("as \(user)") }
    let words = LaunchItems.words(item)
    let isBundled = item["BundleProgram"] != nil && bundle != nil
    var entries: [InventoryEntry] = []
    if words.isEmpty {
      note(path, AppleInventoryFindings.noProgram, .warning, "the launch item \(label) names no program")
    } else {
      entries = configuration.entries(
        words, name: label, origin: path, role: .launchItem, attack: kind.attack, facts: facts, bundle: isBundled ? bundle : nil)
    }
    if !isSystems, bundle.map({ !$0.utf8.starts(with: "System/".utf8) }) ?? true, label.utf8.starts(with: "com.apple.".utf8) {
      let finding = Finding(
        AppleInventoryFindings.appleLabel.name, .warning,
        "the launch item calls itself \(label), and it is not in the system's own folders", found: label, attack: ["T1036.005"])
      if entries.isEmpty { inventory.findings.append((path, finding)) } else { entries[0].findings.append(finding) }
    }
    entries += inserted(item, label, path, facts)
    inventory.entries += entries
  }

  /// `Program`, else the first of `ProgramArguments`, is what runs; `BundleProgram` stands in the application.
  private static func words(_ item: PlistValue) -> [String] {
    let arguments = item["ProgramArguments"]?.items?.prefix(AppleCommand.wordLimit).compactMap(\.text) ?? []
    guard let program = item["BundleProgram"]?.text ?? item["Program"]?.text, !program.isEmpty else {
      return arguments.first?.isEmpty == true ? [] : arguments
    }
    return [program] + arguments.dropFirst()
  }

  /// DYLD_INSERT_LIBRARIES loads libraries into what is started; other variables say where to look for them.
  private mutating func inserted(_ item: PlistValue, _ label: String, _ path: String, _ facts: [String]) -> [InventoryEntry] {
    var entries: [InventoryEntry] = []
    for member in item["EnvironmentVariables"]?.members?.prefix(256) ?? [] where member.key.starts(with: "DYLD_".utf8) {
      let (key, value) = (String(decoding: member.key, as: UTF8.self), member.value.text ?? "")
      note(
        path, AppleInventoryFindings.inserted, .warning, "the launch item \(label) sets \(key): \(value)", found: value,
        attack: ["T1546.006", "T1574.006"])
      guard key.utf8.elementsEqual("DYLD_INSERT_LIBRARIES".utf8) else { continue }
      for name in value.utf8.split(separator: UInt8(ascii: ":")).prefix(64) {
        entries += configuration.entries(
          [String(decoding: Array(name), as: UTF8.self)], name: label, origin: path, role: .loadedDylib, attack: ["T1546.006"],
          facts: facts)
      }
    }
    return entries
  }

  private mutating func note(
    _ path: String, _ code: FindingCode, _ severity: Severity, _ message: String, found: String? = nil, attack: [String] = ["T1543"]
  ) {
    inventory.findings.append((path, Finding(code.name, severity, message, found: found, attack: attack)))
  }
}
