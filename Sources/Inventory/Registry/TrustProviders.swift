import AssayContainers
package import AssayCore

/// Subject interface packages and trust providers: the libraries that Windows asks whether a signature holds (T1553.003).
///
/// This verifier asks none of them. But programs on that Windows do, and a package that always says yes makes their answer worthless.
package enum TrustProviders {
  struct Package: Sendable {
    let subject: String
    let library: String
    /// The function behind CryptSIPDllVerifyIndirectData; that of CryptSIPDllGetSignedDataMsg follows from it.
    let verify: String
    init(_ subject: String, _ library: String, _ verify: String) {
      self.subject = subject
      self.library = library
      self.verify = verify
    }
    var getMessage: String {
      let known = ["PsVerifyHash": "PsGetSignature", "EsdSipVerifyHash": "EsdSipGetSignature"]
      if let known = known[verify] { return known }
      return verify.utf8.count > 18 ? String(verify.dropLast(18)) + "GetSignedDataMsg" : "GetSignedDataMsg"
    }
  }

  private static let wintrust = "CryptSIPVerifyIndirectData"
  /// As Windows 7 to 11 and Office register them; the subjects' names are those of their GUIDs.
  static let packages: [Package] = [
    Package("{000C10F1-0000-0000-C000-000000000046}", "MSISIP.DLL", "MsiSIPVerifyIndirectData"),
    Package("{06C9E010-38CE-11D4-A2A3-00104BD35090}", "wshext.dll", "VerifyIndirectData"),
    Package("{0AC5DF4B-CE07-4DE2-B76E-23C839A09FD1}", "AppxSip.dll", "AppxSipVerifyIndirectData"),
    Package("{0F5F58B3-AADE-4B9A-A434-95742D92ECEB}", "AppxSip.dll", "AppxBundleSipVerifyIndirectData"),
    Package("{18B3C141-AE0D-40F9-9465-E542AFC1ABC7}", "WINTRUST.DLL", wintrust),
    Package("{1629F04E-2799-4DB5-8FE5-ACE10F17EBAB}", "wshext.dll", "VerifyIndirectData"),
    Package("{1A610570-38CE-11D4-A2A3-00104BD35090}", "wshext.dll", "VerifyIndirectData"),
    Package("{1AD2DCB4-1FC8-42EF-8D9B-1EDFB2F7C75D}", "AppxSip.dll", "ExtensionsSipVerifyIndirectData"),
    Package("{5598CFF1-68DB-4340-B57F-1CACF88C9A51}", "AppxSip.dll", "P7xSipVerifyIndirectData"),
    Package("{603BCC1F-4B59-4E08-B724-D2C6297EF351}", "pwrshsip.dll", "PsVerifyHash"),
    Package("{941C2937-1292-11D1-85BE-00C04FC295EE}", "WINTRUST.DLL", wintrust),
    Package("{9BA61D3F-E73A-11D0-8CD2-00C04FC295EE}", "WINTRUST.DLL", wintrust),
    Package("{9F3053C5-439D-4BF7-8A77-04F0450A1D9F}", "EsdSip.dll", "EsdSipVerifyHash"),
    Package("{9FA65764-C36F-4319-9737-658A34585BB7}", "mso.dll", "MsoVBADigSigVerifyIndirectData"),
    Package("{C689AAB8-8E78-11D0-8C47-00C04FC295EE}", "WINTRUST.DLL", wintrust),
    Package("{C689AAB9-8E78-11D0-8C47-00C04FC295EE}", "WINTRUST.DLL", wintrust),
    Package("{C689AABA-8E78-11D0-8C47-00C04FC295EE}", "WINTRUST.DLL", wintrust),
    Package("{CF78C6DE-64A2-4799-B506-89ADFF5D16D6}", "AppxSip.dll", "EappxSipVerifyIndirectData"),
    Package("{D1D04F0C-9ABA-430D-B0E4-D7E96ACCE66C}", "AppxSip.dll", "EappxBundleSipVerifyIndirectData"),
    Package("{DE351A42-8E59-11D0-8C47-00C04FC295EE}", "WINTRUST.DLL", wintrust),
    Package("{DE351A43-8E59-11D0-8C47-00C04FC295EE}", "WINTRUST.DLL", wintrust),
  ]

  /// Libraries that Windows and .NET register as trust providers.
  private static let providers = ["WINTRUST.DLL", "softpub.dll", "cryptdlg.dll", "mscorsec.dll"]
  /// The steps of the policy that judges code (WINTRUST_ACTION_GENERIC_VERIFY_V2), with their functions in wintrust.dll.
  private static let authenticode: [String: String] = [
    "Initialization": "SoftpubInitialize", "Message": "SoftpubLoadMessage", "Signature": "SoftpubLoadSignature",
    "Certificate": "WintrustCertificateTrust", "CertCheck": "SoftpubCheckCert", "FinalPolicy": "SoftpubAuthenticode",
    "Cleanup": "SoftpubCleanup",
  ]
  private static let authenticodeAction = "{00AAC56B-CD44-11D0-8CC2-00C04FC295EE}"

  package static func take(_ system: WindowsSystem) -> SystemInventory {
    var inventory = SystemInventory()
    guard let hive = system.software else { return inventory }
    for (view, is32Bit) in [("", false), ("WOW6432Node\\", true)] {
      let context = WindowsPathContext(.library, is32Bit: is32Bit)
      for function in ["CryptSIPDllVerifyIndirectData", "CryptSIPDllGetSignedDataMsg"] {
        let key = hive.key(view + "Microsoft\\Cryptography\\OID\\EncodingType 0\\" + function)
        for subject in key?.subkeys ?? [] {
          let isVerify = function == "CryptSIPDllVerifyIndirectData"
          let known = packages.first { WindowsCase.areEqual($0.subject, subject.name) }
          check(
            subject, values: ("Dll", "FuncName"), libraries: known.map { [$0.library] },
            function: known.map { isVerify ? $0.verify : $0.getMessage }, code: "inventory.sip", hive, context, system, &inventory)
        }
      }
      for step in hive.key(view + "Microsoft\\Cryptography\\Providers\\Trust")?.subkeys ?? [] {
        for action in step.subkeys {
          let isAuthenticode = WindowsCase.areEqual(action.name, authenticodeAction)
          check(
            action, values: ("$DLL", "$Function"), libraries: providers,
            function: isAuthenticode ? authenticode[step.name] : nil, code: "inventory.trust-provider", hive, context, system,
            &inventory)
        }
      }
    }
    return inventory
  }

  /// `libraries` nil: Windows registers none for this subject.
  private static func check(
    _ key: RegistryKey, values: (library: String, function: String), libraries: [String]?, function: String?, code: String,
    _ hive: WindowsHive, _ context: WindowsPathContext, _ system: WindowsSystem, _ inventory: inout SystemInventory
  ) {
    guard let library = key.value(values.library)?.string, !library.isEmpty else { return }
    let found = key.value(values.function)?.string ?? ""
    let origin = hive.origin(key)
    let isExpected = libraries?.contains { WindowsCase.areEqual($0, library.lastName) }
    let isAtHome = isInSystemFolder(library, context, system)
    var finding: Finding?
    if isExpected == nil {
      finding = Finding(
        code + ".foreign", .warning,
        "\(origin): a package that Windows does not come with answers for signatures: \(library), \(found)",
        found: library, attack: ["T1553.003"])
    } else if isExpected == false || !isAtHome {
      finding = Finding(
        code + ".hijacked", .failure,
        "\(origin): \(library) answers for signatures in place of Windows' own \(libraries?.first ?? "library")",
        expected: libraries?.first, found: library, attack: ["T1553.003"])
    } else if let function, !WindowsCase.areEqual(function, found) {
      finding = Finding(
        code + ".hijacked", .failure, "\(origin): the function \(found) answers for signatures in place of \(function)",
        expected: function, found: found, attack: ["T1553.003"])
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
