/// An import directory that takes ordinal 1 from each DLL named.
enum ImportTable {
  static func build(_ names: [String], at address: Int, is64: Bool) -> [UInt8] {
    let slot = is64 ? 8 : 4
    let thunks = 20 * (names.count + 1)
    let texts = thunks + names.count * 4 * slot
    var (descriptors, lookups, strings): ([UInt8], [UInt8], [UInt8]) = ([], [], [])
    for (index, name) in names.enumerated() {
      let lookup = address + thunks + index * 4 * slot
      for number in [lookup, 0, 0, address + texts + strings.count, lookup + 2 * slot] { descriptors.append32(number) }
      for _ in 0..<2 {
        lookups += [1] + [UInt8](repeating: 0, count: slot - 2) + [0x80]
        lookups += [UInt8](repeating: 0, count: slot)
      }
      strings += Array(name.utf8) + [0]
    }
    return descriptors + [UInt8](repeating: 0, count: 20) + lookups + strings
  }
}
