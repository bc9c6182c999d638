import AssayMaker

/// A signed program whose `.text` is as large as wanted, for measuring how close judging comes to hashing.
enum Large {
  static func write(_ path: String, megabytes: Int) throws(OutputError) {
    let unit = PESpec.code(count: 1 << 20, seed: 99)
    var content: [UInt8] = []
    content.reserveCapacity(megabytes << 20)
    for _ in 0..<megabytes { content += unit }
    let plain = PESpec().with { $0.sections = [.init(".text", content)] }.build()
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let folder = parts.count > 1 ? parts.dropLast().joined(separator: "/") : "."
    try OutputFolder(folder).write(String(parts.last ?? ""), PESigner.sign(plain, Demo.stamped(Demo.vendor)))
  }
}
