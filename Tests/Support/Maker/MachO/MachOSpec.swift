/// A small Mach-O image to be, unsigned or signed.
package struct MachOSpec: Sendable {
  package enum Machine: Sendable {
    case arm64, x86_64, i386, ppc
    package var type: Int {
      switch self {
      case .arm64: 0x0100_000C
      case .x86_64: 0x0100_0007
      case .i386: 7
      case .ppc: 18
      }
    }
    package var subtype: Int { self == .arm64 || self == .ppc ? 0 : 3 }
    package var is64: Bool { self == .arm64 || self == .x86_64 }
    package var isBigEndian: Bool { self == .ppc }
  }
  package struct Dylib: Sendable {
    package var command: Int
    package var name: String
    package init(_ name: String, command: Int = 0xC) {
      self.name = name
      self.command = command
    }
  }

  package var machine: Machine
  /// 2 executable, 6 library.
  package var fileType = 2
  package var codeBytes = 5_000
  package var seed = 1
  package var dylibs = [Dylib("/usr/lib/libSystem.B.dylib")]
  package var searchPaths: [String] = []
  package var environment: [String] = []
  /// After __LINKEDIT, covered by nothing.
  package var trailing: [UInt8] = []
  /// Bytes of the signature's place in place of what it needs.
  package var signatureRoom: Int?
  /// Edits the image after it was laid out and before it is signed.
  package var editCode: @Sendable ([UInt8]) -> [UInt8] = { $0 }

  package init(_ machine: Machine = .arm64) { self.machine = machine }

  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  package func build() -> [UInt8] { layout(room: nil) + trailing }

  package func sign(_ signature: CodeSignatureSpec) -> [UInt8] {
    let needed = signature.encode(over: layout(room: 0)).count
    let room = signatureRoom ?? (needed + 15) / 16 * 16
    let code = editCode(layout(room: room))
    let octets = signature.encode(over: code)
    return code + octets + [UInt8](repeating: 0, count: max(0, room - octets.count)) + trailing
  }

  private func word(_ number: Int) -> [UInt8] {
    let octets = BigEndian.word(number)
    return machine.isBigEndian ? octets : Array(octets.reversed())
  }
  private func size(_ number: Int) -> [UInt8] {
    guard machine.is64 else { return word(number) }
    return machine.isBigEndian ? BigEndian.wide(number) : BigEndian.wide(number).reversed()
  }
  private func command(_ kind: Int, _ content: [UInt8]) -> [UInt8] {
    let unit = machine.is64 ? 8 : 4
    let padded = content + [UInt8](repeating: 0, count: (unit - (content.count + 8) % unit) % unit)
    return word(kind) + word(padded.count + 8) + padded
  }
  private func segment(_ name: String, _ offset: Int, _ count: Int) -> [UInt8] {
    let title = Array(name.utf8) + [UInt8](repeating: 0, count: 16 - name.utf8.count)
    let place = size(offset) + size(count) + size(offset) + size(count)
    return command(machine.is64 ? 0x19 : 1, title + place + word(5) + word(5) + word(0) + word(0))
  }

  /// Header, commands, code, symbols; `room`: bytes that the signature takes behind them.
  private func layout(room: Int?) -> [UInt8] {
    let symbols = 64
    let textEnd = (4_096 + codeBytes + 15) / 16 * 16
    var commands = segment("__TEXT", 0, textEnd) + segment("__LINKEDIT", textEnd, symbols + (room ?? 0))
    var count = 2
    func add(_ kind: Int, _ content: [UInt8]) {
      commands += command(kind, content)
      count += 1
    }
    for dylib in dylibs {
      add(dylib.command, word(24) + word(2) + word(0x10000) + word(0x10000) + Array(dylib.name.utf8) + [0])
    }
    for path in searchPaths { add(0x8000_001C, word(12) + Array(path.utf8) + [0]) }
    for text in environment { add(0x27, word(12) + Array(text.utf8) + [0]) }
    if room != nil { add(0x1D, word(textEnd + symbols) + word(room ?? 0)) }
    let magic = machine.is64 ? 0xFEED_FACF : 0xFEED_FACE
    var octets = word(magic) + word(machine.type) + word(machine.subtype) + word(fileType)
    octets += word(count) + word(commands.count) + word(0x85) + (machine.is64 ? word(0) : [])
    octets += commands
    octets += [UInt8](repeating: 0, count: 4_096 - octets.count)
    octets += (0..<codeBytes).map { UInt8(truncatingIfNeeded: ($0 &* 31 &+ seed &* 17) >> 2) }
    octets += [UInt8](repeating: 0, count: textEnd - octets.count)
    return octets + (0..<symbols).map { UInt8($0) }
  }

  // MARK: universal files

  /// `isWide`: 64-bit entries. `edit` changes the table's entries (type, subtype, offset, size, align).
  package static func universal(
    _ images: [(MachOSpec.Machine, [UInt8])], isWide: Bool = false, bits: Int = 12, edit: (inout [[Int]]) -> Void = { _ in }
  ) -> [UInt8] {
    let unit = 1 << bits
    var entries: [[Int]] = []
    var place = unit
    for (machine, octets) in images {
      entries.append([machine.type, machine.subtype, place, octets.count, bits])
      place = (place + octets.count + unit - 1) / unit * unit
    }
    let places = entries.map { $0[2] }
    edit(&entries)
    var file = BigEndian.word(isWide ? 0xCAFE_BABF : 0xCAFE_BABE) + BigEndian.word(entries.count)
    for entry in entries {
      file += BigEndian.word(entry[0]) + BigEndian.word(entry[1])
      file += isWide ? BigEndian.wide(entry[2]) + BigEndian.wide(entry[3]) : BigEndian.word(entry[2]) + BigEndian.word(entry[3])
      file += BigEndian.word(entry[4]) + (isWide ? BigEndian.word(0) : [])
    }
    for (start, image) in zip(places, images) {
      file += [UInt8](repeating: 0, count: start - file.count) + image.1
    }
    return file
  }
}

/// Signers with the marks that Apple puts into certificates; the names are the house authority's.
package enum AppleTestCA {
  package static let developerMarker = "1.2.840.113635.100.6.1.13"
  package static let developerAuthorityMarker = "1.2.840.113635.100.6.2.6"
  package static let root = TestCA.codeRoot

  package static func authority(markers: [String] = [developerAuthorityMarker]) -> TestCertificate {
    let spec = CertificateSpec(
      subject: Name(commonName: "Assay Test Developer ID CA", organization: "Assay Test", unit: "G2", country: "XX")
    ).with {
      $0.notBefore = MakerTime(2018, 1, 1)
      $0.notAfter = MakerTime(2049, 12, 1)
      $0.extensions =
        [.basicConstraints(ca: true, pathLength: 0), .keyUsage(.keyCertSign, .cRLSign)]
        + markers.map { CertificateExtension($0, critical: true, DER.null) }
    }
    return .issue(spec, key: .fixed(10), by: root)
  }

  /// `unit` is the team.
  package static func developer(
    _ name: String = "Assay Example Ltd", unit: String = "ASSAYTEAM1", markers: [String] = [developerMarker],
    authorityMarkers: [String] = [developerAuthorityMarker], key: TestKey = .fixed(6),
    change: (inout CertificateSpec) -> Void = { _ in }
  ) -> TestIdentity {
    let issuer = authority(markers: authorityMarkers)
    let spec = CertificateSpec(
      subject: Name(commonName: "Developer ID Application: \(name) (\(unit))", organization: name, unit: unit, country: "DE")
    ).with {
      $0.extensions =
        [.basicConstraints(ca: false), .keyUsage(.digitalSignature), .extendedKeyUsage([Purpose.codeSigning], critical: true)]
        + markers.map { CertificateExtension($0, critical: true, DER.null) }
    }.with(change)
    return TestIdentity(leaf: .issue(spec, key: key, by: issuer), intermediates: [issuer], root: root)
  }
}
