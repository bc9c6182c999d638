package import AssayBytes

/// SignedData (RFC 5652 5.1, PKCS #7 1.5), any content type, BER. Unverified.
///
///     SignedData ::= SEQUENCE { version INTEGER, digestAlgorithms SET OF AlgorithmIdentifier,
///       encapContentInfo SEQUENCE { eContentType OBJECT IDENTIFIER, eContent [0] EXPLICIT ANY OPTIONAL },
///       certificates [0] IMPLICIT SET OF CertificateChoices OPTIONAL, crls [1] IMPLICIT SET OF RevocationInfoChoice OPTIONAL,
///       signerInfos SET OF SignerInfo }
package struct SignedData: Sendable {
  package let version: Int
  package let digestAlgorithms: [AlgorithmIdentifier]
  package let contentType: OID
  /// The element inside the [0] of encapContentInfo, whole; nil when detached. For CMS an OCTET STRING, for PKCS #7 anything.
  package let content: ArraySlice<UInt8>?
  /// What messageDigest covers: the content's octets without outer tag and length (BER parts joined).
  package let contentOctets: ArraySlice<UInt8>?
  package let certificates: [Certificate]
  /// Where each of them begins: a certificate may have been read from another file's same octets, so its own indices do not tell.
  package let certificateOffsets: [Int]
  /// Entries of the certificate bag that are no readable X.509 certificate, raw, with the reason.
  package let otherCertificates: [(encoded: ArraySlice<UInt8>, reason: ParseError)]
  package let crls: [ArraySlice<UInt8>]
  /// OCSPResponse encodings found among the crls (RFC 5940 2).
  package let ocspResponses: [ArraySlice<UInt8>]
  package let signerInfos: [SignerInfo]
  /// Bytes that the ContentInfo takes; what follows is the caller's affair.
  package let encodedCount: Int
  /// Departures from RFC 5652 that do not keep a reader from reading: `cms.*` with offsets, as notes.
  package let irregularities: [ParseError]

  static let contentTypeID: OID = "1.2.840.113549.1.7.2"

  /// Reads a ContentInfo holding SignedData from the start of the bytes.
  ///
  /// Throws `cms.type.unexpected` for another content type, `asn1.*` for a broken encoding and `limit.*`. An unreadable
  /// certificate or CRL never fails the whole.
  package init(contentInfo bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    var outer = ASN1Reader(bytes, rules: .ber)
    let whole = try outer.next(.sequence, "ContentInfo", &budget)
    var fields = try whole.reader("ContentInfo")
    let type = try fields.next(.objectIdentifier, "contentType", &budget).objectIdentifier("contentType")
    guard type == SignedData.contentTypeID else {
      throw ParseError("cms.type.unexpected", "content type is \(type), must be SignedData", offset: whole.offset)
    }
    var wrapper = try fields.next(.context(0), "content", &budget).reader("content")
    let body = try wrapper.next(.sequence, "SignedData", &budget)
    try self.init(body, encodedCount: whole.encoded.count, &budget)
  }

  private init(_ body: ASN1Element, encodedCount: Int, _ budget: inout Budget) throws(ParseError) {
    self.encodedCount = encodedCount
    var reader = try body.reader("SignedData")
    version = try reader.next(.integer, "SignedData version", &budget).integer("SignedData version")
    digestAlgorithms = try SignedData.algorithms(&reader, &budget)
    (contentType, content, contentOctets) = try SignedData.encapsulated(&reader, &budget)

    var bag = CertificateBag()
    if let element = try reader.optional(.context(0), &budget) { try bag.read(element, &budget) }
    certificates = bag.certificates
    certificateOffsets = bag.offsets
    otherCertificates = bag.others

    var lists = RevocationBag()
    if let element = try reader.optional(.context(1), &budget) { try lists.read(element, &budget) }
    crls = lists.crls
    ocspResponses = lists.ocspResponses

    var signers: [SignerInfo] = []
    var set = try reader.next(.set, "signerInfos", &budget).reader("signerInfos")
    while !set.isAtEnd { signers.append(try SignerInfo(&set, &budget)) }
    signerInfos = signers

    var notes: [ParseError] = lists.notes
    if !(1...5).contains(version) || version == 2 {
      notes.append(
        ParseError("cms.version.unexpected", "SignedData version is \(version), must be 1, 3, 4 or 5", offset: body.offset))
    }
    if !reader.isAtEnd {
      notes.append(ParseError("cms.signed-data.trailing", "elements follow signerInfos", offset: reader.rest.startIndex))
    }
    for signer in signers {
      let expected: Int
      if case .subjectKeyIdentifier = signer.identifier { expected = 3 } else { expected = 1 }
      if signer.version != expected {
        notes.append(
          ParseError(
            "cms.version.unexpected", "SignerInfo version is \(signer.version), must be \(expected)", offset: signer.offset))
      }
      if !digestAlgorithms.contains(where: { $0.algorithm == signer.digestAlgorithm.algorithm }) {
        notes.append(
          ParseError(
            "cms.digest-algorithm.undeclared",
            "digest algorithm \(signer.digestAlgorithm.algorithm) of a signer is not among digestAlgorithms", offset: signer.offset)
        )
      }
    }
    irregularities = notes
  }

  private static func algorithms(_ reader: inout ASN1Reader, _ budget: inout Budget) throws(ParseError) -> [AlgorithmIdentifier] {
    var set = try reader.next(.set, "digestAlgorithms", &budget).reader("digestAlgorithms")
    var found: [AlgorithmIdentifier] = []
    while !set.isAtEnd { found.append(try AlgorithmIdentifier(&set, "digestAlgorithm", &budget)) }
    return found
  }

  /// EncapsulatedContentInfo: its type, the content's encoding and the octets that are digested (RFC 5652 5.2, 5.4).
  private static func encapsulated(
    _ reader: inout ASN1Reader, _ budget: inout Budget
  ) throws(ParseError) -> (OID, ArraySlice<UInt8>?, ArraySlice<UInt8>?) {
    var info = try reader.sequence("encapContentInfo", &budget)
    let type = try info.next(.objectIdentifier, "eContentType", &budget).objectIdentifier("eContentType")
    guard let wrapper = try info.optional(.context(0), &budget) else {
      try info.finish("encapContentInfo")
      return (type, nil, nil)
    }
    try info.finish("encapContentInfo")
    var inside = try wrapper.reader("eContent")
    guard !inside.isAtEnd else {
      throw ParseError("cms.content.empty", "eContent is present but holds nothing", offset: wrapper.offset)
    }
    let content = try inside.next(&budget)
    try inside.finish("eContent")
    let octets = content.tag == .octetString ? try content.octetString("eContent", &budget) : content.content
    return (type, content.encoded, octets)
  }
}

/// CertificateSet (RFC 5652 10.2.3): X.509 certificates, and whatever else there is, kept raw.
private struct CertificateBag {
  var certificates: [Certificate] = []
  var offsets: [Int] = []
  var others: [(encoded: ArraySlice<UInt8>, reason: ParseError)] = []

  mutating func read(_ element: ASN1Element, _ budget: inout Budget) throws(ParseError) {
    var reader = try element.reader("certificates")
    while !reader.isAtEnd {
      let entry: ASN1Element
      do throws(ParseError) { entry = try reader.next(&budget) } catch {
        // Dummy certificates that carry a payload are seen in real installers; what cannot be delimited ends the bag.
        if error.isLimit { throw error }
        others.append((reader.rest, error))
        return
      }
      guard entry.tag == .sequence else {
        others.append(
          (
            entry.encoded,
            ParseError("cms.certificate.other", "entry with tag \(entry.tag) is no X.509 certificate", offset: entry.offset)
          ))
        continue
      }
      do throws(ParseError) {
        certificates.append(try CertificateBag.certificate(entry.encoded, &budget))
        offsets.append(entry.offset)
      } catch {
        if error.isLimit && error.code != "limit.depth" { throw error }
        others.append((entry.encoded, error))
      }
    }
  }

  /// Read anew, or the one that these octets gave before. One with irregularities is not remembered: they hold offsets.
  private static func certificate(_ octets: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) -> Certificate {
    if let (value, nodes) = budget.memory.recall(octets), let known = value as? Certificate {
      try budget.spend(nodes: nodes)
      return known
    }
    let before = budget.nodes
    // A copy, so that the memory does not hold the whole file that it was cut from.
    let copy = Array(octets)
    let certificate = try Certificate(encoded: copy[...], &budget)
    guard certificate.irregularities.isEmpty, certificate.unreadableExtensions.isEmpty else {
      return try Certificate(encoded: octets, &budget)
    }
    budget.memory.remember(copy, as: certificate, nodes: before - budget.nodes)
    return certificate
  }
}

extension SignedData {
  /// Where a certificate of the bag begins, nil for one from elsewhere.
  package func offset(of certificate: Certificate) -> Int? {
    certificates.firstIndex(of: certificate).map { certificateOffsets[$0] }
  }
}

/// RevocationInfoChoices (RFC 5652 10.2.1): CRLs and [1] OtherRevocationInfoFormat, of which OCSP responses are known.
private struct RevocationBag {
  var crls: [ArraySlice<UInt8>] = []
  var ocspResponses: [ArraySlice<UInt8>] = []
  var notes: [ParseError] = []

  /// id-ri-ocsp-response (RFC 5940 2).
  private static let ocspResponse: OID = "1.3.6.1.5.5.7.16.2"

  mutating func read(_ element: ASN1Element, _ budget: inout Budget) throws(ParseError) {
    var reader = try element.reader("crls")
    while !reader.isAtEnd {
      let entry: ASN1Element
      do throws(ParseError) { entry = try reader.next(&budget) } catch {
        if error.isLimit { throw error }
        notes.append(error)
        return
      }
      if entry.tag == .sequence {
        crls.append(entry.encoded)
      } else if entry.tag == .context(1), let response = try? RevocationBag.response(entry, &budget) {
        ocspResponses.append(response)
      } else {
        notes.append(ParseError("cms.revocation.other", "revocation information of an unknown format", offset: entry.offset))
      }
    }
  }

  private static func response(_ entry: ASN1Element, _ budget: inout Budget) throws(ParseError) -> ArraySlice<UInt8>? {
    var fields = try entry.reader("OtherRevocationInfoFormat")
    let format = try fields.next(.objectIdentifier, "otherRevInfoFormat", &budget).objectIdentifier("otherRevInfoFormat")
    guard format == ocspResponse else { return nil }
    return try fields.next(&budget).encoded
  }
}
