import AssayBytes

/// Reads the fields of a certificate, noting what is irregular in place of giving up.
struct CertificateReader {
  var encoded: ArraySlice<UInt8> = []
  var tbs: ArraySlice<UInt8> = []
  var version = 1
  var serialNumber: ArraySlice<UInt8> = []
  var issuer = DistinguishedName(encoded: [0x30, 0])
  var subject = DistinguishedName(encoded: [0x30, 0])
  var notBefore = Moment(secondsSince1970: .max)
  var notAfter = Moment(secondsSince1970: .min)
  var spki: ArraySlice<UInt8> = []
  var issuerUniqueID: ArraySlice<UInt8>?
  var subjectUniqueID: ArraySlice<UInt8>?
  var extensions: [Certificate.Extension] = []
  var extensionsAreReadable = true
  var innerAlgorithm = CertificateReader.unreadableAlgorithm
  var outerAlgorithm = CertificateReader.unreadableAlgorithm
  var signature: ArraySlice<UInt8> = []
  var decoded = DecodedExtensions()
  var irregularities: [ParseError] = []

  /// Stands where an AlgorithmIdentifier cannot be read; no algorithm has this identifier.
  static let unreadableAlgorithm = AlgorithmIdentifier(algorithm: "0.0", parameters: nil)

  static func read(_ bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) -> CertificateReader {
    do throws(ParseError) {
      var reader = CertificateReader()
      try reader.certificate(bytes, .der, &budget)
      return reader
    } catch {
      if error.isLimit { throw error }
      var reader = CertificateReader()
      do throws(ParseError) {
        try reader.certificate(bytes, .ber, &budget)
      } catch let second {
        throw second.isLimit ? second : error
      }
      reader.note("x509.encoding.ber", "certificate is not in DER: \(error.message)", error.offset)
      return reader
    }
  }

  mutating func note(_ code: String, _ message: String, _ offset: Int?) {
    irregularities.append(ParseError(code, message, offset: offset))
  }

  /// Tries DER, then BER with a note. Nil when neither reads it, with a note of the code. Only limits throw.
  mutating func lenient<T>(
    _ element: ASN1Element, _ code: String, _ body: (ASN1Element) throws(ParseError) -> T
  ) throws(ParseError) -> T? {
    do throws(ParseError) {
      return try body(element)
    } catch {
      if error.isLimit { throw error }
      note(code, error.message, error.offset ?? element.offset)
      guard element.rules == .der else { return nil }
      do throws(ParseError) {
        return try body(element.readAsBER)
      } catch {
        if error.isLimit { throw error }
        return nil
      }
    }
  }

  private mutating func certificate(_ bytes: ArraySlice<UInt8>, _ rules: ASN1Rules, _ budget: inout Budget) throws(ParseError) {
    var outer = ASN1Reader(bytes, rules: rules)
    let whole = try outer.next(.sequence, "certificate", &budget)
    encoded = whole.encoded
    var fields = try whole.reader("certificate")
    let body = try fields.next(.sequence, "tbsCertificate", &budget)
    tbs = body.encoded
    try tbsCertificate(body, &budget)
    if !outer.isAtEnd { note("x509.encoding.trailing", "\(outer.rest.count) bytes follow the certificate", whole.encoded.endIndex) }
    try signatureFields(&fields, &budget)
  }

  /// signatureAlgorithm and signatureValue. A certificate cut off here is still known by its TBSCertificate.
  private mutating func signatureFields(_ fields: inout ASN1Reader, _ budget: inout Budget) throws(ParseError) {
    do throws(ParseError) {
      let algorithm = try fields.next(.sequence, "signatureAlgorithm", &budget)
      outerAlgorithm = try self.algorithm(algorithm, &budget)
      let value = try fields.next(.bitString, "signatureValue", &budget)
      if let bits = try lenient(
        value, "x509.signature.malformed",
        { (element) throws(ParseError) in
          try element.bitString("signatureValue")
        })
      {
        signature = bits.octets
        if bits.unusedBits != 0 { note("x509.signature.malformed", "signatureValue has unused bits", value.offset) }
      }
      try fields.finish("certificate")
    } catch {
      if error.isLimit { throw error }
      note("x509.signature.malformed", error.message, error.offset)
    }
  }

  private mutating func algorithm(_ element: ASN1Element, _ budget: inout Budget) throws(ParseError) -> AlgorithmIdentifier {
    var spent = budget
    defer { budget = spent }
    let read = try lenient(element, "x509.algorithm.malformed") { (element) throws(ParseError) in
      var reader = ASN1Reader(element.encoded, rules: element.rules, depth: element.depth)
      return try AlgorithmIdentifier(&reader, "algorithm", &spent)
    }
    return read ?? CertificateReader.unreadableAlgorithm
  }

  private mutating func tbsCertificate(_ body: ASN1Element, _ budget: inout Budget) throws(ParseError) {
    var fields = try body.reader("tbsCertificate")
    if let tagged = try fields.optional(.context(0), &budget) { try readVersion(tagged, &budget) }
    try readSerial(try fields.next(.integer, "serialNumber", &budget))
    innerAlgorithm = try algorithm(try fields.next(.sequence, "signature", &budget), &budget)
    issuer = name(try fields.next(.sequence, "issuer", &budget), "x509.issuer.malformed")
    if issuer.isEmpty { note("x509.issuer.empty", "issuer is empty", issuer.encoded.startIndex) }
    try validity(try fields.next(.sequence, "validity", &budget), &budget)
    subject = name(try fields.next(.sequence, "subject", &budget), "x509.subject.malformed")
    spki = try fields.next(.sequence, "subjectPublicKeyInfo", &budget).encoded
    do throws(ParseError) {
      // UniqueIdentifier is an implicitly tagged BIT STRING (RFC 5280 4.1).
      issuerUniqueID = try fields.optional(.context(1), &budget)?.content
      subjectUniqueID = try fields.optional(.context(2), &budget)?.content
      if issuerUniqueID != nil || subjectUniqueID != nil, version == 1 {
        note("x509.version.fields", "unique identifiers in a version 1 certificate", body.offset)
      }
      if let list = try fields.optional(.context(3), &budget) { try readExtensions(list, &budget) }
      try fields.finish("tbsCertificate")
    } catch {
      if error.isLimit { throw error }
      extensionsAreReadable = false
      note("x509.extensions.malformed", error.message, error.offset)
    }
    profile()
  }

  private mutating func name(_ element: ASN1Element, _ code: String) -> DistinguishedName {
    let name = DistinguishedName(encoded: element.encoded)
    if name.isOpaque { note(code, "a name cannot be read", element.offset) }
    return name
  }

  private mutating func readVersion(_ tagged: ASN1Element, _ budget: inout Budget) throws(ParseError) {
    var spent = budget
    defer { budget = spent }
    let value = try lenient(tagged, "x509.version.malformed") { (element) throws(ParseError) in
      var reader = try element.reader("version")
      let value = try reader.next(.integer, "version", &spent).integer("version")
      try reader.finish("version")
      return value
    }
    switch value {
    case 1, 2: version = (value ?? 0) + 1
    case 0:
      version = 1
      note("x509.version.default", "version 1 is encoded, which is the default", tagged.offset)
    default:
      version = 0
      note("x509.version.range", "version is \(value.map { String($0) } ?? "unreadable"), must be 0 to 2", tagged.offset)
    }
  }

  private mutating func readSerial(_ element: ASN1Element) throws(ParseError) {
    serialNumber = element.content
    _ = try lenient(element, "x509.serial.malformed") { (element) throws(ParseError) in try element.integerOctets("serialNumber") }
    guard let first = serialNumber.first else { return }
    if first >= 0x80 {
      note("x509.serial.negative", "serial number is negative", element.offset)
    } else if serialNumber.allSatisfy({ $0 == 0 }) {
      note("x509.serial.zero", "serial number is zero", element.offset)
    }
    if serialNumber.count > 20 {
      note("x509.serial.long", "serial number has \(serialNumber.count) octets, at most 20 are allowed", element.offset)
    }
  }

  private mutating func validity(_ element: ASN1Element, _ budget: inout Budget) throws(ParseError) {
    do throws(ParseError) {
      var fields = try element.reader("validity")
      let begin = try fields.next(&budget)
      let end = try fields.next(&budget)
      try fields.finish("validity")
      if let moment = try time(begin) { notBefore = moment }
      if let moment = try time(end) { notAfter = moment }
    } catch {
      if error.isLimit { throw error }
      note("x509.validity.malformed", error.message, error.offset)
    }
  }

  /// RFC 5280 4.1.2.5: UTCTime through 2049, GeneralizedTime without fraction from 2050 on.
  private mutating func time(_ element: ASN1Element) throws(ParseError) -> Moment? {
    let moment = try lenient(element, "x509.validity.malformed") { (element) throws(ParseError) in try element.time("validity") }
    guard let moment else { return nil }
    if element.tag == .generalizedTime {
      if let year2050 = Moment(year: 2050, month: 1, day: 1), moment < year2050 {
        note("x509.validity.form", "GeneralizedTime is used for \(moment.rfc3339), before 2050", element.offset)
      }
      if element.content.contains(0x2E) { note("x509.validity.form", "GeneralizedTime has a fraction", element.offset) }
    }
    return moment
  }
}

extension ASN1Element {
  /// The same element, read by BER's rules.
  var readAsBER: ASN1Element {
    ASN1Element(
      tag: tag, isConstructed: isConstructed, encoded: encoded, contentStart: contentStart, contentEnd: contentEnd, rules: .ber,
      depth: depth)
  }
}
