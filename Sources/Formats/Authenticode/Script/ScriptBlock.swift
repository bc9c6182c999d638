import AssayBytes
import AssayCore
import AssayPKI

/// Where a script's signature block is and what it holds, with every rule of its layout that is broken.
///
///     text CRLF begin CRLF (prefix base64 suffix CRLF)+ end CRLF
///
/// The block must end the file; one or two of the characters CR and LF may follow it, no more and no less. In a script file (WSF) it
/// stands inside: then one CRLF belongs to it, and the text goes on.
struct ScriptBlock {
  enum Place { case atEnd, inside }
  /// The covered text: everything before the CRLF before the block.
  let covered: Range<Int>
  /// The covered text after a block that stands inside.
  let coveredAfter: Range<Int>
  /// Bytes of the file that the block takes.
  let range: Range<Int>
  /// The decoded signature; empty where it cannot be decoded.
  let signature: [UInt8]
  /// Each makes the artifact malformed.
  let failures: [Finding]
  /// Each is tolerated by Windows.
  let tolerated: [Finding]

  /// Nil where the text holds neither a begin nor an end line.
  init?(
    _ bytes: [UInt8], encoding: ScriptEncoding, style: ScriptStyle, place: Place = .atEnd, family: String = "powershell",
    _ budget: inout Budget
  ) throws(ParseError) {
    let scan = LineScan(bytes, unitSize: encoding.unitSize, isBig: encoding == .utf16BigEndian, style: style)
    // The last begin line before the last end line; failing that, whatever line there is.
    let lastEnd = scan.ends.last?.range.lowerBound ?? bytes.count
    guard let begin = scan.begins.last(where: { $0.range.lowerBound < lastEnd }) ?? scan.begins.last ?? scan.ends.last else {
      return nil
    }
    var reader = Reader(bytes: bytes, scan: scan, style: style, family: family, budget: budget)
    let unit = encoding.unitSize
    guard let end = scan.ends.last, end.range.lowerBound > begin.range.lowerBound, !scan.begins.isEmpty else {
      reader.fail("incomplete", "a line begins or ends a signature block, but there is no whole block", begin.range.lowerBound)
      covered = 0..<begin.range.lowerBound
      range = begin.range.lowerBound..<bytes.count
      coveredAfter = bytes.count..<bytes.count
      signature = []
      failures = reader.failures
      tolerated = []
      return
    }
    reader.checkPlace(begin, end, unit, place)
    let encoded = try reader.collect(from: begin, to: end)
    signature = reader.decode(encoded, at: begin.range.lowerBound)
    budget = reader.budget
    // The CRLF before the block belongs to it; where a lone LF stands there, only that is taken.
    covered = 0..<max(0, begin.range.lowerBound - begin.precedingLineEnd * unit)
    let blockEnd = place == .atEnd ? bytes.count : min(end.range.upperBound + end.lineEnd * unit, bytes.count)
    range = begin.range.lowerBound..<blockEnd
    coveredAfter = blockEnd..<bytes.count
    failures = reader.failures
    tolerated = reader.tolerated
  }
}

/// The lines of a script, as places in its bytes.
private struct LineScan {
  struct Line {
    /// Without the line end.
    let range: Range<Int>
    /// Units of the line end before it: 2 for CRLF, 1 for LF or CR, 0 at the start of the text.
    let precedingLineEnd: Int
    /// Units of the line end after it, 0 at the end of the text.
    let lineEnd: Int
  }
  private(set) var begins: [Line] = []
  private(set) var ends: [Line] = []
  let bytes: [UInt8]
  let unitSize: Int
  let isBig: Bool

  init(_ bytes: [UInt8], unitSize: Int, isBig: Bool, style: ScriptStyle) {
    self.bytes = bytes
    self.unitSize = unitSize
    self.isBig = isBig
    var place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : unitSize == 2 && ScriptEncoding.detect(bytes).hasMark ? 2 : 0
    var preceding = 0
    while let line = next(from: place, preceding: preceding) {
      // Only lines of about the right length are compared.
      let count = line.range.count / unitSize
      if count == style.begin.count, ascii(line.range) == style.begin { remember(line, in: &begins) }
      if count == style.end.count, ascii(line.range) == style.end { remember(line, in: &ends) }
      preceding = line.lineEnd
      place = line.range.upperBound + line.lineEnd * unitSize
      if line.lineEnd == 0 { break }
    }
  }

  /// The first and the last 32 are enough to say what is wrong.
  private func remember(_ line: Line, in lines: inout [Line]) {
    if lines.count >= 64 { lines.remove(at: 32) }
    lines.append(line)
  }

  /// The unit at a byte offset as ASCII; 0xFF where it is none.
  func unit(at place: Int) -> UInt8 {
    if unitSize == 1 { return bytes[place] < 0x80 ? bytes[place] : 0xFF }
    let (low, high) = isBig ? (bytes[place + 1], bytes[place]) : (bytes[place], bytes[place + 1])
    return high == 0 && low < 0x80 ? low : 0xFF
  }

  func ascii(_ range: Range<Int>) -> [UInt8] {
    stride(from: range.lowerBound, to: range.upperBound - unitSize + 1, by: unitSize).map { unit(at: $0) }
  }

  /// The line that starts at a byte offset, nil at the end of the text. Lines end with LF, CRLF or CR.
  func next(from start: Int, preceding: Int) -> Line? {
    guard start + unitSize <= bytes.count else { return nil }
    var place = start
    while place + unitSize <= bytes.count {
      let character = unit(at: place)
      if character == 0x0A { return Line(range: start..<place, precedingLineEnd: preceding, lineEnd: 1) }
      if character == 0x0D {
        let following = place + unitSize
        let isPair = following + unitSize <= bytes.count && unit(at: following) == 0x0A
        return Line(range: start..<place, precedingLineEnd: preceding, lineEnd: isPair ? 2 : 1)
      }
      place += unitSize
    }
    return Line(range: start..<bytes.count, precedingLineEnd: preceding, lineEnd: 0)
  }
}

/// Reads one block and collects what is wrong with it.
private struct Reader {
  let bytes: [UInt8]
  let scan: LineScan
  let style: ScriptStyle
  /// Of the finding codes.
  let family: String
  var budget: Budget
  var failures: [Finding] = []
  var tolerated: [Finding] = []

  mutating func fail(_ problem: String, _ words: String, _ offset: Int, expected: String? = nil, found: String? = nil) {
    failures.append(
      Finding(
        "\(family).block.\(problem)", .failure, words, offset: offset, expected: expected, found: found, attack: ["T1036.001"]))
  }

  mutating func checkPlace(_ begin: LineScan.Line, _ end: LineScan.Line, _ unit: Int, _ place: ScriptBlock.Place) {
    if let first = scan.ends.first, first.range.lowerBound < begin.range.lowerBound {
      fail("second", "a second signature block follows the first", begin.range.lowerBound)
    } else if let decoy = scan.begins.first(where: { $0.range.lowerBound < begin.range.lowerBound }) {
      fail(
        "decoy", "an earlier line looks like the begin of the signature block: Windows takes the text to end there",
        decoy.range.lowerBound)
    }
    if place == .atEnd { checkEnd(end, unit) }
    let hasOtherEnd = place == .inside && end.lineEnd != 2
    if begin.precedingLineEnd != 2 || begin.lineEnd != 2 || end.precedingLineEnd != 2 || hasOtherEnd {
      fail(
        "line-ends", "the signature block has line ends other than CRLF: Windows does not see it; restore CRLF",
        begin.range.lowerBound, expected: "CRLF", found: "LF or CR")
    }
  }

  /// Nothing but one or two characters of a line end may follow a block at the end.
  private mutating func checkEnd(_ end: LineScan.Line, _ unit: Int) {
    let after = bytes.count - end.range.upperBound
    let trailing = scan.ascii(end.range.upperBound..<bytes.count)
    let isLineEnd = trailing.allSatisfy { $0 == 0x0D || $0 == 0x0A } && after % unit == 0
    if !isLineEnd || trailing.count > 2 {
      fail(
        "trailing", "\(after) bytes follow the signature block, Windows allows one or two line-end characters",
        end.range.upperBound, expected: "1 or 2", found: String(trailing.count))
    } else if trailing.isEmpty {
      fail("trailing", "the signature block is not closed by a line end", end.range.upperBound, expected: "1 or 2", found: "0")
    }
  }

  /// The base64 characters of the block's lines, and where lines are foreign or oddly cut.
  mutating func collect(from begin: LineScan.Line, to end: LineScan.Line) throws(ParseError) -> [UInt8] {
    var encoded: [UInt8] = []
    var place = begin.range.upperBound + begin.lineEnd * scan.unitSize
    var lengths: [Int] = []
    var hasOtherEnds = false
    while place < end.range.lowerBound, let line = scan.next(from: place, preceding: 0) {
      try budget.spend(nodes: 1)
      let text = scan.ascii(line.range)
      if line.lineEnd != 2 { hasOtherEnds = true }
      let body = text.dropFirst(style.prefix.count).dropLast(style.suffix.count)
      let isOurs =
        text.count > style.prefix.count + style.suffix.count && text.starts(with: style.prefix)
        && text.suffix(style.suffix.count).elementsEqual(style.suffix) && body.allSatisfy(Reader.isBase64)
      if isOurs {
        encoded += body
        lengths.append(body.count)
      } else {
        fail("foreign-line", "a line inside the signature block is not part of it", line.range.lowerBound)
        if failures.count > 16 { break }
      }
      place = line.range.upperBound + line.lineEnd * scan.unitSize
    }
    if hasOtherEnds, !failures.contains(where: { $0.code == "\(family).block.line-ends" }) {
      fail("line-ends", "a line of the signature block does not end with CRLF; restore CRLF", begin.range.lowerBound)
    }
    if !isCutAsTheToolsDo(lengths) {
      let usual = style.lineLengths.map(String.init).joined(separator: " or ")
      tolerated.append(
        Finding(
          "\(family).block.noncanonical", .warning,
          "the signature block is not cut into lines of \(usual) characters: its form can be changed without breaking the signature",
          offset: begin.range.lowerBound))
    }
    return encoded
  }

  private func isCutAsTheToolsDo(_ lengths: [Int]) -> Bool {
    guard let last = lengths.last else { return true }
    return style.lineLengths.contains { usual in last <= usual && lengths.dropLast().allSatisfy { $0 == usual } }
  }

  private static func isBase64(_ character: UInt8) -> Bool {
    switch character {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2F, 0x3D: true
    default: false
    }
  }

  mutating func decode(_ encoded: [UInt8], at offset: Int) -> [UInt8] {
    guard !encoded.isEmpty, let decoded = Base64.decode(encoded) else {
      fail("base64", "the signature block holds no valid base64", offset)
      return []
    }
    return decoded
  }
}
