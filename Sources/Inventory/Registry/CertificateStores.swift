import AssayBytes
import AssayContainers
package import AssayCore

/// A certificate that a machine or a user keeps in one of Windows' stores.
package struct StoredCertificate: Hashable, Sendable {
  package enum Store: String, CaseIterable, Sendable {
    case root = "ROOT"
    case trustedPublisher = "TrustedPublisher"
    case disallowed = "Disallowed"
  }
  package let store: Store
  /// Nil for the machine's own and the policies' stores; PowerShell's view of a user unites both.
  package let user: String?
  /// The key's name: its SHA-1 as Windows computed it, not checked.
  package let thumbprint: String
  /// DER. A property of the list, read from the key's blob.
  package let certificate: [UInt8]
  package let friendlyName: String?
  /// The hive, and where in it.
  package let path: String
  package let origin: String
}

/// `SystemCertificates` of machine, policies and users.
package enum CertificateStores {
  /// Certificates of one store.
  package static let storeLimit = 4_096
  /// A blob with its properties.
  static let propertyLimit = 64

  package static func read(_ system: WindowsSystem) -> [StoredCertificate] {
    var found: [StoredCertificate] = []
    for store in StoredCertificate.Store.allCases {
      if let hive = system.software {
        for base in [
          "Microsoft\\SystemCertificates", "Policies\\Microsoft\\SystemCertificates", "Microsoft\\EnterpriseCertificates",
        ] {
          found += read(hive, base, store, user: nil)
        }
      }
      for user in system.users {
        for base in ["Software\\Microsoft\\SystemCertificates", "Software\\Policies\\Microsoft\\SystemCertificates"] {
          found += read(user.hive, base, store, user: user.user.name)
        }
      }
    }
    return found
  }

  private static func read(_ hive: WindowsHive, _ base: String, _ store: StoredCertificate.Store, user: String?)
    -> [StoredCertificate]
  {
    var found: [StoredCertificate] = []
    for key in hive.key("\(base)\\\(store.rawValue)\\Certificates")?.subkeys.prefix(storeLimit) ?? [] {
      guard let blob = key.value("Blob")?.data else { continue }
      var certificate: [UInt8] = []
      var name: String?
      var budget = Budget(nodes: propertyLimit)
      do throws(ParseError) {
        var reader = ByteReader(blob[...], truncated: "inventory.certificate.unreadable")
        while !reader.isAtEnd {
          try budget.spend(nodes: 1)
          let property = try reader.little(UInt32.self)
          try reader.skip(4)
          let value = try reader.take(Int(try reader.little(UInt32.self)))
          if property == 32 { certificate = Array(value) }
          if property == 11 { name = RegistryTextOfBlob.untilZero(value) }
        }
      } catch {}
      // A blob without a certificate is Disallowed by its hash alone: the key's name says which.
      found.append(
        StoredCertificate(
          store: store, user: user, thumbprint: key.name, certificate: certificate, friendlyName: name, path: hive.path,
          origin: hive.origin(key)))
    }
    return found
  }

  /// Roots that Windows' own programme does not have (T1553.004).
  static func extraRoots(_ system: WindowsSystem, isKnownRoot: ([UInt8]) -> Bool) -> [(path: String, finding: Finding)] {
    read(system).filter { $0.store == .root && !isKnownRoot($0.certificate) }.map { root in
      let name = root.friendlyName.map { " (\($0))" } ?? ""
      let whom = root.user.map { "user \($0) trusts" } ?? "the machine trusts"
      return (
        root.path,
        Finding(
          "inventory.root.extra", .warning, "\(root.origin): \(whom) a root that Microsoft's programme does not have\(name)",
          found: root.thumbprint, attack: ["T1553.004"])
      )
    }
  }
}

private enum RegistryTextOfBlob {
  static func untilZero(_ bytes: ArraySlice<UInt8>) -> String {
    var units: [UInt16] = []
    var reader = ByteReader(bytes, truncated: "inventory.certificate.unreadable")
    while let unit = try? reader.little(UInt16.self), unit != 0 { units.append(unit) }
    return String(decoding: units, as: UTF16.self)
  }
}

/// Settings of the machine that weaken or harden signature checks.
package enum CertificateSettings {
  package static func take(_ system: WindowsSystem) -> SystemInventory {
    var inventory = SystemInventory()
    guard let hive = system.software else { return inventory }
    for (view, name) in [("", "64-bit"), ("WOW6432Node\\", "32-bit")] {
      guard view.isEmpty || hive.key("WOW6432Node") != nil else { continue }
      let value = hive.key(view + "Microsoft\\Cryptography\\Wintrust\\Config")?.value("EnableCertPaddingCheck")
      let isOn = value?.number.map { $0 != 0 } ?? value?.string.map { WindowsCase.areEqual($0, "1") } ?? false
      inventory.findings.append(
        (
          hive.path,
          isOn
            ? Finding(
              "inventory.padding-check.on", .note, "\(name) programs refuse padding after a signature (EnableCertPaddingCheck)")
            : Finding(
              "inventory.padding-check.off", .note,
              "\(name) programs accept padding after a signature: EnableCertPaddingCheck is not set (CVE-2013-3900)")
        ))
    }
    let key = hive.key("Policies\\Microsoft\\SystemCertificates\\AuthRoot")
    if let number = key?.value("DisableRootAutoUpdate")?.number, number != 0 {
      inventory.findings.append(
        (
          hive.path,
          Finding("inventory.root.update-disabled", .note, "the machine does not take new lists of roots (DisableRootAutoUpdate)")
        ))
    }
    return inventory
  }
}
