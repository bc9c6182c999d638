package import AssayBytes

/// A checksum that the table of contents gives for a part of the heap.
package struct XarChecksum: Hashable, Sendable {
  /// Nil for a style that nobody knows.
  package let style: XarDigest?
  package let styleName: [UInt8]
  package let value: [UInt8]
}

/// Something in the heap that belongs to an entry: its data, an extended attribute.
package struct XarData: Sendable {
  package enum Encoding: Sendable, Equatable {
    case none
    /// Called gzip in the table; it is a zlib stream.
    case zlib
    case other(String)
  }

  /// `data`, `ea`.
  package let kind: XMLText
  /// In the file, as it is stored.
  package let place: Range<Int>
  /// Octets when unpacked.
  package let byteCount: Int
  package let encoding: Encoding
  package let archived: XarChecksum?
  package let extracted: XarChecksum?
}

/// One file, folder or link of the archive.
package struct XarEntry: Sendable {
  /// Below the archive's root, with `/`.
  package let path: [UInt8]
  /// `file`, `directory`, `symlink`, `hardlink` and rarer ones.
  package let type: XMLText
  package let parts: [XarData]
  package var name: String { String(decoding: path, as: UTF8.self) }
  /// The file's own content, nil for an empty one and for what is no file.
  package var data: XarData? { parts.first { $0.kind == "data" } }
}

/// A signature over the table's checksum.
package struct XarSignature: Sendable {
  package enum Style: Sendable {
    /// PKCS #1 over the checksum as a digest.
    case rsa
    /// Detached SignedData over the checksum as content.
    case cms
  }
  package let style: Style
  package let place: Range<Int>
  /// DER, the signer's own first.
  package let certificates: [[UInt8]]
}

/// What stands behind the heap: the terminator, a stapled ticket, or something that only its writer knows.
package struct XarTrailer: Sendable {
  package static let magic = Array("t8lr".utf8)
  package static let headerBytes = 16
  /// One ticket is what real files have.
  package static let countLimit = 64

  package enum Kind: Hashable, Sendable {
    case terminator, ticket
    case other(UInt16)
  }
  package let kind: Kind
  package let content: Range<Int>

  /// All of them from the end of the file back to `start`, or nil where other bytes are among them. Little-endian, each behind its
  /// content.
  package static func read(_ source: any ByteSource, from start: Int) throws(ParseError) -> [XarTrailer]? {
    var found: [XarTrailer] = []
    var end = source.byteCount
    while end > start {
      guard end - start >= headerBytes, found.count < countLimit else { return nil }
      let octets = try source.bytes((end - headerBytes)..<end)
      var reader = ByteReader(octets[...], base: end - headerBytes, truncated: "xar.trailer.truncated")
      guard try reader.take(4).elementsEqual(magic), try reader.little(UInt16.self) == 1 else { return nil }
      let type = try reader.little(UInt16.self)
      let length = Int(try reader.little(UInt32.self))
      let behind = end - headerBytes
      guard length <= behind - start, type != 0, type != 1 || length == 0 else { return nil }
      let kind: Kind = type == 1 ? .terminator : type == 2 ? .ticket : .other(type)
      found.append(XarTrailer(kind: kind, content: (behind - length)..<behind))
      end = behind - length
    }
    return found
  }
}
