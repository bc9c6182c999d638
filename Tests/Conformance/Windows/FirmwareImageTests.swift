import AssayBytes
import AssayCore
import AssayEngine
import AssayPKI
import Foundation
import Testing

/// EFI images of Debian and Microsoft: intact ones are `untrusted` without the firmware's keys, the patched one is `tampered`.
struct FirmwareImageTests {
  private static let folder = ProcessInfo.processInfo.environment["ASSAY_CORPUS"].map { $0 + "/system/uefi" }

  @Test(.enabled(if: folder != nil, "ASSAY_CORPUS is not set: EFI images are not judged"))
  func everyImage() throws {
    let folder = try #require(FirmwareImageTests.folder)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".efi") }.sorted()
    #expect(names.count >= 12)
    for name in names {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
      var work = Work()
      let report = Assessor().assess(
        try Artifact(target: name, name: name, source: MemorySource(bytes)),
        in: TrustContext(trust: TrustStore(), now: WindowsCorpus.now), &work)
      #expect(report.format == "pe" && report.roles == [.bootImage], "\(name)")
      let wanted: State = name.contains("patched") ? .tampered : name.contains("unsigned") ? .unsigned : .untrusted
      #expect(report.state == wanted, "\(name): \(report.state) \(report.codes.sorted())")
    }
  }
}
