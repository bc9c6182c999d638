import AssayBytes

/// Finds and reads the end of an archive.
enum ZIPEndReader {
  private static let recordCount = 22
  private static let locatorCount = 20

  static func read(_ source: any ByteSource, _ notes: inout [ParseError]) throws(ParseError) -> ZIPEnd {
    let (offset, octets) = try find(source, &notes)
    var reader = ByteReader(octets[...], base: offset, truncated: "zip.end.truncated")
    try reader.skip(4)
    let disk = try reader.little(UInt16.self)
    let directoryDisk = try reader.little(UInt16.self)
    let here = UInt64(try reader.little(UInt16.self))
    let total = UInt64(try reader.little(UInt16.self))
    let size = UInt64(try reader.little(UInt32.self))
    let start = UInt64(try reader.little(UInt32.self))
    let commentCount = Int(try reader.little(UInt16.self))
    guard disk == 0 || disk == 0xFFFF, directoryDisk == 0 || directoryDisk == 0xFFFF, here == total else {
      throw ParseError("zip.end.disks", "the archive is a part of several", offset: offset)
    }
    let record = offset..<(offset + recordCount + commentCount)
    let wide = try wideEnd(source, before: offset)
    let count = wide.flatMap { total == 0xFFFF ? $0.count : nil } ?? total
    let place = wide.flatMap { start == 0xFFFF_FFFF ? $0.start : nil } ?? start
    let length = wide.flatMap { size == 0xFFFF_FFFF ? $0.size : nil } ?? size
    if let wide, (wide.count, wide.start, wide.size) != (count, place, length) {
      throw ParseError("zip.end.mismatch", "the two ends of the central directory do not agree", offset: offset)
    }
    let stop = wide?.record.lowerBound ?? offset
    guard let count = Int(exactly: count), let from = Int(exactly: place), let length = Int(exactly: length), from <= stop,
      length == stop - from
    else {
      throw ParseError(
        "zip.directory.place", "the central directory does not end where the record after it begins", offset: offset,
      )
    }
    return ZIPEnd(
      record: record, comment: (offset + recordCount)..<record.upperBound, record64: wide?.record, locator64: wide?.locator,
      entryCount: count, directory: from..<stop)
  }

  /// The record that ends the file; else the last one, with a note of what follows it.
  private static func find(
    _ source: any ByteSource, _ notes: inout [ParseError]
  ) throws(ParseError) -> (offset: Int, octets: [UInt8]) {
    let window = min(source.byteCount, recordCount + 0xFFFF)
    let base = source.byteCount - window
    let tail = try source.bytes(base..<source.byteCount)
    var fallback: Int?
    var place = tail.count - recordCount
    while place >= 0 {
      if tail[place] == 0x50, tail[place + 1] == 0x4B, tail[place + 2] == 5, tail[place + 3] == 6 {
        let comment = Int(tail[place + 20]) | Int(tail[place + 21]) << 8
        let rest = tail.count - place - recordCount
        if comment == rest { return (base + place, Array(tail[place..<(place + recordCount)])) }
        if comment < rest, fallback == nil { fallback = place }
      }
      place -= 1
    }
    guard let fallback else {
      throw ParseError("zip.end.missing", "there is no end of central directory record: the archive is cut off or is none")
    }
    let comment = Int(tail[fallback + 20]) | Int(tail[fallback + 21]) << 8
    let end = fallback + recordCount + comment
    notes.append(
      ParseError("zip.layout.trailing", "\(tail.count - end) bytes follow the end of the archive", offset: base + end))
    return (base + fallback, Array(tail[fallback..<(fallback + recordCount)]))
  }

  private struct Wide {
    let record: Range<Int>
    let locator: Range<Int>
    let count: UInt64
    let size: UInt64
    let start: UInt64
  }

  /// ZIP64 record and locator, which stand right before the end record. Nil where there is no locator.
  private static func wideEnd(_ source: any ByteSource, before offset: Int) throws(ParseError) -> Wide? {
    guard offset >= locatorCount else { return nil }
    let place = offset - locatorCount
    let octets = try source.bytes(place..<offset)
    guard octets.starts(with: [0x50, 0x4B, 6, 7]) else { return nil }
    var locator = ByteReader(octets[...], base: place, truncated: "zip.end.truncated")
    try locator.skip(8)
    let start64: UInt64 = try locator.little()
    guard let start = Int(exactly: start64), start <= place - 56 else {
      throw ParseError("zip.end.wide", "the ZIP64 end record is not where its locator says", offset: place)
    }
    let head = try source.bytes(start..<(start + 56))
    var reader = ByteReader(head[...], base: start, truncated: "zip.end.truncated")
    let magic = try reader.little(UInt32.self)
    let size: UInt64 = try reader.little()
    guard magic == 0x0606_4B50, size >= 44, let rest = Int(exactly: size), rest == place - start - 12 else {
      throw ParseError("zip.end.wide", "the ZIP64 end record is not where its locator says", offset: place)
    }
    try reader.skip(12)
    let here: UInt64 = try reader.little()
    let total: UInt64 = try reader.little()
    guard here == total else { throw ParseError("zip.end.disks", "the archive is a part of several", offset: start) }
    return Wide(
      record: start..<place, locator: place..<offset, count: total, size: try reader.little(), start: try reader.little())
  }
}
