import AssayBytes
import AssayPKI

/// The signed text of a package signature: `Version:1`, an empty line, then a digest of the package for each algorithm.
struct NuGetContent {
  let digests: [(algorithm: DigestAlgorithm, digest: [UInt8])]

  /// Throws `nupkg.content.*`.
  init(_ octets: ArraySlice<UInt8>) throws(ParseError) {
    guard octets.count <= 4_096 else { throw ParseError("nupkg.content.form", "the signed text has \(octets.count) bytes") }
    let lines = octets.split(separator: 0x0A, omittingEmptySubsequences: false).map { $0.last == 0x0D ? $0.dropLast() : $0 }
    guard let first = lines.first, first.elementsEqual("Version:1".utf8) else {
      throw ParseError("nupkg.content.version", "the signed text is not of version 1")
    }
    guard let blank = lines.firstIndex(where: \.isEmpty) else {
      throw ParseError("nupkg.content.form", "the signed text has no digest of the package")
    }
    var found: [(algorithm: DigestAlgorithm, digest: [UInt8])] = []
    for line in lines[(blank + 1)...] where !line.isEmpty {
      guard let colon = line.firstIndex(of: 0x3A) else {
        throw ParseError("nupkg.content.form", "a line of the signed text has no colon")
      }
      let name = String(decoding: line[..<colon], as: UTF8.self)
      guard name.hasSuffix("-Hash"), let oid = OID(dotted: String(name.dropLast(5))) else { continue }
      guard let algorithm = DigestAlgorithm(oid: oid), [.sha256, .sha384, .sha512].contains(algorithm),
        let digest = Base64.decode(line[(colon + 1)...]), digest.count == algorithm.byteCount,
        !found.contains(where: { $0.algorithm == algorithm })
      else { throw ParseError("nupkg.content.form", "the digest \(name) of the signed text has no sense") }
      found.append((algorithm, digest))
    }
    guard !found.isEmpty else { throw ParseError("nupkg.content.form", "the signed text has no digest of the package") }
    digests = found
  }
}

/// A package signature, read and not believed.
struct NuGetSignature {
  /// id-cti-ets-proofOfOrigin and proofOfReceipt, as NuGet uses them.
  enum Commitment: String {
    case author, repository, other
  }
  let data: SignedData
  let signer: SignerInfo
  let content: NuGetContent
  let countersigners: [SignerInfo]

  /// Throws what CMS and content readers throw, `nupkg.signature.*`.
  init(_ octets: [UInt8], _ budget: inout Budget) throws(ParseError) {
    data = try SignedData(contentInfo: octets[...], &budget)
    guard data.encodedCount == octets.count else {
      throw ParseError("nupkg.signature.trailing", "\(octets.count - data.encodedCount) bytes follow the signature")
    }
    guard data.signerInfos.count == 1, let first = data.signerInfos.first else {
      throw ParseError("nupkg.signature.signers", "there are \(data.signerInfos.count) primary signatures, must be one")
    }
    guard data.contentType == "1.2.840.113549.1.7.1", let signed = data.contentOctets else {
      throw ParseError("nupkg.content.form", "the signed content is no data: \(data.contentType)")
    }
    signer = first
    content = try NuGetContent(signed)
    countersigners = try first.countersigners(&budget)
    guard countersigners.count <= 1 else {
      throw ParseError("nupkg.signature.signers", "there are \(countersigners.count) countersignatures, one is allowed")
    }
  }

  static func commitment(_ signer: SignerInfo) -> Commitment {
    let attributes = (signer.signedAttributes ?? []).filter { $0.type == "1.2.840.113549.1.9.16.2.16" }
    guard attributes.count == 1, let value = attributes.first?.values.first, attributes.first?.values.count == 1 else {
      return .other
    }
    var budget = Budget(bytes: 0, nodes: 16)
    var outer = ASN1Reader(value, rules: .ber)
    guard var fields = try? outer.sequence("CommitmentTypeIndication", &budget),
      let type = try? fields.next(.objectIdentifier, "commitmentTypeId", &budget).objectIdentifier("commitmentTypeId")
    else { return .other }
    if type == "1.2.840.113549.1.9.16.6.1" { return .author }
    return type == "1.2.840.113549.1.9.16.6.2" ? .repository : .other
  }

  /// nuget-v3-service-index-url, which a repository's signature must have; https only.
  static func serviceIndex(_ signer: SignerInfo) -> String? {
    guard let value = signer.signedAttribute("1.3.6.1.4.1.311.84.2.1.1.1")?.values.first else { return nil }
    var budget = Budget(bytes: 0, nodes: 4)
    var reader = ASN1Reader(value, rules: .ber)
    guard let text = try? reader.next(&budget).text, text.hasPrefix("https://") else { return nil }
    return text
  }
}
