import AssayBytes
package import AssayCore

/// A layer for the ATT&CK Navigator (format 4.5) of what this run measured: per technique the share of accepted objects among
/// those that the row concerned. No `tactic`: its names differ between versions of ATT&CK.
package struct NavigatorRenderer: Renderer {
  private var run: RunInfo?
  package init() {}

  package mutating func begin(_ run: RunInfo) -> String {
    self.run = run
    return ""
  }
  package mutating func add(_ report: JudgedReport) -> String { "" }

  package mutating func end(_ summary: Summary) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("name", "Assay: code signatures, measured")
      writer.member("versions") { writer in
        if let version = run?.attack?.version { writer.member("attack", String(version.prefix { $0 != "." })) }
        writer.member("navigator", "5.1.0")
        writer.member("layer", "4.5")
      }
      writer.member("domain", "enterprise-attack")
      writer.member("description", description(summary))
      writer.key("techniques")
      writer.array { writer in
        for id in ids(summary) {
          writer.newline()
          technique(id, summary.byTechnique[id], &writer)
        }
      }
      writer.newline()
      gradient(&writer)
      writer.member("showTacticRowBackground", false)
      writer.member("selectTechniquesAcrossTactics", true)
      writer.member("selectSubtechniquesWithParent", false)
    }
    return writer.take() + "\n"
  }

  /// The map's rows and whatever else the run met.
  private func ids(_ summary: Summary) -> [String] {
    Set(summary.byTechnique.keys).union(run?.attack?.techniques.map(\.id) ?? [])
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private func description(_ summary: Summary) -> String {
    let decisions = summary.byDecision
    return "\(summary.denominators): \(decisions[.accept] ?? 0) accepted, "
      + "\(decisions[.reject] ?? 0) rejected, \(decisions[.undecided] ?? 0) undecided"
      + (run.map { "; policy \(Printable.text($0.policy)), mode \($0.mode.rawValue), assay \($0.toolVersion)" } ?? "")
      + (run?.at.map { ", as of \($0.rfc3339)" } ?? "")
  }

  private func technique(_ id: String, _ counts: Summary.Technique?, _ writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("techniqueID", id)
      guard let counts, counts.seen > 0 else {
        writer.member("comment", "no object of this row was seen")
        writer.member("enabled", true)
        writer.member("showSubtechniques", id.utf8.contains(0x2E))
        return
      }
      writer.member("score", counts.accepted * 100 / counts.seen)
      writer.member(
        "comment",
        "\(counts.failing) of \(counts.seen) objects rejected, \(counts.notAssessed) of \(counts.seen) not assessed"
          + (counts.whyNot.isEmpty ? "" : ": \(counts.whyNot)"))
      writer.member("enabled", true)
      writer.member("showSubtechniques", id.utf8.contains(0x2E))
      writer.key("metadata")
      writer.array { writer in
        for (name, value) in [
          ("seen", counts.seen), ("accepted", counts.accepted), ("rejected", counts.failing), ("not assessed", counts.notAssessed),
        ].map({ ($0.0, String($0.1)) }) + (counts.whyNot.isEmpty ? [] : [("why not", counts.whyNot)]) {
          writer.object { writer in
            writer.member("name", name)
            writer.member("value", value)
          }
        }
      }
    }
  }

  private func gradient(_ writer: inout JSONWriter) {
    let colours = ["#d73027", "#fee08b", "#1a9850"]
    writer.member("gradient") { writer in
      writer.member("colors", colours)
      writer.member("minValue", 0)
      writer.member("maxValue", 100)
    }
    writer.key("legendItems")
    writer.array { writer in
      let labels = ["no object of the row passed", "some failed or could not be assessed", "every object of the row passed"]
      for (label, colour) in zip(labels, colours) {
        writer.object { writer in
          writer.member("label", label)
          writer.member("color", colour)
        }
      }
    }
  }
}
