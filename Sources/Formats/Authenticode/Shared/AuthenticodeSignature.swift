package import AssayBytes
package import AssayPKI

/// What an Authenticode signature signs.
package enum AuthenticodeContent: Sendable {
  /// A digest of the file.
  case indirectData
  /// The file itself is a list: a catalog.
  case trustList
}

/// One PKCS #7 SignedData that signs SpcIndirectDataContent or a list, with what its attributes say. Read, not believed.
package struct AuthenticodeSignature: Sendable {
  package let content: AuthenticodeContent
  package let signedData: SignedData
  /// The first signerInfo; a proper signature has exactly one.
  package let signer: SignerInfo
  /// Nil when the content is of another type or absent; `contentProblem` says why.
  package let indirectData: SpcIndirectDataContent?
  package let contentProblem: ParseError?
  package let pageHashes: PageHashes?
  package let pageHashProblem: ParseError?
  package let sip: SpcSipInfo?
  package let opusInfo: SpcSpOpusInfo?
  /// Encodings of nested signatures (unsigned attribute 1.3.6.1.4.1.311.2.4.1).
  package let nested: [ArraySlice<UInt8>]
  /// Bytes after the ContentInfo in what held it.
  package let trailing: ArraySlice<UInt8>

  /// Throws what the CMS reader throws, and `authenticode.signer-infos.count` where nobody signed.
  package init(_ bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    let data = try SignedData(contentInfo: bytes, &budget)
    try self.init(data, trailing: bytes.dropFirst(data.encodedCount), at: bytes.startIndex, content: .indirectData, &budget)
  }

  /// From a SignedData that was read; `trailing` follows it.
  package init(
    _ data: SignedData, trailing: ArraySlice<UInt8>, at start: Int, content kind: AuthenticodeContent, _ budget: inout Budget
  ) throws(ParseError) {
    signedData = data
    self.trailing = trailing
    content = kind
    guard let first = signedData.signerInfos.first else {
      throw ParseError("authenticode.signer-infos.count", "the signature has no signerInfo, must have one", offset: start)
    }
    signer = first
    var nestedBlobs: [ArraySlice<UInt8>] = []
    for attribute in first.unsignedAttributes where attribute.type == SpcOID.nestedSignature { nestedBlobs += attribute.values }
    nested = nestedBlobs

    var indirect: SpcIndirectDataContent?
    var problem: ParseError?
    if kind == .trustList {
      if signedData.contentType != CertificateTrustList.contentType {
        problem = ParseError(
          "authenticode.content.type", "signed content is of type \(signedData.contentType), must be a certificate trust list",
          offset: start)
      }
    } else if signedData.contentType != SpcOID.indirectData {
      problem = ParseError(
        "authenticode.content.type",
        "signed content is of type \(signedData.contentType), must be SpcIndirectDataContent (\(SpcOID.indirectData))",
        offset: start)
    } else if let content = AuthenticodeSignature.indirectEncoding(signedData) {
      do throws(ParseError) { indirect = try SpcIndirectDataContent(content, &budget) } catch { problem = error }
    } else {
      problem = ParseError(
        "authenticode.content.missing", "the signature holds no SpcIndirectDataContent", offset: start)
    }
    indirectData = indirect
    contentProblem = problem

    var pages: PageHashes?
    var pageProblem: ParseError?
    var information: SpcSipInfo?
    if let indirect, let data = indirect.data {
      if indirect.dataType == SpcOID.peImageData {
        do throws(ParseError) { pages = try SpcPeImageData(data, &budget).pageHashes } catch { pageProblem = error }
      } else if indirect.dataType == SpcOID.sipInfo {
        information = try? SpcSipInfo(data, &budget)
      }
    }
    pageHashes = pages
    pageHashProblem = pageProblem
    sip = information
    opusInfo = try? first.signedAttribute(SpcOID.opusInfo)?.values.first.map { value throws(ParseError) in
      try SpcSpOpusInfo(value, &budget)
    }
  }

  /// PKCS #7 holds the SEQUENCE itself; CMS libraries (.NET's SignedCms) wrap it in an OCTET STRING, and Windows takes both.
  private static func indirectEncoding(_ data: SignedData) -> ArraySlice<UInt8>? {
    guard let first = data.content?.first else { return nil }
    return first & 0xDF == 0x04 ? data.contentOctets : data.content
  }

  /// The digest algorithm of the signed content, nil when unknown or unreadable.
  package var digestAlgorithm: DigestAlgorithm? {
    if content == .trustList { return DigestAlgorithm(oid: signer.digestAlgorithm.algorithm) }
    return indirectData.flatMap { DigestAlgorithm(oid: $0.digestAlgorithm.algorithm) }
  }

  /// signingTime as the signer claims it, not vouched for by anyone.
  package var claimedTime: Moment? {
    guard let value = signer.signedAttribute(SpcOID.signingTime)?.values.first else { return nil }
    var budget = Budget(bytes: 64, nodes: 4)
    var reader = ASN1Reader(value, rules: .ber)
    return try? reader.next(&budget).time("signingTime")
  }
}
