/// A security catalog to be, as makecat and Inf2Cat write them.
package struct CatalogSpec: Sendable {
  package struct Member: Sendable {
    /// What SpcIndirectDataContent says; nil for a member that has none.
    package var digest: [UInt8]?
    /// In place of the tag that the digest gives.
    package var tag: [UInt8]?
    package var hash: Hash
    package var isImage: Bool
    package var file: String?
    package var osAttribute: String?
    /// A page hash table, in SpcPeImageData.
    package var pageHashes: [UInt8]?

    package init(_ digest: [UInt8]?, _ hash: Hash, isImage: Bool = true, file: String? = nil, osAttribute: String? = nil) {
      (self.digest, self.hash, self.isImage, self.file, self.osAttribute) = (digest, hash, isImage, file, osAttribute)
    }
    /// A PE image by the digest of its covered bytes.
    package static func image(_ file: [UInt8], _ hash: Hash, name: String? = nil) -> Member {
      var padded = file
      if PEImage(file).certificateTable.0 == 0 { padded.pad(to: 8) }
      return Member(PEImage(padded).digest(hash), hash, file: name)
    }
    /// Any other file by all its bytes.
    package static func flat(_ file: [UInt8], _ hash: Hash, name: String? = nil) -> Member {
      Member(hash(file), hash, isImage: false, file: name)
    }
    package func with(_ change: (inout Self) -> Void) -> Self {
      var copy = self
      change(&copy)
      return copy
    }
  }

  /// 1: tags are text of SHA-1. 2: tags are digests.
  package var version = 2
  package var members: [Member]
  package var usage = "1.3.6.1.4.1.311.12.1.1"
  package var subjectAlgorithm: String?
  package var madeAt = MakerTime(2026, 2, 1)
  /// Of the catalog itself.
  package var osAttribute: String? = "2:10.0"
  package var listIdentifier = [UInt8](0x10..<0x20)

  package init(_ members: [Member], version: Int = 2) {
    self.members = members
    self.version = version
  }
  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  /// CertificateTrustList.
  package func encode() -> [UInt8] {
    let algorithm = subjectAlgorithm ?? "1.3.6.1.4.1.311.12.1.\(version + 1)"
    let ordered = members.map { (tag($0), $0) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }
    var entries: [UInt8] = []
    for (tag, member) in ordered {
      let attributes = [memberInfo, indirectData(member), nameValue("File", member.file), nameValue("OSAttr", member.osAttribute)]
      entries += DER.seq(DER.octets(tag), DER.setOf(attributes.compactMap { $0 }))
    }
    let extensions = osAttribute.map { value in
      DER.explicit(0, DER.seq(DER.seq(DER.oid(CatalogSpec.nameValueType), DER.octets(pair("OSAttr", value)))))
    }
    return DER.seq(
      DER.seq(DER.oid(usage)), DER.octets(listIdentifier), DER.time(madeAt), DER.seq(DER.oid(algorithm), DER.null),
      DER.value(0x30, entries), extensions ?? [])
  }

  /// Signed, or with nobody's signature where `signers` is empty.
  package func signed(_ spec: AuthenticodeSpec?) -> [UInt8] {
    guard let spec else {
      var data = SignedDataSpec(content: .value(encode()), signers: [])
      data.contentType = TrustListSpec.contentType
      return data.encode()
    }
    return spec.signedList(encode())
  }

  private static let nameValueType = "1.3.6.1.4.1.311.12.2.1"

  private func tag(_ member: Member) -> [UInt8] {
    if let tag = member.tag { return tag }
    guard version == 1 else { return member.digest ?? [] }
    let digits = Array("0123456789ABCDEF".utf8)
    return (member.digest ?? []).flatMap { [digits[Int($0 >> 4)], 0, digits[Int($0 & 15)], 0] } + [0, 0]
  }

  private var memberInfo: [UInt8] {
    guard version == 1 else { return attribute("1.3.6.1.4.1.311.12.2.3", DER.value(0x80, [])) }
    let subject = "{C689AAB8-8E78-11D0-8C47-00C04FC295EE}"
    return attribute("1.3.6.1.4.1.311.12.2.2", DER.seq(DER.bmp(subject), DER.int(0x200)))
  }

  private func indirectData(_ member: Member) -> [UInt8]? {
    guard let digest = member.digest else { return nil }
    let obsolete = DER.explicit(2, DER.value(0x80, DER.bmpContent("<<<Obsolete>>>")))
    var data = DER.seq(DER.oid("1.3.6.1.4.1.311.2.1.25"), obsolete)
    if let table = member.pageHashes {
      let pages = DER.seq(DER.oid("1.3.6.1.4.1.311.2.3.2"), DER.set(DER.octets(table)))
      let moniker: [UInt8] = [0xA6, 0xB5, 0x86, 0xD5, 0xB4, 0xA1, 0x24, 0x66, 0xAE, 0x05, 0xA2, 0x17, 0xDA, 0x8E, 0x60, 0xD6]
      let serialized = DER.value(0xA1, DER.octets(moniker) + DER.octets(DER.set(pages)))
      data = DER.seq(DER.oid("1.3.6.1.4.1.311.2.1.15"), DER.seq(DER.bits([]), DER.explicit(0, serialized)))
    } else if member.isImage {
      data = DER.seq(DER.oid("1.3.6.1.4.1.311.2.1.15"), DER.seq(DER.bits([]), DER.explicit(0, obsolete)))
    }
    return attribute(
      "1.3.6.1.4.1.311.2.1.4", DER.seq(data, DER.seq(member.hash.algorithm, DER.octets(digest))))
  }

  private func nameValue(_ name: String, _ value: String?) -> [UInt8]? {
    value.map { attribute(CatalogSpec.nameValueType, pair(name, $0)) }
  }

  private func pair(_ name: String, _ value: String) -> [UInt8] {
    DER.seq(DER.bmp(name), DER.int(0x1001_0001), DER.octets(TrustListSpec.text(value)))
  }

  private func attribute(_ type: String, _ value: [UInt8]) -> [UInt8] { DER.seq(DER.oid(type), DER.set(value)) }
}

extension AuthenticodeSpec {
  /// The PKCS #7 ContentInfo over a CertificateTrustList.
  package func signedList(_ list: [UInt8]) -> [UInt8] {
    with { own in
      let edit = own.editSignedData
      own.editSignedData = { data in
        data.contentType = TrustListSpec.contentType
        edit(&data)
      }
    }.sign(content: list) { _ in [] }
  }
}
