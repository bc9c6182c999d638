/// Attributes of a file as Windows keeps them (MS-FSCC 2.6).
package struct WindowsAttributes: OptionSet, Sendable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static let directory = WindowsAttributes(rawValue: 0x10)
  package static let reparsePoint = WindowsAttributes(rawValue: 0x400)
  package static let encrypted = WindowsAttributes(rawValue: 0x4000)
  /// OFFLINE, RECALL_ON_OPEN and RECALL_ON_DATA_ACCESS, any of them.
  package static let elsewhere = WindowsAttributes(rawValue: 0x1000 | 0x4_0000 | 0x40_0000)

  /// The extended attribute that drivers of Linux show them as.
  package static let attribute = "system.ntfs_attrib_be"

  /// `bytes`: the extended attribute, big-endian. Nil where it is no number of four octets.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == 4 else { return nil }
    rawValue = bytes.reduce(0) { $0 << 8 | UInt32($1) }
  }
}
