package import AssayBytes

/// AlgorithmIdentifier (RFC 5280 4.1.1.2), kept raw.
package struct AlgorithmIdentifier: Hashable, Sendable {
  package let algorithm: OID
  /// The parameters' encoding, nil when absent.
  package let parameters: ArraySlice<UInt8>?
  package init(algorithm: OID, parameters: ArraySlice<UInt8>?) {
    self.algorithm = algorithm
    self.parameters = parameters
  }
  package init(_ reader: inout ASN1Reader, _ what: StaticString, _ budget: inout Budget) throws(ParseError) {
    var fields = try reader.sequence(what, &budget)
    algorithm = try fields.next(.objectIdentifier, what, &budget).objectIdentifier(what)
    parameters = fields.isAtEnd ? nil : try fields.next(&budget).encoded
    try fields.finish(what)
  }

  /// Parameters are absent or NULL: what every algorithm without parameters is tolerated to carry (RFC 4055 2.1, RFC 5754 2).
  package var hasNoParameters: Bool { parameters == nil || parameters == [0x05, 0x00] }
}
