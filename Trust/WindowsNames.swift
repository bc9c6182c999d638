package import AssayCore

extension NameTable {
  /// Windows' own files, whose names malware likes to wear, and well-known vendors.
  ///
  /// Left out on purpose: names that others ship in earnest (`curl.exe`, `find.exe`, `tar.exe`, `ssh.exe`, `setup.exe`,
  /// `dbghelp.dll`, `d3dcompiler_47.dll`, the C and C++ runtimes).
  package static let windows = NameTable(
    origin: "Microsoft's documentation of Windows 10, 11 and Server 2016 to 2025 and the LOLBAS project's paths",
    date: "2026-11-23",
    systemFiles: WindowsNames.files, systemPublishers: ["Microsoft Corporation"], systemBundle: "microsoft",
    systemAnchors: [
      "Microsoft Root Authority", "Microsoft Root Certificate Authority", "Microsoft Root Certificate Authority 2010",
      "Microsoft Root Certificate Authority 2011", "Microsoft ECC Product Root Certificate Authority 2018",
    ],
    storeFolders: [
      "windows/winsxs/**", "windows/servicing/**", "windows/softwaredistribution/**", "windows/system32/driverstore/**",
      "windows/system32/dllcache", "windows/$ntservicepackuninstall$", "windows/servicepackfiles/**", "windows/uus/**",
      "program files/windowsapps/**", "windows/systemapps/**",
    ],
    vendors: WindowsNames.vendors,
    certifiers: [
      "Microsoft Windows", "Microsoft Windows Software Compatibility Publisher",
      "Microsoft Windows Hardware Compatibility Publisher",
      "Microsoft Windows Early Launch Anti-malware Publisher",
      "Microsoft Windows Third Party Application Component", "Microsoft 3rd Party Application Component",
    ],
    commonWords: """
      inc incorporated corp corporation ltd limited llc llp gmbh ag kg co company the and of s r c tm a b v bv nv sa sas srl spa oy ab \
      as aps plc pty pte kk sro zoo software systems system technologies technology tech group international solutions project \
      foundation team contributors developers community authors copyright studio studios labs lab org com net www http https by for \
      all rights reserved open source company name unknown
      """.split(separator: " ").map(String.init), drivers: .windows, apple: .known)
}

private enum WindowsNames {
  static let files = programs + shells + libraries + kernel + special

  private static func group(_ names: String, _ folders: [String]) -> [NameTable.SystemFile] {
    names.split { $0 == " " || $0 == "\n" }.map { NameTable.SystemFile(name: String($0), folders: folders) }
  }

  private static let both = ["windows/system32", "windows/syswow64", "windows/sysarm32"]

  private static let programs =
    group(
      """
      svchost.exe lsass.exe services.exe csrss.exe smss.exe wininit.exe winlogon.exe lsm.exe lsaiso.exe logonui.exe userinit.exe
      taskhost.exe taskhostw.exe taskhostex.exe conhost.exe spoolsv.exe dwm.exe fontdrvhost.exe sihost.exe audiodg.exe wudfhost.exe
      wuauclt.exe usoclient.exe musnotification.exe searchindexer.exe smartscreen.exe consent.exe dashost.exe vssvc.exe vssadmin.exe
      wbadmin.exe bcdedit.exe bcdboot.exe reagentc.exe sppsvc.exe slui.exe securityhealthservice.exe securityhealthsystray.exe
      sgrmbroker.exe rdpclip.exe rdpinput.exe rdrleakdiag.exe tscon.exe tsdiscon.exe qwinsta.exe rwinsta.exe quser.exe qprocess.exe
      wlrmdr.exe wsreset.exe fodhelper.exe computerdefaults.exe sdclt.exe eventvwr.exe systempropertiesadvanced.exe
      systemsettingsadminflows.exe tpmvscmgr.exe mdsched.exe pnputil.exe poqexec.exe pktmon.exe gpscript.exe applicationframehost.exe
      backgroundtaskhost.exe runtimebroker.exe utilman.exe sethc.exe narrator.exe displayswitch.exe atbroker.exe mpnotify.exe
      wmpdmc.exe nltest.exe setspn.exe scriptrunner.exe msdt.exe wiaacmgr.exe
      """, ["windows/system32"])
    + group(
      """
      cmd.exe rundll32.exe regsvr32.exe dllhost.exe dllhst3g.exe mshta.exe wscript.exe cscript.exe certutil.exe certreq.exe
      bitsadmin.exe msiexec.exe schtasks.exe net1.exe netsh.exe wevtutil.exe wecutil.exe diskpart.exe taskmgr.exe tasklist.exe
      taskkill.exe tskill.exe werfault.exe wermgr.exe searchprotocolhost.exe searchfilterhost.exe ctfmon.exe mmc.exe msinfo32.exe
      mstsc.exe odbcconf.exe pcalua.exe presentationhost.exe rasphone.exe runonce.exe sdbinst.exe w32tm.exe wsmprovhost.exe wusa.exe
      xwizard.exe cmstp.exe cmdkey.exe osk.exe magnify.exe esentutl.exe extrac32.exe gpupdate.exe gpresult.exe ie4uinit.exe
      infdefaultinstall.exe makecab.exe mavinject.exe mobsync.exe mspaint.exe nslookup.exe powercfg.exe printui.exe regedt32.exe
      rstrui.exe secedit.exe systeminfo.exe takeown.exe icacls.exe cacls.exe tracerpt.exe typeperf.exe unlodctr.exe lodctr.exe
      verclsid.exe winrs.exe winrshost.exe calc.exe forfiles.exe ftp.exe auditpol.exe attrib.exe runas.exe shrpubw.exe
      register-cimprovider.exe syskey.exe raserver.exe
      """, both)

  private static let shells =
    group("explorer.exe", ["windows", "windows/syswow64", "windows/sysarm32"]) + group("regedit.exe", ["windows"] + both)
    + group("notepad.exe hh.exe", ["windows"] + both) + group("helppane.exe splwow64.exe bfsvc.exe winhlp32.exe", ["windows"])
    + group(
      "powershell.exe powershell_ise.exe",
      [
        "windows/system32/windowspowershell/v1.0", "windows/syswow64/windowspowershell/v1.0",
        "windows/sysarm32/windowspowershell/v1.0",
      ])
    + group(
      "wmic.exe wmiprvse.exe wmiadap.exe mofcomp.exe unsecapp.exe scrcons.exe winmgmt.exe wbemcomn.dll fastprox.dll wmiutils.dll",
      ["windows/system32/wbem", "windows/syswow64/wbem", "windows/system32", "windows/syswow64"])

  private static let libraries =
    group(
      """
      ntdll.dll kernel32.dll kernelbase.dll user32.dll gdi32.dll gdi32full.dll win32u.dll advapi32.dll sechost.dll rpcrt4.dll
      combase.dll ole32.dll oleaut32.dll shell32.dll shlwapi.dll shcore.dll ws2_32.dll mswsock.dll wininet.dll winhttp.dll urlmon.dll
      crypt32.dll wintrust.dll bcrypt.dll bcryptprimitives.dll ncrypt.dll cryptsp.dll cryptbase.dll cryptnet.dll rsaenh.dll amsi.dll
      samlib.dll kerberos.dll msv1_0.dll wdigest.dll tspkg.dll schannel.dll credssp.dll netapi32.dll netlogon.dll netutils.dll
      userenv.dll profapi.dll sspicli.dll secur32.dll dnsapi.dll iphlpapi.dll wtsapi32.dll winsta.dll clbcatq.dll comdlg32.dll
      imm32.dll msctf.dll uxtheme.dll dwmapi.dll wevtapi.dll wldp.dll ntmarta.dll mpr.dll setupapi.dll cfgmgr32.dll version.dll
      winmm.dll propsys.dll dpapi.dll edputil.dll linkinfo.dll wow64.dll wow64win.dll wow64cpu.dll mscoree.dll vbscript.dll
      jscript.dll jscript9.dll mshtml.dll scrobj.dll msi.dll taskschd.dll powrprof.dll cabinet.dll
      """, both)
    + group(
      """
      lsasrv.dll samsrv.dll termsrv.dll wuaueng.dll spoolss.dll localspl.dll services.dll scesrv.dll winlogonext.dll umpnpmgr.dll
      gpsvc.dll appinfo.dll seclogon.dll wlanapi.dll ci.dll hal.dll kdcom.dll
      """, ["windows/system32"])

  private static let kernel =
    group("ntoskrnl.exe win32k.sys win32kbase.sys win32kfull.sys cdd.dll", ["windows/system32"])
    + group("winload.exe winresume.exe winload.efi winresume.efi", ["windows/system32", "windows/system32/boot"])
    + group("bootmgfw.efi memtest.efi", ["windows/boot/efi", "windows/boot/efi_ex"])
    + group(
      """
      ntfs.sys tcpip.sys ndis.sys http.sys fltmgr.sys cng.sys ksecdd.sys ksecpkg.sys afd.sys netio.sys storport.sys acpi.sys pci.sys
      volmgr.sys volsnap.sys partmgr.sys mup.sys rdbss.sys mrxsmb.sys mrxsmb20.sys srv2.sys srvnet.sys clfs.sys fwpkclnt.sys
      mountmgr.sys luafv.sys bowser.sys wdf01000.sys msrpc.sys tdx.sys netbt.sys
      """, ["windows/system32/drivers"])

  private static let special =
    group(
      "msmpeng.exe mpcmdrun.exe nissrv.exe mpdlpcmd.exe",
      [
        "program files/windows defender", "programdata/microsoft/windows defender/platform/**",
        "program files (x86)/windows defender",
      ])
    + group("iexplore.exe", ["program files/internet explorer", "program files (x86)/internet explorer"])
    + group(
      "installutil.exe regasm.exe regsvcs.exe csc.exe msbuild.exe aspnet_compiler.exe",
      [
        "windows/microsoft.net/framework/**", "windows/microsoft.net/framework64/**", "windows/microsoft.net/frameworkarm64/**",
        "program files/microsoft visual studio/**", "program files (x86)/microsoft visual studio/**",
        "program files (x86)/msbuild/**",
        "program files/dotnet/**",
      ])
    + group(
      "w3wp.exe inetinfo.exe appcmd.exe iisreset.exe", ["windows/system32/inetsrv", "windows/syswow64/inetsrv", "windows/system32"])

  private static func vendor(_ name: String, _ claims: [String], _ signers: [String]? = nil) -> NameTable.Vendor {
    NameTable.Vendor(name: name, claims: claims, signers: signers ?? claims)
  }

  static let vendors = [
    vendor("Microsoft", ["microsoft"]), vendor("Adobe", ["adobe"]), vendor("Google", ["google"]), vendor("Mozilla", ["mozilla"]),
    vendor("Apple", ["apple inc", "apple computer"], ["apple"]), vendor("Intel", ["intel"]), vendor("NVIDIA", ["nvidia"]),
    vendor("AMD", ["advanced micro devices", "amd"]), vendor("Realtek", ["realtek"]), vendor("Qualcomm", ["qualcomm"]),
    vendor("Oracle", ["oracle", "sun microsystems"]), vendor("VMware", ["vmware"], ["vmware", "broadcom"]),
    vendor("Broadcom", ["broadcom"], ["broadcom", "avago"]), vendor("Citrix", ["citrix"], ["citrix", "cloud software group"]),
    vendor("Cisco", ["cisco"]), vendor("Dell", ["dell inc", "dell technologies"], ["dell"]),
    vendor("HP", ["hp inc", "hewlett packard"], ["hp", "hewlett packard"]), vendor("Lenovo", ["lenovo"]),
    vendor("Samsung", ["samsung"]), vendor("Logitech", ["logitech"]), vendor("IBM", ["ibm", "international business machines"]),
    vendor("SAP", ["sap se", "sap ag"], ["sap"]), vendor("Autodesk", ["autodesk"]), vendor("Zoom", ["zoom video communications"]),
    vendor("Dropbox", ["dropbox"]), vendor("TeamViewer", ["teamviewer"]), vendor("Valve", ["valve"]),
    vendor("Spotify", ["spotify"]),
    vendor("GitHub", ["github"], ["github", "microsoft"]), vendor("JetBrains", ["jetbrains"]),
    vendor("Opera", ["opera software"], ["opera"]),
    vendor("Brave", ["brave software"], ["brave"]), vendor("Python", ["python software foundation"]),
    vendor("Symantec", ["symantec"], ["symantec", "broadcom", "nortonlifelock", "gen digital"]),
    vendor("McAfee", ["mcafee"], ["mcafee", "musarubra", "trellix"]),
    vendor("Kaspersky", ["kaspersky", "ao kaspersky"], ["kaspersky"]),
    vendor("ESET", ["eset"]), vendor("Trend Micro", ["trend micro"]), vendor("Sophos", ["sophos"]),
    vendor("CrowdStrike", ["crowdstrike"]), vendor("Avast", ["avast"], ["avast", "avg", "gen digital"]),
    vendor("Malwarebytes", ["malwarebytes"]), vendor("Bitdefender", ["bitdefender"]),
    vendor("SentinelOne", ["sentinelone", "sentinel labs"]),
    vendor("Docker", ["docker"]),
  ]
}
