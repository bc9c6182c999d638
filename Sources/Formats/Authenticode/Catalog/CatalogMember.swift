import AssayBytes
package import AssayPKI

/// One member of a catalog, as places in the catalog's bytes: nothing is copied while thousands of them pass by.
///
///     TrustedSubject ::= SEQUENCE { subjectIdentifier OCTET STRING, subjectAttributes SET OF Attribute OPTIONAL }
///
/// The identifier is the member's tag. Version 1 writes a digest as hexadecimal text in UTF-16LE with a final zero, version 2 the
/// digest's octets. An attribute SpcIndirectDataContent repeats the digest; CatalogNameValue holds `File`, `OSAttr` and the like.
package struct CatalogMember: Sendable {
  /// Of the TrustedSubject in the document.
  package let offset: Int
  package let end: Int
  /// Of the tag's octets.
  package let tag: Range<Int>
  /// Of the digest inside SpcIndirectDataContent.
  package internal(set) var indirectDigest: Range<Int>?
  /// The signed data type is SpcPeImageData: the digest is Authenticode's of a PE image. Else it is SpcCabData or a link.
  package internal(set) var isImage = false
  /// SpcPeImageData or SpcLink with page hashes.
  package internal(set) var hasPageHashes = false
  /// Values of CatalogNameValue, UTF-16LE with a final zero.
  package internal(set) var file: Range<Int>?
  package internal(set) var osAttribute: Range<Int>?
  /// Elements that were visited.
  package internal(set) var elements = 0

  init(offset: Int, end: Int, tag: Range<Int>) {
    self.offset = offset
    self.end = end
    self.tag = tag
  }

  /// The digest that the tag is; nil where it is a name.
  package func digest(_ bytes: ArraySlice<UInt8>) -> (algorithm: DigestAlgorithm, octets: [UInt8])? {
    let octets: [UInt8]
    switch tag.count {
    case 20, 32: octets = Array(bytes[tag])
    case 80, 82, 128, 130:
      guard let decoded = CatalogMember.hexadecimal(bytes[tag]) else { return nil }
      octets = decoded
    default: return nil
    }
    return (octets.count == 20 ? .sha1 : .sha256, octets)
  }

  /// Whether the digest that SpcIndirectDataContent repeats, if there is one, is the tag's.
  package func agrees(with octets: [UInt8], _ bytes: ArraySlice<UInt8>) -> Bool {
    guard let indirectDigest else { return true }
    return bytes[indirectDigest].elementsEqual(octets)
  }

  /// Hexadecimal digits as UTF-16LE, with or without a final zero unit.
  static func hexadecimal(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var digits = text
    if digits.count % 4 == 2 {
      guard digits.suffix(2).allSatisfy({ $0 == 0 }) else { return nil }
      digits = digits.dropLast(2)
    }
    var octets: [UInt8] = []
    octets.reserveCapacity(digits.count / 4)
    var place = digits.startIndex
    while place < digits.endIndex {
      guard digits.endIndex - place >= 4, digits[place + 1] == 0, digits[place + 3] == 0,
        let high = digits[place].hexValue, let low = digits[place + 2].hexValue
      else { return nil }
      octets.append(high << 4 | low)
      place += 4
    }
    return octets
  }
}

/// Walks the members of a catalog. They are DER with definite lengths, as every writer of catalogs makes them; anything else throws
/// `catalog.member.malformed`. A general reader would make an object of each of some millions of elements.
struct CatalogMemberReader {
  private let bytes: ArraySlice<UInt8>
  private var place: Int
  private(set) var count = 0

  /// The contents of trustedSubjects.
  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    place = bytes.startIndex
  }

  /// One node is spent for eight elements, which cost as much as one that a general reader makes.
  mutating func next(_ budget: inout Budget) throws(ParseError) -> CatalogMember? {
    guard place < bytes.endIndex else { return nil }
    guard count < CatalogList.memberLimit else {
      throw ParseError("limit.catalog-members", "the catalog has more than \(CatalogList.memberLimit) members", offset: place)
    }
    guard let member = CatalogMemberReader.member(bytes, at: place) else {
      throw ParseError("catalog.member.malformed", "member \(count) breaks its encoding", offset: place)
    }
    try budget.spend(nodes: 1 + member.elements / 8)
    count += 1
    place = member.end
    return member
  }

  /// Tag, contents and end of an element, nil where it is not one of definite length within `end`.
  private struct Element {
    let tag: UInt8
    let start: Int
    let end: Int

    @inline(__always)
    init?(_ bytes: ArraySlice<UInt8>, at place: Int, end limit: Int) {
      // Every place lies within the slice, so that no sum can leave Int.
      guard limit - place >= 2 else { return nil }
      tag = bytes[place]
      guard tag & 0x1F != 0x1F else { return nil }
      let first = Int(bytes[place + 1])
      var length = first
      var start = place + 2
      if first >= 0x80 {
        let octets = first & 0x7F
        guard octets >= 1, octets <= 4, limit - start >= octets else { return nil }
        length = 0
        for index in 0..<octets { length = length << 8 | Int(bytes[start + index]) }
        start += octets
      }
      guard length <= limit - start else { return nil }
      self.start = start
      end = start + length
    }
  }

  private static func member(_ bytes: ArraySlice<UInt8>, at place: Int) -> CatalogMember? {
    guard let whole = Element(bytes, at: place, end: bytes.endIndex), whole.tag == 0x30,
      let tag = Element(bytes, at: whole.start, end: whole.end), tag.tag == 0x04
    else { return nil }
    var member = CatalogMember(offset: place, end: whole.end, tag: tag.start..<tag.end)
    member.elements = 2
    guard tag.end < whole.end else { return member }
    guard let set = Element(bytes, at: tag.end, end: whole.end), set.tag == 0x31, set.end == whole.end else { return nil }
    var next = set.start
    while next < set.end {
      guard let attribute = Element(bytes, at: next, end: set.end), attribute.tag == 0x30,
        read(attribute, of: bytes, into: &member)
      else { return nil }
      next = attribute.end
    }
    return member
  }

  /// Attribute ::= SEQUENCE { type OBJECT IDENTIFIER, values SET OF ANY }; false where it is none.
  private static func read(_ attribute: Element, of bytes: ArraySlice<UInt8>, into member: inout CatalogMember) -> Bool {
    guard let type = Element(bytes, at: attribute.start, end: attribute.end), type.tag == 0x06,
      let values = Element(bytes, at: type.end, end: attribute.end), values.tag == 0x31, values.end == attribute.end
    else { return false }
    member.elements += 4
    guard values.start < values.end else { return true }
    guard let value = Element(bytes, at: values.start, end: values.end) else { return false }
    if same(bytes, type, indirectDataType) {
      // A second one would leave open which digest counts.
      guard member.indirectDigest == nil, value.end == values.end else { return false }
      return readIndirectData(value, of: bytes, into: &member)
    }
    if same(bytes, type, nameValueType) { return readNameValue(value, of: bytes, into: &member) }
    return true
  }

  /// SpcIndirectDataContent ::= SEQUENCE { data SEQUENCE { type, value }, messageDigest SEQUENCE { algorithm, digest } }
  private static func readIndirectData(_ value: Element, of bytes: ArraySlice<UInt8>, into member: inout CatalogMember) -> Bool {
    guard value.tag == 0x30, let data = Element(bytes, at: value.start, end: value.end), data.tag == 0x30,
      let type = Element(bytes, at: data.start, end: data.end), type.tag == 0x06,
      let info = Element(bytes, at: data.end, end: value.end), info.tag == 0x30, info.end == value.end,
      let algorithm = Element(bytes, at: info.start, end: info.end), algorithm.tag == 0x30,
      let digest = Element(bytes, at: algorithm.end, end: info.end), digest.tag == 0x04, digest.end == info.end
    else { return false }
    member.elements += 6
    member.isImage = same(bytes, type, imageDataType)
    // Page hashes are a serialized object of some size; the link `<<<Obsolete>>>` in their place has 28 octets.
    member.hasPageHashes = data.end - type.end > 96
    member.indirectDigest = digest.start..<digest.end
    return true
  }

  /// CatalogNameValue ::= SEQUENCE { tag BMPString, flags INTEGER, value OCTET STRING }
  private static func readNameValue(_ value: Element, of bytes: ArraySlice<UInt8>, into member: inout CatalogMember) -> Bool {
    guard value.tag == 0x30, let name = Element(bytes, at: value.start, end: value.end), name.tag == 0x1E,
      let flags = Element(bytes, at: name.end, end: value.end), flags.tag == 0x02,
      let text = Element(bytes, at: flags.end, end: value.end), text.tag == 0x04
    else { return false }
    member.elements += 4
    if member.file == nil, same(bytes, name, fileName) || same(bytes, name, filePathName) {
      member.file = text.start..<text.end
    } else if member.osAttribute == nil, same(bytes, name, osName) {
      member.osAttribute = text.start..<text.end
    }
    return true
  }

  @inline(__always)
  private static func same(_ bytes: ArraySlice<UInt8>, _ element: Element, _ wanted: [UInt8]) -> Bool {
    guard element.end - element.start == wanted.count else { return false }
    for index in 0..<wanted.count where bytes[element.start + index] != wanted[index] { return false }
    return true
  }

  /// Contents of the object identifiers 1.3.6.1.4.1.311.2.1.4, .2.1.15 and .12.2.1.
  private static let indirectDataType: [UInt8] = [0x2B, 6, 1, 4, 1, 0x82, 0x37, 2, 1, 4]
  private static let imageDataType: [UInt8] = [0x2B, 6, 1, 4, 1, 0x82, 0x37, 2, 1, 15]
  private static let nameValueType: [UInt8] = [0x2B, 6, 1, 4, 1, 0x82, 0x37, 12, 2, 1]
  /// `File`, `FilePath` (PowerShell's New-FileCatalog) and `OSAttr` as BMPString.
  private static let fileName = bigEndian("File")
  private static let filePathName = bigEndian("FilePath")
  private static let osName = bigEndian("OSAttr")
  private static func bigEndian(_ text: String) -> [UInt8] { text.utf8.flatMap { [0, $0] } }
}
