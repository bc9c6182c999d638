/// A cpio archive to be.
package struct CPIOSpec: Sendable {
  package struct Entry: Sendable {
    package var name: String
    package var octets: [UInt8]
    package var mode: Int
    package init(_ name: String, _ octets: [UInt8], mode: Int = 0o100755) {
      (self.name, self.octets, self.mode) = (name, octets, mode)
    }
  }
  package var entries: [Entry]
  /// SVR4 with hexadecimal numbers in place of POSIX' octal ones.
  package var isNew = false
  package var hasEnd = true

  package init(_ entries: [Entry]) { self.entries = entries }

  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  package func encode() -> [UInt8] {
    var archive: [UInt8] = []
    for (index, entry) in entries.enumerated() { archive += record(entry, index + 1) }
    if hasEnd { archive += record(Entry("TRAILER!!!", [], mode: 0), 0) }
    return archive + [UInt8](repeating: 0, count: (512 - archive.count % 512) % 512)
  }

  private func record(_ entry: Entry, _ inode: Int) -> [UInt8] {
    func field(_ number: Int, _ width: Int) -> String {
      let digits = String(number, radix: isNew ? 16 : 8)
      return String(repeating: "0", count: width - digits.count) + digits
    }
    let name = Array(entry.name.utf8) + [0]
    guard isNew else {
      var head = "070707" + field(0, 6) + field(inode, 6) + field(entry.mode, 6) + field(0, 6) + field(0, 6) + field(1, 6)
      head += field(0, 6) + field(0, 11) + field(name.count, 6) + field(entry.octets.count, 11)
      return Array(head.utf8) + name + entry.octets
    }
    var head = "070701" + field(inode, 8) + field(entry.mode, 8) + field(0, 8) + field(0, 8) + field(1, 8) + field(0, 8)
    head +=
      field(entry.octets.count, 8) + field(0, 8) + field(0, 8) + field(0, 8) + field(0, 8) + field(name.count, 8) + field(0, 8)
    return padded(Array(head.utf8) + name) + padded(entry.octets)
  }

  private func padded(_ octets: [UInt8]) -> [UInt8] { octets + [UInt8](repeating: 0, count: (4 - octets.count % 4) % 4) }
}
