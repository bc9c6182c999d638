/// A .NET assembly to be, with or without a strong name. It holds no code: a header, metadata with one assembly, and the room for the name.
package struct AssemblySpec: Sendable {
  package var name = "Assay.Example"
  package var key = TestKey.fixed(9)
  /// In place of the key's own blob.
  package var publicKey: [UInt8]?
  /// COMIMAGE_FLAGS: 1 is IL only, 8 says that there is a strong name.
  package var flags = 9
  /// The digest that the key's blob names.
  package var hash = Hash.sha1
  /// What stands in the room for the name: nil for the right signature.
  package var signature: [UInt8]?
  package var hasRoom = true
  /// AssemblySignatureKeyAttribute on the assembly.
  package var namesSignatureKey = false
  /// MajorVersion of the tables and all that a test wants to change about them.
  package var editTables: @Sendable (inout [UInt8]) -> Void = { _ in }
  package var image = PESpec().with {
    $0.isDLL = true
    $0.sections = []
  }

  package init() {}

  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  /// PublicKeyBlob behind SigAlgID, HashAlgID and size (ECMA-335 II.6.2.1.3).
  package var keyBlob: [UInt8] {
    if let publicKey { return publicKey }
    let numbers = key.rsaNumbers
    var blob: [UInt8] = []
    let algorithm = [Hash.sha256: 0x800C, .sha384: 0x800D, .sha512: 0x800E][hash] ?? 0x8004
    for number in [0x2400, algorithm, 20 + numbers.modulus.count] { blob.append32(number) }
    blob += [6, 2, 0, 0]
    blob.append32(0x2400)
    blob += Array("RSA1".utf8)
    blob.append32(numbers.modulus.count * 8)
    blob.append32(numbers.exponent.reduce(0) { $0 << 8 | Int($1) })
    return blob + numbers.modulus.reversed()
  }

  private static let address = 0x1000
  private static let headerBytes = 72
  private var roomBytes: Int { hasRoom ? signature?.count ?? key.rsaNumbers.modulus.count : 0 }

  /// The file with its strong name, unsigned otherwise.
  package func build() -> [UInt8] {
    let metadata = self.metadata
    var content: [UInt8] = []
    content.append32(Self.headerBytes)
    content.append16(2)
    content.append16(5)
    let room = Self.address + Self.headerBytes
    let fields = [room + roomBytes, metadata.count, flags, 0, 0, 0, hasRoom ? room : 0, roomBytes, 0, 0, 0, 0, 0, 0, 0, 0]
    for field in fields { content.append32(field) }
    content += (signature ?? []) + [UInt8](repeating: 0, count: roomBytes - (signature?.count ?? 0)) + metadata
    var file = image.with { $0.sections = [PESpec.Section(".text", content)] + image.sections }.build()
    let entries = PEImage(file).certificateEntryOffset - 32
    file.put32(Self.address, at: entries + 14 * 8)
    file.put32(Self.headerBytes, at: entries + 14 * 8 + 4)
    file = PEImage.checksummed(file)
    if hasRoom, signature == nil { name(&file, entries + 32) }
    return file
  }

  /// Signs the headers with checksum and certificate entry as zeros, and every section but the room.
  private func name(_ file: inout [UInt8], _ certificateEntry: Int) {
    let header = file.get32(0x3C)
    let table = header + 24 + file.get16(header + 20)
    let end = table + 40 * file.get16(header + 6)
    var covered = Array(file[..<end])
    covered.put32(0, at: PEImage(file).checksumOffset)
    covered.put32(0, at: certificateEntry)
    covered.put32(0, at: certificateEntry + 4)
    let room = file.get32(table + 20) + Self.headerBytes
    for section in 0..<file.get16(header + 6) {
      let (size, start) = (file.get32(table + 40 * section + 16), file.get32(table + 40 * section + 20))
      if section == 0 {
        covered += file[start..<room] + file[(room + roomBytes)..<(start + size)]
      } else {
        covered += file[start..<(start + size)]
      }
    }
    file.replaceSubrange(room..<(room + roomBytes), with: key.sign(covered, hash).reversed())
    file = PEImage.checksummed(file)
  }

  // MARK: Metadata

  private var metadata: [UInt8] {
    var strings: [UInt8] = [0]
    func string(_ text: String) -> Int {
      defer { strings += Array(text.utf8) + [0] }
      return strings.count
    }
    var blobs: [UInt8] = [0]
    func blob(_ octets: [UInt8]) -> Int {
      let place = blobs.count
      let length = octets.count < 0x80 ? [UInt8(octets.count)] : [0x80 | UInt8(octets.count >> 8), UInt8(octets.count & 0xFF)]
      blobs += length + octets
      return place
    }
    var tables: [UInt8] = []
    func row(_ numbers: Int...) { for number in numbers { tables.append16(number) } }
    let module = string(name + ".dll")
    row(0, module, 1, 0, 0)
    if namesSignatureKey {
      // TypeRef in AssemblyRef 1; its constructor; the attribute on Assembly 1, after one on Module 1.
      row(1 << 2 | 2, string("AssemblySignatureKeyAttribute"), string("System.Reflection"))
      row(1 << 3 | 1, string(".ctor"), blob([0x20, 2, 1, 0x0E, 0x0E]))
      row(1 << 5 | 7, 1 << 3 | 3, blob([1, 0, 0, 0, 0, 0]))
      row(1 << 5 | 14, 1 << 3 | 3, blob([1, 0, 0, 0, 0, 0]))
    }
    let key = keyBlob
    tables.append32(0x8004)
    row(1, 2, 3, 4)
    tables.append32(key.isEmpty ? 0 : 1)
    row(key.isEmpty ? 0 : blob(key), string(name), 0)
    if namesSignatureKey {
      row(4, 0, 0, 0)
      tables.append32(0)
      row(0, string("mscorlib"), 0, 0)
    }
    var stream: [UInt8] = []
    stream.append32(0)
    stream += [2, 0, 0, 1]
    let present = namesSignatureKey ? [0, 1, 10, 12, 32, 35] : [0, 32]
    stream.append64(present.reduce(0) { $0 | 1 << $1 })
    stream.append64(1 << 12)
    for table in present { stream.append32(table == 12 ? 2 : 1) }
    stream += tables
    editTables(&stream)
    return Self.root([("#~", stream), ("#Strings", strings), ("#GUID", [UInt8](repeating: 7, count: 16)), ("#Blob", blobs)])
  }

  private static func root(_ streams: [(name: String, octets: [UInt8])]) -> [UInt8] {
    var head: [UInt8] = [0x42, 0x53, 0x4A, 0x42, 1, 0, 1, 0, 0, 0, 0, 0]
    head.append32(12)
    head += Array("v4.0.30319".utf8) + [0, 0]
    head.append16(0)
    head.append16(streams.count)
    let names = streams.map { Array($0.name.utf8) + [UInt8](repeating: 0, count: 4 - $0.name.utf8.count % 4) }
    var place = head.count + names.reduce(0) { $0 + 8 + $1.count }
    var body: [UInt8] = []
    for (stream, name) in zip(streams, names) {
      head.append32(place)
      var octets = stream.octets
      octets.pad(to: 4)
      head.append32(octets.count)
      head += name
      place += octets.count
      body += octets
    }
    return head + body
  }
}
