import AssayBytes

extension CertificateReader {
  /// Extensions ::= SEQUENCE SIZE (1..MAX) OF Extension, explicitly tagged.
  mutating func readExtensions(_ tagged: ASN1Element, _ budget: inout Budget) throws(ParseError) {
    if version != 3 { note("x509.version.fields", "extensions in a certificate that is not version 3", tagged.offset) }
    var outer = try tagged.reader("extensions")
    var list = try outer.sequence("extensions", &budget)
    try outer.finish("extensions")
    if list.isAtEnd { note("x509.extensions.empty", "the list of extensions is empty", tagged.offset) }
    var seen: Set<OID> = []
    while !list.isAtEnd {
      let element = try list.next(.sequence, "extension", &budget)
      let item = try readExtension(element, &budget)
      guard seen.insert(item.id).inserted else {
        note("x509.extension.duplicate", "extension \(item.id) occurs twice", element.offset)
        decoded.unreadable.append(item.id)
        continue
      }
      extensions.append(item)
      try decode(item, &budget)
    }
  }

  private mutating func readExtension(
    _ element: ASN1Element, _ budget: inout Budget
  ) throws(ParseError) -> Certificate.Extension {
    var fields = try element.reader("extension")
    let id = try fields.next(.objectIdentifier, "extnID", &budget).objectIdentifier("extnID")
    var isCritical = false
    if let flag = try fields.optional(.boolean, &budget) {
      // What is not FALSE is critical, so that a strange TRUE does not hide a constraint.
      let read = try lenient(flag, "x509.extension.critical") { (element) throws(ParseError) in try element.boolean("critical") }
      isCritical = read ?? true
      if !isCritical { note("x509.encoding.default", "extension \(id) encodes the default critical FALSE", flag.offset) }
    }
    let value = try fields.next(.octetString, "extnValue", &budget).octetString("extnValue", &budget)
    try fields.finish("extension")
    return Certificate.Extension(id: id, isCritical: isCritical, value: value)
  }

  private mutating func decode(_ item: Certificate.Extension, _ budget: inout Budget) throws(ParseError) {
    do throws(ParseError) {
      try decoded.read(item.id, item.value, .der, &budget)
    } catch {
      if error.isLimit { throw error }
      note("x509.extension.malformed", "extension \(item.id): \(error.message)", error.offset ?? item.value.startIndex)
      do throws(ParseError) {
        try decoded.read(item.id, item.value, .ber, &budget)
      } catch {
        if error.isLimit { throw error }
        decoded.unreadable.append(item.id)
      }
    }
  }

  /// What RFC 5280 4.1 and 4.2 demand of a conforming certificate taken alone.
  mutating func profile() {
    let place = tbs.startIndex
    for (id, mustBe) in CertificateReader.criticality {
      guard let found = extensions.first(where: { $0.id == id }), found.isCritical != mustBe else { continue }
      note(
        id == ExtensionID.nameConstraints ? "x509.name-constraints.criticality" : "x509.extension.criticality",
        "extension \(id) is \(mustBe ? "not " : "")critical, must \(mustBe ? "" : "not ")be", place)
    }
    if decoded.keyUsage?.isEmpty == true { note("x509.key-usage.empty", "keyUsage names no usage", place) }
    for (isEmpty, what) in [
      (decoded.extendedKeyUsage?.isEmpty, "extKeyUsage"), (decoded.subjectAlternativeNames?.isEmpty, "subjectAltName"),
      (decoded.policies?.isEmpty, "certificatePolicies"), (decoded.policyMappings?.isEmpty, "policyMappings"),
      (decoded.authorityInformationAccess?.isEmpty, "authorityInfoAccess"),
      (decoded.crlDistributionPoints?.isEmpty, "cRLDistributionPoints"),
    ] where isEmpty == true {
      note("x509.extension.empty", "\(what) is empty", place)
    }
    basicConstraintsProfile(place)
    if let policies = decoded.policies, Set(policies.map(\.policy)).count != policies.count {
      note("x509.policies.duplicate", "a policy occurs twice in certificatePolicies", place)
    }
    if let constraints = decoded.policyConstraints, constraints == PolicyConstraints() {
      note("x509.extension.empty", "policyConstraints is empty", place)
    }
    if subject.isEmpty, decoded.basicConstraints?.isCA == true { note("x509.subject.empty", "a CA has no subject name", place) }
    if subject.isEmpty, extensions.first(where: { $0.id == ExtensionID.subjectAlternativeName })?.isCritical != true {
      note("x509.subject.empty", "subject is empty and subjectAltName is not critical", place)
    }
  }

  private mutating func basicConstraintsProfile(_ place: Int) {
    let isCA = decoded.basicConstraints?.isCA == true
    if !isCA, decoded.basicConstraints?.pathLength != nil {
      note("x509.basic-constraints.path-length", "pathLenConstraint in a certificate that is no CA", place)
    }
    if !isCA, decoded.keyUsage?.contains(.keyCertSign) == true {
      note("x509.key-usage.cert-sign", "keyCertSign in a certificate that is no CA", place)
    }
    if isCA, decoded.basicConstraints?.pathLength != nil, let usage = decoded.keyUsage, !usage.contains(.keyCertSign) {
      note("x509.basic-constraints.path-length", "pathLenConstraint without keyCertSign", place)
    }
    if !isCA, decoded.nameConstraints != nil {
      note("x509.name-constraints.end-entity", "nameConstraints in a certificate that is no CA", place)
    }
    if isCA, extensions.first(where: { $0.id == ExtensionID.basicConstraints })?.isCritical != true {
      note("x509.extension.criticality", "basicConstraints of a CA is not critical", place)
    }
  }

  /// Extensions that must be critical (true) or must not (false) by RFC 5280 4.2.1 and 4.2.2.
  private static let criticality: [(OID, Bool)] = [
    (ExtensionID.authorityKeyIdentifier, false), (ExtensionID.subjectKeyIdentifier, false),
    (ExtensionID.nameConstraints, true), (ExtensionID.policyConstraints, true), (ExtensionID.inhibitAnyPolicy, true),
    (ExtensionID.authorityInformationAccess, false), (ExtensionID.subjectInformationAccess, false),
    (ExtensionID.freshestCRL, false), (ExtensionID.subjectDirectoryAttributes, false),
  ]
}
