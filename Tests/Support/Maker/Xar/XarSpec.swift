/// A xar archive to be, signed as `productsign` does: a checksum of the compressed table of contents, an RSA signature over it as a digest and a
/// CMS signature over it as content.
package struct XarSpec: Sendable {
  package struct File: Sendable {
    package var path: String
    package var octets: [UInt8]
    /// Kept as a zlib stream, called gzip.
    package var isPacked = false
    /// Of the checksums; `none` leaves them out.
    package var style = "sha1"
    /// Checksums in place of the right ones.
    package var archived: [UInt8]?
    package var extracted: [UInt8]?
    /// Shares the place of the file before it.
    package var isShared = false
    package init(_ path: String, _ octets: [UInt8], isPacked: Bool = false) {
      (self.path, self.octets, self.isPacked) = (path, octets, isPacked)
    }
  }

  package var files: [File]
  package var identity: TestIdentity?
  /// Who makes the RSA signature, where it is another.
  package var otherIdentity: TestIdentity?
  package var hasRSA = true
  package var hasCMS = true
  /// Digest of the table.
  package var digest = Hash.sha1
  package var time: MakerTime?
  package var authority = TestCA.time()
  /// The RSA signature is over the digest of the checksum, as old writers had it.
  package var digestsTwice = false
  /// Edits the table of contents before it is packed.
  package var editTable: @Sendable (String) -> String = { $0 }
  /// Edits the heap after everything was signed; checksum and signatures are at its beginning.
  package var editHeap: @Sendable ([UInt8]) -> [UInt8] = { $0 }
  package var editSigner: @Sendable (inout SignerSpec) -> Void = { _ in }
  package var editSignedData: @Sendable (inout SignedDataSpec) -> Void = { _ in }
  package var editHeader: @Sendable ([UInt8]) -> [UInt8] = { $0 }
  /// Bytes of the heap that belong to nothing, before the files.
  package var gap: [UInt8] = []
  package var trailing: [UInt8] = []
  /// A stapled ticket for the table's checksum.
  package var ticket: (@Sendable (_ checksum: [UInt8]) -> [UInt8])?
  /// Room for the CMS signature, which is made when its size was written already.
  package var room = 6_000

  package init(_ files: [File], _ identity: TestIdentity? = nil) {
    self.files = files
    self.identity = identity
  }

  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  private static let rsaBytes = 256
  private var size: Int { digest([]).count }

  package func encode() -> [UInt8] {
    var heap: [UInt8] = []
    let start =
      size + (identity != nil && hasRSA ? XarSpec.rsaBytes : 0) + (identity != nil && hasCMS ? room : 0) + gap.count
    var fields: [(path: String, data: String)] = []
    var last = 0
    for file in files {
      let packed = file.isPacked ? StoredStream.zlib(file.octets) : file.octets
      if !file.isShared {
        last = start + heap.count
        heap += packed
      }
      fields.append((file.path, data(file, packed, at: last)))
    }
    let table = StoredStream.zlib(Array(editTable(xml(fields)).utf8))
    let whole = Array(editTable(xml(fields)).utf8).count
    let checksum = digest(table)
    var front = checksum
    if let identity, hasRSA {
      let key = (otherIdentity ?? identity).leaf.key
      front += key.sign(digestsTwice ? checksum : table, digest)
    }
    if let identity, hasCMS {
      let cms = signature(identity, checksum)
      front += cms + [UInt8](repeating: 0, count: max(0, room - cms.count))
    }
    let number = [Hash.md5: 2, .sha1: 1, .sha256: 3, .sha384: 3, .sha512: 4][digest] ?? 0
    var header: [UInt8] =
      Array("xar!".utf8) + [0, 28, 0, 1] + BigEndian.wide(table.count) + BigEndian.wide(whole) + BigEndian.word(number)
    header = editHeader(header)
    var archive = header + table + editHeap(front + gap + heap) + trailing
    if let ticket { archive += XarSpec.trailers(ticket(checksum)) }
    return archive
  }

  /// Terminator, ticket, and the trailer that names the ticket's length; little-endian.
  package static func trailers(_ ticket: [UInt8]) -> [UInt8] {
    trailer(1, 0) + ticket + trailer(2, ticket.count)
  }
  package static func trailer(_ type: UInt8, _ length: Int) -> [UInt8] {
    Array("t8lr".utf8) + [1, 0, type, 0] + BigEndian.word(length).reversed() + [0, 0, 0, 0]
  }

  private func signature(_ identity: TestIdentity, _ checksum: [UInt8]) -> [UInt8] {
    var signer = SignerSpec(identity)
    signer.editSignedAttributes = { $0 + [.signingTime(MakerTime(2026, 3, 1))] }
    if let time {
      let authority = authority
      signer.unsignedAttributes = {
        [CMSAttribute("1.2.840.113549.1.9.16.2.14", TimeStampSpec(authority, at: time).token(over: $0))]
      }
    }
    editSigner(&signer)
    var data = SignedDataSpec(content: .detached(checksum), signers: [signer])
    editSignedData(&data)
    return data.encode()
  }

  // MARK: - Table

  private func data(_ file: File, _ packed: [UInt8], at place: Int) -> String {
    let hash = Hash(rawValue: file.style)
    func sum(_ name: String, _ value: [UInt8]) -> String {
      file.style == "none" ? "" : "<\(name) style=\"\(file.style)\">\(XarSpec.hex(value))</\(name)>"
    }
    return "<data>" + sum("archived-checksum", file.archived ?? hash?(packed) ?? [])
      + sum("extracted-checksum", file.extracted ?? hash?(file.octets) ?? [])
      + "<encoding style=\"application/\(file.isPacked ? "x-gzip" : "octet-stream")\"/><size>\(file.octets.count)</size>"
      + "<offset>\(place)</offset><length>\(packed.count)</length></data>"
  }

  private func xml(_ fields: [(path: String, data: String)]) -> String {
    var place = size
    var signatures = ""
    func keyInfo(_ signer: TestIdentity) -> String {
      let all = signer.chain + [signer.root.der]
      return "<KeyInfo xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><X509Data>"
        + all.map { "<X509Certificate>\(Base64.encode($0))</X509Certificate>" }.joined() + "</X509Data></KeyInfo>"
    }
    if let identity, hasRSA {
      signatures +=
        "<signature style=\"RSA\"><offset>\(place)</offset><size>\(XarSpec.rsaBytes)</size>\(keyInfo(otherIdentity ?? identity))</signature>\n"
      place += XarSpec.rsaBytes
    }
    if let identity, hasCMS {
      signatures += "<x-signature style=\"CMS\"><offset>\(place)</offset><size>\(room)</size>\(keyInfo(identity))</x-signature>\n"
    }
    var id = 0
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xar><toc><creation-time>2026-03-01T10:00:00</creation-time>\n"
      + "<checksum style=\"\(digest.rawValue)\"><offset>0</offset><size>\(size)</size></checksum>\n" + signatures
      + tree(fields, &id) + "</toc></xar>\n"
  }

  /// Files by their folders, in the order of first mention.
  private func tree(_ fields: [(path: String, data: String)], _ id: inout Int) -> String {
    var order: [String] = []
    var inner: [String: [(path: String, data: String)]] = [:]
    var result = ""
    for field in fields {
      let parts = field.path.split(separator: "/", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        id += 1
        result += "<file id=\"\(id)\">\(field.data)<type>file</type><name>\(field.path)</name></file>\n"
        continue
      }
      if inner[parts[0]] == nil { order.append(parts[0]) }
      inner[parts[0], default: []].append((parts[1], field.data))
    }
    for folder in order {
      id += 1
      result += "<file id=\"\(id)\"><type>directory</type><name>\(folder)</name>"
      result += tree(inner[folder] ?? [], &id) + "</file>\n"
    }
    return result
  }

  private static func hex(_ octets: [UInt8]) -> String {
    octets.map { octet in
      let digits = String(octet, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}

/// A component package of a tool: PackageInfo, bill of materials, payload, scripts.
package enum PackageSample {
  package static let script = Array("#!/bin/sh\nexit 0\n".utf8)

  package static func files(
    program: [UInt8], prefix: String = "", scripts: [CPIOSpec.Entry] = [.init("./preinstall", script), .init("./notes.txt", [65])]
  ) -> [XarSpec.File] {
    let info =
      "<?xml version=\"1.0\"?><pkg-info identifier=\"com.example.tool\" version=\"1.2.3\" install-location=\"/\" auth=\"root\"/>"
    let payload = CPIOSpec([
      .init(".", [], mode: 0o40755), .init("./usr/local/bin/tool", program), .init("./usr/local/share/read.me", Array("text".utf8)),
    ])
    return [
      XarSpec.File("\(prefix)PackageInfo", Array(info.utf8), isPacked: true),
      XarSpec.File("\(prefix)Bom", Array("BOMStore and so on".utf8), isPacked: true),
      XarSpec.File("\(prefix)Payload", StoredStream.gzip(payload.encode())),
      XarSpec.File("\(prefix)Scripts", StoredStream.gzip(CPIOSpec(scripts).encode())),
    ]
  }
}

extension AppleTestCA {
  package static let installerMarker = "1.2.840.113635.100.6.1.14"
  package static let installerUsage = "1.2.840.113635.100.4.13"

  /// A Developer ID installer certificate: its own marker and its own purpose.
  package static func installer(
    _ name: String = "Assay Example Ltd", unit: String = "ASSAYTEAM1", markers: [String] = [installerMarker],
    usage: [String] = [installerUsage], authorityMarkers: [String] = [developerAuthorityMarker], key: TestKey = .fixed(11),
    change: (inout CertificateSpec) -> Void = { _ in }
  ) -> TestIdentity {
    developer(name, unit: unit, markers: [], authorityMarkers: authorityMarkers, key: key) {
      $0.subject = Name(commonName: "Developer ID Installer: \(name) (\(unit))", organization: name, unit: unit, country: "DE")
      $0.extensions =
        [.basicConstraints(ca: false), .keyUsage(.digitalSignature), .extendedKeyUsage(usage, critical: true)]
        + markers.map { CertificateExtension($0, critical: true, DER.null) }
      change(&$0)
    }
  }
}
