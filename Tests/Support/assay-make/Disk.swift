import AssayMaker

/// A disk as Windows lays one out, for measuring a scan: most programs have no signature of their own and stand in a catalog, some are
/// signed, a few are neither. The same arguments give the same disk, byte for byte.
struct Disk {
  var files = 20_000
  var catalogs = 1_000
  /// Of programs and scripts together; nil for programs of the sizes that Windows has.
  var megabytes: Int?
  /// Of one catalog: most of what Windows lists is not on the disk that it lists it for.
  var membersPerCatalog = 200

  /// Kinds in a hundred files.
  private enum Kind {
    case program, signed, unsigned, script, other
    init(_ number: Int) {
      switch number % 100 {
      case 0..<72: self = .program
      case 72..<77: self = .signed
      case 77..<79: self = .unsigned
      case 79..<87: self = .script
      default: self = .other
      }
    }
  }

  /// How many of the 6,408 different libraries in System32 and SysWOW64 of a Windows 10 (build 19041) are larger than so many octets and
  /// at most twice that. Told by the block sizes of their fuzzy hashes, which xCyclopedia lists (2021-01-11): ssdeep chooses a
  /// block of at least 1/64 and less than 1/32 of the file, or halves it further. Files are made of the lower size, so that every doubt
  /// makes them smaller.
  private static let sizes: [(octets: Int, files: Int)] = [
    (768, 79), (1_536, 68), (3_072, 451), (6_144, 416), (12_288, 564), (24_576, 617), (49_152, 963), (98_304, 1_157),
    (196_608, 983), (393_216, 563), (786_432, 336), (1_572_864, 165), (3_145_728, 28), (6_291_456, 8), (12_582_912, 10),
  ]
  private static let sizeFiles = sizes.reduce(0) { $0 + $1.files }
  private static let meanSize = sizes.reduce(0) { $0 + min($1.octets, largest) * $1.files } / sizeFiles
  /// What a block has room for; larger ones are cut to it.
  private static let largest = 3 << 20

  /// Every size as often as it comes in `sizes`, neighbours in number far apart.
  private static func size(_ number: Int) -> Int {
    var place = number * 1_871 % sizeFiles
    for size in sizes {
      if place < size.files { return min(size.octets, largest) }
      place -= size.files
    }
    return largest
  }

  private static let block = PESpec.code(count: 4 << 20, seed: 7)

  func write(to folder: OutputFolder) throws(OutputError) {
    var lists = [[CatalogSpec.Member]](repeating: [], count: max(catalogs, 1))
    for number in 0..<files {
      let (path, octets, member) = file(number)
      try folder.write("disk/" + path, octets)
      if let member { lists[number * 7_919 % lists.count].append(contentsOf: [member]) }
    }
    for (number, members) in lists.enumerated().prefix(catalogs) {
      let name =
        "disk/Windows/System32/CatRoot/{F750E6C3-38EE-11D1-85E5-00C04FC295EE}/Package_\(number)_for_KB\(5_000_000 + number).cat"
      try folder.write(name, catalog(number, members))
    }
    try folder.write("trust/root.pem", TestCA.codeRoot.pem + TestCA.timeRoot.pem)
  }

  /// One in ten is of version 1, as old drivers bring them: every program needs SHA-1 and SHA-256 then.
  private func isOld(_ catalog: Int) -> Bool { catalog % 10 == 9 }

  private func catalog(_ number: Int, _ members: [CatalogSpec.Member]) -> [UInt8] {
    let hash: Hash = isOld(number) ? .sha1 : .sha256
    var all = members
    for index in 0..<max(0, membersPerCatalog - members.count) {
      let digest = hash(Array("absent \(number) \(index)".utf8))
      all.append(
        CatalogSpec.Member(digest, hash, isImage: index % 4 != 0, file: "absent\(number)_\(index).dll", osAttribute: "2:10.0"))
    }
    var list = CatalogSpec(all, version: isOld(number) ? 1 : 2)
    list.listIdentifier = Array(Hash.md5(Array("list \(number)".utf8)))
    return list.signed(Demo.stamped(Demo.vendor).with { $0.digest = hash })
  }

  private func file(_ number: Int) -> (path: String, octets: [UInt8], member: CatalogSpec.Member?) {
    let old = isOld(number * 7_919 % max(catalogs, 1))
    let hash: Hash = old ? .sha1 : .sha256
    switch Kind(number) {
    case .program:
      let name = "component\(number).\(number % 5 == 0 ? "exe" : number % 5 == 4 ? "sys" : "dll")"
      let octets = program(number, name)
      return (folder(number) + name, octets, .image(octets, hash, name: name))
    case .signed:
      let name = "vendor\(number).exe"
      let octets = PESigner.sign(program(number, name), Demo.stamped(Demo.vendor))
      return ("Program Files/Vendor \(number % 40)/\(name)", octets, nil)
    case .unsigned:
      let name = "tool\(number).exe"
      return ("Program Files/Own \(number % 20)/\(name)", program(number, name), nil)
    case .script:
      let name = "script\(number).\(["ps1", "cmd", "psm1", "inf"][number % 4])"
      let octets = Array(repeating: "rem line of file \(number)\r\n", count: 40 + number % 200).flatMap { Array($0.utf8) }
      return (folder(number) + name, octets, .flat(octets, hash, name: name))
    case .other:
      let name = "data\(number).\(["txt", "nls", "png", "xml", "log"][number % 5])"
      return (folder(number) + name, Array(Disk.block[(number % 1_000)..<(number % 1_000 + 4_096)]), nil)
    }
  }

  private func folder(_ number: Int) -> String {
    switch number % 7 {
    case 0: "Windows/System32/"
    case 1: "Windows/System32/drivers/"
    case 2: "Windows/SysWOW64/"
    default: "Windows/WinSxS/amd64_component-\(number / 8)_31bf3856ad364e35_10.0.19041.1_none/"
    }
  }

  private func program(_ number: Int, _ name: String) -> [UInt8] {
    var count = Disk.size(number)
    if let megabytes {
      let coded = max(1, files * 87 / 100)
      count = count * megabytes / max(1, (coded * Disk.meanSize) >> 20)
    }
    count = min(max(count, 2_048), Disk.largest)
    let start = number * 977 % (1 << 20)
    var content = Array(Disk.block[start..<(start + count)])
    for place in 0..<8 { content[place] = UInt8(truncatingIfNeeded: number >> (8 * place)) }
    return PESpec().with {
      $0.isDLL = !name.hasSuffix(".exe")
      $0.sections = [.init(".text", content)]
      $0.versionStrings = PESpec.version(company: "Assay Example Ltd", name: name)
    }.build()
  }
}
