/// CertificateTrustList (Microsoft, content type 1.3.6.1.4.1.311.10.1) to be, and signed as authroot.stl is.
package struct TrustListSpec: Sendable {
  package struct Subject: Sendable {
    package var identifier: [UInt8]
    /// Property number N of 1.3.6.1.4.1.311.10.11.N and the contents of its OCTET STRING.
    package var properties: [(Int, [UInt8])]
    package init(_ identifier: [UInt8], _ properties: [(Int, [UInt8])] = []) {
      self.identifier = identifier
      self.properties = properties
    }
  }
  package static let contentType = "1.3.6.1.4.1.311.10.1"
  package static let rootList = "1.3.6.1.4.1.311.10.3.9"
  package static let disallowedList = "1.3.6.1.4.1.311.10.3.30"
  package static let disallowedHash = "1.3.6.1.4.1.311.10.11.15"

  package var usages = [TrustListSpec.rootList]
  package var listIdentifier: [UInt8]?
  package var sequence: [UInt8]? = [0x14, 0x01]
  package var thisUpdate = MakerTime(2026, 10, 1)
  package var nextUpdate: MakerTime?
  /// subjectAlgorithm.
  package var algorithm = Hash.sha1.oid
  package var subjects: [Subject]

  package init(_ subjects: [Subject]) { self.subjects = subjects }

  package func encode() -> [UInt8] {
    let entries = subjects.map { subject in
      let attributes = subject.properties.map { number, octets in
        DER.seq(DER.oid("1.3.6.1.4.1.311.10.11.\(number)"), DER.set(DER.octets(octets)))
      }
      return DER.seq(DER.octets(subject.identifier), DER.setOf(attributes))
    }
    return DER.seq(
      DER.seq(usages.map(DER.oid)), listIdentifier.map(DER.octets) ?? [], sequence.map { DER.value(0x02, $0) } ?? [],
      DER.time(thisUpdate), nextUpdate.map(DER.time) ?? [], DER.seq(DER.oid(algorithm), DER.null), DER.seq(entries))
  }

  package func signed(_ signer: SignerSpec) -> [UInt8] {
    var spec = SignedDataSpec(content: .value(encode()), signers: [signer])
    spec.contentType = TrustListSpec.contentType
    return spec.encode()
  }

  /// UTF-16LE with a final zero, as friendly names are.
  package static func text(_ text: String) -> [UInt8] {
    (Array(text.utf16) + [0]).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
  }

  /// FILETIME.
  package static func time(_ moment: MakerTime) -> [UInt8] {
    let units = UInt64(moment.seconds + 11_644_473_600) * 10_000_000
    return (0..<8).map { UInt8(truncatingIfNeeded: units >> (8 * UInt64($0))) }
  }
}
