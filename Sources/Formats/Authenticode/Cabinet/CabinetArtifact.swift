package import AssayBytes
import AssayContainers
package import AssayCore
package import AssayPKI

/// A cabinet with its signature, read but not believed.
package struct CabinetArtifact: ParsedArtifact {
  package let roles: [Role] = []
  package let identity = Identity()
  package let findings: [Finding]
  let signatures: [AuthenticodeClaim]
  let cabinet: Cabinet
  let source: any ByteSource
  private let names: [String]

  package var claims: [any Claim] { signatures }

  /// A larger signature is not read; the largest seen has 40 kB.
  private static let maximumSignatureBytes = 16 << 20
  /// Key of the reading without the part's number.
  private static let withoutPartNumber = "without part number"
  private static let withoutNames = "without names"

  package init(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) {
    source = artifact.source
    let cabinet = try Cabinet(source, &budget)
    self.cabinet = cabinet
    names = ((try? cabinet.fileNames(source, &budget)) ?? []).map { String(decoding: $0, as: UTF8.self) }
    var notes = CabinetArtifact.notes(cabinet)
    guard let range = CabinetArtifact.place(cabinet, &notes) else {
      notes += try CabinetArtifact.unsigned(cabinet, source)
      findings = notes
      signatures = []
      return
    }
    let layout = try CabinetArtifact.layout(cabinet, source, &budget)
    notes += layout.filter { $0.severity == .failure }
    findings = notes
    guard range.count <= CabinetArtifact.maximumSignatureBytes else {
      throw ParseError(
        "limit.signature-bytes",
        "the signature has \(range.count) bytes; more than \(CabinetArtifact.maximumSignatureBytes) are not read",
        offset: range.lowerBound)
    }
    var subject = AuthenticodeSubject(
      formatID: "cab", dataTypes: [SpcOID.link, SpcOID.cabData], sip: nil,
      coverageClause: "cabinet SIP: the cabinet without reserved1, the reserve's sizes and the signature's place",
      containerClause: "MS-CAB, CabinetSignature in the reserve")
    subject.containerFailures = notes.filter { $0.severity == .failure }
    subject.alternatives = [
      .init(
        key: CabinetArtifact.withoutPartNumber, isAccepted: false,
        finding: Finding(
          "cab.digest.part-number", .warning,
          "the digest is that of osslsigncode and relic, which leave out the number of the part: Windows would not accept it",
          offset: 34, found: String(cabinet.partNumber))),
      .init(
        key: CabinetArtifact.withoutNames, isAccepted: false,
        finding: Finding(
          "cab.digest.names", .warning,
          "the digest leaves out the names of the neighbouring parts, as osslsigncode's signing does: neither Windows nor that tool's own "
            + "verification accepts it", offset: cabinet.bodyOffset)),
    ]
    guard !range.isEmpty else {
      signatures = []
      return
    }
    try budget.spend(bytes: range.count)
    let bytes = try source.bytes(range)
    signatures = AuthenticodeClaim.read(
      bytes[...], at: range.lowerBound, kind: .embedded, numberedFrom: 0, subject: subject,
      tolerated: CabinetArtifact.tolerated(bytes, at: range.lowerBound) + layout.filter { $0.severity == .warning }, &budget)
  }

  private static func notes(_ cabinet: Cabinet) -> [Finding] {
    let isSigned = cabinet.reserve?.signature != nil || cabinet.reserve?.embedded != nil
    var notes = cabinet.irregularities.map { irregularity in
      var finding = Finding(irregularity, isSigned ? .failure : .warning)
      finding.attack = isSigned ? ["T1036.001"] : []
      return finding
    }
    if !cabinet.flags.isDisjoint(with: [.previous, .next]) {
      let neighbours = [cabinet.previousName, cabinet.nextName].compactMap { $0 }.map { String(decoding: $0, as: UTF8.self) }
      notes.append(
        Finding(
          "cab.set.part", .note,
          "part \(cabinet.partNumber + 1) of a set, beside \(neighbours.joined(separator: " and ")): its signature covers this part only",
          found: String(cabinet.partNumber)))
    }
    return notes
  }

  /// A cabinet that names no signature: what follows it, if anything does.
  private static func unsigned(_ cabinet: Cabinet, _ source: any ByteSource) throws(ParseError) -> [Finding] {
    if let reserve = cabinet.reserve, reserve.holdsSignedData {
      return [
        Finding(
          "cab.signature.orphaned", .failure, "what looks like a signature stands in the reserve, whose lengths name none",
          offset: reserve.offset, found: "\(reserve.headerBytes) bytes", attack: ["T1036.001"])
      ]
    }
    let count = source.byteCount - cabinet.cabinetSize
    guard count > 0 else { return [] }
    let head = try source.prefix(at: cabinet.cabinetSize, 4_096)
    let isSignature = head.count > 20 && head[0] == 0x30 && head[1] == 0x82 && head[4] == 0x06
    return [
      isSignature
        ? Finding(
          "cab.signature.orphaned", cabinet.reserve?.isUsed == true ? .failure : .warning,
          "what looks like a signature follows a cabinet whose header names none",
          offset: cabinet.cabinetSize, found: "\(count) bytes", attack: ["T1036.001"])
        : Finding(
          "cab.container.trailing", .warning,
          "\(count) bytes follow the cabinet" + (HiddenContent.words(in: head[...]).map { ": they hold \($0)" } ?? ""),
          offset: cabinet.cabinetSize, found: "\(count) bytes")
    ]
  }

  /// Where the signature is: behind the cabinet or, as the first tools had it, in the reserve. Nil where there is none.
  private static func place(_ cabinet: Cabinet, _ notes: inout [Finding]) -> Range<Int>? {
    guard let reserve = cabinet.reserve else { return nil }
    let field = reserve.offset + 4 + (reserve.lengths?.first ?? 0)
    if reserve.signature != nil || reserve.embedded != nil, reserve.filler.contains(where: { $0 != 0 }) {
      notes.append(
        failure(
          "reserve.filler",
          "\(reserve.filler.count) bytes of the reserve that have no meaning are not zero: no signature covers them",
          reserve.embedded?.upperBound ?? field + 8, found: Hex.encode(reserve.filler.prefix(32))))
    }
    if let place = reserve.signature { return check(place, at: field, cabinet, &notes) }
    guard let embedded = reserve.embedded else { return nil }
    if cabinet.byteCount > cabinet.cabinetSize {
      let count = cabinet.byteCount - cabinet.cabinetSize
      notes.append(
        failure(
          "signature.trailing", "\(count) bytes follow the cabinet, whose signature in the reserve does not cover them",
          cabinet.cabinetSize, found: "\(count) bytes"))
    }
    return embedded
  }

  private static func failure(
    _ problem: String, _ words: String, _ offset: Int, expected: String? = nil, found: String? = nil
  ) -> Finding {
    Finding("cab.\(problem)", .failure, words, offset: offset, expected: expected, found: found, attack: ["T1036.001"])
  }

  /// The blocks of data, one after the other, must fill what lies between the folders' beginnings: how long each block's reserve is stands
  /// outside of what is signed, and with another length a file would unpack to something else.
  private static func layout(
    _ cabinet: Cabinet, _ source: any ByteSource, _ budget: inout Budget
  ) throws(ParseError) -> [Finding] {
    let folders = cabinet.folders.sorted { $0.dataOffset < $1.dataOffset }
    for (number, folder) in folders.enumerated() {
      let limit = number + 1 < folders.count ? folders[number + 1].dataOffset : cabinet.cabinetSize
      do throws(ParseError) {
        let end = try cabinet.dataEnd(of: folder, source, &budget)
        guard end != limit else { continue }
        let words = "the data of a folder end at offset \(end), the next begin at \(limit)"
        if end > limit { return [failure("data.overrun", words, end, expected: String(limit), found: String(end))] }
        return [Finding("cab.data.gap", .warning, words, offset: end, expected: String(limit), found: String(end))]
      } catch {
        if error.isLimit || error.isUnreadable { throw error }
        var finding = Finding(error)
        finding.attack = ["T1036.001"]
        return [finding]
      }
    }
    return []
  }

  /// The bytes that the header names as the signature, cut at the end of the file; failures where they are not all that follows.
  private static func check(
    _ place: (offset: Int, size: Int), at field: Int, _ cabinet: Cabinet, _ notes: inout [Finding]
  ) -> Range<Int> {
    func fail(_ problem: String, _ words: String, _ offset: Int, expected: String? = nil, found: String? = nil) {
      notes.append(failure(problem, words, offset, expected: expected, found: found))
    }
    guard place.offset <= cabinet.byteCount, place.size <= cabinet.byteCount - place.offset, place.size > 0 else {
      fail(
        "signature.place", "the signature of \(place.size) bytes at offset \(place.offset) is not inside the file", field,
        expected: "at most \(cabinet.byteCount)", found: "\(place.offset + place.size)")
      let start = min(place.offset, cabinet.byteCount)
      return start..<cabinet.byteCount
    }
    if place.offset != cabinet.cabinetSize {
      fail(
        "signature.place", "the signature begins at offset \(place.offset), the cabinet ends at \(cabinet.cabinetSize)", field,
        expected: String(cabinet.cabinetSize), found: String(place.offset))
    }
    let end = place.offset + place.size
    if end < cabinet.byteCount {
      fail(
        "signature.trailing", "\(cabinet.byteCount - end) bytes follow the signature, which does not cover them", end,
        found: "\(cabinet.byteCount - end) bytes")
    }
    return place.offset..<end
  }

  /// Up to seven zeros pad the signature.
  private static func tolerated(_ bytes: [UInt8], at offset: Int) -> [Finding] {
    var budget = Budget()
    var reader = ASN1Reader(bytes[...], rules: .ber)
    guard let length = (try? reader.next(&budget))?.encoded.count, length < bytes.count else { return [] }
    let padding = bytes[length...]
    guard padding.count >= 8 || padding.contains(where: { $0 != 0 }) else { return [] }
    return [
      Finding(
        "cab.signature.padding", .warning,
        "\(padding.count) bytes follow the signature and are not covered by it"
          + (HiddenContent.words(in: padding).map { ": they hold \($0)" } ?? ""), offset: offset + length,
        found: "\(padding.count) bytes", attack: ["T1036.001"])
    ]
  }

  /// File ranges that the digest runs over: the header without reserved1 and the reserve's sizes, of the reserve its first length and
  /// structure, then everything from the neighbours' names to the cabinet's end.
  ///
  /// Older readings leave out the part's number and take the reserve's last four bytes in its place. The two agree where both are
  /// zero, which is wherever no set is signed.
  private func covered(withPartNumber: Bool, withNames: Bool = true) -> [Range<Int>] {
    let start = withNames ? cabinet.bodyOffset : cabinet.foldersOffset
    let body = start..<max(start, cabinet.cabinetSize)
    guard let reserve = cabinet.reserve else { return [0..<4, 8..<36, body] }
    if withPartNumber { return [0..<4, 8..<36] + reserve.covered + [body] }
    let end = reserve.offset + reserve.headerBytes
    return [0..<4, 8..<34, (end - 4)..<end, body]
  }

  package func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    var measured = Measurements()
    let algorithms = Set(signatures.compactMap(\.digestAlgorithm)).union(signatures.isEmpty ? [] : flat).sorted()
    for (algorithm, digest) in zip(algorithms, try digests(algorithms, covered(withPartNumber: true))) {
      measured.digests[.init("authenticode", algorithm)] = digest
      let signed = signatures.filter { $0.digestAlgorithm == algorithm }.compactMap(\.signedDigest)
      guard signed.contains(where: { $0 != digest }) else { continue }
      let other = try digests([algorithm], covered(withPartNumber: false))
      measured.alternatives[.init(CabinetArtifact.withoutPartNumber, algorithm)] = other.first
      let nameless = try digests([algorithm], covered(withPartNumber: false, withNames: false))
      measured.alternatives[.init(CabinetArtifact.withoutNames, algorithm)] = nameless.first
    }
    let wanted = Array(Set(flat)).sorted()
    for (algorithm, digest) in zip(wanted, try digests(wanted, [0..<source.byteCount])) {
      measured.digests[.init("flat", algorithm)] = digest
    }
    return measured
  }

  private func digests(_ algorithms: [DigestAlgorithm], _ ranges: [Range<Int>]) throws(ParseError) -> [[UInt8]] {
    guard !algorithms.isEmpty else { return [] }
    var hashers = algorithms.map { DigestHasher($0) }
    for range in ranges {
      try source.forEachChunk(range) { _, chunk in
        for index in hashers.indices { hashers[index].update(chunk) }
      }
    }
    return hashers.indices.map { hashers[$0].finalize() }
  }

  package var inspection: [InspectionLine] {
    var lines = [
      InspectionLine("cabinet", "\(cabinet.cabinetSize) bytes, \(cabinet.folders.count) folders, \(cabinet.fileCount) files"),
      InspectionLine("set", "\(cabinet.setID), part \(cabinet.partNumber + 1)"),
    ]
    if let reserve = cabinet.reserve {
      lines.append(
        InspectionLine("reserve", "\(reserve.headerBytes) bytes at \(reserve.offset)" + (reserve.isUsed ? "" : ", all zero")))
      if let place = reserve.embedded { lines.append(InspectionLine("signature", "\(place.count) bytes in the reserve")) }
      if let place = reserve.signature { lines.append(InspectionLine("signature", "\(place.size) bytes at \(place.offset)")) }
    }
    for name in names { lines.append(InspectionLine("file", name, level: 1)) }
    return lines
  }
}
