/// A reparse point of NTFS: what a name stands for instead of content of its own (MS-FSCC 2.1.2).
package struct ReparsePoint: Hashable, Sendable {
  /// Where a name leads.
  package enum Target: Hashable, Sendable {
    /// From the folder that the link is in, with `\`.
    case relative(String)
    /// `\??\C:\folder`, `\??\Volume{...}\`.
    case absolute(String)
  }

  /// MS-FSCC 2.1.2.1.
  package let tag: UInt32
  /// What follows the header of eight octets; empty where only the tag is known.
  private let data: ArraySlice<UInt8>

  /// The attribute that ntfs-3g shows it as.
  package static let attribute = "system.ntfs_reparse_data"

  /// Nil for less than a tag. `bytes`: the attribute.
  package init?(_ bytes: [UInt8]) {
    guard let tag = ReparsePoint.number(bytes[...], at: 0, count: 4) else { return nil }
    self.tag = UInt32(truncatingIfNeeded: tag)
    data = bytes.dropFirst(8)
  }

  /// One of which nothing is known.
  package init() {
    tag = 0
    data = []
  }

  /// ntfs-3g shows one that it cannot follow as a link to `unsupported reparse tag 0x80000017`, and copies keep the link. Nil for any
  /// other link.
  package init?(link target: some Collection<UInt8>) {
    let words = Array("unsupported reparse ".utf8)
    guard target.starts(with: words) else { return nil }
    let named = target.dropFirst(words.count)
    // Older ones say "point" and no number.
    let digits = named.starts(with: "tag 0x".utf8) ? named.dropFirst(6).prefix(8) : named.prefix(0)
    tag = UInt32(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0
    data = []
  }

  /// A symbolic link, a mount point, a link of WSL: it moves a name, not content.
  package var isLink: Bool { [0xA000_0003, 0xA000_000C, 0xA000_001D].contains(tag) }

  /// Where the content is; nil for links.
  package var content: String? {
    switch tag {
    case _ where isLink: return nil
    case 0x8000_0017: return "compressed by the system (WOF)"
    case 0x8000_0013: return "deduplicated"
    case 0x8000_001B: return "that of \(alias ?? "an app"), of which this is an alias,"
    case 0x8000_0021: return "kept by OneDrive"
    case 0x8000_0006, 0xC000_0004: return "moved to other storage (HSM)"
    case 0x8000_0018, 0x9000_1018, 0xA000_0027, 0xA000_1027: return "in a container's layer"
    case 0x9000_001C: return "made by a program when it is asked for (ProjFS)"
    case _ where tag & 0xFFFF_0FFF == 0x9000_001A: return "kept in a cloud"
    case 0: return "behind a reparse point"
    default: return "behind a reparse point of tag 0x\(String(tag, radix: 16))"
    }
  }

  /// Where a symbolic link or a mount point leads (MS-FSCC 2.1.2.4, 2.1.2.5); nil for all others and for broken ones.
  package var target: Target? {
    let isSymbolic = tag == 0xA000_000C
    guard isSymbolic || tag == 0xA000_0003, let offset = ReparsePoint.number(data, at: 0, count: 2),
      let count = ReparsePoint.number(data, at: 2, count: 2),
      let flags = isSymbolic ? ReparsePoint.number(data, at: 8, count: 4) : 0
    else { return nil }
    let names = data.dropFirst(isSymbolic ? 12 : 8)
    guard count > 0, count % 2 == 0, offset <= names.count, count <= names.count - offset else { return nil }
    let name = ReparsePoint.text(names.dropFirst(offset).prefix(count))
    return flags & 1 == 1 ? .relative(name) : .absolute(name)
  }

  /// The program of an alias as app installers make them below `WindowsApps`: a version, then texts that end in zero, the third of which
  /// is the program. Its form is not published.
  private var alias: String? {
    let units = stride(from: 4, to: max(4, data.count - 1), by: 2).compactMap { ReparsePoint.number(data, at: $0, count: 2) }
    let texts = units.split(separator: 0, maxSplits: 3, omittingEmptySubsequences: false)
    guard texts.count > 3, !texts[2].isEmpty, texts[2].count <= 1_024 else { return nil }
    return String(decoding: texts[2].map { UInt16(truncatingIfNeeded: $0) }, as: UTF16.self)
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    let units = stride(from: 0, to: bytes.count, by: 2).compactMap { number(bytes, at: $0, count: 2) }
    return String(decoding: units.map { UInt16(truncatingIfNeeded: $0) }, as: UTF16.self)
  }

  /// Little-endian; nil past the end.
  private static func number(_ bytes: ArraySlice<UInt8>, at offset: Int, count: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count, count <= bytes.count - offset else { return nil }
    return bytes.dropFirst(offset).prefix(count).reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
