import AssayBytes
import AssayContainers
package import AssayCore

/// What IIS on a Windows disk loads and starts: T1505.004, from applicationHost.config and every web.config below the sites.
package struct IISInventory {
  /// Folders below the sites that are looked at for a web.config, and how deep.
  package static let folderLimit = 20_000
  package static let depthLimit = 32

  private let system: WindowsSystem
  private let text: ConfigurationText
  private var inventory = SystemInventory()
  private var read: Set<[UInt8]> = []
  private var folders = 0

  package static func take(_ system: WindowsSystem) -> SystemInventory {
    var taker = IISInventory(system)
    taker.run()
    return taker.inventory
  }

  private init(_ system: WindowsSystem) {
    self.system = system
    text = ConfigurationText(disk: system.disk)
  }

  private var disk: WindowsDisk { system.disk }

  private mutating func run() {
    let windows = disk.root.windows
    if let file = disk.tree.file("System32/inetsrv/config/applicationHost.config", from: windows) {
      configuration(file, below: nil)
    }
    for framework in ["Microsoft.NET/Framework", "Microsoft.NET/Framework64"] {
      guard let folder = disk.tree.folder(framework, from: windows) else { continue }
      for version in disk.tree.list(folder) where version.kind == .folder {
        let place = WindowsTree.join(folder, version.name)
        if let file = disk.tree.file("Config/web.config", from: place) { configuration(file, below: nil) }
      }
    }
  }

  /// `below`: the folder of the site that the file belongs to.
  private mutating func configuration(_ path: String, below site: String?, section: (name: XMLText, location: String?)? = nil) {
    guard read.insert(Array(path.utf8)).inserted else { return }
    let parsed: IISConfiguration
    do throws(ParseError) {
      parsed = IISConfiguration(try text.document(path).root, section: section)
    } catch {
      inventory.findings.append((path: path, finding: Finding(error)))
      return
    }
    for record in parsed.records { add(record, from: path, site) }
    for item in parsed.unlisted {
      let location = item.location.map { " for \($0)" } ?? ""
      inventory.findings.append(
        (
          path: path,
          finding: Finding(
            InventoryFindings.unlisted.name, .warning, "\(item.what) that nobody listed may run\(location)", attack: ["T1505.004"])
        ))
    }
    for reference in parsed.elsewhere {
      let place = disk.tree.locate(reference.file, from: WindowsTree.parent(path))
      if place.kind == .file {
        configuration(place.path, below: site, section: (name: reference.section, location: reference.location))
      }
    }
    for folder in parsed.siteFolders {
      guard let place = disk.locate(folder.folder), place.kind == .folder else { continue }
      walk(place.path, site: place.path, depth: 0)
    }
  }

  private mutating func walk(_ folder: String, site: String, depth: Int) {
    folders += 1
    guard folders <= IISInventory.folderLimit, depth <= IISInventory.depthLimit else {
      let error = ParseError(
        "limit.nodes",
        "below this site more than \(IISInventory.folderLimit) folders, or deeper ones than \(IISInventory.depthLimit), were not searched"
      )
      if folders == IISInventory.folderLimit + 1 || depth > IISInventory.depthLimit {
        inventory.findings.append((path: folder, finding: Finding(error, .warning)))
      }
      return
    }
    let entries = disk.tree.list(folder)
    for entry in entries where entry.kind == .file && WindowsCase.areEqual(entry.name, "web.config") {
      configuration(WindowsTree.join(folder, entry.name), below: folder)
    }
    for entry in entries where entry.kind == .folder { walk(WindowsTree.join(folder, entry.name), site: site, depth: depth + 1) }
  }

  private mutating func add(_ record: IISRecord, from path: String, _ site: String?) {
    let location = record.location.map { " (\($0))" } ?? ""
    let origin = "\(path): \(record.section)\(location)"
    let role: Role = record.kind == .program ? .serverModule : .iisModule
    var entry = InventoryEntry(role, name: record.name, origin: origin, command: record.command, path: nil, isPresent: false)
    entry.facts = record.facts
    entry.attack = ["T1505.004"]
    switch record.kind {
    case .library: place(&entry, file: record.command, record, site)
    case .program:
      inventory.entries += programs(entry, record, site)
      return
    case .managedType:
      guard let assembly = ManagedType.assembly(record.command) else { return }
      guard managed(&entry, assembly, record, site) else { return }
    }
    inventory.entries.append(entry)
  }

  /// The program, and the file that it is started to run.
  private func programs(_ entry: InventoryEntry, _ record: IISRecord, _ site: String?) -> [InventoryEntry] {
    var found = system.entries(
      ofCommand: record.command, name: entry.name, origin: entry.origin, role: entry.role, context: WindowsPathContext(),
      attack: entry.attack)
    if var first = found.first, !first.isPresent, let site {
      let file = WindowsCommand(record.command).candidates.first?.file ?? record.command
      place(&first, file: file, record, site)
      found[0] = first
    }
    for index in found.indices { found[index].facts = entry.facts }
    return found
  }

  /// A site's own folder first, where the path is relative to it.
  private func place(_ entry: inout InventoryEntry, file: String, _ record: IISRecord, _ site: String?) {
    if let site, isRelative(file), let names = WindowsPath(file, windows: disk.systemRootPath)?.names {
      let own = disk.tree.locate(names, from: site)
      if own.kind == .file || disk.locate(file)?.isPresent != true {
        (entry.path, entry.isPresent) = (own.path, own.kind == .file)
        return
      }
    }
    guard let place = disk.locate(file, WindowsPathContext(.library, is32Bit: record.is32Bit)) else { return }
    (entry.path, entry.isPresent) = (place.path, place.isPresent)
  }

  private func isRelative(_ file: String) -> Bool {
    let start = file.utf8.first
    return start != 0x25 && start != 0x5C && start != 0x2F && !file.utf8.prefix(2).contains(0x3A)
  }

  /// False for an assembly of the framework that is not in the disk's cache: nothing of the system's own is missing by that.
  private func managed(_ entry: inout InventoryEntry, _ assembly: ManagedType.Assembly, _ record: IISRecord, _ site: String?)
    -> Bool
  {
    if let site {
      let own = disk.tree.locate("bin/\(assembly.name).dll", from: site)
      (entry.path, entry.isPresent) = (own.path, own.kind == .file)
      if entry.isPresent { return true }
    }
    for cache in ManagedType.caches {
      guard let folder = disk.tree.folder("\(cache)/\(assembly.name)", from: disk.root.windows) else { continue }
      for version in disk.tree.list(folder) where version.kind == .folder {
        guard let file = disk.tree.file("\(version.name)/\(assembly.name).dll", from: folder) else { continue }
        (entry.path, entry.isPresent) = (file, true)
        return true
      }
    }
    return !assembly.isOfTheFramework && (entry.path != nil || record.location == nil)
  }
}

/// A .NET type by its assembly-qualified name.
enum ManagedType {
  struct Assembly: Hashable {
    var name: String
    /// Its key is one of Microsoft's for the framework; a claim, as the name is.
    var isOfTheFramework: Bool
  }

  /// Below the folder of Windows.
  static let caches =
    ["Microsoft.NET/assembly/GAC_MSIL", "Microsoft.NET/assembly/GAC_64", "Microsoft.NET/assembly/GAC_32"] + [
      "assembly/GAC_MSIL", "assembly/GAC_64", "assembly/GAC_32",
    ]
  private static let frameworkKeys = ["b77a5c561934e089", "b03f5f7f11d50a3a", "31bf3856ad364e35"].map { Array($0.utf8) }

  /// Nil where the type names no assembly: then it is one of System.Web or of App_Code. A name with a separator is no assembly's.
  static func assembly(_ type: String) -> Assembly? {
    // Generic arguments hold commas of their own; what follows the last bracket counts.
    let text = Array(XMLText(type).octets)
    let tail = text.lastIndex(of: 0x5D).map { text[($0 + 1)...] } ?? text[...]
    let parts = tail.split(separator: 0x2C, omittingEmptySubsequences: false).map { XMLText(octets: Array($0)).trimmed }
    guard parts.count > 1, !parts[1].isEmpty, !parts[1].octets.contains(where: { $0 == 0x2F || $0 == 0x5C || $0 == 0x3A }) else {
      return nil
    }
    let isFramework = parts.dropFirst(2).contains { part in
      let pair = part.lowered.octets.split(separator: 0x3D).map { XMLText(octets: Array($0)).trimmed.octets }
      return pair.count == 2 && pair[0].elementsEqual("publickeytoken".utf8) && frameworkKeys.contains(pair[1])
    }
    return Assembly(name: parts[1].string, isOfTheFramework: isFramework)
  }
}
