package import AssayCore

/// Files whose content is elsewhere: what a Linux driver shows of them is no statement about their bytes.
package enum Placeholder {
  /// What the tag of a reparse point (MS-FSCC 2.1.2.1) says about where the content is; nil for tags that move a name, not content.
  package static func kind(_ tag: UInt32) -> String? {
    switch tag {
    case 0x8000_0017: return "compressed by the system (WOF)"
    case 0x8000_0013: return "deduplicated"
    case 0x8000_001B: return "an alias of an app"
    case 0x8000_0021: return "kept by OneDrive"
    case 0x8000_0006, 0xC000_0004: return "moved to other storage (HSM)"
    case 0x8000_0018, 0x9000_1018: return "in a container's layer"
    case 0xA000_0003, 0xA000_000C: return nil
    case _ where tag & 0xFFFF_0FFF == 0x9000_001A: return "kept in a cloud"
    default: return "behind a reparse point of tag 0x\(String(tag, radix: 16))"
    }
  }

  /// `data`: the attribute `system.ntfs_reparse_data`, nil where the file is a hole on this disk.
  package static func finding(reparse data: [UInt8]?) -> Finding? {
    guard let data else {
      return Finding(
        InventoryFindings.placeholder.name, .failure, "all its bytes are a hole: the content was not brought along")
    }
    guard data.count >= 4 else { return nil }
    let tag = data.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard let kind = kind(tag) else { return nil }
    return Finding(InventoryFindings.placeholder.name, .failure, "the content is \(kind) and not here")
  }
}
