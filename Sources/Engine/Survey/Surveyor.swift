import AssayBytes
package import AssayCore
import AssayInventory
package import AssayPKI
import AssayPolicy

/// Takes the inventory of every system found in a tree.
package struct Surveyor {
  private let unmarked: SecurityZone
  private let programme: [AnchorSet]?

  /// `unmarked`: the zone of scripts without a mark. `programme`: the roots that Windows' own programme has; nil where they are not
  /// at hand, and then no root of a system is called foreign.
  package init(unmarked: SecurityZone = .myComputer, programme: [AnchorSet]? = nil) {
    self.unmarked = unmarked
    self.programme = programme
  }

  /// Nil where no system is found: a folder of files has nothing that starts them. `volumes`: where a walk saw that a system may be;
  /// without it the tree is searched.
  package func survey(_ tree: some ArtifactTree, volumes: [String]? = nil) -> Survey? {
    let windows = WindowsTree(tree)
    var inventory = SystemInventory()
    var scripts: [ScriptSystem] = []
    for root in WindowsRoot.find(in: windows, among: volumes) {
      let system = WindowsSystem(windows, root)
      inventory.add(WindowsInventory.take(system, isKnownRoot: programme.map { sets in { Surveyor.isKnown($0, sets) } }))
      let settings = PowerShellSettings(system)
      inventory.findings += settings.findings
      scripts.append(Surveyor.scripts(system, settings, unmarked: unmarked))
    }
    let macs = AppleRoot.find(among: volumes) { windows.list($0) }
    for volume in macs { inventory.add(AppleInventory.take(AppleDisk(tree, volume: volume, isSystem: true))) }
    return scripts.isEmpty && macs.isEmpty ? nil : Survey(inventory, scripts: scripts, volumes: macs)
  }

  private static func isKnown(_ encoded: [UInt8], _ programme: [AnchorSet]) -> Bool {
    var budget = Budget()
    guard let certificate = try? Certificate(encoded: encoded[...], &budget) else { return false }
    let digest = certificate.fingerprint(.sha256)
    return programme.contains { $0.named(certificate.subject.encoded).contains { $0.sha256 == digest } }
  }

  private static func scripts(_ system: WindowsSystem, _ settings: PowerShellSettings, unmarked: SecurityZone) -> ScriptSystem {
    let stored = CertificateStores.read(system)
    let users = Set(stored.compactMap(\.user)).union(settings.hosts.compactMap(\.user))
    var hosts: [ScriptHost] = []
    for host in settings.hosts {
      hosts.append(
        ScriptHost(label: host.label, policy: EffectivePolicy(host), publishers: PublisherLists(stored, user: host.user)))
    }
    // A user with publishers of his own and no policy of his own.
    let common = PublisherLists(stored, user: nil)
    for user in users.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      let lists = PublisherLists(stored, user: user)
      guard lists != common else { continue }
      for host in settings.hosts where host.user == nil {
        let hasOwn = settings.hosts.contains { $0.user == user && $0.label.hasPrefix(host.label) }
        guard !hasOwn else { continue }
        hosts.append(ScriptHost(label: "\(host.label), user \(user)", policy: EffectivePolicy(host), publishers: lists))
      }
    }
    let roots = stored.filter { $0.store == .root }.compactMap { Hex.decode($0.thumbprint) }
    return ScriptSystem(root: system.disk.root.volume, hosts: hosts, unmarked: unmarked, ownRoots: Set(roots))
  }
}

extension EffectivePolicy {
  fileprivate init(_ host: PowerShellHost) {
    var configured: [ExecutionPolicyScope: String] = [:]
    configured[.machinePolicy] = host.machinePolicy
    configured[.userPolicy] = host.userPolicy
    configured[.process] = host.process
    configured[.currentUser] = host.currentUser
    configured[.localMachine] = host.localMachine
    self.init(configured)
  }
}

extension PublisherLists {
  /// The view of CurrentUser: the user's own stores with those of the machine and its policies.
  fileprivate init(_ stored: [StoredCertificate], user: String?) {
    self.init()
    for certificate in stored where certificate.user == nil || certificate.user == user {
      guard let thumbprint = Hex.decode(certificate.thumbprint) else { continue }
      switch certificate.store {
      case .trustedPublisher: trusted.insert(thumbprint)
      case .disallowed: disallowed.insert(thumbprint)
      case .root: break
      }
    }
  }
}
