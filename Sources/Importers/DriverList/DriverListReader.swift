import AssayBytes
import AssayContainers

/// Reads lists of drivers. A sample that names no digest at all is counted and said, since nothing can be judged by it.
struct DriverListReader {
  var entries: [DriverList.Key: DriverList.Entry] = [:]
  var drivers = 0
  var samples = 0
  var notes: [String] = []
  private var bare = 0

  /// Keys of a sample that name a digest, and of what.
  private static let flat = ["MD5", "SHA1", "SHA256"]

  // MARK: JSON: an array of drivers, each with KnownVulnerableSamples

  /// Nil for JSON of another kind.
  init?(json value: JSONValue) throws(ParseError) {
    guard let drivers = value.items ?? value["drivers"]?.items, drivers.contains(where: { $0["KnownVulnerableSamples"] != nil })
    else { return nil }
    for (index, driver) in drivers.enumerated() {
      guard let samples = driver["KnownVulnerableSamples"]?.items else {
        throw ParseError("import.rule.malformed", "driver \(index + 1) has no list of KnownVulnerableSamples")
      }
      self.drivers += 1
      let id = driver["Id"]?.text ?? driver["ID"]?.text ?? "driver \(index + 1)"
      let tag = driver["Tags"]?.items?.first?.text ?? driver["Tags"]?.text
      for sample in samples { try add(sample, id: id, tag: tag) }
    }
    finish()
  }

  private mutating func add(_ sample: JSONValue, id: String, tag: String?) throws(ParseError) {
    samples += 1
    let name = [sample["Filename"]?.text, sample["OriginalFilename"]?.text, tag].compactMap { $0 }.first { !$0.isEmpty } ?? ""
    let entry = DriverList.Entry(id: id, name: name)
    var found = 0
    for key in Self.flat where sample[key] != nil { found += try add(sample[key]?.text, .flat, entry, key) }
    if let authentihash = sample["Authentihash"] {
      for key in Self.flat { found += try add(authentihash[key]?.text, .authenticode, entry, "Authentihash \(key)") }
    }
    if found == 0 { bare += 1 }
  }

  /// 1 if there is a digest. Lists write an empty text, or a dash, where they know none.
  private mutating func add(
    _ text: String?, _ what: DriverList.Key.What, _ entry: DriverList.Entry, _ key: String
  ) throws(ParseError) -> Int {
    let word = (text ?? "").utf8.filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }
    guard !word.isEmpty, word != [0x2D], !word.map({ $0 | 0x20 }).elementsEqual("n/a".utf8) else { return 0 }
    let count = key.hasSuffix("MD5") ? 16 : key.hasSuffix("SHA1") ? 20 : 32
    guard let digest = Hex.decode(String(decoding: word, as: UTF8.self)), digest.count == count else {
      throw ParseError(
        "import.rule.malformed", "\(entry.id): \"\(String(decoding: word.prefix(80), as: UTF8.self))\" is no \(key) digest")
    }
    let place = DriverList.Key(what: what, digest: digest)
    if entries[place] == nil { entries[place] = entry }
    return 1
  }

  private mutating func finish() {
    if bare > 0 { notes.append("\(bare) of \(samples) samples have no digest: nothing can be judged by them") }
  }

  // MARK: CSV: a header that names the columns, lists of digests within a field

  /// Nil for text whose first line names no columns of such a list.
  init?(csv bytes: [UInt8], _ budget: inout Budget) throws(ParseError) {
    guard let head = bytes.firstIndex(where: { $0 == 0x0A }) ?? (bytes.isEmpty ? nil : bytes.count) else { return nil }
    let first = bytes[..<head]
    guard first.contains(UInt8(ascii: ",")), first.contains(where: { $0 >= 0x41 }) else { return nil }
    try budget.spend(bytes: bytes.count)
    var table = CSVTable(bytes[...])
    guard let header = try table.row(&budget) else { return nil }
    let columns = header.map { Self.column($0) }
    guard columns.contains(where: { $0 != nil }) else { return nil }
    let names = header.map { Folded.octets($0) }
    let nameColumn = names.firstIndex {
      ["filename", "name", "tags", "knownvulnerablesamples_filename"].contains(String(decoding: $0, as: UTF8.self))
    }
    let idColumn = names.firstIndex { $0.elementsEqual("id".utf8) }
    while let row = try table.row(&budget) {
      if row.count == 1, row[0].isEmpty { continue }
      samples += 1
      guard row.count == header.count else {
        throw ParseError("import.rule.malformed", "row \(samples) has \(row.count) columns, the header has \(header.count)")
      }
      let entry = DriverList.Entry(
        id: idColumn.map { row[$0] } ?? "row \(samples)", name: nameColumn.map { String(row[$0].prefix(80)) } ?? "")
      var found = 0
      for (index, column) in columns.enumerated() {
        guard let (what, key) = column else { continue }
        for word in row[index].utf8.split(whereSeparator: { [0x2C, 0x3B, 0x0A, 0x20, 0x7C].contains($0) }) {
          found += try add(String(decoding: word, as: UTF8.self), what, entry, key)
        }
      }
      if found == 0 { bare += 1 }
    }
    finish()
  }

  private static func column(_ header: String) -> (DriverList.Key.What, String)? {
    let name = String(decoding: Folded.octets(header), as: UTF8.self)
    guard let key = flat.first(where: { name.hasSuffix($0.lowercased()) }) else { return nil }
    // Columns on imports, sections and certificates hold digests of other things.
    if name.contains("authentihash") { return (.authenticode, key) }
    let known = [key.lowercased(), "knownvulnerablesamples_" + key.lowercased(), "file_" + key.lowercased()]
    return known.contains(name) ? (.flat, key) : nil
  }
}

/// RFC 4180: fields between commas, quoted ones may hold commas, line ends and doubled quotes.
struct CSVTable {
  private let bytes: ArraySlice<UInt8>
  private var index: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes
    index = self.bytes.startIndex
  }

  /// The next row; nil at the end.
  mutating func row(_ budget: inout Budget) throws(ParseError) -> [String]? {
    guard index < bytes.endIndex else { return nil }
    var fields: [String] = []
    while true {
      try budget.spend(nodes: 1)
      fields.append(try field())
      guard index < bytes.endIndex else { return fields }
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: ",") { continue }
      if byte == 0x0D, index < bytes.endIndex, bytes[index] == 0x0A { index += 1 }
      return fields
    }
  }

  private mutating func field() throws(ParseError) -> String {
    var octets: [UInt8] = []
    guard index < bytes.endIndex, bytes[index] == UInt8(ascii: "\"") else {
      while index < bytes.endIndex, ![UInt8(ascii: ","), 0x0A, 0x0D].contains(bytes[index]) {
        octets.append(bytes[index])
        index += 1
      }
      return String(decoding: octets, as: UTF8.self)
    }
    let start = index
    index += 1
    while index < bytes.endIndex {
      let byte = bytes[index]
      index += 1
      if byte != UInt8(ascii: "\"") {
        octets.append(byte)
      } else if index < bytes.endIndex, bytes[index] == UInt8(ascii: "\"") {
        octets.append(byte)
        index += 1
      } else {
        guard index == bytes.endIndex || [UInt8(ascii: ","), 0x0A, 0x0D].contains(bytes[index]) else {
          throw ParseError("import.rule.malformed", "something follows a quoted field", offset: index)
        }
        return String(decoding: octets, as: UTF8.self)
      }
    }
    throw ParseError("import.rule.malformed", "a quoted field is never closed", offset: start)
  }
}
