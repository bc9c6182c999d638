import AssayContainers
package import AssayCore

/// Services and drivers: `ControlSet00N\Services`, after "HKLM\SYSTEM\CurrentControlSet\Services Registry Tree" (MicrosoftDocs/
/// windows-driver-docs, install/hklm-system-currentcontrolset-services-registry-tree.md) and the values' own pages of Windows 2000's
/// reference of the registry.
package enum WindowsServices {
  static let attack = ["T1543.003"]

  package static func take(_ system: WindowsSystem) -> SystemInventory {
    var inventory = SystemInventory()
    guard let hive = system.system, let services = system.controlSet?.subkey("Services") else { return inventory }
    for key in services.subkeys { inventory.entries += Service(system, hive, key).entries }
    return inventory
  }
}

/// One key below Services.
private struct Service {
  private let system: WindowsSystem
  private let key: RegistryKey
  private let origin: String
  private let values: [RegistryValue]
  private let type: UInt64?

  init(_ system: WindowsSystem, _ hive: WindowsHive, _ key: RegistryKey) {
    self.system = system
    self.key = key
    origin = hive.origin(key)
    values = key.values
    type = Service.value("Type", values)?.number
  }

  private static func value(_ name: String, _ values: [RegistryValue]) -> RegistryValue? {
    values.first { WindowsCase.areEqual($0.name, name) }
  }

  private func value(_ name: String) -> RegistryValue? { Service.value(name, values) }

  var entries: [InventoryEntry] {
    let image = value("ImagePath")?.string ?? ""
    var found: [InventoryEntry] = []
    if isDriver {
      // An adapter without a file is a leftover; other drivers have a place by default.
      if image.isEmpty && type == 4 { return [] }
      let path = image.isEmpty ? "System32\\drivers\\\(key.name).sys" : image
      var entry = system.entry(
        ofFile: path, name: key.name, origin: origin, role: .kernelDriver, context: WindowsPathContext(.windows),
        attack: WindowsServices.attack)
      entry.command = image
      found.append(entry)
    } else if !image.isEmpty {
      found += system.entries(
        ofCommand: image, name: key.name, origin: origin, role: .windowsService, context: WindowsPathContext(),
        attack: WindowsServices.attack)
    }
    let facts = self.facts
    found = found.map { entry in
      var entry = entry
      entry.facts = facts
      return entry
    }
    return found + libraries
  }

  /// Types 1, 2, 4 and 8: a driver, a file system, an adapter, a recognizer. Without a type the ending tells.
  private var isDriver: Bool {
    guard let type else { return WindowsCase.hasSuffix(value("ImagePath")?.string ?? "", ".sys") }
    return [1, 2, 4, 8].contains(type)
  }

  /// What the service's own process loads because the registry says so.
  private var libraries: [InventoryEntry] {
    var found: [InventoryEntry] = []
    let parameters = key.subkey("Parameters")
    let dll = parameters?.value("ServiceDll")?.string ?? value("ServiceDll")?.string ?? ""
    if !dll.isEmpty {
      var entry = system.entry(
        ofFile: dll, name: key.name, origin: origin + (parameters?.value("ServiceDll") == nil ? "" : "\\Parameters"),
        role: .windowsService, context: WindowsPathContext(.library), attack: WindowsServices.attack)
      entry.facts = ["service library"] + facts
      found.append(entry)
    }
    // srvany and NSSM start what stands here.
    if let program = parameters?.value("Application")?.string, !program.isEmpty {
      found += system.entries(
        ofCommand: program, name: key.name, origin: origin + "\\Parameters", role: .windowsService, context: WindowsPathContext(),
        attack: WindowsServices.attack)
    }
    // What programs that read performance counters load.
    if let path = key.key("Performance")?.value("Library")?.string, !path.isEmpty {
      found.append(
        system.entry(
          ofFile: path, name: key.name, origin: origin + "\\Performance", role: .library, context: WindowsPathContext(.library),
          attack: ["T1574.011"]))
    }
    if let path = key.key("NetworkProvider")?.value("ProviderPath")?.string, !path.isEmpty {
      found.append(
        system.entry(
          ofFile: path, name: key.name, origin: origin + "\\NetworkProvider", role: .library, context: WindowsPathContext(.library),
          attack: ["T1556.008"]))
    }
    if WindowsCase.areEqual(key.name, "W32Time") {
      for provider in key.subkey("TimeProviders")?.subkeys ?? [] {
        guard let path = provider.value("DllName")?.string, !path.isEmpty else { continue }
        found.append(
          system.entry(
            ofFile: path, name: provider.name, origin: origin + "\\TimeProviders\\" + provider.name, role: .library,
            context: WindowsPathContext(.library), attack: ["T1547.003"]))
      }
    }
    return found
  }

  private var facts: [String] {
    var facts: [String] = []
    let names: [UInt64: String] = [
      1: "kernel driver", 2: "file system driver", 4: "adapter", 8: "file system recognizer", 0x10: "own process",
      0x20: "shared process", 0x50: "user service, own process", 0x60: "user service, shared process",
      0xD0: "user service instance, own process", 0xE0: "user service instance, shared process",
    ]
    facts.append(type.map { names[$0 & ~0x100] ?? "type \($0)" } ?? "no type")
    if let type, type & 0x100 != 0, type < 0x200 { facts.append("interactive") }
    let starts = [InventoryEntry.startAtBoot, "start by the system", "start automatic", "start on demand", "disabled"]
    if let start = value("Start")?.number {
      facts.append(start < UInt64(starts.count) ? starts[Int(start)] : "start \(start)")
      if start == 2, value("DelayedAutostart")?.number == 1 { facts.append("delayed") }
    }
    if let account = value("ObjectName")?.string, !account.isEmpty, !isDriver { facts.append("account \(account)") }
    if let group = value("Group")?.string, !group.isEmpty, isDriver { facts.append("group \(group)") }
    if let failure = value("FailureCommand")?.string, !failure.isEmpty { facts.append("failure command \(failure)") }
    return facts
  }
}
