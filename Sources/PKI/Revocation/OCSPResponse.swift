package import AssayBytes

/// BasicOCSPResponse (RFC 6960 4.2.1) out of an OCSPResponse. Unverified.
package struct OCSPResponse: Sendable {
  package enum Responder: Sendable {
    case name(DistinguishedName)
    /// SHA-1 of the responder's public key.
    case key(ArraySlice<UInt8>)
  }
  package enum Status: Sendable {
    case good
    case revoked(Moment, RevocationReason?)
    case unknown
  }
  package struct Single: Sendable {
    package let hashAlgorithm: AlgorithmIdentifier
    package let issuerNameHash: ArraySlice<UInt8>
    package let issuerKeyHash: ArraySlice<UInt8>
    package let serial: ArraySlice<UInt8>
    package let status: Status
    package let thisUpdate: Moment
    package let nextUpdate: Moment?
    /// True where an unknown critical extension forbids its use.
    package let hasUnknownCritical: Bool
  }
  package let tbs: ArraySlice<UInt8>
  package let responder: Responder
  package let producedAt: Moment
  package let responses: [Single]
  package let signatureAlgorithm: AlgorithmIdentifier
  package let signature: ArraySlice<UInt8>
  package let certificates: [Certificate]
  package let hasUnknownCritical: Bool

  private static let basic: OID = "1.3.6.1.5.5.7.48.1.1"
  /// A nonce is known; it binds to a request that nobody made here.
  private static let nonce: OID = "1.3.6.1.5.5.7.48.1.2"

  /// From an OCSPResponse; a status other than successful throws `ocsp.status.unsuccessful`.
  package init(encoded: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    var outer = ASN1Reader(encoded, rules: .ber)
    var whole = try outer.sequence("OCSPResponse", &budget)
    let status = try whole.next(.enumerated, "responseStatus", &budget).integer("responseStatus")
    guard status == 0, let wrapper = try whole.optional(.context(0), &budget) else {
      throw ParseError("ocsp.status.unsuccessful", "the OCSP answer has status \(status)", offset: encoded.startIndex)
    }
    var inside = try wrapper.reader("responseBytes")
    var bytes = try inside.sequence("ResponseBytes", &budget)
    let type = try bytes.next(.objectIdentifier, "responseType", &budget).objectIdentifier("responseType")
    guard type == OCSPResponse.basic else {
      throw ParseError("ocsp.type.unknown", "the OCSP answer has type \(type)", offset: encoded.startIndex)
    }
    try self.init(basic: try bytes.next(.octetString, "response", &budget).octetString("response", &budget), &budget)
  }

  /// From a BasicOCSPResponse.
  package init(basic encoded: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    var outer = ASN1Reader(encoded, rules: .ber)
    var whole = try outer.sequence("BasicOCSPResponse", &budget)
    let body = try whole.next(.sequence, "tbsResponseData", &budget)
    tbs = body.encoded
    signatureAlgorithm = try AlgorithmIdentifier(&whole, "signatureAlgorithm", &budget)
    signature = try whole.next(.bitString, "signature", &budget).bitString("signature").octets
    var bag: [Certificate] = []
    if let wrapper = try whole.optional(.context(0), &budget) {
      var inside = try wrapper.reader("certs")
      var list = try inside.sequence("certs", &budget)
      while !list.isAtEnd {
        let element = try list.next(&budget)
        do throws(ParseError) {
          bag.append(try Certificate(encoded: element.encoded, &budget))
        } catch {
          if error.isLimit { throw error }
        }
      }
    }
    certificates = bag

    var fields = try body.reader("ResponseData")
    if let wrapper = try fields.optional(.context(0), &budget) {
      var inside = try wrapper.reader("version")
      let version = try inside.next(.integer, "version", &budget).integer("version")
      guard version == 0 else {
        throw ParseError("ocsp.version.unknown", "OCSP version is \(version), must be 0", offset: body.offset)
      }
    }
    responder = try OCSPResponse.responder(&fields, &budget)
    producedAt = try fields.next(.generalizedTime, "producedAt", &budget).time("producedAt")
    var list = try fields.sequence("responses", &budget)
    var found: [Single] = []
    while !list.isAtEnd { found.append(try Single(&list, &budget)) }
    responses = found
    hasUnknownCritical = try OCSPResponse.unknownCritical(&fields, &budget)
  }

  private static func responder(_ fields: inout ASN1Reader, _ budget: inout Budget) throws(ParseError) -> Responder {
    let choice = try fields.next(&budget)
    var inside = try choice.reader("responderID")
    switch choice.tag {
    case .context(1): return .name(DistinguishedName(encoded: try inside.next(.sequence, "byName", &budget).encoded))
    case .context(2): return .key(try inside.next(.octetString, "byKey", &budget).octetString("byKey", &budget))
    default: throw ParseError("asn1.tag.unexpected", "responderID has tag \(choice.tag)", offset: choice.offset)
    }
  }

  /// [1] EXPLICIT Extensions, of which only the nonce may be critical.
  fileprivate static func unknownCritical(_ fields: inout ASN1Reader, _ budget: inout Budget) throws(ParseError) -> Bool {
    guard let wrapper = try fields.optional(.context(1), &budget) else { return false }
    var inside = try wrapper.reader("extensions")
    var list = try inside.sequence("extensions", &budget)
    var found = false
    while !list.isAtEnd {
      var entry = try list.sequence("Extension", &budget)
      let id = try entry.next(.objectIdentifier, "extnID", &budget).objectIdentifier("extnID")
      let isCritical = try entry.optional(.boolean, &budget)?.boolean("critical") ?? false
      if isCritical && id != nonce { found = true }
    }
    return found
  }
}

extension OCSPResponse.Single {
  init(_ list: inout ASN1Reader, _ budget: inout Budget) throws(ParseError) {
    var fields = try list.sequence("SingleResponse", &budget)
    var id = try fields.sequence("certID", &budget)
    hashAlgorithm = try AlgorithmIdentifier(&id, "hashAlgorithm", &budget)
    issuerNameHash = try id.next(.octetString, "issuerNameHash", &budget).octetString("issuerNameHash", &budget)
    issuerKeyHash = try id.next(.octetString, "issuerKeyHash", &budget).octetString("issuerKeyHash", &budget)
    serial = try id.next(.integer, "serialNumber", &budget).integerOctets("serialNumber")
    let choice = try fields.next(&budget)
    switch choice.tag {
    case .context(0): status = .good
    case .context(1):
      var inside = try choice.reader("revoked")
      let date = try inside.next(.generalizedTime, "revocationTime", &budget).time("revocationTime")
      var reason: RevocationReason?
      if let wrapper = try inside.optional(.context(0), &budget) {
        var value = try wrapper.reader("revocationReason")
        reason = RevocationReason(rawValue: try value.next(.enumerated, "revocationReason", &budget).integer("revocationReason"))
      }
      status = .revoked(date, reason)
    case .context(2): status = .unknown
    default: throw ParseError("asn1.tag.unexpected", "certStatus has tag \(choice.tag)", offset: choice.offset)
    }
    thisUpdate = try fields.next(.generalizedTime, "thisUpdate", &budget).time("thisUpdate")
    if let wrapper = try fields.optional(.context(0), &budget) {
      var inside = try wrapper.reader("nextUpdate")
      nextUpdate = try inside.next(.generalizedTime, "nextUpdate", &budget).time("nextUpdate")
    } else {
      nextUpdate = nil
    }
    hasUnknownCritical = try OCSPResponse.unknownCritical(&fields, &budget)
  }
}
