package import AssayBytes

/// One key of a hive (a cell nk). Lists are read when they are asked for.
package struct RegistryKey {
  package let name: String
  package let lastWritten: Moment
  /// Names from the root's first subkey to this one; empty for the root.
  package let pathComponents: [String]
  /// A symbolic link: its value SymbolicLinkValue names another key, which is not followed.
  package let isLink: Bool
  /// Of its cell, in the file.
  package let fileOffset: Int

  private let hive: RegistryHive
  private let offset: Int
  private let ancestors: [Int]
  private let subkeyCount: Int
  private let subkeyList: Int
  private let valueCount: Int
  private let valueList: Int
  private let classOffset: Int
  private let classByteCount: Int

  /// Where a list is not: all bits set.
  private static let none = 0xFFFF_FFFF
  /// One list holds at most this many values; Windows has no number.
  package static let maximumValues = 65_536

  /// With backslashes: `ControlSet001\Services\Example`.
  package var path: String { pathComponents.joined(separator: "\\") }

  init(_ hive: RegistryHive, at offset: Int, path: [String], ancestors: [Int]) throws(ParseError) {
    let place = offset + RegistryBaseBlock.byteCount
    guard !ancestors.contains(offset) else {
      throw ParseError("regf.key.cycle", "the key \(path.joined(separator: "\\")) is its own ancestor", offset: place)
    }
    guard ancestors.count <= RegistryHive.maximumDepth else {
      throw ParseError("regf.key.depth", "keys are nested deeper than \(RegistryHive.maximumDepth)", offset: place)
    }
    // The longest name of 255 characters, and then some: names of 65,535 bytes exist only in broken hives.
    let cell = try hive.cell(offset, limit: 0x4C + 2_048)
    let reader = ByteReader(cell[...], base: place + 4, truncated: "regf.key.truncated")
    guard try reader.little(at: 0, UInt16.self) == 0x6B6E else {
      throw ParseError("regf.key.invalid", "a cell that must be a key is none", offset: place)
    }
    let flags = try reader.little(at: 2, UInt16.self)
    let nameBytes = Int(try reader.little(at: 0x48, UInt16.self))
    guard nameBytes <= cell.count - 0x4C else {
      throw ParseError("regf.key.truncated", "a key's name of \(nameBytes) bytes does not fit into its cell", offset: place)
    }
    name = RegistryText.name(cell[0x4C..<(0x4C + nameBytes)], isCompressed: flags & 0x20 != 0)
    lastWritten = Moment(fileTime: try reader.little(at: 4))
    isLink = flags & 0x10 != 0
    subkeyCount = Int(try reader.little(at: 0x14, UInt32.self))
    subkeyList = Int(try reader.little(at: 0x1C, UInt32.self))
    // A predefined handle keeps something else there.
    valueCount = flags & 0x40 != 0 ? 0 : Int(try reader.little(at: 0x24, UInt32.self))
    valueList = Int(try reader.little(at: 0x28, UInt32.self))
    classOffset = Int(try reader.little(at: 0x30, UInt32.self))
    classByteCount = Int(try reader.little(at: 0x4A, UInt16.self))
    pathComponents = ancestors.isEmpty ? [] : path + [name]
    fileOffset = place
    self.hive = hive
    self.offset = offset
    self.ancestors = ancestors
  }

  /// In the order of the hive, which is that of their names in a good one.
  package var subkeys: [RegistryKey] {
    var keys: [RegistryKey] = []
    eachSubkey { key in
      keys.append(key)
      return true
    }
    return keys
  }

  /// The first of this name; case does not count.
  package func subkey(_ name: String) -> RegistryKey? {
    let wanted = WindowsCase.key(name)
    var found: RegistryKey?
    eachSubkey { key in
      guard WindowsCase.key(key.name) == wanted else { return true }
      found = key
      return false
    }
    return found
  }

  /// The key below this one; backslashes part the names.
  package func key(_ path: String) -> RegistryKey? {
    var current: RegistryKey? = self
    for name in path.unicodeScalars.split(separator: "\\") { current = current?.subkey(String(name)) }
    return current
  }

  package var values: [RegistryValue] {
    guard valueCount > 0, valueList != RegistryKey.none else { return [] }
    var values: [RegistryValue] = []
    do throws(ParseError) {
      let count = min(valueCount, RegistryKey.maximumValues)
      let list = try hive.cell(valueList, limit: count * 4)
      if list.count < count * 4 || count < valueCount {
        hive.note(
          ParseError(
            "regf.list.truncated", "the key \(path) has \(valueCount) values, its list holds \(list.count / 4)", offset: fileOffset)
        )
      }
      try hive.spend(nodes: list.count / 4)
      var reader = ByteReader(list[...], truncated: "regf.list.truncated")
      for _ in 0..<(list.count / 4) {
        let place = Int(try reader.little(UInt32.self))
        do throws(ParseError) {
          values.append(try RegistryValue(hive, at: place))
        } catch  where !error.isLimit {
          hive.note(error)
        }
      }
    } catch {
      hive.note(error)
    }
    return values
  }

  /// The first value of this name, case aside; the empty name is the default value.
  package func value(_ name: String) -> RegistryValue? {
    let wanted = WindowsCase.key(name)
    return values.first { WindowsCase.key($0.name) == wanted }
  }

  /// The class name, which few keys have.
  package var className: String? {
    guard classByteCount > 0, classOffset != RegistryKey.none else { return nil }
    do throws(ParseError) {
      return RegistryText.untilZero(try hive.cell(classOffset, limit: classByteCount))
    } catch {
      hive.note(error)
      return nil
    }
  }

  private func eachSubkey(_ body: (RegistryKey) -> Bool) {
    guard subkeyCount > 0, subkeyList != RegistryKey.none else { return }
    var seen = 0
    do throws(ParseError) {
      for list in try lists() {
        for place in try RegistryKey.offsets(hive, list) {
          seen += 1
          guard let key = hive.key(at: place, path: pathComponents, ancestors: ancestors + [offset]) else { continue }
          if !body(key) { return }
        }
      }
    } catch {
      hive.note(error)
      return
    }
    if seen != subkeyCount {
      hive.note(
        ParseError("regf.list.truncated", "the key \(path) has \(subkeyCount) subkeys, its lists hold \(seen)", offset: fileOffset))
    }
  }

  /// The list of subkeys, or those that an index root (ri) names.
  private func lists() throws(ParseError) -> [Int] {
    let head = try hive.cell(subkeyList, limit: 4)
    guard head.count == 4 else {
      throw ParseError("regf.list.invalid", "a list of subkeys is too short", offset: subkeyList + RegistryBaseBlock.byteCount)
    }
    guard head[0] == 0x72, head[1] == 0x69 else { return [subkeyList] }
    return try RegistryKey.offsets(hive, subkeyList, allowingRoot: true)
  }

  /// Offsets that a list holds: lf and lh have a hash beside each, li and ri have none.
  private static func offsets(_ hive: RegistryHive, _ list: Int, allowingRoot: Bool = false) throws(ParseError) -> [Int] {
    let cell = try hive.cell(list, limit: 4 + 65_535 * 8)
    let place = list + RegistryBaseBlock.byteCount
    var reader = ByteReader(cell[...], base: place + 4, truncated: "regf.list.truncated")
    let kind = try reader.little(UInt16.self)
    let count = Int(try reader.little(UInt16.self))
    let row: Int
    switch kind {
    case 0x666C, 0x686C: row = 8
    case 0x696C: row = 4
    case 0x6972 where allowingRoot: row = 4
    default: throw ParseError("regf.list.invalid", "a cell that must be a list of subkeys is none", offset: place)
    }
    guard count * row <= reader.remaining else {
      throw ParseError("regf.list.truncated", "a list of \(count) subkeys does not fit into its cell", offset: place)
    }
    try hive.spend(nodes: count)
    var offsets: [Int] = []
    for _ in 0..<count {
      offsets.append(Int(try reader.little(UInt32.self)))
      try reader.skip(row - 4)
    }
    return offsets
  }
}
