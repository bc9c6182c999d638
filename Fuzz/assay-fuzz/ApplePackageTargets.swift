import AssayApple
import AssayBytes
import AssayContainers
import AssayCore
import AssayEngine
import AssayPKI

/// Disk images, flat packages and what is in them.
let applePackageFuzzTargets: [FuzzTarget] = [
  FuzzTarget(name: "dmg") { bytes in
    assess(bytes, name: "x.dmg")
    // The same octets as a trailer, behind data that are always there.
    guard bytes.count >= 500 else { return }
    let trailer = DiskImageTrailer.magic + [0, 0, 0, 4, 0, 0, 2, 0] + bytes.prefix(500)
    assess((Array(bytes) + trailer)[...], name: "x.dmg")
  },
  FuzzTarget(name: "pkg") { bytes in assess(bytes, name: "x.pkg") },
  FuzzTarget(name: "xar") { bytes in
    // The input is the table of contents and the heap behind it.
    let table = stored(bytes.prefix(60_000))
    let archive =
      XarHeader.magic + [0, 28, 0, 1] + big(table.count) + big(min(bytes.count, 60_000)) + [0, 0, 0, 1] + table + bytes
    var budget = Budget()
    let source = MemorySource(archive)
    guard let read = try? XarArchive(source, &budget) else { return }
    for entry in read.entries {
      for part in entry.parts { _ = try? read.contents(part, from: source, limit: 1 << 20, &budget) }
    }
    assess(archive[...], name: "x.pkg")
  },
  FuzzTarget(name: "cpio") { bytes in
    // In pieces of every size up to the first octet's.
    let step = max(1, Int(bytes.first ?? 1))
    var budget = Budget()
    var reader = CPIOReader()
    var rest = bytes.dropFirst()
    while !rest.isEmpty {
      let piece = rest.prefix(step)
      rest = rest.dropFirst(piece.count)
      let isRead: Void? = piece.withUnsafeBytes { try? reader.read($0, &budget) { _ in } }
      if isRead == nil { return }
    }
  },
]

/// A zlib stream of one stored block (RFC 1950, RFC 1951 3.2.4).
private func stored(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
  var (low, high) = (1, 0)
  for byte in bytes {
    low = (low + Int(byte)) % 65_521
    high = (high + low) % 65_521
  }
  let (first, second) = (UInt8(bytes.count & 0xFF), UInt8(bytes.count >> 8))
  let sum = high << 16 | low
  return [0x78, 1, 1, first, second, ~first, ~second] + bytes + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) }
}

private func big(_ number: Int) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) } }
