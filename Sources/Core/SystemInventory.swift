/// Something that a system's own configuration starts or loads, found by reading it.
package struct InventoryEntry: Hashable, Sendable {
  package var role: Role
  /// As the configuration names it: a service, a task, a module.
  package var name: String
  /// Where it says so: `Windows/System32/config/SYSTEM: ControlSet001\Services\Example`.
  package var origin: String
  /// What is to be started or loaded, as written; empty where the configuration leaves it to a default.
  package var command: String
  /// Below the root, with `/`: the file as it is on the disk where it was found, else where the system would look for it; nil where
  /// the command names no file.
  package var path: String?
  /// The file is on the disk.
  package var isPresent: Bool
  /// Whose names it is written in: Windows compares them without case.
  package var platform = "windows"
  /// Further facts for people, in order: start type, account, enabled.
  package var facts: [String] = []
  /// What is wrong with it whatever its signature says, or worth knowing.
  package var findings: [Finding] = []
  /// ATT&CK techniques whose row of M1045 it belongs to.
  package var attack: [String] = []

  /// The fact that a driver is loaded with the kernel, before catalogs can be looked into.
  package static let startAtBoot = "start at boot"

  package init(_ role: Role, name: String, origin: String, command: String, path: String?, isPresent: Bool) {
    self.role = role
    self.name = name
    self.origin = origin
    self.command = command
    self.path = path
    self.isPresent = isPresent
  }
}

/// What a tree's configuration starts and loads, and what its settings mean for signatures.
package struct SystemInventory: Sendable {
  package var entries: [InventoryEntry] = []
  /// About a configuration file: it could not be read, or a setting in it weakens or hijacks signature checks.
  package var findings: [(path: String, finding: Finding)] = []
  package init() {}

  package mutating func add(_ other: SystemInventory) {
    entries += other.entries
    findings += other.findings
  }
}
