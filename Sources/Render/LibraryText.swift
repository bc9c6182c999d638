import AssayCore

/// The libraries that a program loads, for explanations: what is wrong or of others first to be seen, the system's own counted.
struct LibraryText {
  /// Names listed for one program without `--verbose`.
  static let lineLimit = 6
  static let programLimit = 3

  private let style: TextStyle
  init(_ style: TextStyle) { self.style = style }

  func render(_ programs: [ProgramLibraries]) -> String {
    let limit = style.verbose ? programs.count : LibraryText.programLimit
    let shown = programs.filter { !own($0).isEmpty }
    var text = shown.prefix(limit).map(section).joined()
    if shown.count > limit { text += "and libraries of \(shown.count - limit) more programs: --verbose lists them\n" }
    return text.isEmpty ? "" : text + "\n"
  }

  private func own(_ program: ProgramLibraries) -> [LibraryEdge] { program.edges.filter { $0.answer != .system } }

  private func section(_ program: ProgramLibraries) -> String {
    let who = Printable.text(program.program.split(separator: "/").last.map(String.init) ?? program.program)
    let team = program.teamID.map { "team \(Printable.text($0))'s" } ?? "nobody else's"
    let rule = program.validatesLibraries ? ", library validation: Apple's and \(team) alone" : ""
    var text = Wrapping.lines("libraries of \(who)\(rule)", first: "", rest: "  ")
    let edges = own(program).sorted { rank($0) < rank($1) }
    let limit = style.verbose ? edges.count : LibraryText.lineLimit
    for edge in edges.prefix(limit) { text += line(edge, program) }
    var rest: [String] = []
    if edges.count > limit { rest.append("\(edges.count - limit) more") }
    let system = program.edges.count - edges.count
    if system > 0 { rest.append("\(system) of the system's own") }
    return rest.isEmpty ? text : text + "  and \(rest.joined(separator: ", "))\n"
  }

  private func rank(_ edge: LibraryEdge) -> Int {
    switch edge.answer {
    case .missing: 0
    case .found: edge.absent.isEmpty ? 2 : 1
    case .unknown: 3
    case .system: 4
    }
  }

  private func line(_ edge: LibraryEdge, _ program: ProgramLibraries) -> String {
    var words = "\(edge.name) (\(edge.kind)): \(edge.words)"
    if case .found(let path) = edge.answer {
      if let library = program.libraries.first(where: { $0.path.utf8.elementsEqual(path.utf8) }) {
        words += ", \(library.state?.rawValue ?? "not readable")"
        if library.isApple { words += ", Apple" } else if let team = library.teamID { words += ", team \(team)" }
      }
      words += ", \(edge.rule)"
    }
    if !edge.absent.isEmpty { words += "; nothing at \(edge.absent.prefix(3).joined(separator: ", "))" }
    return Wrapping.lines(Printable.text(words), first: "  ", rest: "    ")
  }
}

extension JSONWriter {
  /// Every name that a program and its libraries ask for, and where it is.
  mutating func libraries(_ programs: [ProgramLibraries]) {
    key("libraries")
    array { writer in
      for program in programs {
        writer.object { writer in
          writer.member("program", program.program)
          writer.member("validatesLibraries", program.validatesLibraries)
          writer.member("teamID", program.teamID)
          writer.member("isComplete", program.isComplete)
          writer.key("edges")
          writer.array { writer in for edge in program.edges { writer.edge(edge) } }
          writer.key("judged")
          writer.array { writer in for library in program.libraries { writer.library(library) } }
        }
      }
    }
  }

  private mutating func edge(_ edge: LibraryEdge) {
    object { writer in
      writer.member("asker", edge.asker)
      writer.member("name", edge.name)
      writer.member("kind", edge.kind)
      switch edge.answer {
      case .found(let path): writer.answer("found", path)
      case .system: writer.answer("system", nil)
      case .missing: writer.answer("missing", nil)
      case .unknown: writer.answer("unknown", nil)
      }
      writer.member("rule", edge.rule)
      writer.member("absent", edge.absent)
    }
  }

  private mutating func answer(_ answer: String, _ path: String?) {
    member("answer", answer)
    member("path", path)
  }

  private mutating func library(_ library: ProgramLibraries.Library) {
    object { writer in
      writer.member("path", library.path)
      writer.member("state", library.state?.rawValue)
      writer.member("teamID", library.teamID)
      writer.member("isApple", library.isApple)
      writer.member("signer", library.signer)
    }
  }
}
