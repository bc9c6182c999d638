package import AssayCore

/// What every Windows system in a tree starts and loads.
package enum WindowsInventory {
  /// One part of the inventory: services, autostarts, a server's modules. A part says nothing of what it cannot read but findings.
  package typealias Part = @Sendable (WindowsSystem) -> SystemInventory

  /// Parts in the order of the result.
  package static let parts: [Part] = [
    WindowsServices.take, RegistryAutostarts.take, TrustProviders.take, CertificateSettings.take,
    IISInventory.take, ExchangeInventory.take, TaskInventory.take, PowerShellProfiles.take,
  ]

  /// Entries in the order of the parts; findings of the hives at the end. `isKnownRoot`: the DER of a certificate is that of a root
  /// that Windows' own programme has; others in the machine's or a user's store are findings.
  package static func take(
    _ tree: any ArtifactTree, isKnownRoot: (([UInt8]) -> Bool)? = nil
  ) -> SystemInventory {
    var inventory = SystemInventory()
    let windows = WindowsTree(tree)
    for root in WindowsRoot.find(in: windows) { inventory.add(take(WindowsSystem(windows, root), isKnownRoot: isKnownRoot)) }
    return inventory
  }

  package static func take(_ system: WindowsSystem, isKnownRoot: (([UInt8]) -> Bool)? = nil) -> SystemInventory {
    var inventory = SystemInventory()
    for part in parts { inventory.add(part(system)) }
    if let isKnownRoot { inventory.findings += CertificateStores.extraRoots(system, isKnownRoot: isKnownRoot) }
    inventory.findings += system.hiveFindings
    return inventory
  }
}
