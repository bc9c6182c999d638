package import AssayBytes

/// TSTInfo (RFC 3161 2.4.2): what a time-stamping authority signs. Unverified.
///
///     TSTInfo ::= SEQUENCE { version INTEGER, policy OBJECT IDENTIFIER, messageImprint MessageImprint, serialNumber INTEGER,
///       genTime GeneralizedTime, accuracy Accuracy OPTIONAL, ordering BOOLEAN DEFAULT FALSE, nonce INTEGER OPTIONAL,
///       tsa [0] GeneralName OPTIONAL, extensions [1] IMPLICIT Extensions OPTIONAL }
package struct TSTInfo: Sendable {
  static let contentTypeID: OID = "1.2.840.113549.1.9.16.1.4"

  package let version: Int
  package let policy: OID
  package let imprintAlgorithm: AlgorithmIdentifier
  package let imprint: ArraySlice<UInt8>
  package let serialNumber: ArraySlice<UInt8>
  /// In whole seconds; a fraction is cut off.
  package let genTime: Moment
  /// Greatest deviation of genTime in microseconds, nil when the token does not say.
  package let accuracyMicroseconds: Int?
  package let ordering: Bool
  package let nonce: ArraySlice<UInt8>?
  /// The GeneralName's encoding.
  package let tsa: ArraySlice<UInt8>?
  /// Critical extensions; none is known, so each makes the token unusable.
  package let criticalExtensions: [OID]

  package init(_ bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    var outer = ASN1Reader(bytes, rules: .ber)
    var fields = try outer.sequence("TSTInfo", &budget)
    try outer.finish("TSTInfo")
    version = try fields.next(.integer, "TSTInfo version", &budget).integer("TSTInfo version")
    policy = try fields.next(.objectIdentifier, "policy", &budget).objectIdentifier("policy")
    var mark = try fields.sequence("messageImprint", &budget)
    imprintAlgorithm = try AlgorithmIdentifier(&mark, "hashAlgorithm", &budget)
    imprint = try mark.next(.octetString, "hashedMessage", &budget).octetString("hashedMessage", &budget)
    try mark.finish("messageImprint")
    serialNumber = try fields.next(.integer, "serialNumber", &budget).integerOctets("serialNumber")
    genTime = try fields.next(.generalizedTime, "genTime", &budget).time("genTime")
    if let element = try fields.optional(.sequence, &budget) {
      accuracyMicroseconds = try TSTInfo.accuracy(element, &budget)
    } else {
      accuracyMicroseconds = nil
    }
    ordering = try fields.optional(.boolean, &budget)?.boolean("ordering") ?? false
    nonce = try fields.optional(.integer, &budget)?.integerOctets("nonce")
    tsa = try fields.optional(.context(0), &budget)?.content
    if let element = try fields.optional(.context(1), &budget) {
      criticalExtensions = try TSTInfo.critical(element, &budget)
    } else {
      criticalExtensions = []
    }
    try fields.finish("TSTInfo")
  }

  /// Accuracy ::= SEQUENCE { seconds INTEGER OPTIONAL, millis [0] INTEGER (1..999) OPTIONAL, micros [1] INTEGER (1..999) OPTIONAL }
  private static func accuracy(_ element: ASN1Element, _ budget: inout Budget) throws(ParseError) -> Int {
    var fields = try element.reader("accuracy")
    let seconds = try fields.optional(.integer, &budget)?.integer("accuracy seconds") ?? 0
    let millis = try fields.optional(.context(0), &budget)?.integer("accuracy millis") ?? 0
    let micros = try fields.optional(.context(1), &budget)?.integer("accuracy micros") ?? 0
    try fields.finish("accuracy")
    guard (0...1_000_000_000).contains(seconds), (0...999).contains(millis), (0...999).contains(micros) else {
      throw ParseError("pki.timestamp.malformed", "accuracy is out of its range", offset: element.offset)
    }
    return seconds * 1_000_000 + millis * 1_000 + micros
  }

  private static func critical(_ element: ASN1Element, _ budget: inout Budget) throws(ParseError) -> [OID] {
    var reader = try element.reader("TSTInfo extensions")
    var found: [OID] = []
    while !reader.isAtEnd {
      var fields = try reader.sequence("TSTInfo extension", &budget)
      let id = try fields.next(.objectIdentifier, "extnID", &budget).objectIdentifier("extnID")
      if try fields.optional(.boolean, &budget)?.boolean("critical") ?? false { found.append(id) }
    }
    return found
  }
}
