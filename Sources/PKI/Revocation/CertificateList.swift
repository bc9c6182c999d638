package import AssayBytes

/// CertificateList (RFC 5280 5.1): a CRL, complete or delta. Unverified. Its entries are read when somebody looks for one.
package struct CertificateList: Sendable {
  package let tbs: ArraySlice<UInt8>
  /// 1 or 2.
  package let version: Int
  package let issuer: DistinguishedName
  package let thisUpdate: Moment
  package let nextUpdate: Moment?
  package let signatureAlgorithm: AlgorithmIdentifier
  package let signature: ArraySlice<UInt8>
  /// CRLNumber and BaseCRLNumber as unsigned octets without leading zeros.
  package let number: ArraySlice<UInt8>?
  package let baseNumber: ArraySlice<UInt8>?
  package let authorityKeyIdentifier: ArraySlice<UInt8>?
  let issuingPoint: IssuingDistributionPoint?
  /// From then on the list holds expired certificates too (X.509 expiredCertsOnCRL); nil when it does not say.
  let keepsExpiredSince: Moment?
  /// Critical extensions that are not known: such a list may not be used (RFC 5280 5.2).
  package let unknownCriticalExtensions: [OID]
  /// Inner and outer signature algorithm differ (RFC 5280 5.1.1.2).
  package let hasAlgorithmMismatch: Bool
  /// Contents of revokedCertificates.
  private let entries: ArraySlice<UInt8>

  package var isDelta: Bool { baseNumber != nil }
  package var isIndirect: Bool { issuingPoint?.isIndirect ?? false }

  package init(encoded: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    var outer = ASN1Reader(encoded, rules: .ber)
    var whole = try outer.sequence("CertificateList", &budget)
    let body = try whole.next(.sequence, "tbsCertList", &budget)
    tbs = body.encoded
    signatureAlgorithm = try AlgorithmIdentifier(&whole, "signatureAlgorithm", &budget)
    signature = try whole.next(.bitString, "signatureValue", &budget).bitString("signatureValue").octets
    try whole.finish("CertificateList")

    var fields = try body.reader("tbsCertList")
    let number = try fields.optional(.integer, &budget)?.integer("CRL version") ?? 0
    guard number == 0 || number == 1 else {
      throw ParseError("crl.version.unknown", "CRL version is \(number), must be 0 or 1", offset: body.offset)
    }
    version = number + 1
    hasAlgorithmMismatch = try AlgorithmIdentifier(&fields, "signature", &budget) != signatureAlgorithm
    issuer = DistinguishedName(encoded: try fields.next(.sequence, "issuer", &budget).encoded)
    thisUpdate = try fields.next(&budget).time("thisUpdate")
    let next = try fields.peekTag()
    nextUpdate = next == .utcTime || next == .generalizedTime ? try fields.next(&budget).time("nextUpdate") : nil
    entries = try fields.optional(.sequence, &budget)?.content ?? []
    var found = ListExtensions()
    if let element = try fields.optional(.context(0), &budget) { try found.read(element, &budget) }
    try fields.finish("tbsCertList")
    self.number = found.number
    baseNumber = found.baseNumber
    authorityKeyIdentifier = found.keyIdentifier
    issuingPoint = found.issuingPoint
    keepsExpiredSince = found.keepsExpiredSince
    unknownCriticalExtensions = found.unknownCritical
  }

  /// An entry of revokedCertificates.
  struct Entry: Sendable {
    var serial: ArraySlice<UInt8>
    var date: Moment
    var reason: RevocationReason?
    var hasUnknownCritical = false
  }

  /// What looking for a certificate found. `isUsable` is false where some entry has an unknown critical extension: then the
  /// absence of the certificate says nothing (RFC 5280 5.3).
  struct Lookup: Sendable {
    var entry: Entry?
    var isUsable = true
  }

  /// Looks for a serial number of an issuer. Spends the bytes of the entries, not their nodes: real lists hold 100,000 entries.
  func look(for serial: ArraySlice<UInt8>, of certificateIssuer: DistinguishedName, _ budget: inout Budget) throws(ParseError)
    -> Lookup
  {
    try budget.spend(bytes: entries.count)
    var scratch = Budget(nodes: entries.count)
    var reader = ASN1Reader(entries, rules: .ber)
    var result = Lookup()
    // Entries belong to the CRL's issuer until one names another (RFC 5280 5.3.3).
    var isOurs = issuer.matches(certificateIssuer)
    while !reader.isAtEnd {
      var fields = try reader.sequence("CRL entry", &scratch)
      let number = try fields.next(.integer, "userCertificate", &scratch).integerOctets("userCertificate")
      let date = try fields.next(&scratch)
      var extensions = EntryExtensions()
      if let element = try fields.optional(.sequence, &scratch) { try extensions.read(element, &scratch) }
      if isIndirect, let named = extensions.issuer {
        isOurs = named.contains { $0.matches(.directory(certificateIssuer)) }
      }
      if extensions.hasUnknownCritical { result.isUsable = false }
      if isOurs && number == serial && result.entry == nil {
        result.entry = Entry(
          serial: number, date: try date.time("revocationDate"), reason: extensions.reason,
          hasUnknownCritical: extensions.hasUnknownCritical)
      }
    }
    return result
  }
}

/// crlExtensions (RFC 5280 5.2).
private struct ListExtensions {
  var number: ArraySlice<UInt8>?
  var baseNumber: ArraySlice<UInt8>?
  var keyIdentifier: ArraySlice<UInt8>?
  var issuingPoint: IssuingDistributionPoint?
  var keepsExpiredSince: Moment?
  var unknownCritical: [OID] = []

  mutating func read(_ wrapper: ASN1Element, _ budget: inout Budget) throws(ParseError) {
    var outer = try wrapper.reader("crlExtensions")
    var list = try outer.sequence("crlExtensions", &budget)
    while !list.isAtEnd {
      let (id, isCritical, value) = try ListExtensions.one(&list, &budget)
      var reader = ASN1Reader(value, rules: .ber)
      switch id {
      case "2.5.29.20": number = try reader.next(.integer, "cRLNumber", &budget).integerOctets("cRLNumber").drop { $0 == 0 }
      case "2.5.29.27":
        baseNumber = try reader.next(.integer, "BaseCRLNumber", &budget).integerOctets("BaseCRLNumber").drop { $0 == 0 }
      case "2.5.29.28": issuingPoint = try IssuingDistributionPoint(value, &budget)
      case "2.5.29.35":
        var fields = try reader.sequence("authorityKeyIdentifier", &budget)
        keyIdentifier = try fields.optional(.context(0), &budget)?.content
      case "2.5.29.60": keepsExpiredSince = try reader.next(&budget).time("expiredCertsOnCRL")
      default: if isCritical { unknownCritical.append(id) }
      }
    }
  }

  static func one(_ list: inout ASN1Reader, _ budget: inout Budget) throws(ParseError) -> (OID, Bool, ArraySlice<UInt8>) {
    var fields = try list.sequence("Extension", &budget)
    let id = try fields.next(.objectIdentifier, "extnID", &budget).objectIdentifier("extnID")
    let isCritical = try fields.optional(.boolean, &budget)?.boolean("critical") ?? false
    let value = try fields.next(.octetString, "extnValue", &budget).octetString("extnValue", &budget)
    return (id, isCritical, value)
  }
}

/// crlEntryExtensions (RFC 5280 5.3).
private struct EntryExtensions {
  var reason: RevocationReason?
  var issuer: [PointName]?
  var hasUnknownCritical = false

  mutating func read(_ element: ASN1Element, _ budget: inout Budget) throws(ParseError) {
    var list = try element.reader("crlEntryExtensions")
    while !list.isAtEnd {
      let (id, isCritical, value) = try ListExtensions.one(&list, &budget)
      var reader = ASN1Reader(value, rules: .ber)
      switch id {
      case "2.5.29.21":
        reason = RevocationReason(rawValue: try reader.next(.enumerated, "reasonCode", &budget).integer("reasonCode"))
      case "2.5.29.29": issuer = try PointName.list(try reader.next(.sequence, "certificateIssuer", &budget), &budget)
      case "2.5.29.24": break
      default: if isCritical { hasUnknownCritical = true }
      }
    }
  }
}
