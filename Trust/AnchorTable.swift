import AssayBytes
import AssayPKI

/// Anchors in a text constant, one a line, sorted by the digest of their subject (see Scripts/trust-microsoft). Nothing is read at
/// start: looking a subject up searches the text by halves and decodes the lines that fit.
struct AnchorTable: Sendable {
  let bundle: String
  let text: StaticString
  let count: Int

  /// Anchors whose subject has exactly this encoding.
  func anchors(named subject: ArraySlice<UInt8>) -> [TrustAnchor] {
    let key = Array(Hex.encode(DigestAlgorithm.sha256.digest(subject).prefix(AnchorTable.keyBytes)).utf8)
    return text.withUTF8Buffer { bytes in
      var low = 0
      var high = bytes.count
      while low < high {
        let line = AnchorTable.line(around: low + (high - low) / 2, bytes)
        if bytes[line].prefix(key.count).lexicographicallyPrecedes(key) {
          low = line.upperBound + 1
        } else {
          high = line.lowerBound
        }
      }
      var found: [TrustAnchor] = []
      while low < bytes.count {
        let line = AnchorTable.line(around: low, bytes)
        guard bytes[line].starts(with: key) else { break }
        if let anchor = anchor(bytes[line]), anchor.subject.encoded == subject { found.append(anchor) }
        low = line.upperBound + 1
      }
      return found
    }
  }

  func all() -> [TrustAnchor] {
    text.withUTF8Buffer { bytes in bytes.split(separator: AnchorTable.newline).compactMap { anchor($0) } }
  }

  private static let keyBytes = 8
  private static let newline: UInt8 = 0x0A

  /// The line that the place is in, without its newline.
  private static func line(around place: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Range<Int> {
    var start = place
    while start > 0, bytes[start - 1] != newline { start -= 1 }
    var end = place
    while end < bytes.count, bytes[end] != newline { end += 1 }
    return start..<end
  }

  /// Nil for a line that is not what the script writes, which a test of the whole table excludes.
  private func anchor(_ line: Slice<UnsafeBufferPointer<UInt8>>) -> TrustAnchor? {
    let fields = line.split(separator: 0x7C, omittingEmptySubsequences: false)
    func text(_ index: Int) -> String { String(decoding: fields[index], as: UTF8.self) }
    guard fields.count == 8, let sha1 = Hex.decode(text(2)), let sha256 = Hex.decode(text(3)),
      let digests = Base64.decode(fields[4]), digests.count == 100, let subject = Base64.decode(fields[5]),
      let spki = Base64.decode(fields[6]), let limits = TrustAnchor.Limits(written: text(7))
    else { return nil }
    return TrustAnchor(
      name: text(1), bundle: bundle, subject: DistinguishedName(encoded: subject[...]), spki: spki[...], sha1: sha1, sha256: sha256,
      tbsDigests: [.sha1: Array(digests[..<20]), .sha256: Array(digests[20..<52]), .sha384: Array(digests[52...])], limits: limits)
  }
}

extension TrustAnchor.Limits {
  /// `allowed=OID,OID;disabled=TIME;disabledUsages=OID;issued=TIME;issuedUsages=OID;disallowed=OID`, each at most once.
  init?(written text: String) {
    self.init()
    for part in text.split(separator: ";") {
      let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard words.count == 2 else { return nil }
      let value = String(words[1])
      let oids = value.split(separator: ",").compactMap { OID(dotted: String($0)) }
      switch words[0] {
      case "allowed": allowedUsages = oids
      case "disallowed": disallowedUsages = oids
      case "disabledUsages": disabledUsages = oids
      case "issuedUsages": issuedBeforeUsages = oids
      case "disabled":
        guard let moment = Moment(rfc3339: value) else { return nil }
        disabledFrom = moment
      case "issued":
        guard let moment = Moment(rfc3339: value) else { return nil }
        issuedBefore = moment
      default: return nil
      }
    }
  }
}
