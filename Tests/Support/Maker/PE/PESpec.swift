/// A portable executable to be: headers, sections, and where wanted a version resource and imports.
package struct PESpec: Sendable {
  package struct Section: Sendable {
    package var name: String
    package var content: [UInt8]
    package var characteristics: Int

    package init(_ name: String, _ content: [UInt8], characteristics: Int = 0x6000_0020) {
      (self.name, self.content, self.characteristics) = (name, content, characteristics)
    }
  }

  package var is64 = true
  package var isDLL = false
  /// IMAGE_FILE_MACHINE; default by `is64`.
  package var machine: Int?
  package var subsystem = 3
  /// Sections before `.idata` and `.rsrc`.
  package var sections = [Section(".text", PESpec.code(count: 900))]
  /// StringFileInfo in this order; empty: no version resource.
  package var versionStrings: [(String, String)] = []
  /// Names of DLLs to import from.
  package var imports: [String] = []
  /// Bytes after the last section, before any signature.
  package var overlay: [UInt8] = []
  /// NumberOfRvaAndSizes.
  package var directoryCount = 16

  package init() {}

  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  /// Bytes that look like code and never repeat in a page: a counter through a multiplicative hash.
  package static func code(count: Int, seed: UInt32 = 1) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(truncatingIfNeeded: state >> 24)
    }
  }

  /// Version strings as a vendor's program has them.
  package static func version(company: String, name: String, original: String? = nil) -> [(String, String)] {
    [
      ("CompanyName", company), ("FileDescription", name), ("FileVersion", "1.2.3.4"), ("InternalName", name),
      ("OriginalFilename", original ?? name), ("ProductName", name), ("ProductVersion", "1.2.3.4"),
    ]
  }

  static let fileAlignment = 0x200
  static let sectionAlignment = 0x1000

  private struct Placed {
    var section: Section
    var virtual: Int
    var raw: Int
    var rawSize: Int
  }

  /// The unsigned file.
  package func build() -> [UInt8] {
    let optionalSize = (is64 ? 112 : 96) + 8 * directoryCount
    let count = sections.count + (imports.isEmpty ? 0 : 1) + (versionStrings.isEmpty ? 0 : 1)
    let headers = round(0x80 + 24 + optionalSize + 40 * count, Self.fileAlignment)
    var placed: [Placed] = []
    var (virtual, raw) = (round(headers, Self.sectionAlignment), headers)
    func place(_ section: Section) {
      let size = round(section.content.count, Self.fileAlignment)
      placed.append(Placed(section: section, virtual: virtual, raw: size == 0 ? 0 : raw, rawSize: size))
      virtual += max(round(section.content.count, Self.sectionAlignment), Self.sectionAlignment)
      raw += size
    }
    var directories = [(Int, Int)](repeating: (0, 0), count: 16)
    for section in sections { place(section) }
    if !imports.isEmpty {
      directories[1] = (virtual, 20 * (imports.count + 1))
      place(Section(".idata", ImportTable.build(imports, at: virtual, is64: is64), characteristics: 0xC000_0040))
    }
    if !versionStrings.isEmpty {
      let resource = VersionResource.section(versionStrings, isDLL: isDLL, at: virtual)
      directories[2] = (virtual, resource.count)
      place(Section(".rsrc", resource, characteristics: 0x4000_0040))
    }
    var file = dosHeader()
    file += coffHeader(count: placed.count, optionalSize: optionalSize)
    file += optionalHeader(headers: headers, imageSize: virtual, directories: directories, entry: placed.first?.virtual ?? 0)
    for part in placed {
      file += Array(part.section.name.utf8.prefix(8)) + [UInt8](repeating: 0, count: 8 - min(8, part.section.name.utf8.count))
      file.append32(part.section.content.count)
      for number in [part.virtual, part.rawSize, part.raw, 0, 0, 0] { file.append32(number) }
      file.append32(part.section.characteristics)
    }
    file += [UInt8](repeating: 0, count: headers - file.count)
    for part in placed {
      file += part.section.content
      file.pad(to: Self.fileAlignment)
    }
    return PEImage.checksummed(file + overlay)
  }

  private func dosHeader() -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 0x80)
    header[0] = 0x4D
    header[1] = 0x5A
    header.put32(0x80, at: 0x3C)
    return header
  }

  private func coffHeader(count: Int, optionalSize: Int) -> [UInt8] {
    var header: [UInt8] = [0x50, 0x45, 0, 0]
    header.append16(machine ?? (is64 ? 0x8664 : 0x014C))
    header.append16(count)
    header.append32(0x6590_0000)  // TimeDateStamp: any fixed one
    header.append32(0)
    header.append32(0)
    header.append16(optionalSize)
    header.append16((isDLL ? 0x2000 : 0) | (is64 ? 0x0022 : 0x0102))
    return header
  }

  private func optionalHeader(headers: Int, imageSize: Int, directories: [(Int, Int)], entry: Int) -> [UInt8] {
    var header: [UInt8] = []
    header.append16(is64 ? 0x20B : 0x10B)
    header.append16(0)
    for number in [0x200, 0x200, 0, entry, entry] { header.append32(number) }
    if is64 {
      header.append64(0x1_4000_0000)
    } else {
      header.append32(entry)
      header.append32(0x40_0000)
    }
    header.append32(Self.sectionAlignment)
    header.append32(Self.fileAlignment)
    for number in [6, 0, 0, 0, 6, 0] { header.append16(number) }
    header.append32(0)
    for number in [imageSize, headers, 0] { header.append32(number) }
    header.append16(subsystem)
    header.append16(0x8160)
    for number in [0x10_0000, 0x1000, 0x10_0000, 0x1000] { is64 ? header.append64(number) : header.append32(number) }
    header.append32(0)
    header.append32(directoryCount)
    for (address, size) in directories.prefix(directoryCount) {
      header.append32(address)
      header.append32(size)
    }
    return header
  }
}

func round(_ number: Int, _ unit: Int) -> Int { (number + unit - 1) / unit * unit }
