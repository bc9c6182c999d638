package import AssayCore

/// What a signature says, decoded, with no judgement.
package enum InspectRenderer {
  /// `label: value`, nested lines indented.
  package static func text(_ lines: [InspectionLine], target: String, _ style: TextStyle) -> String {
    var text = Paint(style).bold(Printable.text(target)) + "\n"
    for line in lines {
      // Depth is the reader's; on a screen more than eight steps tell nothing.
      let indent = String(repeating: "  ", count: min(max(line.level, 0), 8) + 1)
      text += "\(indent)\(Printable.text(line.label)): \(Printable.text(line.value))\n"
    }
    return text
  }

  /// `{"schema":"assay.inspection/1","target":...,"lines":[{"level":0,"label":...,"value":...}]}`.
  package static func json(_ lines: [InspectionLine], target: String) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("schema", "assay.inspection/1")
      writer.member("target", target)
      writer.key("lines")
      writer.array { writer in
        for line in lines {
          writer.newline()
          writer.object { writer in
            writer.member("level", line.level)
            writer.member("label", line.label)
            writer.member("value", line.value)
          }
        }
      }
    }
    return writer.take() + "\n"
  }

  /// Sets of requirements as `csreq` reads them: what is no requirement of the signature's own stands in comments.
  package static func text(_ listings: [RequirementListing], target: String) -> String {
    var text = ""
    for listing in listings {
      let part = listing.architecture.isEmpty ? "" : " (\(listing.architecture))"
      text += "# \(Printable.text(target))\(part)\n"
      for entry in listing.entries {
        text += "\(entry.isImplicit ? "# " : "")\(Printable.text(entry.kind)) => \(Printable.text(entry.text))\n"
      }
      if let problem = listing.problem { text += "# cannot be read: \(Printable.text(problem))\n" }
      if listing.entries.isEmpty, listing.problem == nil {
        text += "# none; systems make one of the signer's certificates, and the signature does not bring all of them\n"
      }
    }
    return text
  }

  /// `{"schema":"assay.requirements/1","target":...,"signatures":[{"index":0,"architecture":...,"requirements":[...]}]}`.
  package static func json(_ listings: [RequirementListing], target: String) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("schema", "assay.requirements/1")
      writer.member("target", target)
      writer.key("signatures")
      writer.array { writer in
        for listing in listings {
          writer.newline()
          writer.object { writer in
            writer.member("index", listing.index)
            writer.member("architecture", listing.architecture.isEmpty ? nil : listing.architecture)
            writer.member("identifier", listing.identifier)
            writer.member("problem", listing.problem)
            writer.key("requirements")
            writer.array { writer in
              for entry in listing.entries {
                writer.object { writer in
                  writer.member("kind", entry.kind)
                  writer.member("text", entry.text)
                  writer.member("implicit", entry.isImplicit)
                }
              }
            }
          }
        }
      }
    }
    return writer.take() + "\n"
  }
}
