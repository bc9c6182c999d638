package import AssayBytes

/// The header of a .NET image (ECMA-335 II.25.3.3): as far as it says whether there is a strong name. Read, not believed.
package struct PECLRHeader: Hashable, Sendable {
  /// Of the runtime that the image was made for.
  package let runtimeVersion: String
  package let flags: UInt32
  /// File offsets of the metadata; nil where they are not inside the file.
  package let metadata: Range<Int>?
  /// File offsets of the strong name's signature; nil where none is kept.
  package let strongName: Range<Int>?
  /// Whether all of its bytes are zero: room was left for a signature that was never made.
  package let isStrongNameEmpty: Bool

  /// COMIMAGE_FLAGS_STRONGNAMESIGNED.
  package var saysStrongName: Bool { flags & 8 != 0 }

  /// The largest signature that a strong name has: RSA with 16,384 bits.
  private static let maximumSignatureBytes = 2_048

  /// Nil where the image has no such header or it does not lie in a section.
  package init?(_ image: PEImage, _ source: any ByteSource, _ budget: inout Budget) throws(ParseError) {
    guard image.directories.count > 14, !image.directories[14].isEmpty,
      let place = image.offset(ofAddress: image.directories[14].address), place <= source.byteCount - 72
    else { return nil }
    let reader = ByteReader(
      try PEImage.read(source, at: place, 72, &budget)[...], base: place, truncated: "pe.header.truncated")
    let (major, minor) = (try reader.little(at: 4, UInt16.self), try reader.little(at: 6, UInt16.self))
    runtimeVersion = "\(major).\(minor)"
    flags = try reader.little(at: 16)
    let metadataSize = Int(try reader.little(at: 12, UInt32.self))
    let metadataStart = image.offset(ofAddress: Int(try reader.little(at: 8, UInt32.self)))
    metadata = metadataStart.flatMap {
      $0 <= source.byteCount && metadataSize <= source.byteCount - $0 ? $0..<($0 + metadataSize) : nil
    }
    let address = Int(try reader.little(at: 32, UInt32.self))
    let size = Int(try reader.little(at: 36, UInt32.self))
    guard size > 0, size <= PECLRHeader.maximumSignatureBytes, let start = image.offset(ofAddress: address),
      start <= source.byteCount - size
    else {
      (strongName, isStrongNameEmpty) = (nil, false)
      return
    }
    strongName = start..<(start + size)
    isStrongNameEmpty = try PEImage.read(source, at: start, size, &budget).allSatisfy { $0 == 0 }
  }
}
