import AssayContainers

/// Who answers for signatures on a Windows that nobody has changed.
///
/// The providers, and the packages of Windows 7 with Internet Explorer, .NET and Office, are as a Windows 7 SP1 registers them: the hive
/// SOFTWARE in the tests of dfwinreg (PyPI, 20190329), which `Scripts/check-registry` fetches and holds this table against. The packages of
/// later Windows are those of published lists: ralphje/signify, docs/authenticode_files.rst, "Subject Interface Packages", and
/// PowerShellMafia/CimSweep, Get-CSSubjectInterfacePackage.
///
/// Genuine packages of others, such as those of Dynamics NAV (navsip.dll) and of Office's signing tools (msosip.dll, msosipx.dll), stay
/// foreign: Windows does not come with them, and attackers are told to take such a name (SpecterOps, "Subverting Trust in Windows").
enum TrustProviderTable {
  /// A subject interface package.
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
    /// Nil for the functions whose names no list tells; the library is the same for all.
    func function(of key: String) -> String? {
      switch key {
      case "CryptSIPDllVerifyIndirectData": verify
      case "CryptSIPDllGetSignedDataMsg": getMessage
      default: nil
      }
    }
    private var getMessage: String {
      let known = ["PsVerifyHash": "PsGetSignature", "EsdSipVerifyHash": "EsdSipGetSignature"]
      if let known = known[verify] { return known }
      return verify.utf8.count > 18 ? String(verify.dropLast(18)) + "GetSignedDataMsg" : "GetSignedDataMsg"
    }
  }

  static func package(_ subject: String) -> Package? { packages.first { WindowsCase.areEqual($0.subject, subject) } }

  private static let wintrust = "CryptSIPVerifyIndirectData"
  private static let packages: [Package] = [
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
    Package("{AB13F5B1-F718-11D0-82AA-00AA00C065E1}", "mso.dll", "MsoVBADigSigVerifyIndirectData"),
    Package("{C689AAB8-8E78-11D0-8C47-00C04FC295EE}", "WINTRUST.DLL", wintrust),
    Package("{C689AAB9-8E78-11D0-8C47-00C04FC295EE}", "WINTRUST.DLL", wintrust),
    Package("{C689AABA-8E78-11D0-8C47-00C04FC295EE}", "WINTRUST.DLL", wintrust),
    Package("{CF78C6DE-64A2-4799-B506-89ADFF5D16D6}", "AppxSip.dll", "EappxSipVerifyIndirectData"),
    Package("{D1D04F0C-9ABA-430D-B0E4-D7E96ACCE66C}", "AppxSip.dll", "EappxBundleSipVerifyIndirectData"),
    Package("{DE351A42-8E59-11D0-8C47-00C04FC295EE}", "WINTRUST.DLL", wintrust),
    Package("{DE351A43-8E59-11D0-8C47-00C04FC295EE}", "WINTRUST.DLL", wintrust),
  ]

  /// wintrust.dll, and the name that it had before.
  static func isWindows(_ library: String) -> Bool { windows.contains { WindowsCase.areEqual($0, library) } }
  private static let windows = ["WINTRUST.DLL", "softpub.dll"]

  /// Libraries, any of which may stand there, and the function for one step of an action; nil for what Windows does not register.
  static func provider(of action: String, step: String) -> (libraries: [String], function: String)? {
    guard let known = actions.first(where: { WindowsCase.areEqual($0.action, action) }) else { return nil }
    if let other = known.others.first(where: { WindowsCase.areEqual($0.step, step) }) {
      return (other.libraries.isEmpty ? windows : other.libraries, other.function)
    }
    return softpub.first { WindowsCase.areEqual($0.step, step) }.map { (windows, $0.function) }
  }

  private struct Step: Sendable {
    let step: String
    let function: String
    let libraries: [String]
    init(_ step: String, _ function: String, in libraries: String...) {
      self.step = step
      self.function = function
      self.libraries = libraries
    }
  }

  /// The steps of every action but for those that it names itself.
  private static let softpub: [Step] = [
    Step("Initialization", "SoftpubInitialize"), Step("Message", "SoftpubLoadMessage"), Step("Signature", "SoftpubLoadSignature"),
    Step("Certificate", "WintrustCertificateTrust"), Step("CertCheck", "SoftpubCheckCert"),
    Step("FinalPolicy", "SoftpubAuthenticode"), Step("Cleanup", "SoftpubCleanup"),
  ]

  private static let actions: [(action: String, others: [Step])] = [
    // WINTRUST_ACTION_GENERIC_VERIFY_V2, by which programs ask about code.
    ("{00AAC56B-CD44-11D0-8CC2-00C04FC295EE}", []),
    ("{64B9D180-8DA2-11CF-8736-00AA00A485EB}", []),
    ("{C6B2E8D0-E005-11CF-A134-00C04FD7BF43}", []),
    ("{573E31F8-DDBA-11D0-8CCB-00C04FC295EE}", [Step("DiagnosticPolicy", "SoftpubDumpStructure")]),
    ("{189A3842-3041-11D1-85E1-00C04FC295EE}", [Step("Initialization", "SoftpubDefCertInit")]),
    // HTTPSPROV_ACTION.
    (
      "{573E31F8-AABA-11D0-8CCB-00C04FC295EE}",
      [Step("Certificate", "HTTPSCertificateTrust"), Step("FinalPolicy", "HTTPSFinalProv")]
    ),
    // DRIVER_ACTION_VERIFY.
    (
      "{F750E6C3-38EE-11D1-85E5-00C04FC295EE}",
      [
        Step("Initialization", "DriverInitializePolicy"), Step("FinalPolicy", "DriverFinalPolicy"),
        Step("Cleanup", "DriverCleanupPolicy"),
      ]
    ),
    // WINTRUST_ACTION_GENERIC_CHAIN_VERIFY.
    (
      "{FC451C16-AC75-11D1-B4B8-00C04FB66EA0}",
      [Step("Certificate", "GenericChainCertificateTrust"), Step("FinalPolicy", "GenericChainFinalProv")]
    ),
    (
      "{7801EBD0-CF4B-11D0-851F-0060979387EA}",
      [
        Step("Initialization", "CertTrustInit", in: "Cryptdlg.dll"), Step("CertCheck", "CertTrustCertPolicy", in: "Cryptdlg.dll"),
        Step("FinalPolicy", "CertTrustFinalPolicy", in: "Cryptdlg.dll"), Step("Cleanup", "CertTrustCleanup", in: "Cryptdlg.dll"),
      ]
    ),
    // Office.
    (
      "{1A6631C0-3EA2-11D1-AE01-006097C6A9AA}",
      [
        Step("FinalPolicy", "MsoWintrustFinalPolicy", in: "mso.dll"),
        Step("DiagnosticPolicy", "MsoWintrustTestPolicy", in: "mso.dll"),
      ]
    ),
    // .NET 2 and 4.
    ("{31D1ADC1-D329-11D1-8ED8-0080C76516C6}", [Step("FinalPolicy", "CORPolicyEE", in: "mscorsec.dll")]),
    ("{A7F4C378-21BE-494E-BA0F-BB12C5D208C5}", [Step("FinalPolicy", "CORPolicyEE", in: "mscorsecimpl.dll")]),
    // Internet Explorer; before its version 7 ieframe.dll was a part of shdocvw.dll.
    ("{D41E4F1D-A407-11D1-8BC9-00C04FA30A41}", [Step("FinalPolicy", "CORPolicyProvider", in: "urlmon.dll")]),
    ("{D41E4F1F-A407-11D1-8BC9-00C04FA30A41}", [Step("FinalPolicy", "CORLockDownProvider", in: "ieframe.dll", "shdocvw.dll")]),
  ]
}
