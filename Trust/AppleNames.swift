package import AssayCore

extension NameTable.AppleNames {
  /// Programs that only macOS itself has, by names that nobody else gives to his; and where nothing but the system's own stands.
  package static let known = NameTable.AppleNames(
    origin: "names and folders of macOS 15 as its manual pages list them", date: "2026-11-23",
    programs: [
      "launchd", "kernel_task", "WindowServer", "loginwindow", "Finder", "Dock", "SystemUIServer", "softwareupdated", "cfprefsd",
      "trustd", "securityd", "syspolicyd", "opendirectoryd", "mDNSResponder", "diskarbitrationd", "coreaudiod", "bluetoothd",
      "locationd", "tccd", "amfid", "endpointsecurityd", "backgroundtaskmanagementd", "XProtect", "XProtectService", "osascript",
      "codesign", "spctl", "csrutil", "launchctl", "xpcproxy", "sandboxd", "sharingd", "universalaccessd", "UserEventAgent",
    ],
    folders: ["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/libexec", "/System"],
    // Script Editor and Automator give their applets names of Apple's, whoever signs them then.
    lentIdentifiers: ["com.apple.ScriptEditor.id.", "com.apple.automator."])
}
