package import AssayBytes
package import AssayCore

/// Security catalogs: signed lists of other files' digests.
package enum CatalogFormat: SignatureFormat {
  package static let id = "catalog"
  package static let name = "Windows security catalog"
  package static let platform = "windows"
  package static let extensions = ["cat"]
  package static let bundles = ["microsoft"]
  package static let findingCodes = CatalogFindings.all + AuthenticodeFindings.all

  /// By content, whatever the name; by name where it begins as DER does, so that a broken one is not passed by. Other things are
  /// named `.cat`, too.
  package static func recognizes(_ probe: Probe) -> Bool {
    guard !probe.isFolder, probe.head.first == 0x30 else { return false }
    return probe.fileExtension == "cat" || isCatalog(head: probe.head)
  }

  /// SignedData over a list whose usage is the catalog's, in the first bytes.
  static func isCatalog(head: [UInt8]) -> Bool {
    let start = head.prefix(96)
    guard start.range(of: signedData) != nil, let list = start.range(of: trustList) else { return false }
    return head[list.upperBound...].prefix(64).range(of: usage) != nil
  }

  /// Object identifiers with tag and length: 1.2.840.113549.1.7.2, 1.3.6.1.4.1.311.10.1 and .12.1.1.
  private static let signedData: [UInt8] = [6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 13, 1, 7, 2]
  private static let trustList: [UInt8] = [6, 9, 0x2B, 6, 1, 4, 1, 0x82, 0x37, 10, 1]
  private static let usage: [UInt8] = [6, 10, 0x2B, 6, 1, 4, 1, 0x82, 0x37, 12, 1, 1]

  package static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact {
    try CatalogArtifact(try contents(of: artifact.source), &budget)
  }

  /// The whole file; throws `limit.catalog-bytes` for a larger one than is read.
  package static func contents(of source: any ByteSource) throws(ParseError) -> [UInt8] {
    guard source.byteCount <= CatalogList.byteLimit else {
      throw ParseError(
        "limit.catalog-bytes", "the catalog has \(source.byteCount) bytes; more than \(CatalogList.byteLimit) are not read")
    }
    return try source.bytes(0..<source.byteCount)
  }
}

extension ArraySlice<UInt8> {
  /// Where the octets first stand.
  fileprivate func range(of wanted: [UInt8]) -> Range<Int>? {
    guard count >= wanted.count, let first = wanted.first else { return nil }
    for start in startIndex...(endIndex - wanted.count) where self[start] == first {
      if self[start..<(start + wanted.count)].elementsEqual(wanted) { return start..<(start + wanted.count) }
    }
    return nil
  }
}
