package import AssayBytes

/// CertificateTrustList, Microsoft's signed list of certificates or files (content type 1.3.6.1.4.1.311.10.1). Unverified.
///
///     CertificateTrustList ::= SEQUENCE { version INTEGER DEFAULT 0, subjectUsage SEQUENCE OF OBJECT IDENTIFIER,
///       listIdentifier OCTET STRING OPTIONAL, sequenceNumber INTEGER OPTIONAL, thisUpdate Time, nextUpdate Time OPTIONAL,
///       subjectAlgorithm AlgorithmIdentifier, trustedSubjects SEQUENCE OF TrustedSubject OPTIONAL,
///       ctlExtensions [0] EXPLICIT Extensions OPTIONAL }
///     TrustedSubject ::= SEQUENCE { subjectIdentifier OCTET STRING, subjectAttributes SET OF Attribute OPTIONAL }
package struct CertificateTrustList: Sendable {
  /// One listed certificate, key or file.
  package struct Subject: Sendable {
    /// A digest by the list's subjectAlgorithm, in catalogs of version 1 its hexadecimal text.
    package let identifier: ArraySlice<UInt8>
    package let attributes: [CMSAttribute]
    package var offset: Int { identifier.startIndex }
    package func attribute(_ type: OID) -> CMSAttribute? { attributes.first { $0.type == type } }
  }
  /// Usages of the list itself: root list, disallowed list, catalog.
  package let subjectUsage: [OID]
  package let listIdentifier: ArraySlice<UInt8>?
  /// Two's-complement octets as encoded; grows with every list.
  package let sequenceNumber: ArraySlice<UInt8>?
  package let thisUpdate: Moment
  package let nextUpdate: Moment?
  package let subjectAlgorithm: AlgorithmIdentifier
  package let subjects: [Subject]

  package static let contentType: OID = "1.3.6.1.4.1.311.10.1"
  /// szOID_ROOT_LIST_SIGNER: a list of trusted roots.
  package static let rootList: OID = "1.3.6.1.4.1.311.10.3.9"
  /// szOID_DISALLOWED_LIST: a list of certificates and keys that are refused.
  package static let disallowedList: OID = "1.3.6.1.4.1.311.10.3.30"
  /// szOID_DISALLOWED_HASH, a property rather than a digest algorithm: TBSCertificate digests and MD5 of keys.
  package static let disallowedHash: OID = "1.3.6.1.4.1.311.10.11.15"

  /// From the content of a SignedData; another content type throws `ctl.type.unexpected`, a broken encoding `asn1.*`.
  package init(_ signedData: SignedData, _ budget: inout Budget) throws(ParseError) {
    guard signedData.contentType == CertificateTrustList.contentType else {
      throw ParseError("ctl.type.unexpected", "content type is \(signedData.contentType), must be a certificate trust list")
    }
    guard let content = signedData.content else { throw ParseError("ctl.content.missing", "certificate trust list is detached") }
    try self.init(encoded: content, &budget)
  }

  package init(encoded: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    var outer = ASN1Reader(encoded, rules: .ber)
    var fields = try outer.sequence("CertificateTrustList", &budget)
    try outer.finish("CertificateTrustList")
    if let version = try fields.optional(.integer, &budget), try version.integer("CTL version") != 0 {
      throw ParseError("ctl.version.unexpected", "certificate trust list has a version other than 1", offset: version.offset)
    }
    subjectUsage = try CertificateTrustList.usages(fields.sequence("subjectUsage", &budget), &budget)
    if let identifier = try fields.optional(.octetString, &budget) {
      listIdentifier = try identifier.octetString("listIdentifier", &budget)
    } else {
      listIdentifier = nil
    }
    sequenceNumber = try fields.optional(.integer, &budget)?.integerOctets("sequenceNumber")
    thisUpdate = try fields.next(&budget).time("thisUpdate")
    let tag = try fields.peekTag()
    nextUpdate = tag == .utcTime || tag == .generalizedTime ? try fields.next(&budget).time("nextUpdate") : nil
    subjectAlgorithm = try AlgorithmIdentifier(&fields, "subjectAlgorithm", &budget)
    var found: [Subject] = []
    if let list = try fields.optional(.sequence, &budget) {
      var reader = try list.reader("trustedSubjects")
      while !reader.isAtEnd { found.append(try CertificateTrustList.subject(&reader, &budget)) }
    }
    subjects = found
    _ = try fields.optional(.context(0), &budget)
    try fields.finish("CertificateTrustList")
  }

  /// EnhancedKeyUsage: SEQUENCE OF OBJECT IDENTIFIER.
  static func usages(_ reader: ASN1Reader, _ budget: inout Budget) throws(ParseError) -> [OID] {
    var reader = reader
    var found: [OID] = []
    while !reader.isAtEnd { found.append(try reader.next(.objectIdentifier, "usage", &budget).objectIdentifier("usage")) }
    return found
  }

  private static func subject(_ reader: inout ASN1Reader, _ budget: inout Budget) throws(ParseError) -> Subject {
    var fields = try reader.sequence("TrustedSubject", &budget)
    let identifier = try fields.next(.octetString, "subjectIdentifier", &budget).octetString("subjectIdentifier", &budget)
    var attributes: [CMSAttribute] = []
    if let set = try fields.optional(.set, &budget) { attributes = try CMSAttribute.set(set, "subjectAttributes", &budget) }
    try fields.finish("TrustedSubject")
    return Subject(identifier: identifier, attributes: attributes)
  }
}

extension CertificateTrustList {
  /// The sequence number in lower-case hexadecimal without leading zeros, as `assay trust list` shows it; nil where there is none.
  package var sequence: String? {
    sequenceNumber.map { octets in
      let text = Hex.encode(octets.drop { $0 == 0 })
      return text.isEmpty ? "00" : text
    }
  }

  /// True when a list is not older than another one: by sequence number where both have one, else by thisUpdate. Negative numbers,
  /// which no list has, count as older than all.
  package static func isNewerOrSame(
    sequence: String?, date: Moment?, than other: (sequence: String?, date: Moment?)
  ) -> Bool {
    if let sequence, let before = other.sequence {
      return sequence.utf8.count == before.utf8.count ? sequence >= before : sequence.utf8.count > before.utf8.count
    }
    if let date, let before = other.date { return date >= before }
    return other.sequence == nil && other.date == nil
  }
}
