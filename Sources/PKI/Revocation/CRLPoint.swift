import AssayBytes

/// A set of revocation reasons (ReasonFlags, RFC 5280 4.2.1.13): bit n of the BIT STRING is 1 << n; bit 0 is unused.
struct ReasonMask: OptionSet, Sendable {
  let rawValue: UInt16
  static let all = ReasonMask(rawValue: 0x1FE)

  init(rawValue: UInt16) { self.rawValue = rawValue }

  init(_ element: ASN1Element) throws(ParseError) {
    let octets = try element.bitString("ReasonFlags").octets
    var mask: UInt16 = 0
    for (index, octet) in octets.prefix(2).enumerated() {
      for bit in 0..<8 where octet & (0x80 >> bit) != 0 { mask |= 1 << UInt16(index * 8 + bit) }
    }
    rawValue = mask & ReasonMask.all.rawValue
  }
}

/// A GeneralName as distribution points use it: directory names are compared as names, others byte for byte.
enum PointName: Sendable {
  case directory(DistinguishedName)
  case other(ArraySlice<UInt8>)

  func matches(_ other: PointName) -> Bool {
    switch (self, other) {
    case (.directory(let left), .directory(let right)): left.matches(right)
    case (.other(let left), .other(let right)): left == right
    default: false
    }
  }

  static func list(_ element: ASN1Element, _ budget: inout Budget) throws(ParseError) -> [PointName] {
    var reader = try element.reader("GeneralNames")
    var names: [PointName] = []
    while !reader.isAtEnd {
      let name = try reader.next(&budget)
      if name.tag == .context(4) {
        var inside = try name.reader("directoryName")
        names.append(.directory(DistinguishedName(encoded: try inside.next(.sequence, "directoryName", &budget).encoded)))
      } else {
        names.append(.other(name.encoded))
      }
    }
    return names
  }
}

/// DistributionPointName (RFC 5280 4.2.1.13).
enum DistributionPointName: Sendable {
  case full([PointName])
  /// The contents of the RelativeDistinguishedName.
  case relative(ArraySlice<UInt8>)

  /// From the explicit tag around the CHOICE.
  init(_ wrapper: ASN1Element, _ budget: inout Budget) throws(ParseError) {
    var inside = try wrapper.reader("DistributionPointName")
    let choice = try inside.next(&budget)
    switch choice.tag {
    case .context(0): self = .full(try PointName.list(choice, &budget))
    case .context(1): self = .relative(choice.content)
    default: throw ParseError("asn1.tag.unexpected", "DistributionPointName has tag \(choice.tag)", offset: choice.offset)
    }
  }

  /// The names in full; a relative one is added to the issuer's name.
  func names(relativeTo issuer: DistinguishedName) -> [PointName] {
    switch self {
    case .full(let names): return names
    case .relative(let rdn):
      var budget = Budget(bytes: 0, nodes: 2, signatureChecks: 0, steps: 0)
      var reader = ASN1Reader(issuer.encoded, rules: .ber)
      guard let base = try? reader.next(&budget).content, rdn.count + base.count < 60_000 else { return [] }
      let name = DERWriter.element(0x30, Array(base) + DERWriter.element(0x31, Array(rdn)))
      return [.directory(DistinguishedName(encoded: name[...]))]
    }
  }
}

/// DistributionPoint (RFC 5280 4.2.1.13), of cRLDistributionPoints.
struct CRLPoint: Sendable {
  static let extensionID: OID = "2.5.29.31"
  var name: DistributionPointName?
  var reasons: ReasonMask = .all
  var crlIssuer: [PointName] = []

  /// The point that stands for "any CRL of the certificate's issuer" (RFC 5280 6.3.3, last paragraph).
  static func issuer(_ name: DistinguishedName) -> CRLPoint {
    CRLPoint(name: .full([.directory(name)]))
  }

  /// Points of a certificate, none when the extension is absent.
  static func list(of certificate: Certificate, _ budget: inout Budget) throws(ParseError) -> [CRLPoint] {
    guard let value = certificate.extension(extensionID)?.value else { return [] }
    var outer = ASN1Reader(value, rules: .ber)
    var reader = try outer.sequence("cRLDistributionPoints", &budget)
    var points: [CRLPoint] = []
    while !reader.isAtEnd {
      var fields = try reader.sequence("DistributionPoint", &budget)
      var point = CRLPoint()
      if let element = try fields.optional(.context(0), &budget) { point.name = try DistributionPointName(element, &budget) }
      if let element = try fields.optional(.context(1), &budget) { point.reasons = try ReasonMask(element) }
      if let element = try fields.optional(.context(2), &budget) { point.crlIssuer = try PointName.list(element, &budget) }
      points.append(point)
    }
    return points
  }
}

/// IssuingDistributionPoint (RFC 5280 5.2.5): what a CRL covers.
struct IssuingDistributionPoint: Sendable {
  var name: DistributionPointName?
  var onlyUser = false
  var onlyCA = false
  var onlyAttribute = false
  var isIndirect = false
  var reasons: ReasonMask?
  /// The extension's value, to compare scopes.
  let encoded: ArraySlice<UInt8>

  init(_ value: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    encoded = value
    var outer = ASN1Reader(value, rules: .ber)
    var fields = try outer.sequence("issuingDistributionPoint", &budget)
    if let element = try fields.optional(.context(0), &budget) { name = try DistributionPointName(element, &budget) }
    onlyUser = try fields.optional(.context(1), &budget)?.boolean("onlyContainsUserCerts") ?? false
    onlyCA = try fields.optional(.context(2), &budget)?.boolean("onlyContainsCACerts") ?? false
    if let element = try fields.optional(.context(3), &budget) { reasons = try ReasonMask(element) }
    isIndirect = try fields.optional(.context(4), &budget)?.boolean("indirectCRL") ?? false
    onlyAttribute = try fields.optional(.context(5), &budget)?.boolean("onlyContainsAttributeCerts") ?? false
    try fields.finish("issuingDistributionPoint")
  }
}

/// The little DER that has to be written to compare names.
enum DERWriter {
  /// `contents` under 64 KiB.
  static func element(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
    switch contents.count {
    case ..<0x80: [tag, UInt8(contents.count)] + contents
    case ..<0x100: [tag, 0x81, UInt8(contents.count)] + contents
    default: [tag, 0x82, UInt8(contents.count >> 8 & 0xFF), UInt8(contents.count & 0xFF)] + contents
    }
  }
}
