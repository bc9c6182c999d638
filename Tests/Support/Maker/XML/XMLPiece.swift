/// An XML element to be: written once as a document has it, once in the exclusive canonical form that signatures are made over.
package struct XMLPiece: Sendable {
  package enum Child: Sendable {
    case piece(XMLPiece)
    case text(String)
    case comment(String)
  }
  package var prefix: String
  package var name: String
  package var uri: String
  package var attributes: [(name: String, value: String)]
  /// Declarations of the document's tag: prefix and URI.
  package var declarations: [(String, String)]
  package var children: [Child]

  package init(
    _ prefix: String, _ name: String, _ uri: String, _ attributes: [(name: String, value: String)] = [],
    declaring declarations: [(String, String)] = [], _ children: [Child] = []
  ) {
    self.prefix = prefix
    self.name = name
    self.uri = uri
    self.attributes = attributes
    self.declarations = declarations
    self.children = children
  }

  /// The same without attributes.
  package init(
    _ prefix: String, _ name: String, _ uri: String, declaring declarations: [(String, String)] = [], holding children: [Child]
  ) {
    self.init(prefix, name, uri, [], declaring: declarations, children)
  }

  private var tag: String { prefix.isEmpty ? name : "\(prefix):\(name)" }

  /// As a person would write it: declarations where they are given, empty elements short.
  package var document: String {
    let spaces = declarations.map { $0.0.isEmpty ? " xmlns=\"\($0.1)\"" : " xmlns:\($0.0)=\"\($0.1)\"" }.joined()
    let values = attributes.map { " \($0.name)=\"\(Self.escaped($0.value))\"" }.joined()
    guard !children.isEmpty else { return "<\(tag)\(spaces)\(values) />" }
    let inner = children.map { child in
      switch child {
      case .piece(let piece): piece.document
      case .text(let text): Self.escaped(text)
      case .comment(let text): "<!--\(text)-->"
      }
    }.joined()
    return "<\(tag)\(spaces)\(values)>\(inner)</\(tag)>"
  }

  /// Exclusive XML Canonicalization 1.0 without comments; attributes here never have prefixes.
  package func canonical(_ rendered: [String: String] = [:]) -> String {
    var rendered = rendered
    var spaces = ""
    if rendered[prefix, default: ""] != uri {
      spaces = prefix.isEmpty ? " xmlns=\"\(uri)\"" : " xmlns:\(prefix)=\"\(uri)\""
      rendered[prefix] = uri
    }
    let values = attributes.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
      .map { " \($0.name)=\"\(Self.escaped($0.value))\"" }.joined()
    let inner = children.map { child in
      switch child {
      case .piece(let piece): piece.canonical(rendered)
      case .text(let text): Self.escaped(text)
      case .comment: ""
      }
    }.joined()
    return "<\(tag)\(spaces)\(values)>\(inner)</\(tag)>"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
  }
}
