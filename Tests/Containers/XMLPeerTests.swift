import AssayBytes
import AssayContainers
import Foundation
import Testing

/// Python's expat as a peer: the same events of the same documents, and the same documents refused.
@Suite struct XMLPeerTests {
  private static let python = "/usr/bin/python3"
  static var hasPython: Bool { FileManager.default.isExecutableFile(atPath: python) }
  static let corpus = ProcessInfo.processInfo.environment["ASSAY_CORPUS"]

  /// Prints one line of events for each file named on a line of the input; `-` for a document that expat refuses.
  private static let script = """
    import sys, xml.parsers.expat as e
    def esc(t): return t.encode('utf-8').hex()
    for name in sys.stdin.read().splitlines():
        out, text = [], []
        def flush():
            if text: out.append('T' + esc(''.join(text))); text.clear()
        def start(n, a):
            flush(); out.append('S' + esc(n))
            out.extend('A%s=%s' % (esc(k), esc(v)) for k, v in sorted(zip(a[::2], a[1::2])))
        def end(n): flush(); out.append('E' + esc(n))
        def comment(t): flush(); out.append('C' + esc(t))
        def pi(t, d): flush(); out.append('P%s %s' % (esc(t), esc(d)))
        def doctype(*a): raise ValueError
        p = e.ParserCreate(namespace_separator='|'); p.ordered_attributes = True; p.buffer_text = True
        p.StartElementHandler, p.EndElementHandler, p.CharacterDataHandler = start, end, text.append
        p.CommentHandler, p.ProcessingInstructionHandler, p.StartDoctypeDeclHandler = comment, pi, doctype
        try: p.Parse(open(name, 'rb').read(), True); print(' '.join(out))
        except (e.ExpatError, ValueError): print('-')
    """

  private static func peer(_ paths: [String]) throws -> [String] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = ["-c", script]
    let folder = FileManager.default.temporaryDirectory
    let (input, output) = (folder.appendingPathComponent("\(UUID()).in"), folder.appendingPathComponent("\(UUID()).out"))
    defer { for file in [input, output] { try? FileManager.default.removeItem(at: file) } }
    try Data(paths.joined(separator: "\n").utf8).write(to: input)
    try Data().write(to: output)
    process.standardInput = try FileHandle(forReadingFrom: input)
    process.standardOutput = try FileHandle(forWritingTo: output)
    try process.run()
    process.waitUntilExit()
    return try String(contentsOf: output, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  private static func own(_ bytes: [UInt8]) -> String {
    var budget = Budget()
    guard let document = try? XMLDocument(parsing: bytes[...], &budget) else { return "-" }
    var events: [String] = []
    let nodes = document.prolog + [.element(document.root)] + document.epilog
    for node in nodes { visit(node, &events) }
    return events.joined(separator: " ")
  }

  private static func visit(_ node: XMLNode, _ events: inout [String]) {
    switch node {
    case .text(let text): events.append("T" + Hex.encode(text.octets))
    case .comment(let text): events.append("C" + Hex.encode(text.octets))
    case .instruction(let target, let data): events.append("P\(Hex.encode(target.octets)) \(Hex.encode(data.octets))")
    case .element(let element):
      let name = hex(element.namespace, element.name)
      events.append("S" + name)
      let attributes = element.attributes.map { (expanded($0.namespace, $0.name), $0.value) }
      for (name, value) in attributes.sorted(by: { $0.0.lexicographicallyPrecedes($1.0) }) {
        events.append("A\(Hex.encode(name))=\(Hex.encode(value.octets))")
      }
      for child in element.children { visit(child, &events) }
      events.append("E" + name)
    }
  }

  private static func expanded(_ namespace: XMLText, _ name: XMLText) -> [UInt8] {
    namespace.isEmpty ? name.octets : namespace.octets + [UInt8(ascii: "|")] + name.octets
  }
  private static func hex(_ namespace: XMLText, _ name: XMLText) -> String { Hex.encode(expanded(namespace, name)) }

  @Test(.enabled(if: hasPython && corpus != nil, "ASSAY_CORPUS is not set or there is no python3: skipped"))
  func readsTheCorpusAsExpatDoes() throws {
    let root = try #require(Self.corpus)
    let endings = [".xml", ".plist", ".config", ".manifest", ".xsd"]
    var paths: [String] = []
    for case let path as String in FileManager.default.enumerator(atPath: root) ?? .init()
    where endings.contains(where: path.hasSuffix) { paths.append(root + "/" + path) }
    paths.sort()
    let answers = try Self.peer(paths)
    try #require(answers.count == paths.count && paths.count > 40)
    var (read, refused) = (0, 0)
    for (path, answer) in zip(paths, answers) {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      let own = Self.own(bytes)
      #expect(own == answer, "\(path)")
      if own == "-" { refused += 1 } else { read += 1 }
    }
    print("XML of the corpus: \(read) documents read as expat reads them, \(refused) refused by both")
    #expect(read > 30)
  }

  /// A document with each byte of it replaced in turn: the same are refused, and the others mean the same.
  @Test(.enabled(if: hasPython, "there is no python3: skipped"))
  func brokenDocumentsAreBrokenForBoth() throws {
    let text = Array(
      "<?xml version='1.0'?>\n<a xmlns:p='u' b=' x'><p:c>é&lt;&#65;</p:c><!--d--><![CDATA[e]]>\r\n<?f g?></a>\n".utf8)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var variants: [[UInt8]] = []
    for index in text.indices {
      for byte in [UInt8(ascii: "<"), 0x20, UInt8(ascii: "x"), UInt8(ascii: "&"), UInt8(ascii: ":"), 0x00, 0x80, UInt8(ascii: "'")]
      where text[index] != byte {
        var copy = text
        copy[index] = byte
        variants.append(copy)
      }
    }
    let paths = try variants.enumerated().map { number, bytes in
      let url = folder.appendingPathComponent("\(number)")
      try Data(bytes).write(to: url)
      return url.path
    }
    let answers = try Self.peer(paths)
    try #require(answers.count == variants.count)
    var differences: [String] = []
    // expat reads any version as 1.0; XML 1.0 2.8 has only 1.x, and of these we read 1.0.
    let version = Array("<?xml version='1.0'?>".utf8)
    for (variant, answer) in zip(variants, answers) where Self.own(variant) != answer {
      if !variant.starts(with: version), Self.own(version + variant.dropFirst(version.count)) == answer { continue }
      differences.append(String(decoding: variant, as: UTF8.self))
    }
    #expect(differences.isEmpty, "\(differences.count): \(differences.prefix(5))")
  }
}
