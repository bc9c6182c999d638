import AssayBytes
import AssayCore
import AssayImporters
import AssayPolicy

let importerFuzzTargets: [FuzzTarget] = [
  // Root elements tell the kinds apart; the seeds are of each.
  FuzzTarget(name: "appcontrol") { bytes in ask(bytes) },
  FuzzTarget(name: "applocker") { bytes in ask(bytes) },
  FuzzTarget(name: "driverlist") { bytes in ask(bytes) },
  FuzzTarget(name: "santa") { bytes in ask(bytes) },
]

private func ask(_ bytes: ArraySlice<UInt8>) {
  guard let rules = try? ForeignList().rules("fuzz", Array(bytes)) else { return }
  var facts = ReportFacts(target: "C/Windows/System32/drivers/x.sys", state: .unsigned)
  facts.format = "pe"
  facts.roles = [.kernelDriver]
  facts.identity.originalFilename = "x.sys"
  facts.identity.fileVersion = "1.2.3.4"
  _ = rules.refuses(facts)
  _ = rules.allows(facts)
  facts.roles = [.executable]
  _ = rules.allows(facts)
}
