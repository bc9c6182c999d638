import AssayMaker
import Foundation
import Testing

/// A disk with an installed app package, scanned.
@Suite(.enabled(if: RunningTool.isBuilt, "the tool is not built: swift build"))
struct InstalledPackageScenarios {
  @Test func itsFilesHaveTheirSignatureInTheBlockMap() throws {
    let scratch = try Scratch()
    let library = PESpec().with { $0.isDLL = true }.build()
    let spec = MSIXSpec([("app.exe", PESpec().build()), ("lib/part.dll", library), ("lib/changed.dll", library)])
    let package = "disk/Program Files/WindowsApps/Example_1.0.0.0_x64"
    func write(_ name: String, _ octets: [UInt8]) throws {
      let url = scratch.url("\(package)/\(name)")
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(octets).write(to: url)
    }
    for entry in spec.unsigned().entries { try write(String(decoding: entry.name, as: UTF8.self), entry.octets) }
    try write("AppxSignature.p7x", spec.signatureEntry(AuthenticodeSpec(TestCA.code())).octets)
    try write("lib/changed.dll", library + [0])
    try write("lib/planted.dll", library)
    try write("../other.dll", library)
    try Data(TestCA.codeRoot.pem.utf8).write(to: scratch.url("root.pem"))
    for jobs in ["1", "3"] {
      let outcome = try RunningTool.run(
        [
          "scan", scratch.place("disk"), "--format", "jsonl", "--trust", scratch.place("root.pem"), "--at", "2026-11-23", "--jobs",
          jobs,
        ])
      func state(_ name: String) -> Substring? {
        let line = outcome.output.split(separator: "\n").first { $0.contains("\(name)\",\"format\"") }
        return line?.firstMatch(of: /"state":"([a-z-]+)","decision"/)?.1
      }
      #expect(state("Example_1.0.0.0_x64") == "tampered", "\(outcome.errors)")
      #expect(state("app.exe") == "trusted")
      #expect(state("lib/part.dll") == "trusted")
      #expect(state("lib/changed.dll") == "tampered")
      #expect(state("lib/planted.dll") == "unsigned")
      #expect(state("WindowsApps/other.dll") == "unsigned")
    }
  }
}
