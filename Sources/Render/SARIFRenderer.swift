import AssayBytes
package import AssayCore

/// SARIF 2.1.0 (OASIS): a result a finding, streamed; the tool with its rules stands at the end of the run.
///
/// `kind`: fail for what was rejected and for warnings, open for what is undecided, pass for what was accepted, informational for notes,
/// notApplicable for what is not judged. `level` is `none` unless `kind` is fail (3.27.10).
package struct SARIFRenderer: Renderer {
  private var writer = JSONWriter()
  private var run: RunInfo?
  private var usedRules: Set<String> = []
  private var usedTechniques: Set<String> = []
  package init() {}

  package mutating func begin(_ run: RunInfo) -> String {
    self.run = run
    writer.openObject()
    writer.member("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
    writer.member("version", "2.1.0")
    writer.key("runs")
    writer.openArray()
    writer.openObject()
    writer.key("results")
    writer.openArray()
    return writer.take()
  }

  package mutating func add(_ judged: JudgedReport) -> String {
    for result in SARIFResult.results(of: judged) {
      usedRules.insert(result.rule)
      usedTechniques.formUnion(result.techniques)
      writer.newline()
      result.write(to: &writer)
    }
    return writer.take()
  }

  package mutating func end(_ summary: Summary) -> String {
    var writer = self.writer
    writer.closeArray()
    writer.newline()
    writer.member("tool") { writer in writer.member("driver") { driver(&$0) } }
    writer.newline()
    if !usedTechniques.isEmpty { taxonomies(&writer) }
    writer.key("invocations")
    writer.array { writer in
      writer.object { writer in
        writer.member("executionSuccessful", true)
        writer.member("properties") { writer in if let run { writer.head(run) } }
      }
    }
    writer.member("columnKind", "unicodeCodePoints")
    writer.member("properties") { writer in
      writer.key("summary")
      writer.summary(summary)
    }
    writer.closeObject()
    writer.closeArray()
    writer.closeObject()
    return writer.take() + "\n"
  }

  private func driver(_ writer: inout JSONWriter) {
    writer.member("name", "assay")
    writer.member("version", run?.toolVersion)
    writer.key("rules")
    writer.array { writer in
      let known = run?.codes ?? []
      for code in known {
        rule(code.name, code.summary, help: code.remedy, &writer)
      }
      let listed = Set(known.map(\.name))
      for name in usedRules.subtracting(listed).sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
        rule(name, SARIFResult.summary(ofRule: name), help: nil, &writer)
      }
    }
    if !usedTechniques.isEmpty {
      writer.key("supportedTaxonomies")
      writer.array { writer in writer.object { $0.member("name", "ATT&CK") } }
    }
  }

  private func rule(_ name: String, _ summary: String, help: String?, _ writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("id", name)
      writer.member("shortDescription") { $0.member("text", Printable.text(summary)) }
      if let help { writer.member("help") { $0.member("text", Printable.text(help)) } }
    }
  }

  private func taxonomies(_ writer: inout JSONWriter) {
    writer.key("taxonomies")
    writer.array { writer in
      writer.object { writer in
        writer.member("name", "ATT&CK")
        writer.member("organization", "MITRE")
        if let version = run?.attack?.version { writer.member("version", version) }
        writer.member("informationUri", "https://attack.mitre.org/")
        writer.key("taxa")
        writer.array { writer in
          for id in usedTechniques.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            writer.object { writer in
              writer.member("id", id)
              if let known = run?.attack?.technique(id) {
                writer.member("name", known.name)
                writer.member("helpUri", known.url)
              }
            }
          }
        }
      }
    }
    writer.newline()
  }
}
