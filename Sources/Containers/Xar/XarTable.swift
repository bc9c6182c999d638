import AssayBytes

/// The table of contents, read into values. Elements are taken by their names alone, as other readers take them, and what may stand once
/// must: a reader that takes the first of two and one that takes the last would see different archives.
struct XarTable {
  let heap: Int
  let fileEnd: Int
  private(set) var checksum: (style: XarDigest?, place: Range<Int>)
  private(set) var signatures: [XarSignature] = []
  private(set) var creationTime: XMLText?
  private(set) var entries: [XarEntry] = []
  private(set) var problems: [ParseError] = []
  private var paths: Set<[UInt8]> = []

  static let keyInfo: XMLText = "http://www.w3.org/2000/09/xmldsig#"

  init(_ octets: [UInt8], heap: Int, fileEnd: Int, _ budget: inout Budget) throws(ParseError) {
    self.heap = heap
    self.fileEnd = fileEnd
    checksum = (nil, heap..<heap)
    let document = try XMLDocument(parsing: octets[...], &budget)
    guard document.root.name == "xar", let toc = try XarTable.only(document.root, "toc") else {
      throw ParseError("xar.toc.root", "the table of contents is none")
    }
    guard let sum = try XarTable.only(toc, "checksum") else {
      throw ParseError("xar.toc.missing", "the table of contents names no checksum of itself")
    }
    checksum = (XarDigest(name: (sum.attribute("style") ?? .empty).octets), try place(sum, size: "size"))
    creationTime = try XarTable.only(toc, "creation-time")?.text
    for (name, style) in [("signature", XarSignature.Style.rsa), ("x-signature", .cms)] as [(XMLText, XarSignature.Style)] {
      guard let element = try XarTable.only(toc, name) else { continue }
      try add(element, name, style, &budget)
    }
    try walk(toc, &budget)
  }

  /// The child of that name; throws where there are two.
  private static func only(_ element: XMLElement, _ name: XMLText) throws(ParseError) -> XMLElement? {
    var found: XMLElement?
    for child in element.elements where child.name == name {
      guard found == nil else {
        throw ParseError("xar.toc.duplicate", "<\(name)> stands twice in <\(element.name)> of the table, line \(child.line)")
      }
      found = child
    }
    return found
  }

  /// The same for what packages are seen to repeat: one text however often it stands there.
  private static func repeated(_ element: XMLElement, _ name: XMLText) throws(ParseError) -> XMLElement? {
    let all = element.elements.filter { $0.name == name }
    guard let first = all.first else { return nil }
    guard all.allSatisfy({ $0.text == first.text && $0.attribute("enctype") == first.attribute("enctype") }) else {
      throw ParseError("xar.toc.duplicate", "<\(name)> stands twice in <\(element.name)> and differs, line \(element.line)")
    }
    return first
  }

  private static func number(_ element: XMLElement, _ name: XMLText) throws(ParseError) -> Int {
    let text = try only(element, name)?.text.trimmed.octets ?? []
    guard !text.isEmpty, text.count <= 18, text.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
      throw ParseError("xar.toc.number", "<\(element.name)> of the table has no number <\(name)>, line \(element.line)")
    }
    // 18 digits are below 2^60.
    return text.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  /// Offset from the heap's beginning, and as many octets as `size` names.
  private func place(_ element: XMLElement, size: XMLText) throws(ParseError) -> Range<Int> {
    let (offset, count) = (try XarTable.number(element, "offset"), try XarTable.number(element, size))
    guard offset <= fileEnd - heap, count <= fileEnd - heap - offset else {
      throw ParseError(
        "xar.heap.range",
        "<\(element.name)> of the table's line \(element.line) has \(count) bytes at \(offset) of the heap, outside",
        offset: heap)
    }
    return (heap + offset)..<(heap + offset + count)
  }

  private mutating func add(
    _ element: XMLElement, _ name: XMLText, _ style: XarSignature.Style, _ budget: inout Budget
  ) throws(ParseError) {
    let said = (element.attribute("style") ?? .empty).octets
    guard said.elementsEqual(style == .rsa ? "RSA".utf8 : "CMS".utf8) else {
      problems.append(
        ParseError(
          "xar.signature.style", "<\(name)> is of the style \(String(decoding: said, as: UTF8.self).debugDescription)", offset: heap
        ))
      return
    }
    var certificates: [[UInt8]] = []
    if let info = try XarTable.only(element, "KeyInfo"), let data = try XarTable.only(info, "X509Data") {
      for child in data.elements where child.name == "X509Certificate" {
        try budget.spend(nodes: 1)
        guard let der = Base64.decode(child.text.octets, ignoringSpace: true) else {
          problems.append(
            ParseError("xar.signature.certificate", "a certificate of <\(name)> is no Base64, line \(child.line)", offset: heap))
          continue
        }
        certificates.append(der)
      }
    }
    signatures.append(XarSignature(style: style, place: try place(element, size: "size"), certificates: certificates))
  }

  // MARK: - Files

  private mutating func walk(_ toc: XMLElement, _ budget: inout Budget) throws(ParseError) {
    var folders: [(element: XMLElement, path: [UInt8])] = [(toc, [])]
    while let folder = folders.popLast() {
      var inner: [(element: XMLElement, path: [UInt8])] = []
      for element in folder.element.elements where element.name == "file" {
        let path = try name(of: element, in: folder.path, &budget)
        var parts: [XarData] = []
        for child in element.elements where child.name != "file" { try collect(child, into: &parts, &budget) }
        if parts.filter({ $0.kind == "data" }).count > 1 {
          throw ParseError("xar.toc.duplicate", "<data> stands twice in a file of the table, line \(element.line)")
        }
        entries.append(XarEntry(path: path, type: try XarTable.repeated(element, "type")?.text.trimmed ?? "file", parts: parts))
        inner.append((element, path))
      }
      folders += inner.reversed()
    }
  }

  private mutating func name(
    of element: XMLElement, in folder: [UInt8], _ budget: inout Budget
  ) throws(ParseError) -> [UInt8] {
    let field = try XarTable.repeated(element, "name")
    var octets = field?.text.octets ?? []
    if field?.attribute("enctype") == "base64" { octets = Base64.decode(octets, ignoringSpace: true) ?? [] }
    let isPlain =
      !octets.isEmpty && !octets.contains(0) && !octets.contains(UInt8(ascii: "/")) && !octets.elementsEqual(".".utf8)
      && !octets.elementsEqual("..".utf8)
    if !isPlain {
      problems.append(
        ParseError(
          "xar.name.unsafe",
          "a file of the table is called \(String(decoding: octets, as: UTF8.self).debugDescription), which is no name, line \(element.line)",
          offset: heap))
    }
    let path = folder.isEmpty ? octets : folder + [UInt8(ascii: "/")] + octets
    // Paths of deep folders repeat their beginnings.
    try budget.spend(bytes: path.count)
    guard path.count <= 4_096 else {
      throw ParseError("xar.name.unsafe", "a path of \(path.count) bytes in the table", offset: heap)
    }
    if !paths.insert(path).inserted {
      problems.append(
        ParseError(
          "xar.name.duplicate", "two files of the table are called \(String(decoding: path, as: UTF8.self).debugDescription)",
          offset: heap))
    }
    return path
  }

  /// Whatever points into the heap: `data`, extended attributes in their older and newer forms.
  private func collect(_ element: XMLElement, into parts: inout [XarData], _ budget: inout Budget) throws(ParseError) {
    guard element.elements.contains(where: { $0.name == "offset" }) else {
      for child in element.elements { try collect(child, into: &parts, &budget) }
      return
    }
    let style = try XarTable.only(element, "encoding")?.attribute("style")?.octets ?? []
    let encoding: XarData.Encoding
    switch String(decoding: style, as: UTF8.self) {
    case "", "application/octet-stream": encoding = .none
    case "application/x-gzip", "application/zlib": encoding = .zlib
    case let other: encoding = .other(other)
    }
    parts.append(
      XarData(
        kind: element.name, place: try place(element, size: "length"), byteCount: try XarTable.number(element, "size"),
        encoding: encoding, archived: try checksum(element, "archived-checksum"),
        extracted: try checksum(element, "extracted-checksum")
      ))
  }

  private func checksum(_ element: XMLElement, _ name: XMLText) throws(ParseError) -> XarChecksum? {
    var field = try XarTable.only(element, name)
    // Older writers call the second one unarchived.
    if field == nil, name == "extracted-checksum" { field = try XarTable.only(element, "unarchived-checksum") }
    guard let field else { return nil }
    let said = (field.attribute("style") ?? .empty).octets
    return XarChecksum(
      style: XarDigest(name: said), styleName: said,
      value: Hex.decode(String(decoding: field.text.trimmed.octets, as: UTF8.self)) ?? [])
  }
}
