import AssayBytes

/// RSASSA-PSS-params (RFC 4055 3.1), with its defaults: SHA-1, MGF1 with SHA-1, 20 octets of salt, trailer field 1.
struct PSSParameters: Hashable, Sendable {
  var digest = DigestAlgorithm.sha1
  var maskDigest = DigestAlgorithm.sha1
  var saltBytes = 20

  private static let mgf1: OID = "1.2.840.113549.1.1.8"

  init() {}

  init(encoded: ArraySlice<UInt8>) throws(ParseError) {
    var budget = Budget()
    var outer = ASN1Reader(encoded, rules: .ber)
    var fields = try outer.sequence("RSASSA-PSS-params", &budget)
    try outer.finish("RSASSA-PSS-params")
    if let element = try fields.optional(.context(0), &budget) {
      var inner = try element.reader("hashAlgorithm")
      digest = try PSSParameters.digest(&inner, "hashAlgorithm", &budget)
    }
    if let element = try fields.optional(.context(1), &budget) {
      var inner = try element.reader("maskGenAlgorithm")
      let generator = try AlgorithmIdentifier(&inner, "maskGenAlgorithm", &budget)
      guard generator.algorithm == PSSParameters.mgf1, let parameters = generator.parameters else {
        throw ParseError("key.pss.mask", "mask generation function \(generator.algorithm) is not offered, only MGF1 is")
      }
      var mask = ASN1Reader(parameters, rules: .ber)
      maskDigest = try PSSParameters.digest(&mask, "maskGenAlgorithm", &budget)
      try inner.finish("maskGenAlgorithm")
    }
    if let element = try fields.optional(.context(2), &budget) {
      var inner = try element.reader("saltLength")
      saltBytes = try inner.next(.integer, "saltLength", &budget).integer("saltLength")
      guard saltBytes >= 0, saltBytes <= 4096 else { throw ParseError("key.pss.salt", "salt length \(saltBytes) is out of range") }
      try inner.finish("saltLength")
    }
    if let element = try fields.optional(.context(3), &budget) {
      var inner = try element.reader("trailerField")
      guard try inner.next(.integer, "trailerField", &budget).integer("trailerField") == 1 else {
        throw ParseError("key.pss.trailer", "trailer field is not 1")
      }
      try inner.finish("trailerField")
    }
    try fields.finish("RSASSA-PSS-params")
  }

  private static func digest(_ reader: inout ASN1Reader, _ what: StaticString, _ budget: inout Budget) throws(ParseError)
    -> DigestAlgorithm
  {
    let identifier = try AlgorithmIdentifier(&reader, what, &budget)
    try reader.finish(what)
    guard let digest = DigestAlgorithm(oid: identifier.algorithm), identifier.hasNoParameters else {
      throw ParseError("key.pss.digest", "\(what) \(identifier.algorithm) is not offered")
    }
    return digest
  }
}
