package import AssayCore

extension AttackMap {
  /// The techniques that M1045 mitigates. Names as ATT&CK prints them; ids are what policies and reports carry.
  package static let m1045 = AttackMap(
    version: "18.1", date: "2026-11-23", origin: "attack.mitre.org, mitigation M1045",
    techniques: [
      Technique(id: "T1036", name: "Masquerading"),
      Technique(id: "T1036.001", name: "Invalid Code Signature"),
      Technique(id: "T1036.005", name: "Match Legitimate Resource Name or Location"),
      Technique(id: "T1059", name: "Command and Scripting Interpreter"),
      Technique(id: "T1059.001", name: "PowerShell"),
      Technique(id: "T1059.002", name: "AppleScript"),
      Technique(id: "T1127.002", name: "ClickOnce"),
      Technique(id: "T1204.003", name: "Malicious Image"),
      Technique(id: "T1505", name: "Server Software Component"),
      Technique(id: "T1505.001", name: "SQL Stored Procedures"),
      Technique(id: "T1505.002", name: "Transport Agent"),
      Technique(id: "T1505.004", name: "IIS Components"),
      Technique(id: "T1505.006", name: "vSphere Installation Bundles"),
      Technique(id: "T1525", name: "Implant Internal Image"),
      Technique(id: "T1543", name: "Create or Modify System Process"),
      Technique(id: "T1543.001", name: "Launch Agent"),
      Technique(id: "T1543.003", name: "Windows Service"),
      Technique(id: "T1543.004", name: "Launch Daemon"),
      Technique(id: "T1546.006", name: "LC_LOAD_DYLIB Addition"),
      Technique(id: "T1546.013", name: "PowerShell Profile"),
      Technique(id: "T1554", name: "Compromise Host Software Binary"),
      Technique(id: "T1574.001", name: "DLL"),
      Technique(id: "T1574.004", name: "Dylib Hijacking"),
      Technique(id: "T1574.006", name: "Dynamic Linker Hijacking"),
      Technique(id: "T1601", name: "Modify System Image"),
      Technique(id: "T1601.001", name: "Patch System Image"),
      Technique(id: "T1601.002", name: "Downgrade System Image"),
    ])
}
