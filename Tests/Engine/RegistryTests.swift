import AssayEngine
import Foundation
import Testing

@Suite struct RegistryTests {
  @Test func idsAreOnceAndLowerCase() {
    let ids = FormatRegistry.all.map { $0.id }
    #expect(!ids.isEmpty && Set(ids).count == ids.count)
    for format in FormatRegistry.all {
      #expect(format.id.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") })
      #expect(FormatRegistry.format(format.id) == format)
      #expect(!format.findingCodes.isEmpty && !format.name.isEmpty)
    }
  }

  @Test func everyCodeIsWellFormedAndOnce() {
    let names = FindingRegistry.all.map(\.name)
    #expect(Set(names).count == names.count)
    for code in FindingRegistry.all {
      #expect(code.name.split(separator: ".").count >= 2 && !code.summary.isEmpty && !code.remedy.isEmpty, "\(code.name)")
      #expect(!code.summary.hasSuffix(".") && !code.remedy.hasSuffix("."), "\(code.name)")
    }
  }

  /// A code in the sources that no list has would be a promise that nobody made.
  @Test func everyCodeInTheSourcesIsListed() throws {
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Sources").standardized
    // Of every family that lists anything; a family without a list shows when its first code is met in a report.
    let families = Set(FindingRegistry.all.compactMap { $0.name.split(separator: ".").first }).sorted().joined(separator: "|")
    let pattern = try NSRegularExpression(pattern: "\"((?:\(families))\\.[a-z0-9.-]*[a-z0-9])\"")
    // Rules of SARIF that say how a run went, which are on no finding, and names of files.
    let others: Set<String> = [
      "policy.accepted", "policy.rejected", "policy.undecided", "policy.not-judged", "powershell.exe", "profile.ps1",
    ]
    let listed = Set(FindingRegistry.all.map(\.name)).union(others)
    let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    var count = 0
    for case let file as URL in files where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in pattern.matches(in: text, range: NSRange(text.startIndex..., in: text)) {
        guard let range = Range(match.range(at: 1), in: text) else { continue }
        count += 1
        let code = String(text[range])
        // A family of codes may be named by what they begin with.
        let isKnown = listed.contains(code) || listed.contains { $0.hasPrefix(code + ".") }
        #expect(isKnown, "\(file.lastPathComponent): \(code)")
      }
    }
    #expect(count > 100)
  }
}
