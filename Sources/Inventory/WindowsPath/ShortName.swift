import AssayContainers
import AssayCore

/// The short names of a folder's entries, as ntfs-3g shows them in an attribute.
struct ShortNames {
  /// Folders with more entries are not asked: each takes a call.
  static let entryLimit = 50_000

  private(set) var places: [[UInt16]: Int] = [:]
  /// Entries whose short name is known.
  private(set) var have: Set<Int> = []

  init(_ entries: [TreeEntry], of folder: String, in tree: any ArtifactTree) {
    guard entries.count <= ShortNames.entryLimit else { return }
    for (place, entry) in entries.enumerated() {
      let path = WindowsTree.join(folder, entry.name)
      // Another file system shows no attributes of Windows: one call tells that of the first entry, and the rest is not asked.
      if place == 0, ((try? tree.attribute(WindowsAttributes.attribute, of: path)) ?? nil) == nil { return }
      guard let name = try? tree.attribute("system.ntfs_dos_name", of: path), !name.isEmpty else { continue }
      have.insert(place)
      places[WindowsCase.key(String(decoding: name, as: UTF8.self))] = place
    }
  }
}

/// A name of eight and three characters that stands for a long one: `PROGRA~1`.
struct ShortName {
  private let stem: [UInt16]
  private let suffix: [UInt16]
  private let number: Int

  /// Whether it has the form that such names have; they may be set by hand, too, and then need no tilde.
  static func isPossible(_ name: String) -> Bool {
    let parts = WindowsCase.key(name).split(separator: 0x2E, omittingEmptySubsequences: false)
    return (1...2).contains(parts.count) && (1...8).contains(parts[0].count)
      && (parts.count == 1 || (1...3).contains(parts[1].count))
  }

  init?(_ name: String) {
    let units = WindowsCase.key(name)
    let parts = units.split(separator: 0x2E, maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, first.count <= 8, let tilde = first.lastIndex(of: 0x7E), tilde > 0 else { return nil }
    let digits = first[(tilde + 1)...]
    guard (1...6).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }), parts.count < 2 || parts[1].count <= 3
    else { return nil }
    stem = Array(first[..<tilde])
    suffix = parts.count > 1 ? Array(parts[1]) : []
    number = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  /// The one long name that fits. Of the folders that every Windows has, the order in which setup makes them is known; of others
  /// the disk alone knows, and nothing is guessed.
  func match(_ entries: [TreeEntry]) -> TreeEntry? {
    let usual = ["Program Files", "Program Files (x86)", "ProgramData"]
    if stem == WindowsCase.key("PROGRA"), suffix.isEmpty, usual.indices.contains(number - 1) {
      if let known = entries.first(where: { WindowsCase.areEqual($0.name, usual[number - 1]) }) { return known }
    }
    let found = entries.filter { fits($0.name) }
    return found.count == 1 ? found[0] : nil
  }

  private func fits(_ name: String) -> Bool {
    var units = WindowsCase.key(name)
    var ending: [UInt16] = []
    if let dot = units.lastIndex(of: 0x2E), dot > 0 {
      ending = Array(units[(dot + 1)...].filter { $0 != 0x20 }.prefix(3))
      units = Array(units[..<dot])
    }
    let odd = Set("+,;=[]".utf16)
    let base = units.filter { $0 != 0x20 && $0 != 0x2E }.map { odd.contains($0) ? 0x5F : $0 }
    return ending == suffix && base.starts(with: stem) && (stem.count == 6 || base.count >= stem.count)
  }
}
