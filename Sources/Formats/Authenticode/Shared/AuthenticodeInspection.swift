import AssayBytes
package import AssayCore
import AssayPKI

extension AuthenticodeClaim {
  package var inspection: [InspectionLine] {
    switch signature {
    case .failure(let error): [InspectionLine("unreadable signature", error.message)]
    case .success(let signature): AuthenticodeClaim.lines(of: signature)
    }
  }

  private static func lines(of signature: AuthenticodeSignature) -> [InspectionLine] {
    let data = signature.signedData
    var lines = [InspectionLine("content type", data.contentType.description)]
    if let content = signature.indirectData {
      let algorithm = DigestAlgorithm(oid: content.digestAlgorithm.algorithm)?.rawValue
      lines.append(InspectionLine("signed data type", content.dataType.description))
      lines.append(
        InspectionLine("digest", "\(algorithm ?? content.digestAlgorithm.algorithm.description) \(Hex.encode(content.digest))"))
    }
    if let sip = signature.sip {
      lines.append(InspectionLine("subject interface package", SpcSipInfo.guid(sip.identifier)))
    }
    if let pages = signature.pageHashes {
      lines.append(InspectionLine("page hashes", "\(pages.entries.count) pages, \(pages.algorithm.rawValue)"))
    }
    if let name = signature.opusInfo?.programName { lines.append(InspectionLine("program name", name)) }
    if let address = signature.opusInfo?.moreInfo { lines.append(InspectionLine("program address", address)) }
    for (index, signer) in data.signerInfos.prefix(8).enumerated() {
      lines.append(InspectionLine("signer", String(index)))
      switch signer.identifier {
      case .issuerAndSerial(let issuer, let serial):
        lines.append(InspectionLine("issuer", issuer.description, level: 1))
        lines.append(InspectionLine("serial number", Hex.encode(serial), level: 1))
      case .subjectKeyIdentifier(let identifier):
        lines.append(InspectionLine("subject key identifier", Hex.encode(identifier), level: 1))
      }
      lines.append(
        InspectionLine("signature algorithm", SignatureAlgorithmName(signer.signatureAlgorithm).name, level: 1))
      for attribute in (signer.signedAttributes ?? []).prefix(32) {
        lines.append(InspectionLine("signed attribute", describe(attribute), level: 1))
      }
      for attribute in signer.unsignedAttributes.prefix(32) {
        lines.append(InspectionLine("unsigned attribute", describe(attribute), level: 1))
      }
    }
    if let claimed = signature.claimedTime { lines.append(InspectionLine("claimed time", claimed.rfc3339)) }
    for certificate in data.certificates.prefix(64) {
      lines.append(InspectionLine("certificate", certificate.subject.description))
      lines.append(InspectionLine("issuer", certificate.issuer.description, level: 1))
      lines.append(
        InspectionLine("valid", "\(certificate.notBefore.rfc3339) to \(certificate.notAfter.rfc3339)", level: 1))
      lines.append(InspectionLine("key", certificate.publicKey.description, level: 1))
      lines.append(InspectionLine("sha256", Hex.encode(certificate.fingerprint(.sha256)), level: 1))
    }
    return lines
  }

  private static let attributeNames: [OID: String] = [
    "1.2.840.113549.1.9.3": "contentType", "1.2.840.113549.1.9.4": "messageDigest", SpcOID.signingTime: "signingTime",
    SpcOID.countersignature: "countersignature", SpcOID.opusInfo: "SpcSpOpusInfo", SpcOID.statementType: "SpcStatementType",
    SignerInfo.authenticodeTokenAttribute: "RFC 3161 timestamp", SpcOID.nestedSignature: "nested signature",
    SpcOID.relaxedMarker: "relaxed PE marker",
  ]

  private static func describe(_ attribute: CMSAttribute) -> String {
    let name = attributeNames[attribute.type] ?? attribute.type.description
    return "\(name), \(attribute.encoded.count) bytes"
  }
}
