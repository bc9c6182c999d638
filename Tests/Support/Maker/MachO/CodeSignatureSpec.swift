/// A code signature to be (cs_blobs.h). The defaults make a correct one; a negative test changes one thing.
package struct CodeSignatureSpec: Sendable {
  package typealias Blob = (slot: Int, octets: [UInt8])

  package var identity: TestIdentity?
  package var identifier = "com.example.tool"
  package var team: String?
  /// adhoc 0x2, runtime 0x10000, linker-signed 0x20000.
  package var flags: Int
  package var version = 0x20400
  /// Types of digest, one code directory each: 1 SHA-1, 2 SHA-256, 3 SHA-256 cut to 20, 4 SHA-384.
  package var hashTypes = [2]
  /// log2 of the page's size, 0 for one page of everything.
  package var pageBits = 12
  /// Code limit in place of the right one.
  package var codeLimit: Int?
  package var platform = 0
  package var requirements: [UInt8]? = BigEndian.blob(0xFADE_0C01, BigEndian.word(0))
  /// Text of the property list.
  package var entitlements: String?
  package var entitlementsDER: [UInt8]?
  /// Digests of Info.plist and CodeResources, whole files.
  package var info: [UInt8]?
  package var resources: [UInt8]?
  /// The trailer of a disk image, covered by slot 6.
  package var headerSlot: [UInt8]?
  /// Apple's attributes 9.1 and 9.2, which name every code directory.
  package var hasAgility = true
  package var time: MakerTime?
  /// Who stamps.
  package var authority = TestCA.time()
  package var editSigner: @Sendable (inout SignerSpec) -> Void = { _ in }
  package var editSignedData: @Sendable (inout SignedDataSpec) -> Void = { _ in }
  /// Edits each code directory before it is signed.
  package var editDirectory: @Sendable ([UInt8], Int) -> [UInt8] = { octets, _ in octets }
  /// Edits the blobs before they are put together.
  package var editBlobs: @Sendable ([Blob]) -> [Blob] = { $0 }
  /// Edits the whole.
  package var editWhole: @Sendable ([UInt8]) -> [UInt8] = { $0 }

  /// Signed by `identity`, or ad hoc.
  package init(_ identity: TestIdentity? = nil) {
    self.identity = identity
    flags = identity == nil ? 2 : 0
  }

  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  /// The superblob for code that lies before it.
  package func encode(over code: [UInt8]) -> [UInt8] {
    var parts: [Blob] = []
    if let requirements { parts.append((2, requirements)) }
    if let entitlements { parts.append((5, BigEndian.blob(0xFADE_7171, Array(entitlements.utf8)))) }
    if let entitlementsDER { parts.append((7, BigEndian.blob(0xFADE_7172, entitlementsDER))) }
    let directories = hashTypes.enumerated().map { editDirectory(directory($1, over: code, parts), $0) }
    var blobs: [Blob] = directories.enumerated().map { ($0 == 0 ? 0 : 0x1000 + $0 - 1, $1) }
    blobs += parts
    blobs.append((0x10000, BigEndian.blob(0xFADE_0B01, signature(directories))))
    return editWhole(CodeSignatureSpec.superBlob(editBlobs(blobs)))
  }

  package static func superBlob(_ blobs: [Blob]) -> [UInt8] {
    var place = 12 + 8 * blobs.count
    var index: [UInt8] = []
    for blob in blobs {
      index += BigEndian.word(blob.slot) + BigEndian.word(place)
      place += blob.octets.count
    }
    let head = BigEndian.word(0xFADE_0CC0) + BigEndian.word(place) + BigEndian.word(blobs.count)
    return head + index + Array(blobs.map(\.octets).joined())
  }

  package static func digest(_ type: Int, _ octets: [UInt8]) -> [UInt8] {
    switch type {
    case 1: Hash.sha1(octets)
    case 3: Array(Hash.sha256(octets).prefix(20))
    case 4: Hash.sha384(octets)
    default: Hash.sha256(octets)
    }
  }

  /// Whole digest of a directory, by its own type.
  private static func fullDigest(_ directory: [UInt8]) -> [UInt8] {
    let type = Int(directory[37])
    return digest(type == 3 ? 2 : type, directory)
  }

  private func directory(_ type: Int, over code: [UInt8], _ parts: [Blob]) -> [UInt8] {
    var special: [Int: [UInt8]] = [:]
    for part in parts { special[part.slot] = CodeSignatureSpec.digest(type, part.octets) }
    if let info { special[1] = CodeSignatureSpec.digest(type, info) }
    if let resources { special[3] = CodeSignatureSpec.digest(type, resources) }
    if let headerSlot { special[6] = CodeSignatureSpec.digest(type, headerSlot) }
    let limit = codeLimit ?? code.count
    let page = pageBits == 0 ? max(limit, 1) : 1 << pageBits
    let size = CodeSignatureSpec.digest(type, []).count
    var digests: [UInt8] = []
    let count = special.keys.max() ?? 0
    for slot in stride(from: count, to: 0, by: -1) { digests += special[slot] ?? [UInt8](repeating: 0, count: size) }
    var pages: [[UInt8]] = []
    for start in stride(from: 0, to: limit, by: page) {
      let (from, to) = (min(start, code.count), min(start + page, limit, code.count))
      pages.append(CodeSignatureSpec.digest(type, Array(code[from..<to])))
    }
    let headerSize = CodeSignatureSpec.headerSize(version)
    let name = Array(identifier.utf8) + [0]
    var teamName: [UInt8] = []
    if let team { teamName = Array(team.utf8) + [0] }
    let hashOffset = headerSize + name.count + teamName.count + digests.count
    var octets: [UInt8] = []
    for number in [version, flags, hashOffset, headerSize, count, pages.count, limit] { octets += BigEndian.word(number) }
    octets += [UInt8(size), UInt8(type), UInt8(platform), UInt8(pageBits)] + BigEndian.word(0)
    if version >= 0x20100 { octets += BigEndian.word(0) }
    if version >= 0x20200 { octets += BigEndian.word(team == nil ? 0 : headerSize + name.count) }
    if version >= 0x20300 { octets += BigEndian.word(0) + BigEndian.wide(0) }
    if version >= 0x20400 { octets += BigEndian.wide(0) + BigEndian.wide(limit) + BigEndian.wide(1) }
    if version >= 0x20500 { octets += BigEndian.word(0) + BigEndian.word(0) }
    octets += name
    octets += teamName
    octets += digests
    octets += Array(pages.joined())
    return BigEndian.blob(0xFADE_0C02, octets)
  }

  private static func headerSize(_ version: Int) -> Int {
    switch version {
    case 0x20500...: 96
    case 0x20400...: 88
    case 0x20300...: 64
    case 0x20200...: 52
    case 0x20100...: 48
    default: 44
    }
  }

  /// The CMS over the first directory; empty for ad hoc code.
  private func signature(_ directories: [[UInt8]]) -> [UInt8] {
    guard let identity else { return [] }
    var signer = SignerSpec(identity)
    let isNamed = hasAgility
    signer.editSignedAttributes = { attributes in
      guard isNamed else { return attributes + [.signingTime(MakerTime(2026, 3, 1))] }
      let hashes = directories.map { CodeSignatureSpec.fullDigest($0) }
      let list = hashes.map { "<data>\(Base64.encode(Array($0.prefix(20))))</data>" }.joined()
      let plist =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><plist version=\"1.0\"><dict><key>cdhashes</key><array>\(list)</array></dict></plist>"
      var agility = CMSAttribute("1.2.840.113635.100.9.2")
      agility.values = zip(directories, hashes).map { directory, hash in
        let algorithm = directory[37] == 1 ? Hash.sha1 : directory[37] == 4 ? Hash.sha384 : Hash.sha256
        return DER.seq(DER.oid(algorithm.oid), DER.octets(hash))
      }
      return attributes + [
        .signingTime(MakerTime(2026, 3, 1)), CMSAttribute("1.2.840.113635.100.9.1", DER.octets(Array(plist.utf8))), agility,
      ]
    }
    if let time {
      let authority = authority
      signer.unsignedAttributes = {
        [CMSAttribute("1.2.840.113549.1.9.16.2.14", TimeStampSpec(authority, at: time).token(over: $0))]
      }
    }
    editSigner(&signer)
    var data = SignedDataSpec(content: .detached(directories[0]), signers: [signer])
    editSignedData(&data)
    return data.encode()
  }
}
