import AssayBytes
import AssayContainers
package import AssayCore

/// Transport agents of an Exchange server: T1505.002, from agents.config and fetagents.config ("Transport agent configuration in Exchange
/// 2013", exchange/client-developer/transport-agents of Microsoft's documentation, element by element).
package enum ExchangeInventory {
  /// Below an installation's folder.
  private static let files = ["TransportRoles/Shared/agents.config", "TransportRoles/Shared/fetagents.config"]

  package static func take(_ system: WindowsSystem) -> SystemInventory {
    let disk = system.disk
    let text = ConfigurationText(disk: disk)
    var inventory = SystemInventory()
    var seen: Set<[UInt8]> = []
    for folder in folders(system) {
      for name in files {
        guard let file = disk.tree.file(name, from: folder), seen.insert(Array(file.utf8)).inserted else { continue }
        do throws(ParseError) {
          for agent in try agents(text.document(file).root) {
            inventory.entries.append(entry(agent, from: file, below: folder, disk))
          }
        } catch {
          inventory.findings.append((path: file, finding: Finding(error)))
        }
      }
    }
    return inventory
  }

  /// What the registry names, and the usual place.
  private static func folders(_ system: WindowsSystem) -> [String] {
    let disk = system.disk
    var folders: [String] = []
    for key in system.software?.key("Microsoft\\ExchangeServer")?.subkeys ?? [] {
      guard let name = key.key("Setup")?.value("MsiInstallPath")?.string, let place = disk.locate(name), place.kind == .folder
      else {
        continue
      }
      folders.append(place.path)
    }
    if let usual = disk.tree.folder("Program Files/Microsoft/Exchange Server", from: disk.root.volume) {
      folders += disk.tree.list(usual).filter { $0.kind == .folder }.map { WindowsTree.join(usual, $0.name) }
    }
    return folders
  }

  struct Agent: Hashable {
    var name: String
    var assembly: String
    var isEnabled: Bool
    var baseType: String?
    var factory: String?
  }

  /// `configuration/mexRuntime/agentList/agent`; no namespace.
  static func agents(_ root: XMLElement) throws(ParseError) -> [Agent] {
    guard root.name.lowered == "configuration" else {
      throw ParseError("inventory.exchange.form", "is no configuration: its root is \(root.name)", offset: root.offset)
    }
    return root.named("mexRuntime").flatMap { $0.named("agentList") }.flatMap { $0.named("agent") }.compactMap { agent in
      guard let assembly = agent.value("assemblyPath") else { return nil }
      return Agent(
        name: agent.value("name") ?? assembly, assembly: assembly, isEnabled: !XMLElement.isFalse(agent.value("enabled")),
        baseType: agent.value("baseType"), factory: agent.value("classFactory"))
    }
  }

  private static func entry(_ agent: Agent, from file: String, below folder: String, _ disk: WindowsDisk) -> InventoryEntry {
    // The installation's own variable stands at the beginning of some paths.
    let variable = "%ExchangeInstallPath%"
    var place: (path: String, isPresent: Bool)?
    if WindowsCase.hasPrefix(agent.assembly, variable) {
      let rest = String(agent.assembly.unicodeScalars.dropFirst(variable.unicodeScalars.count))
      let own = disk.tree.locate(rest, from: folder)
      place = (own.path, own.kind == .file)
    } else if let found = disk.locate(agent.assembly, WindowsPathContext(.library)) {
      place = (found.path, found.isPresent)
    }
    var entry = InventoryEntry(
      .transportAgent, name: agent.name, origin: "\(file): mexRuntime/agentList", command: agent.assembly, path: place?.path,
      isPresent: place?.isPresent ?? false)
    entry.facts = [agent.isEnabled ? "enabled" : "not enabled"]
    if let factory = agent.factory { entry.facts.append("class \(factory)") }
    entry.attack = ["T1505.002"]
    return entry
  }
}
