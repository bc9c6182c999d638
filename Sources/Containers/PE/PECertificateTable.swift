package import AssayBytes

/// WIN_CERTIFICATE (PE format, attribute certificate table): one entry of the table.
package struct WINCertificate: Hashable, Sendable {
  /// File offset of the entry's header.
  package let offset: Int
  /// dwLength: header and data in bytes.
  package let length: Int
  /// 0x0100 or 0x0200.
  package let revision: UInt16
  /// 0x0002 is PKCS_SIGNED_DATA.
  package let type: UInt16
  /// File offsets of bCertificate.
  package var data: Range<Int> { (offset + 8)..<(offset + length) }
}

/// The attribute certificate table: its entries, and every rule of its layout that is broken.
package struct PECertificateTable: Sendable {
  /// File offsets, as the directory says; cut at the end of the file.
  package let range: Range<Int>
  package let entries: [WINCertificate]
  /// `pe.certificate-table.*`; empty for a table in good order. Each one means that a verifier must not accept the file.
  package let violations: [ParseError]
  /// More entries than this are refused; real files have one or two, sbsign's tests up to four.
  package static let maximumEntries = 64

  /// Nil when the directory entry is absent or zero.
  package init?(_ image: PEImage, _ source: any ByteSource, _ budget: inout Budget) throws(ParseError) {
    guard let directory = image.certificateDirectory else { return nil }
    var violations: [ParseError] = []
    let (start, size) = (directory.address, directory.size)
    func violate(_ problem: String, _ words: String, _ offset: Int) {
      violations.append(ParseError("pe.certificate-table.\(problem)", words, offset: offset))
    }
    guard start > 0, start <= image.byteCount, size <= image.byteCount - start else {
      violate(
        "truncated", "the table of \(size) bytes at offset \(start) is not inside the file of \(image.byteCount) bytes",
        image.certificateEntryOffset ?? start)
      range = min(max(start, 0), image.byteCount)..<image.byteCount
      entries = []
      self.violations = violations
      return
    }
    range = start..<(start + size)
    if start % 8 != 0 { violate("unaligned", "the table begins at offset \(start), which is no multiple of 8", start) }
    if size < 8 { violate("small", "the table has \(size) bytes, an entry needs at least 8", start) }
    if start < image.headersEnd {
      violate("overlap", "the table begins at offset \(start), inside the headers that end at \(image.headersEnd)", start)
    }
    if let section = image.sections.first(where: { $0.rawSize > 0 && $0.rawRange.overlaps(start..<(start + max(size, 1))) }) {
      violate(
        "overlap", "the table overlaps section \(section.name), bytes \(section.rawOffset) to \(section.rawRange.upperBound)", start
      )
    }
    if start + size < image.byteCount {
      violate(
        "trailing", "\(image.byteCount - start - size) bytes follow the certificate table, the signature does not cover them",
        start + size)
    }
    entries = try PECertificateTable.entries(in: start..<(start + size), source, &violations, &budget)
    self.violations = violations
  }

  private static func entries(
    in range: Range<Int>, _ source: any ByteSource, _ violations: inout [ParseError], _ budget: inout Budget
  ) throws(ParseError) -> [WINCertificate] {
    var found: [WINCertificate] = []
    var place = range.lowerBound
    while range.upperBound - place >= 8 {
      let header = try PEImage.read(source, at: place, 8, &budget)
      let reader = ByteReader(header[...], base: place, truncated: "pe.certificate-table.truncated")
      let length = Int(try reader.little(at: 0, UInt32.self))
      guard length >= 8, length <= range.upperBound - place else {
        violations.append(
          ParseError(
            "pe.certificate-table.size",
            length == 0
              ? "\(range.upperBound - place) bytes of the table belong to no entry"
              : "entry says \(length) bytes, the table has \(range.upperBound - place) left", offset: place))
        return found
      }
      guard found.count < maximumEntries else {
        violations.append(
          ParseError("pe.certificate-table.entries", "the table has more than \(maximumEntries) entries", offset: place))
        return found
      }
      found.append(
        WINCertificate(
          offset: place, length: length, revision: try reader.little(at: 4, UInt16.self),
          type: try reader.little(at: 6, UInt16.self)))
      // Entries are padded to eight bytes; the last one's padding may be missing.
      let padded = (length + 7) & ~7
      place = padded >= range.upperBound - place ? range.upperBound : place + padded
    }
    if place < range.upperBound {
      violations.append(
        ParseError(
          "pe.certificate-table.size", "\(range.upperBound - place) bytes of the table belong to no entry", offset: place))
    }
    return found
  }

  /// Offset of what looks like a signed certificate entry past the last section of an image whose directory names none: the mark
  /// of a signature that was hidden by zeroing the directory entry. Looks at the first and the last 64 KiB of that region.
  package static func orphan(in image: PEImage, _ source: any ByteSource, _ budget: inout Budget) throws(ParseError) -> Int? {
    let start = (image.sectionsEnd + 7) & ~7
    guard start < image.byteCount else { return nil }
    let window = 64 << 10
    var starts = [start]
    if image.byteCount - start > window { starts.append(max(start, (image.byteCount - window) & ~7)) }
    for windowStart in starts {
      let count = min(window, image.byteCount - windowStart)
      let bytes = try PEImage.read(source, at: windowStart, count, &budget)
      var place = 0
      while place + 16 <= bytes.count {
        // Revision, PKCS_SIGNED_DATA, then a SEQUENCE with a length of two octets.
        if bytes[place + 4] == 0, bytes[place + 5] == 1 || bytes[place + 5] == 2, bytes[place + 6] == 2, bytes[place + 7] == 0,
          bytes[place + 8] == 0x30, bytes[place + 9] == 0x82
        {
          return windowStart + place
        }
        place += 8
      }
    }
    return nil
  }
}
