/// A value of a key to be.
package struct ValueSpec: Sendable {
  package var name: String
  /// REG_SZ 1, REG_EXPAND_SZ 2, REG_BINARY 3, REG_DWORD 4, REG_MULTI_SZ 7, REG_QWORD 11.
  package var type: Int
  package var data: [UInt8]

  package init(_ name: String, type: Int, data: [UInt8]) {
    self.name = name
    self.type = type
    self.data = data
  }

  package static func string(_ name: String, _ text: String) -> ValueSpec {
    ValueSpec(name, type: 1, data: utf16(text + "\0"))
  }
  package static func expandable(_ name: String, _ text: String) -> ValueSpec {
    ValueSpec(name, type: 2, data: utf16(text + "\0"))
  }
  package static func strings(_ name: String, _ texts: [String]) -> ValueSpec {
    ValueSpec(name, type: 7, data: texts.flatMap { utf16($0 + "\0") } + [0, 0])
  }
  package static func number(_ name: String, _ number: Int) -> ValueSpec {
    var data: [UInt8] = []
    data.append32(number)
    return ValueSpec(name, type: 4, data: data)
  }
  package static func binary(_ name: String, _ data: [UInt8]) -> ValueSpec { ValueSpec(name, type: 3, data: data) }

  static func utf16(_ text: String) -> [UInt8] { text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }
}

/// A key to be.
package struct KeySpec: Sendable {
  /// How the subkeys are listed.
  package enum List: Sendable {
    /// `lf`: offset and the first four letters.
    case fast
    /// `lh`: offset and a hash.
    case hash
    /// `li`: offset alone.
    case plain
    /// `ri` over lists `lh` of at most this many.
    case root(Int)
  }
  package var name: String
  package var subkeys: [KeySpec] = []
  package var values: [ValueSpec] = []
  package var list = List.hash
  package var className = ""
  /// 100 ns since 1601: 2025-03-01T12:00:00Z unless said.
  package var lastWritten = 133_853_040_000_000_000

  package init(_ name: String, _ values: [ValueSpec] = [], _ subkeys: [KeySpec] = []) {
    self.name = name
    self.values = values
    self.subkeys = subkeys
  }

  /// Puts values into the key at a path with backslashes; keys on the way are made.
  package mutating func set(_ path: String, _ added: [ValueSpec]) {
    guard let name = path.split(separator: "\\").first.map(String.init) else {
      values += added
      return
    }
    let rest = String(path.dropFirst(name.count).drop { $0 == "\\" })
    if let index = subkeys.firstIndex(where: { $0.name == name }) {
      subkeys[index].set(rest, added)
    } else {
      var key = KeySpec(name)
      key.set(rest, added)
      subkeys.append(key)
    }
  }
}
