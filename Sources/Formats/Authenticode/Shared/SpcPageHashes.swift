package import AssayBytes
package import AssayPKI

/// SpcPeImageData and the page hashes that its file moniker may hold. Unverified.
///
///     SpcPeImageData ::= SEQUENCE { flags SpcPeImageFlags (BIT STRING), file [0] EXPLICIT SpcLink OPTIONAL }
///     SpcSerializedObject ::= SEQUENCE { classId OCTET STRING, serializedData OCTET STRING }
package struct SpcPeImageData: Sendable {
  /// Class of a moniker that holds page hashes: a6b586d5-b4a1-2466-ae05-a217da8e60d6, its bytes as signers write them.
  private static let pageHashClass: [UInt8] = [
    0xA6, 0xB5, 0x86, 0xD5, 0xB4, 0xA1, 0x24, 0x66, 0xAE, 0x05, 0xA2, 0x17, 0xDA, 0x8E, 0x60, 0xD6,
  ]
  package let pageHashes: PageHashes?

  package init(_ encoded: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    var outer = ASN1Reader(encoded, rules: .ber)
    var fields = try outer.sequence("SpcPeImageData", &budget)
    _ = try fields.optional(.bitString, &budget)
    guard let wrapped = try fields.optional(.context(0), &budget) else {
      pageHashes = nil
      return
    }
    var inside = try wrapped.reader("file")
    guard !inside.isAtEnd, let moniker = try inside.optional(.context(1), &budget) else {
      pageHashes = nil
      return
    }
    var object = try moniker.reader("SpcSerializedObject")
    let identifier = try object.next(.octetString, "classId", &budget).octetString("classId", &budget)
    let data = try object.next(.octetString, "serializedData", &budget).octetString("serializedData", &budget)
    guard identifier.elementsEqual(SpcPeImageData.pageHashClass) else {
      pageHashes = nil
      return
    }
    pageHashes = try PageHashes(serialized: data, &budget)
  }
}

/// One digest per page of the image, in the order of the file.
package struct PageHashes: Sendable {
  package struct Entry: Hashable, Sendable {
    /// File offset of the page.
    package let offset: Int
    package let digest: ArraySlice<UInt8>
  }
  package let algorithm: DigestAlgorithm
  /// Without the closing entry.
  package let entries: [Entry]
  /// Offset of the closing entry: where the last section's bytes end.
  package let end: Int

  /// SET { SEQUENCE { type OBJECT IDENTIFIER, SET { OCTET STRING } } }; the octets are 32-bit offsets, each with a digest.
  init(serialized bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    var outer = ASN1Reader(bytes, rules: .ber)
    var set = try outer.next(.set, "page hashes", &budget).reader("page hashes")
    var attribute = try set.sequence("page hash attribute", &budget)
    let type = try attribute.next(.objectIdentifier, "page hash type", &budget).objectIdentifier("page hash type")
    switch type {
    case SpcOID.pageHashesV1: algorithm = .sha1
    case SpcOID.pageHashesV2: algorithm = .sha256
    default: throw ParseError("authenticode.page-hash.type", "page hashes of type \(type) are not known", offset: bytes.startIndex)
    }
    var values = try attribute.next(.set, "page hash value", &budget).reader("page hash value")
    let table = try values.next(.octetString, "page hash table", &budget).octetString("page hash table", &budget)
    let stride = 4 + algorithm.byteCount
    guard table.count >= stride, table.count % stride == 0 else {
      throw ParseError(
        "authenticode.page-hash.table", "the page hash table has \(table.count) bytes, must be a multiple of \(stride)",
        offset: bytes.startIndex)
    }
    try budget.spend(nodes: table.count / stride)
    var reader = ByteReader(table, base: table.startIndex, truncated: "authenticode.page-hash.table")
    var read: [Entry] = []
    read.reserveCapacity(table.count / stride)
    while !reader.isAtEnd {
      read.append(Entry(offset: Int(try reader.little(UInt32.self)), digest: try reader.take(algorithm.byteCount)))
    }
    end = read.removeLast().offset
    entries = read
  }
}
