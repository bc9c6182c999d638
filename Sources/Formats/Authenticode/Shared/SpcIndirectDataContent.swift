package import AssayBytes
package import AssayPKI

/// SpcIndirectDataContent: what an Authenticode signature signs in place of the file. Unverified.
///
///     SpcIndirectDataContent ::= SEQUENCE { data SpcAttributeTypeAndOptionalValue, messageDigest DigestInfo }
///     SpcAttributeTypeAndOptionalValue ::= SEQUENCE { type OBJECT IDENTIFIER, value [0] EXPLICIT ANY OPTIONAL }
///     DigestInfo ::= SEQUENCE { digestAlgorithm AlgorithmIdentifier, digest OCTET STRING }
package struct SpcIndirectDataContent: Sendable {
  package let dataType: OID
  /// The value's encoding.
  package let data: ArraySlice<UInt8>?
  package let digestAlgorithm: AlgorithmIdentifier
  package let digest: ArraySlice<UInt8>

  package init(_ encoded: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    var outer = ASN1Reader(encoded, rules: .ber)
    var fields = try outer.sequence("SpcIndirectDataContent", &budget)
    try outer.finish("SpcIndirectDataContent")
    var attribute = try fields.sequence("SpcAttributeTypeAndOptionalValue", &budget)
    dataType = try attribute.next(.objectIdentifier, "type", &budget).objectIdentifier("type")
    data = attribute.isAtEnd ? nil : try attribute.next(&budget).encoded
    try attribute.finish("SpcAttributeTypeAndOptionalValue")
    var info = try fields.sequence("DigestInfo", &budget)
    try fields.finish("SpcIndirectDataContent")
    digestAlgorithm = try AlgorithmIdentifier(&info, "digestAlgorithm", &budget)
    digest = try info.next(.octetString, "digest", &budget).octetString("digest", &budget)
    try info.finish("DigestInfo")
  }
}

/// SpcSipInfo: which Subject Interface Package made the digest.
///
///     SpcSipInfo ::= SEQUENCE { version INTEGER, identifier OCTET STRING, reserved INTEGER (5 times) }
package struct SpcSipInfo: Sendable {
  package let version: Int
  /// A GUID's 16 bytes as Windows keeps them (the first three groups little-endian).
  package let identifier: [UInt8]

  package init(_ encoded: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    var outer = ASN1Reader(encoded, rules: .ber)
    var fields = try outer.sequence("SpcSipInfo", &budget)
    version = try fields.next(.integer, "SpcSipInfo version", &budget).integer("SpcSipInfo version")
    identifier = Array(try fields.next(.octetString, "SpcSipInfo identifier", &budget).octetString("identifier", &budget))
  }

  /// `603bcc1f-4b59-4e08-b724-d2c6297ef351`, or plain hex when it is no GUID.
  package static func guid(_ bytes: [UInt8]) -> String {
    guard bytes.count == 16 else { return Hex.encode(bytes) }
    let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map { bytes[$0] }
    let groups = [order[0..<4], order[4..<6], order[6..<8], order[8..<10], order[10..<16]]
    return groups.map { Hex.encode($0) }.joined(separator: "-")
  }
}

/// SpcSpOpusInfo: name and address that the signer gave. Signed, but the signer's own words.
///
///     SpcSpOpusInfo ::= SEQUENCE { programName [0] EXPLICIT SpcString OPTIONAL, moreInfo [1] EXPLICIT SpcLink OPTIONAL }
///     SpcString ::= CHOICE { unicode [0] IMPLICIT BMPSTRING, ascii [1] IMPLICIT IA5STRING }
///     SpcLink ::= CHOICE { url [0] IMPLICIT IA5STRING, moniker [1] IMPLICIT SpcSerializedObject, file [2] EXPLICIT SpcString }
package struct SpcSpOpusInfo: Sendable {
  package let programName: String?
  package let moreInfo: String?

  package init(_ encoded: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    var outer = ASN1Reader(encoded, rules: .ber)
    var fields = try outer.sequence("SpcSpOpusInfo", &budget)
    var name: String?
    var address: String?
    if let wrapped = try fields.optional(.context(0), &budget) {
      var inside = try wrapped.reader("programName")
      name = SpcSpOpusInfo.string(try inside.next(&budget))
    }
    if let wrapped = try fields.optional(.context(1), &budget) {
      var inside = try wrapped.reader("moreInfo")
      let link = try inside.next(&budget)
      if link.tag == .context(0) {
        address = SpcSpOpusInfo.ascii(link.content)
      } else if link.tag == .context(2) {
        var file = try link.reader("file")
        address = SpcSpOpusInfo.string(try file.next(&budget))
      }
    }
    programName = name.flatMap { $0.isEmpty ? nil : $0 }
    moreInfo = address.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func string(_ element: ASN1Element) -> String? {
    guard !element.isConstructed else { return nil }
    guard element.tag == .context(0) else { return ascii(element.content) }
    guard element.content.count % 2 == 0 else { return nil }
    let units = stride(from: element.content.startIndex, to: element.content.endIndex, by: 2).map {
      UInt16(element.content[$0]) << 8 | UInt16(element.content[$0 + 1])
    }
    return String(decoding: units, as: UTF16.self)
  }

  private static func ascii(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
