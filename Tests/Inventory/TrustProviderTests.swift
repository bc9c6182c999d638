import AssayCore
import AssayInventory
import AssayMaker
import Testing

/// T1553.003 and T1553.004 in a registry, and the settings of PowerShell.
struct TrustProviderTests {
  private static let verify = "Microsoft\\Cryptography\\OID\\EncodingType 0\\CryptSIPDllVerifyIndirectData\\"
  private static let message = "Microsoft\\Cryptography\\OID\\EncodingType 0\\CryptSIPDllGetSignedDataMsg\\"
  private static let trust = "Microsoft\\Cryptography\\Providers\\Trust\\"
  private static let powershell = "{603BCC1F-4B59-4E08-B724-D2C6297EF351}"
  private static let image = "{C689AAB8-8E78-11D0-8C47-00C04FC295EE}"
  private static let authenticode = "{00AAC56B-CD44-11D0-8CC2-00C04FC295EE}"

  private func take(_ key: String, _ library: String, _ function: String, trust: Bool = false) -> SystemInventory {
    let values: [ValueSpec] =
      trust
      ? [.string("$DLL", library), .string("$Function", function)] : [.string("Dll", library), .string("FuncName", function)]
    return WindowsInventory.take(
      DiskDouble.windows(["Windows/System32/ntdll.dll", "Windows/SysWOW64/wintrust.dll"], software: HiveSpec([(key, values)])))
  }

  @Test(arguments: [
    (verify + image, "WINTRUST.DLL", "CryptSIPVerifyIndirectData"),
    (verify + image, "C:\\Windows\\System32\\wintrust.dll", "CryptSIPVerifyIndirectData"),
    (verify + powershell, "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\pwrshsip.dll", "PsVerifyHash"),
    (message + powershell, "%SystemRoot%\\System32\\WindowsPowerShell\\v1.0\\pwrshsip.dll", "PsGetSignature"),
    (message + image, "wintrust.dll", "CryptSIPGetSignedDataMsg"),
    (verify + "{AB13F5B1-F718-11D0-82AA-00AA00C065E1}", "mso.DLL", "MsoVBADigSigVerifyIndirectData"),
    (message + "{AB13F5B1-F718-11D0-82AA-00AA00C065E1}", "mso.DLL", "MsoVBADigSigGetSignedDataMsg"),
    (message + "{0AC5DF4B-CE07-4DE2-B76E-23C839A09FD1}", "C:\\Windows\\System32\\AppxSip.dll", "AppxSipGetSignedDataMsg"),
    (message + "{06C9E010-38CE-11D4-A2A3-00104BD35090}", "C:\\Windows\\System32\\wshext.dll", "GetSignedDataMsg"),
    ("WOW6432Node\\" + verify + image, "C:\\Windows\\SysWOW64\\wintrust.dll", "CryptSIPVerifyIndirectData"),
  ])
  func whatWindowsRegistersIsFine(key: String, library: String, function: String) {
    let inventory = take(key, library, function)
    #expect(inventory.codes("inventory.sip") == [] && inventory.entries.isEmpty)
  }

  @Test(arguments: [
    (verify + powershell, "C:\\Windows\\System32\\ntdll.dll", "DbgUiContinue", "inventory.sip.hijacked"),
    (verify + image, "C:\\Temp\\wintrust.dll", "CryptSIPVerifyIndirectData", "inventory.sip.hijacked"),
    (verify + image, "C:\\Windows\\System32\\wintrust.dll", "SomethingElse", "inventory.sip.hijacked"),
    (message + powershell, "C:\\test\\MySIP.dll", "GetLegitMSSignature", "inventory.sip.hijacked"),
    ("WOW6432Node\\" + verify + image, "C:\\Windows\\System32\\ntdll.dll", "DbgUiContinue", "inventory.sip.hijacked"),
    (verify + "{11111111-2222-3333-4444-555555555555}", "C:\\Vendor\\sip.dll", "Verify", "inventory.sip.foreign"),
  ])
  func aReplacedPackageIsAFinding(key: String, library: String, function: String, code: String) throws {
    let inventory = take(key, library, function)
    let finding = try #require(inventory.findings.first { $0.finding.code.hasPrefix("inventory.sip") })
    #expect(
      finding.finding.code == code && finding.finding.attack == ["T1553.003"] && finding.path == "Windows/System32/config/SOFTWARE")
    #expect(finding.finding.severity == (code.hasSuffix("hijacked") ? .failure : .warning))
    // What answers is judged like any library that the configuration loads.
    #expect(inventory.entries.first?.role == .library && inventory.entries.first?.command == library)
  }

  private static let office = "{1A6631C0-3EA2-11D1-AE01-006097C6A9AA}"
  private static let driver = "{F750E6C3-38EE-11D1-85E5-00C04FC295EE}"
  private static let other = "{11111111-2222-3333-4444-555555555555}"

  @Test(
    arguments: [
      (authenticode, "FinalPolicy", "WINTRUST.DLL", "SoftpubAuthenticode", nil),
      (authenticode, "FinalPolicy", "softpub.dll", "SoftpubAuthenticode", nil),
      (authenticode, "Certificate", "WINTRUST.DLL", "WintrustCertificateTrust", nil),
      (driver, "FinalPolicy", "WINTRUST.DLL", "DriverFinalPolicy", nil),
      // As Office, .NET and Internet Explorer register them on a real Windows 7.
      (office, "FinalPolicy", "mso.DLL", "MsoWintrustFinalPolicy", nil),
      (office, "DiagnosticPolicy", "mso.DLL", "MsoWintrustTestPolicy", nil),
      (office, "Initialization", "WINTRUST.DLL", "SoftpubInitialize", nil),
      ("{31D1ADC1-D329-11D1-8ED8-0080C76516C6}", "FinalPolicy", "mscorsec.dll", "CORPolicyEE", nil),
      (
        "{A7F4C378-21BE-494e-BA0F-BB12C5D208C5}", "FinalPolicy",
        "C:\\Windows\\Microsoft.NET\\Framework\\v4.0.30319\\mscorsecimpl.dll", "CORPolicyEE", nil
      ),
      ("{D41E4F1D-A407-11D1-8BC9-00C04FA30A41}", "FinalPolicy", "urlmon.dll", "CORPolicyProvider", nil),
      ("{D41E4F1D-A407-11D1-8BC9-00C04FA30A41}", "Message", "C:\\Windows\\System32\\WINTRUST.DLL", "SoftpubLoadMessage", nil),
      ("{D41E4F1F-A407-11D1-8BC9-00C04FA30A41}", "FinalPolicy", "ieframe.dll", "CORLockDownProvider", nil),
      ("{7801EBD0-CF4B-11D0-851F-0060979387EA}", "FinalPolicy", "Cryptdlg.dll", "CertTrustFinalPolicy", nil),
      (other, "FinalPolicy", "WINTRUST.DLL", "SoftpubAuthenticode", nil),
      (authenticode, "FinalPolicy", "C:\\Windows\\System32\\ntdll.dll", "DbgUiContinue", "inventory.trust-provider.hijacked"),
      (authenticode, "FinalPolicy", "mso.dll", "MsoWintrustFinalPolicy", "inventory.trust-provider.hijacked"),
      (authenticode, "FinalPolicy", "WINTRUST.DLL", "SoftpubCleanup", "inventory.trust-provider.hijacked"),
      (authenticode, "CertCheck", "evil.dll", "SoftpubCheckCert", "inventory.trust-provider.hijacked"),
      (driver, "FinalPolicy", "WINTRUST.DLL", "SoftpubAuthenticode", "inventory.trust-provider.hijacked"),
      (office, "FinalPolicy", "C:\\Temp\\mso.dll", "MsoWintrustFinalPolicy", "inventory.trust-provider.hijacked"),
      (other, "FinalPolicy", "C:\\Vendor\\trust.dll", "Judge", "inventory.trust-provider.foreign"),
    ] as [(String, String, String, String, String?)])
  func trustProviders(action: String, step: String, library: String, function: String, code: String?) {
    let inventory = take(Self.trust + step + "\\" + action, library, function, trust: true)
    // Told of the hive and of the library alike.
    #expect(inventory.codes("inventory.trust-provider") == (code.map { [$0, $0] } ?? []))
    #expect(
      inventory.findings.allSatisfy { ($0.finding.severity == .failure) == $0.finding.code.hasSuffix("hijacked") } || code == nil)
    #expect(inventory.entries.map(\.command) == (code == nil ? [] : [library]))
  }

  private static let functions = "Microsoft\\Cryptography\\OID\\EncodingType 0\\CryptSIPDll"

  /// Every function that a package registers is a library that others load; Windows' packages have one library each.
  @Test(
    arguments: [
      ("IsMyFileType2\\" + powershell, "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\pwrshsip.dll", nil),
      ("PutSignedDataMsg\\" + image, "WINTRUST.DLL", nil), ("GetSealedDigest\\" + image, "wintrust.dll", nil),
      ("IsMyFileType2\\" + powershell, "C:\\Temp\\pwrshsip.dll", "inventory.sip.hijacked"),
      ("IsMyFileType\\" + image, "C:\\Windows\\System32\\ntdll.dll", "inventory.sip.hijacked"),
      ("CreateIndirectData\\" + image, "evil.dll", "inventory.sip.hijacked"),
      ("GetCaps\\{11111111-2222-3333-4444-555555555555}", "evil.dll", "inventory.sip.foreign"),
    ] as [(String, String, String?)])
  func everyFunctionOfAPackageIsLookedAt(key: String, library: String, code: String?) {
    let inventory = take(Self.functions + key, library, "AnyName")
    let codes = inventory.findings.map(\.finding.code).filter { $0.hasPrefix("inventory.sip") }
    #expect(codes == (code.map { [$0] } ?? []) && inventory.entries.count == codes.count)
  }

  @Test func aForeignPackageIsSaidOnce() {
    let subject = "\\{CB034CC7-4A2D-8E07-48E7-F82436FFA03E}"
    let keys = ["VerifyIndirectData", "GetSignedDataMsg", "IsMyFileType2", "PutSignedDataMsg"].map { name in
      (
        Self.functions + name + subject,
        [ValueSpec.string("Dll", "C:\\Windows\\System32\\NavSip.dll"), .string("FuncName", "NavSIP" + name)]
      )
    }
    let inventory = WindowsInventory.take(DiskDouble.windows(["Windows/System32/NavSip.dll"], software: HiveSpec(keys)))
    #expect(inventory.findings.count { $0.finding.code == "inventory.sip.foreign" } == 1 && inventory.entries.count == 1)
    #expect(inventory.entries.first?.path == "Windows/System32/NavSip.dll")
  }

  private static func blob(_ properties: [(Int, [UInt8])]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (property, data) in properties {
      bytes.append32(property)
      bytes.append32(1)
      bytes.append32(data.count)
      bytes += data
    }
    return bytes
  }

  @Test func storesAreRead() throws {
    let name = Array("Evil Root\0".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let software = HiveSpec([
      ("Microsoft\\SystemCertificates\\ROOT\\Certificates\\AA", [.binary("Blob", Self.blob([(11, name), (32, [1, 2, 3])]))]),
      ("Policies\\Microsoft\\SystemCertificates\\TrustedPublisher\\Certificates\\BB", [.binary("Blob", Self.blob([(32, [4])]))]),
      ("Microsoft\\SystemCertificates\\ROOT\\Certificates\\CC", [.binary("Blob", [1, 2, 3])]),
    ])
    let user = HiveSpec([
      ("Software\\Microsoft\\SystemCertificates\\Disallowed\\Certificates\\DD", [.binary("Blob", Self.blob([(3, [9])]))])
    ])
    let disk = DiskDouble.windows(software: software, users: ["Ann": user])
    let tree = WindowsTree(disk)
    let stored = CertificateStores.read(WindowsSystem(tree, try #require(WindowsRoot.find(in: tree).first)))
    #expect(stored.map(\.thumbprint) == ["AA", "CC", "BB", "DD"])
    #expect(stored.map(\.certificate) == [[1, 2, 3], [], [4], []])
    #expect(stored[0].friendlyName == "Evil Root" && stored[3].user == "Ann" && stored[3].store == .disallowed)

    let extra = WindowsInventory.take(disk, isKnownRoot: { $0 == [1, 2, 3] })
    #expect(extra.findings.filter { $0.finding.code == "inventory.root.extra" }.map(\.finding.found) == ["CC"])
    #expect(WindowsInventory.take(disk, isKnownRoot: { _ in false }).codes("inventory.root").count == 2)
    #expect(WindowsInventory.take(disk).codes("inventory.root").isEmpty)
  }

  /// Attack 12: only the roots that are shipped or named count, whatever the machine's own list says of itself.
  @Test(arguments: [(nil, false), (0, false), (1, true)])
  func rootsThatAreNotRenewed(value: Int?, isSaid: Bool) {
    let key = "Policies\\Microsoft\\SystemCertificates\\AuthRoot"
    let hive = HiveSpec([(key, value.map { [.number("DisableRootAutoUpdate", $0)] } ?? [])])
    let codes = WindowsInventory.take(DiskDouble.windows(software: hive)).codes("inventory.root")
    #expect(codes.contains("inventory.root.update-disabled") == isSaid)
  }

  @Test(arguments: [
    (nil, "inventory.padding-check.off"), (ValueSpec.string("EnableCertPaddingCheck", "1"), "inventory.padding-check.on"),
    (.number("EnableCertPaddingCheck", 1), "inventory.padding-check.on"),
    (.string("EnableCertPaddingCheck", "0"), "inventory.padding-check.off"),
  ])
  func paddingCheck(value: ValueSpec?, code: String) {
    let key = "Microsoft\\Cryptography\\Wintrust\\Config"
    let inventory = WindowsInventory.take(DiskDouble.windows(software: HiveSpec([(key, value.map { [$0] } ?? [])])))
    #expect(inventory.codes("inventory.padding-check") == [code])
  }

  @Test func policiesOfPowerShellAreFacts() throws {
    let shell = "Microsoft\\PowerShell\\1\\ShellIds\\Microsoft.PowerShell"
    let policy = "Policies\\Microsoft\\Windows\\PowerShell"
    let software = HiveSpec([
      (shell, [.string("ExecutionPolicy", "RemoteSigned")]),
      ("WOW6432Node\\" + shell, [.string("ExecutionPolicy", "Unrestricted")]),
      (policy, [.number("EnableScripts", 1), .string("ExecutionPolicy", "AllSigned")]),
      (policy + "\\ScriptBlockLogging", [.number("EnableScriptBlockLogging", 1)]),
      ("Policies\\Microsoft\\PowerShellCore", [.number("EnableScripts", 0), .string("ExecutionPolicy", "Bypass")]),
    ])
    let ann = HiveSpec([
      ("Software\\" + shell, [.string("ExecutionPolicy", "Bypass")]),
      ("Software\\" + policy, [.string("ExecutionPolicy", "Bypass")]),
    ])
    let tree = WindowsTree(DiskDouble.windows(software: software, users: ["Ann": ann]))
    let found = PowerShellRegistryPolicy(WindowsSystem(tree, try #require(WindowsRoot.find(in: tree).first)))
    #expect(found.windowsPowerShell.localMachine == "RemoteSigned" && found.windowsPowerShell.localMachine32Bit == "Unrestricted")
    #expect(found.windowsPowerShell.machinePolicy == "AllSigned" && found.windowsPowerShell.currentUser == ["Ann": "Bypass"])
    // Without EnableScripts a group policy says nothing; with 0 nothing may run.
    #expect(found.windowsPowerShell.userPolicy == [:] && found.core.machinePolicy == "Restricted")
    #expect(found.logging == ["ScriptBlockLogging": true])
  }
}
