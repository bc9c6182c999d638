package import AssayBytes

extension PEImage {
  /// The bytes of the version resource (RT_VERSION), nil when there is none. At most 64 KiB, the largest that
  /// VS_VERSIONINFO's 16-bit length allows.
  package func versionResource(_ source: any ByteSource, _ budget: inout Budget) throws(ParseError) -> [UInt8]? {
    guard directories.count > 2, !directories[2].isEmpty, let root = offset(ofAddress: directories[2].address) else { return nil }
    // Three levels: type, name, language. The first of each of the lower two is what Windows shows.
    guard let type = try entry(of: root, root: root, wanting: 16, source, &budget), type.isFolder,
      let name = try entry(of: type.offset, root: root, wanting: nil, source, &budget), name.isFolder,
      let language = try entry(of: name.offset, root: root, wanting: nil, source, &budget), !language.isFolder
    else { return nil }
    let row = try PEImage.read(source, at: language.offset, 16, &budget)
    let reader = ByteReader(row[...], base: language.offset, truncated: "pe.resources.truncated")
    let size = Int(try reader.little(at: 4, UInt32.self))
    guard size <= 1 << 16, let place = offset(ofAddress: Int(try reader.little(at: 0, UInt32.self))) else { return nil }
    return try PEImage.read(source, at: place, size, &budget)
  }

  /// One entry of a resource directory: the one with the numeric id, or the first.
  private func entry(
    of folder: Int, root: Int, wanting id: UInt32?, _ source: any ByteSource, _ budget: inout Budget
  ) throws(ParseError) -> (offset: Int, isFolder: Bool)? {
    let head = try PEImage.read(source, at: folder, 16, &budget)
    let header = ByteReader(head[...], base: folder, truncated: "pe.resources.truncated")
    let count = Int(try header.little(at: 12, UInt16.self)) + Int(try header.little(at: 14, UInt16.self))
    let wanted = id == nil ? min(count, 1) : count
    try budget.spend(nodes: wanted)
    let rows = try PEImage.read(source, at: folder + 16, wanted * 8, &budget)
    var reader = ByteReader(rows[...], base: folder + 16, truncated: "pe.resources.truncated")
    for _ in 0..<wanted {
      let name = try reader.little(UInt32.self)
      let target = try reader.little(UInt32.self)
      if let id, name != id { continue }
      return (root + Int(target & 0x7FFF_FFFF), target >> 31 == 1)
    }
    return nil
  }

  /// Lower-case names of the modules that the import table names, at most 64.
  package func importedModules(_ source: any ByteSource, _ budget: inout Budget) throws(ParseError) -> [String] {
    guard directories.count > 1, !directories[1].isEmpty, let start = offset(ofAddress: directories[1].address) else { return [] }
    var names: [String] = []
    for index in 0..<64 {
      let row = try PEImage.read(source, at: start + index * 20, 20, &budget)
      let name = Int(try ByteReader(row[...], truncated: "pe.imports.truncated").little(at: 12, UInt32.self))
      guard name != 0 else { break }
      guard let place = offset(ofAddress: name) else { continue }
      let bytes = try source.prefix(at: place, 64).prefix { $0 != 0 }
      names.append(String(decoding: bytes.lowered, as: UTF8.self))
    }
    return names
  }
}
