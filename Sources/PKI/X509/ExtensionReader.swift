import AssayBytes

/// Decoders of extnValue contents, each one ASN.1 type of RFC 5280 4.2.
extension DecodedExtensions {
  /// Reads one extension into its place; throws when it cannot be read by the rules. Unknown ones are left alone.
  mutating func read(
    _ id: OID, _ value: ArraySlice<UInt8>, _ rules: ASN1Rules, _ budget: inout Budget
  ) throws(ParseError) {
    var outer = ASN1Reader(value, rules: rules)
    switch id {
    case ExtensionID.basicConstraints: basicConstraints = try Self.basicConstraints(&outer, &budget)
    case ExtensionID.keyUsage:
      keyUsage = KeyUsage(rawValue: try Self.bits(try outer.next(.bitString, "keyUsage", &budget), "keyUsage"))
    case ExtensionID.extendedKeyUsage: extendedKeyUsage = try Self.usages(&outer, &budget)
    case ExtensionID.subjectKeyIdentifier:
      subjectKeyIdentifier = try outer.next(.octetString, "subjectKeyIdentifier", &budget)
        .octetString("subjectKeyIdentifier", &budget)
    case ExtensionID.authorityKeyIdentifier: authorityKeyIdentifier = try Self.authority(&outer, &budget)
    case ExtensionID.subjectAlternativeName:
      subjectAlternativeNames = try GeneralName.list(try outer.sequence("subjectAltName", &budget), &budget)
    case ExtensionID.issuerAlternativeName:
      issuerAlternativeNames = try GeneralName.list(try outer.sequence("issuerAltName", &budget), &budget)
    case ExtensionID.nameConstraints: nameConstraints = try Self.nameConstraints(&outer, &budget)
    case ExtensionID.certificatePolicies: policies = try Self.policies(&outer, &budget)
    case ExtensionID.policyMappings: policyMappings = try Self.mappings(&outer, &budget)
    case ExtensionID.policyConstraints: policyConstraints = try Self.policyConstraints(&outer, &budget)
    case ExtensionID.inhibitAnyPolicy:
      inhibitAnyPolicy = try Self.count(try outer.next(.integer, "inhibitAnyPolicy", &budget), "inhibitAnyPolicy")
    case ExtensionID.authorityInformationAccess: authorityInformationAccess = try Self.access(&outer, &budget)
    case ExtensionID.crlDistributionPoints: crlDistributionPoints = try Self.points(&outer, &budget)
    case ExtensionID.freshestCRL: freshestCRL = try Self.points(&outer, &budget)
    default: return
    }
    try outer.finish("extension")
  }

  private static func basicConstraints(
    _ outer: inout ASN1Reader, _ budget: inout Budget
  ) throws(ParseError) -> (isCA: Bool, pathLength: Int?) {
    var fields = try outer.sequence("basicConstraints", &budget)
    var isCA = false
    if let element = try fields.optional(.boolean, &budget) {
      isCA = try element.boolean("cA")
      guard isCA || element.rules == .ber else {
        throw ParseError("x509.encoding.default", "basicConstraints encodes cA's default FALSE", offset: element.offset)
      }
    }
    let length = try fields.optional(.integer, &budget)
    try fields.finish("basicConstraints")
    guard let length else { return (isCA, nil) }
    return (isCA, try count(length, "pathLenConstraint"))
  }

  /// INTEGER (0..MAX); what passes an Int is as good as no limit.
  private static func count(_ element: ASN1Element, _ what: StaticString) throws(ParseError) -> Int {
    let octets = try element.integerOctets(what)
    guard let first = octets.first, first < 0x80 else {
      throw ParseError("x509.extension.range", "\(what) is negative", offset: element.offset)
    }
    return octets.count > 7 ? Int.max : octets.reduce(0) { $0 << 8 | Int($1) }
  }

  /// A named bit list of up to 16 bits; under DER its trailing zero bits must be left out (X.690 11.2.2).
  private static func bits(_ element: ASN1Element, _ what: StaticString) throws(ParseError) -> UInt16 {
    let (octets, unused) = try element.bitString(what)
    guard octets.count <= 2 else {
      throw ParseError("x509.extension.range", "\(what) has more than 16 bits", offset: element.offset)
    }
    if element.rules == .der, let last = octets.last, last.trailingZeroBitCount != unused {
      throw ParseError("x509.encoding.bits", "\(what) encodes trailing zero bits", offset: element.offset)
    }
    var value: UInt16 = 0
    for (index, octet) in octets.enumerated() {
      for bit in 0..<8 where octet & 0x80 >> UInt8(bit) != 0 { value |= 1 << UInt16(index * 8 + bit) }
    }
    return value
  }

  private static func usages(_ outer: inout ASN1Reader, _ budget: inout Budget) throws(ParseError) -> [OID] {
    var list = try outer.sequence("extKeyUsage", &budget)
    var usages: [OID] = []
    while !list.isAtEnd {
      usages.append(try list.next(.objectIdentifier, "key purpose", &budget).objectIdentifier("key purpose"))
    }
    return usages
  }

  private static func authority(
    _ outer: inout ASN1Reader, _ budget: inout Budget
  ) throws(ParseError) -> AuthorityKeyIdentifier {
    var fields = try outer.sequence("authorityKeyIdentifier", &budget)
    var result = AuthorityKeyIdentifier()
    if let element = try fields.optional(.context(0), &budget) {
      result.keyIdentifier = try element.octetString("keyIdentifier", &budget)
    }
    if let element = try fields.optional(.context(1), &budget) {
      result.issuer = try GeneralName.list(try element.reader("authorityCertIssuer"), &budget)
    }
    if let element = try fields.optional(.context(2), &budget) {
      result.serialNumber = try element.integerOctets("authorityCertSerialNumber")
    }
    try fields.finish("authorityKeyIdentifier")
    return result
  }

  private static func nameConstraints(_ outer: inout ASN1Reader, _ budget: inout Budget) throws(ParseError) -> NameConstraints {
    var fields = try outer.sequence("nameConstraints", &budget)
    var result = NameConstraints()
    let permitted = try fields.optional(.context(0), &budget)
    if let permitted { result.permitted = try subtrees(permitted, &budget) }
    let excluded = try fields.optional(.context(1), &budget)
    if let excluded { result.excluded = try subtrees(excluded, &budget) }
    try fields.finish("nameConstraints")
    guard permitted != nil || excluded != nil else {
      throw ParseError("x509.extension.empty", "nameConstraints holds neither permitted nor excluded subtrees")
    }
    return result
  }

  /// GeneralSubtrees, SIZE (1..MAX). RFC 5280 requires minimum 0 and no maximum; another value cannot be honoured, so it throws.
  private static func subtrees(_ element: ASN1Element, _ budget: inout Budget) throws(ParseError) -> [GeneralName] {
    var list = try element.reader("subtrees")
    guard !list.isAtEnd else { throw ParseError("x509.extension.empty", "a list of subtrees is empty", offset: element.offset) }
    var names: [GeneralName] = []
    while !list.isAtEnd {
      var fields = try list.sequence("subtree", &budget)
      names.append(try GeneralName(try fields.next(&budget), &budget))
      if let minimum = try fields.optional(.context(0), &budget) {
        guard try count(minimum, "minimum") == 0, minimum.rules == .ber else {
          throw ParseError("x509.extension.range", "a subtree has an encoded minimum", offset: minimum.offset)
        }
      }
      try fields.finish("subtree")
    }
    return names
  }

  private static func policies(_ outer: inout ASN1Reader, _ budget: inout Budget) throws(ParseError) -> [PolicyInformation] {
    var list = try outer.sequence("certificatePolicies", &budget)
    var result: [PolicyInformation] = []
    while !list.isAtEnd {
      var fields = try list.sequence("policyInformation", &budget)
      let policy = try fields.next(.objectIdentifier, "policyIdentifier", &budget).objectIdentifier("policyIdentifier")
      let qualifiers = try fields.optional(.sequence, &budget)
      try fields.finish("policyInformation")
      result.append(PolicyInformation(policy: policy, hasQualifiers: qualifiers != nil))
    }
    return result
  }

  private static func mappings(_ outer: inout ASN1Reader, _ budget: inout Budget) throws(ParseError) -> [PolicyMapping] {
    var list = try outer.sequence("policyMappings", &budget)
    var result: [PolicyMapping] = []
    while !list.isAtEnd {
      var pair = try list.sequence("policy mapping", &budget)
      let issuer = try pair.next(.objectIdentifier, "issuerDomainPolicy", &budget).objectIdentifier("issuerDomainPolicy")
      let subject = try pair.next(.objectIdentifier, "subjectDomainPolicy", &budget).objectIdentifier("subjectDomainPolicy")
      try pair.finish("policy mapping")
      result.append(PolicyMapping(issuerPolicy: issuer, subjectPolicy: subject))
    }
    return result
  }

  private static func policyConstraints(
    _ outer: inout ASN1Reader, _ budget: inout Budget
  ) throws(ParseError) -> PolicyConstraints {
    var fields = try outer.sequence("policyConstraints", &budget)
    var result = PolicyConstraints()
    if let element = try fields.optional(.context(0), &budget) {
      result.requireExplicitPolicy = try count(element, "requireExplicitPolicy")
    }
    if let element = try fields.optional(.context(1), &budget) {
      result.inhibitPolicyMapping = try count(element, "inhibitPolicyMapping")
    }
    try fields.finish("policyConstraints")
    return result
  }

  private static func access(_ outer: inout ASN1Reader, _ budget: inout Budget) throws(ParseError) -> [AccessDescription] {
    var list = try outer.sequence("authorityInfoAccess", &budget)
    var result: [AccessDescription] = []
    while !list.isAtEnd {
      var fields = try list.sequence("accessDescription", &budget)
      let method = try fields.next(.objectIdentifier, "accessMethod", &budget).objectIdentifier("accessMethod")
      result.append(AccessDescription(method: method, location: try GeneralName(try fields.next(&budget), &budget)))
      try fields.finish("accessDescription")
    }
    return result
  }

  private static func points(_ outer: inout ASN1Reader, _ budget: inout Budget) throws(ParseError) -> [DistributionPoint] {
    var list = try outer.sequence("cRLDistributionPoints", &budget)
    var result: [DistributionPoint] = []
    while !list.isAtEnd {
      var fields = try list.sequence("distributionPoint", &budget)
      result.append(try DistributionPoint(&fields, &budget))
      try fields.finish("distributionPoint")
    }
    return result
  }
}

extension DistributionPoint {
  /// The fields of DistributionPoint, whose SEQUENCE has been entered.
  init(_ fields: inout ASN1Reader, _ budget: inout Budget) throws(ParseError) {
    if let outer = try fields.optional(.context(0), &budget) {
      var choice = try outer.reader("distributionPointName")
      let name = try choice.next(&budget)
      try choice.finish("distributionPointName")
      switch name.tag {
      case .context(0): fullName = try GeneralName.list(try name.reader("fullName"), &budget)
      case .context(1): relativeName = name.content
      default: throw ParseError("x509.extension.tag", "distributionPointName has tag \(name.tag)", offset: name.offset)
      }
    }
    if let element = try fields.optional(.context(1), &budget) {
      let (octets, _) = try element.bitString("reasons")
      var value: UInt16 = 0
      for (index, octet) in octets.prefix(2).enumerated() {
        for bit in 0..<8 where octet & 0x80 >> UInt8(bit) != 0 { value |= 1 << UInt16(index * 8 + bit) }
      }
      reasons = value
    }
    if let element = try fields.optional(.context(2), &budget) {
      crlIssuer = try GeneralName.list(try element.reader("cRLIssuer"), &budget)
    }
  }
}
