import AssayCore
import AssayRender
import Foundation
import Testing

/// CSV and JUnit.
@Suite struct TableTests {
  @Test func csvHasOneRowAReport() throws {
    let rows = Samples.render(.csv, try Samples.mixed()).components(separatedBy: "\r\n")
    #expect(rows.count == 6 && rows[5].isEmpty)
    let columns = rows[0].split(separator: ",", omittingEmptySubsequences: false).count
    #expect(rows[1] == "a/good.exe,pe,,trusted,accept,,\"state is trusted\",enforce" + String(repeating: ",", count: columns - 8))
    #expect(
      rows[2].hasPrefix("a/x.exe,pe,executable,tampered,reject,\"windows code\",\"state is tampered, the rule demands trusted\""))
    #expect(rows[4].hasPrefix("b/readme,,,unsigned,,,"))
  }

  @Test(arguments: Hostile.all) func csvCellsStayCells(_ name: String) {
    let text = Samples.render(.csv, [Samples.plain(name, .unsigned, .reject)])
    #expect(text.components(separatedBy: "\r\n").count == 3)
    let cells = Hostile.cells(text.components(separatedBy: "\r\n")[1])
    #expect(cells.count == 22 && cells[3] == "unsigned")
    #expect(!["=", "+", "-", "@"].contains(cells[0].prefix(1)))
  }

  @Test func junitCountsAndKinds() throws {
    let text = Samples.render(.junit, try Samples.mixed())
    #expect(text.contains("<testsuite name=\"assay scan\" tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\""))
    #expect(text.contains("<testcase classname=\"pe\" name=\"a/good.exe\"/>"))
    #expect(
      text.contains("<failure message=\"state is tampered, the rule demands trusted\" type=\"tampered\">pe.digest.mismatch: "))
    #expect(text.contains("<error message=\"state is not-assessed\"") && text.contains("<skipped message=\"no code\"/>"))
    #expect(Markup.isWellFormed(text))
  }

  @Test func junitOfAWatchingPolicyBreaksNoBuild() {
    let text = Samples.render(.junit, [Samples.plain("a", .unsigned, .reject, mode: .monitor)], run: Samples.run(mode: .monitor))
    #expect(text.contains("failures=\"0\"") && !text.contains("<failure"))
  }

  @Test(arguments: Hostile.all) func junitStaysWellFormed(_ name: String) throws {
    let text = Samples.render(.junit, [Samples.plain(name, .unsigned, .reject), try Samples.tampered(name, signer: name)])
    #expect(Markup.isWellFormed(text))
    #expect(text.components(separatedBy: "<testcase").count == 3)
  }
}

extension Hostile {
  /// RFC 4180 cells of one line.
  static func cells(_ line: String) -> [String] {
    var cells = [""]
    var isQuoted = false
    for scalar in line.unicodeScalars {
      switch scalar {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: cells.append("")
      default: cells[cells.count - 1].unicodeScalars.append(scalar)
      }
    }
    return cells
  }
}

/// A reader of tags that is strict about nesting, quoting and bare `<`; enough to notice an injection.
enum Markup {
  static let void: Set<String> = ["meta", "input"]

  static func isWellFormed(_ text: String) -> Bool { tags(text) != nil }

  /// Names of the opening tags in order; nil when they do not nest.
  static func tags(_ text: String) -> [String]? {
    var names: [String] = []
    var open: [String] = []
    var rest = Substring(text)
    while let start = rest.firstIndex(of: "<") {
      guard let end = rest[start...].firstIndex(of: ">") else { return nil }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("?") || tag.hasPrefix("!DOCTYPE") { continue }
      guard !tag.contains("<"), tag.filter({ $0 == "\"" }).count % 2 == 0 else { return nil }
      let name = String(tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber })
      if tag.hasPrefix("/") {
        guard open.popLast() == name else { return nil }
        continue
      }
      names.append(name)
      if name == "script" || name == "style" {
        guard let close = rest.range(of: "</\(name)>") else { return nil }
        rest = rest[close.upperBound...]
      } else if !tag.hasSuffix("/"), !void.contains(name) {
        open.append(name)
      }
    }
    return open.isEmpty ? names : nil
  }
}
