/// A cabinet (MS-CAB) with one uncompressed folder to be, signed or not.
package struct CabinetSpec: Sendable {
  package struct File: Sendable {
    package var name: String
    package var octets: [UInt8]
    package init(_ name: String, _ octets: [UInt8]) {
      self.name = name
      self.octets = octets
    }
  }
  package var files: [File]
  package var setID = 0
  package var partNumber = 0
  /// Names of file and disk of the neighbouring parts.
  package var previous: (file: String, disk: String)?
  package var next: (file: String, disk: String)?
  /// The first structure of the reserve, which signatures cover.
  package var firstStructure: [UInt8] = []
  /// Bytes of the reserve that an unsigned cabinet keeps free.
  package var freeReserve = 0
  /// Changes what the header says of the signature: place, size, filler.
  package var signaturePlaceDelta = 0
  package var signatureSizeDelta = 0
  package var filler = [UInt8](repeating: 0, count: 8)
  /// The signature itself as the reserve's second structure, in room that was kept: all of the reserve.
  package var roomForSignature = 0
  /// cbCFData, and so many octets before the data of the block.
  package var blockReserve = 0
  /// Octets after the DER, in place of the zeros that pad it.
  package var padding: [UInt8]?
  /// Octets after the signature.
  package var trailing: [UInt8] = []
  /// What the signature says that it covers: Microsoft's tools write SPC_LINK here, others SPC_CAB_DATA, ...25.
  package var dataType = "1.3.6.1.4.1.311.2.1.28"
  /// The digest as osslsigncode makes it: without the part's number, with the last four bytes of the reserve.
  package var leavesOutPartNumber = false

  package init(_ files: [File] = CabinetSpec.sample) { self.files = files }

  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  package static let sample = [File("readme.txt", Array("read me\r\n".utf8)), File("setup.exe", PESpec.code(count: 700, seed: 12))]

  package func unsigned() -> [UInt8] {
    let reserve = freeReserve > 0 ? [UInt8](repeating: 0, count: freeReserve) : nil
    return head(reserve) + body + trailing
  }

  package func sign(_ spec: AuthenticodeSpec) -> [UInt8] { attach(pkcs7(spec)) }

  /// With a signature, whatever it signs.
  package func attach(_ signature: [UInt8]) -> [UInt8] {
    var signature = signature + (padding ?? [])
    if roomForSignature > 0 { return head(room(signature)) + body + trailing }
    if padding == nil { signature.pad(to: 8) }
    var place = filler
    place.insert(contentsOf: [UInt8](repeating: 0, count: 8), at: 0)
    let size = head(reserve(place)).count + body.count
    place.put32(size + signaturePlaceDelta, at: 0)
    place.put32(signature.count + signatureSizeDelta, at: 4)
    return head(reserve(place)) + body + signature + trailing
  }

  package func pkcs7(_ spec: AuthenticodeSpec) -> [UInt8] {
    let hash = spec.contentDigest ?? spec.digest
    let link = DER.explicit(2, DER.implicit(0, DER.bmp("<<<Obsolete>>>")))
    let content = DER.seq(
      DER.seq(DER.oid(dataType), link), DER.seq(hash.algorithm, DER.octets(spec.imageDigest ?? hash(covered()))))
    return spec.sign(content: content) { pkcs7($0) }
  }

  private func covered() -> [UInt8] {
    let inRoom = roomForSignature > 0
    let head = head(inRoom ? room([]) : reserve([UInt8](repeating: 0, count: 8) + filler))
    let length = 40 + (inRoom ? roomForSignature : 4 + firstStructure.count + 16)
    let middle: [UInt8]
    if leavesOutPartNumber {
      middle = Array(head[8..<34]) + head[(length - 4)..<length]
    } else {
      middle = Array(head[8..<36]) + head[40..<42] + head[44..<(44 + firstStructure.count)]
    }
    return Array(head[..<4]) + middle + head[length...] + body
  }

  private func reserve(_ place: [UInt8]) -> [UInt8] {
    var octets: [UInt8] = []
    octets.append16(firstStructure.count)
    octets.append16(16)
    return octets + firstStructure + place
  }

  /// All of a reserve that holds the signature, with zeros behind it.
  private func room(_ signature: [UInt8]) -> [UInt8] {
    var octets: [UInt8] = []
    octets.append16(firstStructure.count)
    octets.append16(signature.count)
    octets += firstStructure + signature
    precondition(octets.count <= roomForSignature, "maker: the signature does not fit the reserve")
    octets += [UInt8](repeating: 0, count: roomForSignature - octets.count)
    if filler.contains(where: { $0 != 0 }) { octets.replaceSubrange((octets.count - filler.count)..., with: filler) }
    return octets
  }

  /// Header and folder, with the sizes that they must name.
  private func head(_ reserve: [UInt8]?) -> [UInt8] {
    var names: [UInt8] = []
    for part in [previous, next] {
      guard let part else { continue }
      names += Array(part.file.utf8) + [0] + Array(part.disk.utf8) + [0]
    }
    let count = 36 + (reserve.map { $0.count + 4 } ?? 0) + names.count + 8
    let entries = entries()
    var head = Array("MSCF".utf8)
    for value in [0, count + body.count, 0, count, 0] { head.append32(value) }
    for value in [0x0103, 1, files.count] { head.append16(value) }
    head.append16((previous == nil ? 0 : 1) | (next == nil ? 0 : 2) | (reserve == nil ? 0 : 4))
    head.append16(setID)
    head.append16(partNumber)
    if let reserve {
      head.append32(reserve.count | blockReserve << 24)
      head += reserve
    }
    head += names
    head.append32(count + entries.count)
    head.append16(1)
    head.append16(0)
    return head
  }

  private func entries() -> [UInt8] {
    var (rows, offset): ([UInt8], Int) = ([], 0)
    for file in files {
      rows.append32(file.octets.count)
      rows.append32(offset)
      for value in [0, 0x5A21, 0x6000, 0x20] { rows.append16(value) }
      rows += Array(file.name.utf8) + [0]
      offset += file.octets.count
    }
    return rows
  }

  /// Files and one block of data, whose checksum may be zero.
  private var body: [UInt8] {
    let content = files.flatMap(\.octets)
    precondition(content.count <= 0x8000, "maker: one block holds 32 KiB")
    var block: [UInt8] = []
    block.append32(0)
    block.append16(content.count)
    block.append16(content.count)
    return entries() + block + [UInt8](repeating: 0xAB, count: blockReserve) + content
  }
}
