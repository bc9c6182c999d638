package import AssayBytes
package import AssayCore
package import AssayPKI

/// A catalog with its signature, read but not believed.
package struct CatalogArtifact: ParsedArtifact {
  package let roles: [Role] = []
  package let identity = Identity()
  package let findings: [Finding]
  /// Nil where the list cannot be read; then `findings` hold a failure.
  package let list: CatalogList?
  package let table: CatalogTable
  let signatures: [AuthenticodeClaim]
  private let bytes: [UInt8]

  package var claims: [any Claim] { signatures }
  package var memberCount: Int { table.memberCount }
  package var byteCount: Int { bytes.count }

  /// Throws where the file holds no SignedData at all.
  package init(_ bytes: [UInt8], _ budget: inout Budget) throws(ParseError) {
    self.bytes = bytes
    let data = try SignedData(contentInfo: bytes[...], &budget)
    var notes: [Finding] = []
    var table = CatalogTable()
    do throws(ParseError) {
      let list = try CatalogList(data, &budget)
      table = try CatalogTable(list, bytes[...], &budget)
      self.list = list
    } catch {
      if error.isLimit { throw error }
      var failure = Finding(error)
      failure.attack = ["T1036.001"]
      notes.append(failure)
      list = nil
    }
    self.table = table
    notes += CatalogArtifact.notes(on: table)
    var subject = AuthenticodeSubject(
      formatID: "catalog", dataTypes: [], sip: nil, coverageClause: "CertificateTrustList, the signed content itself",
      containerClause: "CertificateTrustList with the usage of a catalog")
    subject.content = .trustList
    subject.containerFailures = notes.filter { $0.severity == .failure }
    if data.signerInfos.isEmpty {
      signatures = []
      notes.append(
        Finding("catalog.list.unsigned", .note, "the catalog has no signerInfo: nobody signed it", offset: 0))
    } else {
      signatures = CatalogArtifact.claims(bytes[...], data, subject, &budget)
    }
    findings = notes
  }

  private static func claims(
    _ bytes: ArraySlice<UInt8>, _ data: SignedData, _ subject: AuthenticodeSubject, _ budget: inout Budget
  ) -> [AuthenticodeClaim] {
    var tolerated: [Finding] = []
    let rest = bytes.count - data.encodedCount
    if rest > 0 {
      tolerated.append(
        Finding(
          "catalog.content.trailing", .warning, "\(rest) bytes follow the catalog and are not covered by its signature",
          offset: data.encodedCount, found: "\(rest) bytes"))
    }
    let signature: Result<AuthenticodeSignature, ParseError>
    do throws(ParseError) {
      signature = .success(
        try AuthenticodeSignature(
          data, trailing: bytes.dropFirst(data.encodedCount), at: bytes.startIndex, content: .trustList, &budget))
    } catch {
      signature = .failure(error)
    }
    return [
      AuthenticodeClaim(
        kind: .embedded, index: 0, subject: subject, signature: signature, offset: 0, firstIndex: bytes.startIndex,
        tolerated: tolerated)
    ]
  }

  /// No catalog is looked up for a catalog.
  package var listedBy: [String] { [] }

  package func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    var measured = Measurements()
    for algorithm in Set(flat) { measured.digests[.init("flat", algorithm)] = algorithm.digest(bytes) }
    return measured
  }

  /// Members that `inspect` lists.
  package static let inspectionLimit = 256

  package var inspection: [InspectionLine] {
    guard let list else { return [InspectionLine("list", "unreadable")] }
    var lines = [
      InspectionLine("catalog version", String(list.version.rawValue)),
      InspectionLine("list identifier", list.listIdentifier.map { Hex.encode($0) } ?? "none"),
      InspectionLine("made at", list.thisUpdate.rfc3339),
    ]
    for (name, value) in list.names { lines.append(InspectionLine(name, value)) }
    lines.append(InspectionLine("members", String(memberCount)))
    var shown = 0
    var budget = Budget()
    var reader = CatalogMemberReader(list.members)
    while shown < CatalogArtifact.inspectionLimit, let member = try? reader.next(&budget) {
      lines += describe(member)
      shown += 1
    }
    if memberCount > shown { lines.append(InspectionLine("further members", String(memberCount - shown))) }
    return lines
  }

  private func describe(_ member: CatalogMember) -> [InspectionLine] {
    let all = bytes[...]
    var lines: [InspectionLine] = []
    if let digest = member.digest(all) {
      lines.append(InspectionLine("member", "\(digest.algorithm.rawValue) \(Hex.encode(digest.octets))", level: 1))
    } else {
      lines.append(InspectionLine("member", "named \(CatalogList.text(all[member.tag]))", level: 1))
    }
    if let place = member.indirectDigest, member.digest(all).map({ !member.agrees(with: $0.octets, all) }) ?? true {
      lines.append(InspectionLine("digest", Hex.encode(all[place]), level: 2))
    }
    if let place = member.file { lines.append(InspectionLine("File", CatalogList.text(all[place]), level: 2)) }
    if let place = member.osAttribute { lines.append(InspectionLine("OSAttr", CatalogList.text(all[place]), level: 2)) }
    if member.hasPageHashes { lines.append(InspectionLine("page hashes", "yes", level: 2)) }
    return lines
  }

  private static func notes(on table: CatalogTable) -> [Finding] {
    var found: [Finding] = []
    if table.mismatchCount > 0 {
      found.append(
        Finding(
          "catalog.member.mismatch", .warning,
          "\(table.mismatchCount) members have a tag that is not the digest they were made for", offset: table.firstMismatch))
    }
    if table.namedCount > 0 {
      found.append(
        Finding("catalog.member.named", .note, "\(table.namedCount) members have a name as their tag: no file is looked up by it"))
    }
    return found
  }
}
