import AssayBytes
import AssayContainers
import AssayCore
import AssayPKI

/// What is wrong or odd about a Windows Installer file besides its signature: above all bytes that no stream holds, since the
/// signature covers streams and nothing else.
struct MSIExamination {
  let file: CompoundFile
  let source: any ByteSource
  /// Number of the signature's stream.
  let signature: Int?
  private(set) var findings: [Finding] = []
  /// Tolerated by Windows; raised by each signature's check.
  private var odd: [Finding] = []

  init(file: CompoundFile, source: any ByteSource, signature: Int?) {
    self.file = file
    self.source = source
    self.signature = signature
  }

  mutating func note(_ problem: String, _ severity: Severity, _ words: String, at offset: Int? = nil, attack: [String] = []) {
    findings.append(Finding("msi.\(problem)", severity, words, offset: offset, attack: attack))
  }

  /// Something that makes a signature worthless, or is only worth a look where there is none.
  private mutating func fail(_ problem: String, _ words: String, at offset: Int?, found: String? = nil) {
    findings.append(
      Finding(
        "msi.\(problem)", signature == nil ? .warning : .failure, words, offset: offset, found: found, attack: ["T1036.001"]))
  }

  private mutating func tolerate(_ finding: Finding) {
    if signature == nil { findings.append(finding) } else { odd.append(finding) }
  }

  mutating func lookAround(_ budget: inout Budget) throws(ParseError) {
    for irregularity in file.irregularities {
      if irregularity.code == "cfb.directory.duplicate" {
        var finding = Finding(irregularity, signature == nil ? .warning : .failure)
        finding.attack = ["T1036.001"]
        findings.append(finding)
      } else {
        tolerate(Finding(irregularity, .warning))
      }
    }
    let root = file.root.map { Array($0.classID) } ?? []
    if !MSIFormat.classes.contains(where: { $0.id == root }) {
      note(
        "class.other", .warning, "the root storage has class \(SpcSipInfo.guid(root)), not one of Windows Installer",
        at: file.root?.offset)
    }
    if file.orphanSectors > 0 {
      tolerate(
        Finding(
          "msi.container.orphans", .warning,
          "\(file.orphanSectors) sectors are in use but belong to no stream: the signature does not cover them",
          found: "\(file.orphanSectors * file.sectorSize) bytes"))
    }
    try lookAtEnd(&budget)
  }

  /// Bytes past the last sector in use (CVE-2020-1464: a Java archive appended to a signed package), and the end record of an
  /// archive wherever near the end it stands outside the covered streams.
  private mutating func lookAtEnd(_ budget: inout Budget) throws(ParseError) {
    let count = source.byteCount - file.allocatedEnd
    if count > 0 {
      if let place = try firstContent(in: file.allocatedEnd..<source.byteCount) {
        let words = HiddenContent.words(in: try source.prefix(at: place, 4_096)[...])
        fail(
          "container.trailing",
          "\(count) bytes follow the last sector in use, the signature does not cover them"
            + (words.map { ": they hold \($0)" } ?? ""),
          at: file.allocatedEnd, found: "\(count) bytes")
      } else {
        tolerate(
          Finding(
            "msi.container.padding", .warning, "\(count) zeros follow the last sector in use", offset: file.allocatedEnd,
            found: "\(count) bytes"))
      }
    }
    if let place = try archiveEnd(&budget) {
      fail(
        "container.polyglot",
        "the file also ends as a ZIP or Java archive, whose end record is not in a covered stream (CVE-2020-1464)",
        at: place)
    }
  }

  /// The first byte of the range that is not zero.
  private func firstContent(in range: Range<Int>) throws(ParseError) -> Int? {
    var place = range.lowerBound
    while place < range.upperBound {
      let bytes = try source.bytes(place..<min(place + 256 << 10, range.upperBound))
      if let index = bytes.firstIndex(where: { $0 != 0 }) { return place + index }
      place += bytes.count
    }
    return nil
  }

  /// Where an end of central directory record stands outside of every covered stream. Readers look for it in the last 65,557 bytes.
  private func archiveEnd(_ budget: inout Budget) throws(ParseError) -> Int? {
    let start = max(0, source.byteCount - 65_557)
    let tail = try source.bytes(start..<source.byteCount)
    try budget.spend(bytes: tail.count)
    let record: [UInt8] = [0x50, 0x4B, 0x05, 0x06]
    var index = tail.count - 22
    while index >= 0 {
      if tail[index] == record[0], tail[index..<(index + 4)].elementsEqual(record), !isCovered(start + index) {
        return start + index
      }
      index -= 1
    }
    return nil
  }

  private func isCovered(_ place: Int) -> Bool {
    file.ranges.indices.contains { $0 != signature && file.ranges[$0].contains { $0.contains(place) } }
  }

  /// What Windows tolerates about the signature's stream.
  func tolerated(_ bytes: [UInt8]) -> [Finding] {
    var budget = Budget()
    var reader = ASN1Reader(bytes[...], rules: .ber)
    guard let length = (try? reader.next(&budget))?.encoded.count, length < bytes.count else { return odd }
    let padding = bytes[length...]
    let words = HiddenContent.words(in: padding)
    return odd + [
      Finding(
        "msi.signature.padding", .warning,
        "\(padding.count) bytes follow the signature inside its stream and are not covered by it"
          + (words.map { ": they hold \($0)" } ?? ""), found: "\(padding.count) bytes", attack: ["T1036.001"])
    ]
  }
}
