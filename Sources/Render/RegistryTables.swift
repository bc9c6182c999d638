package import AssayCore

/// The table of formats, from the registry.
package enum FormatsTable {
  package static func text(_ formats: [any SignatureFormat.Type]) -> String {
    let rows = formats.map { format in
      [
        format.id, format.platform, format.name, format.extensions.map { "." + $0 }.joined(separator: " "),
        format.bundles.joined(separator: " "),
      ]
    }
    return Columns.text([["FORMAT", "PLATFORM", "NAME", "ENDINGS", "TRUST"]] + rows)
  }

  /// `{"schema":"assay.formats/1","formats":[...]}`.
  package static func json(_ formats: [any SignatureFormat.Type]) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("schema", "assay.formats/1")
      writer.key("formats")
      writer.array { writer in
        for format in formats {
          writer.newline()
          writer.object { writer in
            writer.member("id", format.id)
            writer.member("name", format.name)
            writer.member("platform", format.platform)
            writer.member("extensions", format.extensions)
            writer.member("trust", format.bundles)
            writer.member("findings", format.findingCodes.map(\.name))
          }
        }
      }
    }
    return writer.take() + "\n"
  }
}

/// The table of finding codes.
package enum FindingsTable {
  package static func text(_ codes: [FindingCode]) -> String {
    codes.map { "\($0.name)\n    \($0.summary)\n    remedy: \($0.remedy)\n" }.joined()
  }

  /// `{"schema":"assay.findings/1","findings":[{"code":...,"summary":...,"remedy":...}]}`.
  package static func json(_ codes: [FindingCode]) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("schema", "assay.findings/1")
      writer.key("findings")
      writer.array { writer in
        for code in codes {
          writer.newline()
          writer.object { writer in
            writer.member("code", code.name)
            writer.member("summary", code.summary)
            writer.member("remedy", code.remedy)
          }
        }
      }
    }
    return writer.take() + "\n"
  }
}

/// Cells under each other, two blanks between columns.
enum Columns {
  static func text(_ rows: [[String]]) -> String {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in rows.map { $0.count > column ? $0[column].unicodeScalars.count : 0 }.max() ?? 0 }
    return rows.map { row in
      let line = row.enumerated().map { Wrapping.padded($0.element, to: widths[$0.offset]) }.joined(separator: "  ")
      var end = line[...]
      while end.last == " " { end = end.dropLast() }
      return end + "\n"
    }.joined()
  }
}
