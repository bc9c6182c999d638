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
}
