package import AssayBytes
package import AssayPKI

/// The list inside a security catalog: a CertificateTrustList whose subjects are files. Unverified.
///
/// Members are walked, not kept: real catalogs have up to some tens of thousands of them.
package struct CatalogList: Sendable {
  package enum Version: Int, Sendable {
    /// Tags are SHA-1 digests as text.
    case v1 = 1
    /// Tags are digests, SHA-256 and beside it SHA-1.
    case v2 = 2
  }
  /// Larger catalogs are not read. Windows' largest have about 20,000 members and 10 MB.
  package static let memberLimit = 100_000
  package static let byteLimit = 64 << 20

  package let version: Version
  package let listIdentifier: ArraySlice<UInt8>?
  package let thisUpdate: Moment
  /// The contents of trustedSubjects.
  package let members: ArraySlice<UInt8>
  /// CatalogNameValue pairs of the catalog itself (ctlExtensions), such as OSAttr and HWID1.
  package let names: [(name: String, value: String)]

  /// Throws `catalog.list.*` for a list that is no catalog's, and what the ASN.1 reader throws.
  package init(_ signedData: SignedData, _ budget: inout Budget) throws(ParseError) {
    guard signedData.contentType == CertificateTrustList.contentType, let content = signedData.content else {
      throw ParseError(
        "catalog.list.type", "content type is \(signedData.contentType), must be a certificate trust list")
    }
    try budget.spend(bytes: content.count)
    var outer = ASN1Reader(content, rules: .ber)
    var fields = try outer.sequence("CertificateTrustList", &budget)
    if let number = try fields.optional(.integer, &budget), try number.integer("CTL version") != 0 {
      throw ParseError("ctl.version.unexpected", "the list has a version other than 1", offset: number.offset)
    }
    try CatalogList.checkUsage(&fields, &budget)
    listIdentifier = try fields.optional(.octetString, &budget)?.octetString("listIdentifier", &budget)
    _ = try fields.optional(.integer, &budget)
    thisUpdate = try fields.next(&budget).time("thisUpdate")
    let tag = try fields.peekTag()
    if tag == .utcTime || tag == .generalizedTime { _ = try fields.next(&budget) }
    let place = fields.rest.startIndex
    let algorithm = try AlgorithmIdentifier(&fields, "subjectAlgorithm", &budget).algorithm
    switch algorithm {
    case SpcOID.catalogMemberV1: version = .v1
    case SpcOID.catalogMemberV2: version = .v2
    default:
      throw ParseError(
        "catalog.list.version", "subjectAlgorithm is \(algorithm), must be that of a catalog of version 1 or 2", offset: place)
    }
    if let list = try fields.optional(.sequence, &budget) {
      guard list.isConstructed else { throw ParseError("catalog.member.malformed", "the list is primitive", offset: list.offset) }
      members = list.content
    } else {
      members = content[content.endIndex...]
    }
    names = try CatalogList.extensions(&fields, &budget)
    try fields.finish("CertificateTrustList")
  }

  private static func checkUsage(_ fields: inout ASN1Reader, _ budget: inout Budget) throws(ParseError) {
    let place = fields.rest.startIndex
    var usages = try fields.sequence("subjectUsage", &budget)
    var isCatalog = false
    while !usages.isAtEnd {
      let usage = try usages.next(.objectIdentifier, "usage", &budget).objectIdentifier("usage")
      if usage == SpcOID.catalogList { isCatalog = true }
    }
    guard isCatalog else {
      throw ParseError("catalog.list.usage", "the list's usage is not that of a security catalog", offset: place)
    }
  }

  /// ctlExtensions [0]: each CatalogNameValue is an extension of type 1.3.6.1.4.1.311.12.2.1. What cannot be read is passed by: it
  /// decides nothing.
  private static func extensions(
    _ fields: inout ASN1Reader, _ budget: inout Budget
  ) throws(ParseError) -> [(name: String, value: String)] {
    guard let wrapper = try fields.optional(.context(0), &budget) else { return [] }
    var found: [(String, String)] = []
    var inside = try wrapper.reader("ctlExtensions")
    var list = try inside.sequence("ctlExtensions", &budget)
    while !list.isAtEnd {
      var entry = try list.sequence("Extension", &budget)
      let type = try entry.next(.objectIdentifier, "extnID", &budget).objectIdentifier("extnID")
      _ = try entry.optional(.boolean, &budget)
      let value = try entry.next(.octetString, "extnValue", &budget).octetString("extnValue", &budget)
      guard type == SpcOID.catalogNameValue, found.count < 64 else { continue }
      var reader = ASN1Reader(value, rules: .ber)
      guard var pair = try? reader.sequence("CatalogNameValue", &budget),
        let name = try? pair.next(.bmpString, "name", &budget).text, (try? pair.next(.integer, "flags", &budget)) != nil,
        let octets = try? pair.next(.octetString, "value", &budget).octetString("value", &budget)
      else { continue }
      found.append((name, CatalogList.text(octets)))
    }
    return found
  }

  /// UTF-16LE up to a final zero; the first 260 units, as long as a path may be. Values that were given as base64 are what they are,
  /// mostly 8-bit text without a zero.
  package static func text(_ octets: ArraySlice<UInt8>) -> String {
    let part = octets.prefix(520)
    guard part.contains(0) else { return String(decoding: part, as: UTF8.self) }
    return UTF16Text.decode(part).text
  }

  /// Hands over every member.
  package func forEachMember(_ budget: inout Budget, _ body: (CatalogMember) -> Void) throws(ParseError) {
    var reader = CatalogMemberReader(members)
    while let member = try reader.next(&budget) { body(member) }
  }
}
