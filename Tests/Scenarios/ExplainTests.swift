import Foundation
import Testing

/// Issue 2, point 4: `explain` on each reject, within one screen.
@Suite(.enabled(if: RunningTool.isBuilt, "the tool is not built: swift build"))
struct ExplainTests {
  private static let root = DocumentTests.root.path

  /// Every fixture with its states, from the manifest.
  private static let fixtures: [(path: String, states: [String])] = {
    let text = (try? String(contentsOfFile: root + "/Fixtures/manifest.tsv", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").dropFirst().compactMap { line in
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard cells.count > 4, cells[0].hasPrefix("pe/") || cells[0].hasPrefix("powershell/") else { return nil }
      return (cells[0], cells[4].components(separatedBy: "|"))
    }
  }()

  private func explain(_ fixture: String) throws -> Outcome {
    let arguments = [
      "explain", "Fixtures/\(fixture)", "--trust", "Fixtures/trust/root.pem", "--crl", "Fixtures/trust/code-signing.crl", "--at",
      "2026-06-01",
    ]
    return try RunningTool.run(arguments, in: Self.root, environment: ["TERM": "xterm", "LC_ALL": "C.UTF-8"])
  }

  @Test func eachRejectNamesWhatFailedAndWhatHelps() throws {
    #expect(Self.fixtures.count > 50, "only \(Self.fixtures.count) fixtures seen")
    for (fixture, states) in Self.fixtures {
      let outcome = try explain(fixture)
      let lines = outcome.output.components(separatedBy: "\n")
      #expect(lines.count - 1 <= 40, "\(fixture): \(lines.count - 1) lines")
      for line in lines where line.unicodeScalars.count > 100 {
        #expect(!line.dropFirst(13).contains(" "), "\(fixture): \(line)")
      }
      let state = lines.dropFirst().first?.components(separatedBy: ",").first?.lowercased() ?? ""
      #expect(states.contains(state), "\(fixture): \(state)")
      guard outcome.status != 0 else { continue }
      #expect(lines.contains { $0.hasPrefix("✗ ") }, "\(fixture) names no failed check")
      // There is no finding for what is not there.
      for label in state == "unsigned" ? ["    remedy   "] : ["    code     ", "    remedy   "] {
        #expect(lines.contains { $0.hasPrefix(label) }, "\(fixture): no \(label.trimmingCharacters(in: .whitespaces))")
      }
    }
  }

  @Test func pageHashesNameTheSectionThatChanged() throws {
    let text = try explain("pe/tampered-page/program.exe").output
    #expect(text.contains("\n    where    changed pages: section .text at 512\n"), "\(text)")
    #expect(text.contains("\n    expected ") && text.contains("\n    found    "), "\(text)")
    #expect(text.contains("Windows with the same trust would say: HashMismatch, 0x80096010 TRUST_E_BAD_DIGEST"))
  }
}
