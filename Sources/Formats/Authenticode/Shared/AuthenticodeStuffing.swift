import AssayBytes
import AssayCore
import AssayPKI

// What a signature carries that it does not cover: unsigned attributes and certificates that nothing needs. All of it can be
// changed without breaking the signature, so it is where payloads and tracking ids are hidden.
extension AuthenticodeCheck {
  mutating func noteStuffing(_ signature: AuthenticodeSignature) {
    for attribute in signature.signer.unsignedAttributes.prefix(16) {
      guard !SpcOID.knownUnsignedAttributes.contains(attribute.type) else {
        if attribute.type == SpcOID.relaxedMarker {
          report.findings.append(
            Finding(
              "authenticode.attributes.relaxed-marker", .note, "the signature carries the relaxed PE marker",
              offset: claim.fileOffset(attribute.encoded.startIndex)))
        }
        continue
      }
      report.findings.append(
        Finding(
          "authenticode.attributes.unknown", .warning,
          "unsigned attribute \(attribute.type) with \(attribute.encoded.count) bytes: the signature does not cover it"
            + AuthenticodeCheck.hidden(attribute.values),
          offset: claim.fileOffset(attribute.encoded.startIndex), found: "\(attribute.encoded.count) bytes"))
    }
    for other in signature.signedData.otherCertificates.prefix(16) {
      report.findings.append(
        Finding(
          "authenticode.certificates.unreadable", .warning,
          "an entry of \(other.encoded.count) bytes among the certificates is none: \(other.reason.message)"
            + AuthenticodeCheck.hidden([other.encoded]),
          offset: claim.fileOffset(other.encoded.startIndex), found: "\(other.encoded.count) bytes"))
    }
    let unused = unreferenced(among: signature)
    guard !unused.isEmpty else { return }
    let size = unused.reduce(0) { $0 + $1.encoded.count }
    report.findings.append(
      Finding(
        "authenticode.certificates.unreferenced", .note,
        "\(unused.count) certificates with \(size) bytes belong to no path of the signer or a timestamp: "
          + unused.prefix(4).map(\.subject.description).joined(separator: "; ")
          + AuthenticodeCheck.hidden(unused.prefix(4).map(\.encoded)),
        offset: place(of: unused[0], in: signature), found: "\(size) bytes"))
  }

  /// Words about what the elements seem to hold, to follow a sentence; empty for nothing known.
  private static func hidden(_ elements: [ArraySlice<UInt8>]) -> String {
    for element in elements {
      var budget = Budget(nodes: 1)
      var reader = ASN1Reader(element, rules: .ber)
      let content = (try? reader.next(&budget))?.content ?? element
      if let words = HiddenContent.words(in: content) { return "; it seems to hold \(words)" }
    }
    return ""
  }

  /// Certificates that lead from neither the signer nor a time-stamping authority towards a root, by names.
  private func unreferenced(among signature: AuthenticodeSignature) -> [Certificate] {
    let bag = signature.signedData.certificates
    // Quadratic in the bag: beyond what real signatures hold nothing is said.
    guard bag.count <= 64 else { return [] }
    var isUsed = [Bool](repeating: false, count: bag.count)
    let authorities = Set(timeStamps.compactMap(\.authority))
    var queue: [Int] = bag.indices.filter {
      bag[$0] == signerCheck?.certificate || authorities.contains(bag[$0])
        || bag[$0].extendedKeyUsage?.contains(SpcOID.timeStamping) == true
    }
    for index in queue { isUsed[index] = true }
    queue += bag.indices.filter { index in
      !isUsed[index] && timeStamps.contains { stamp in stamp.verified?.authority.path.contains(bag[index]) == true }
    }
    while let index = queue.popLast() {
      isUsed[index] = true
      for issuer in bag.indices where !isUsed[issuer] && bag[issuer].subject == bag[index].issuer { queue.append(issuer) }
    }
    return bag.indices.filter { !isUsed[$0] }.map { bag[$0] }
  }
}
