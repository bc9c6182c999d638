import AssayContainers
package import AssayCore

/// Subject interface packages and trust providers: the libraries that Windows asks whether a signature holds (T1553.003).
///
/// This verifier asks none of them. But programs on that Windows do, and a package that always says yes makes their answer worthless.
package enum TrustProviders {
  /// What a package registers. The first two decide what counts as signed; every other one is a library that whoever asks about a file
  /// loads, and IsMyFileType says which package answers (SpecterOps, "Subverting Trust in Windows").
  private static let functions = [
    "CryptSIPDllVerifyIndirectData", "CryptSIPDllGetSignedDataMsg", "CryptSIPDllIsMyFileType2", "CryptSIPDllIsMyFileType",
    "CryptSIPDllCreateIndirectData", "CryptSIPDllPutSignedDataMsg", "CryptSIPDllRemoveSignedDataMsg", "CryptSIPDllGetCaps",
    "CryptSIPDllGetSealedDigest",
  ]

  package static func take(_ system: WindowsSystem) -> SystemInventory {
    var inventory = SystemInventory()
    guard let hive = system.software else { return inventory }
    for (view, is32Bit) in [("", false), ("WOW6432Node\\", true)] {
      let context = WindowsPathContext(.library, is32Bit: is32Bit)
      var foreign: Set<[UInt16]> = []
      for function in functions {
        let key = hive.key(view + "Microsoft\\Cryptography\\OID\\EncodingType 0\\" + function)
        for subject in key?.subkeys ?? [] {
          let known = TrustProviderTable.package(subject.name).map { ([$0.library], $0.function(of: function)) }
          // A package that Windows does not come with is said once.
          guard known != nil || foreign.insert(WindowsCase.key(subject.name)).inserted else { continue }
          check(subject, values: ("Dll", "FuncName"), known, code: "inventory.sip", hive, context, system, &inventory)
        }
      }
      for step in hive.key(view + "Microsoft\\Cryptography\\Providers\\Trust")?.subkeys ?? [] {
        for action in step.subkeys {
          let known = TrustProviderTable.provider(of: action.name, step: step.name)
          // An action that Windows does not come with, answered by Windows' own library, answers nobody who asks by Windows' own.
          let library = action.value("$DLL")?.string?.lastName ?? ""
          if known == nil, TrustProviderTable.isWindows(library) { continue }
          check(action, values: ("$DLL", "$Function"), known, code: "inventory.trust-provider", hive, context, system, &inventory)
        }
      }
    }
    return inventory
  }

  /// `known` nil: Windows registers none for this subject.
  private static func check(
    _ key: RegistryKey, values: (library: String, function: String), _ known: (libraries: [String], function: String?)?,
    code: String,
    _ hive: WindowsHive, _ context: WindowsPathContext, _ system: WindowsSystem, _ inventory: inout SystemInventory
  ) {
    guard let library = key.value(values.library)?.string, !library.isEmpty else { return }
    let found = key.value(values.function)?.string ?? ""
    let origin = hive.origin(key)
    let isAtHome = isInSystemFolder(library, context, system)
    var finding: Finding?
    if let known {
      if !isAtHome || !known.libraries.contains(where: { WindowsCase.areEqual($0, library.lastName) }) {
        finding = Finding(
          code + ".hijacked", .failure,
          "\(origin): \(library) answers for signatures in place of Windows' own \(known.libraries.first ?? "library")",
          expected: known.libraries.first, found: library, attack: ["T1553.003"])
      } else if let function = known.function, !WindowsCase.areEqual(function, found) {
        finding = Finding(
          code + ".hijacked", .failure, "\(origin): the function \(found) answers for signatures in place of \(function)",
          expected: function, found: found, attack: ["T1553.003"])
      }
    } else {
      finding = Finding(
        code + ".foreign", .warning,
        "\(origin): a library that Windows does not come with answers for signatures: \(library), \(found)", found: library,
        attack: ["T1553.003"])
    }
    guard let finding else { return }
    inventory.findings.append((hive.path, finding))
    var entry = system.entry(
      ofFile: library, name: key.name, origin: origin, role: .library, context: context, attack: ["T1553.003"])
    entry.facts = ["function \(found)"]
    entry.findings.append(finding)
    inventory.entries.append(entry)
  }

  /// A bare name is looked for in System32 first. Whole paths lead to System32, the folder of PowerShell 5.1, .NET or Office.
  private static func isInSystemFolder(_ library: String, _ context: WindowsPathContext, _ system: WindowsSystem) -> Bool {
    guard WindowsText.names(library).count > 1 else { return true }
    guard let text = system.disk.expand(library), let path = WindowsPath(text, windows: system.disk.systemRootPath) else {
      return false
    }
    let home = WindowsPath(system.disk.systemRootPath, windows: "")?.names ?? []
    guard path.start != .relative, path.names.count > home.count,
      zip(path.names, home).allSatisfy({ WindowsCase.areEqual($0, $1) })
    else {
      // Office keeps its own package beside its programs.
      return WindowsCase.areEqual(library.lastName, "mso.dll")
        && path.names.first.map { WindowsCase.hasPrefix($0, "Program Files") } == true
    }
    let below = path.names.dropFirst(home.count).dropLast().joined(separator: "\\")
    return ["System32", "SysWOW64", "Sysnative", "System32\\WindowsPowerShell\\v1.0", "SysWOW64\\WindowsPowerShell\\v1.0"].contains
    {
      WindowsCase.areEqual($0, below)
    } || WindowsCase.hasPrefix(below, "Microsoft.NET\\Framework")
  }
}
