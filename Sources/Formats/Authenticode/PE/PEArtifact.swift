package import AssayBytes
package import AssayContainers
package import AssayCore

/// A PE image with its signatures, read but not believed.
package struct PEArtifact: ParsedArtifact {
  package let image: PEImage
  package let table: PECertificateTable?
  /// Of a .NET image.
  package let clr: PECLRHeader?
  let strongName: PEStrongName?
  package let roles: [Role]
  package let identity: Identity
  package let findings: [Finding]
  let signatures: [AuthenticodeClaim]
  let source: any ByteSource

  package var claims: [any Claim] { signatures }

  package init(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) {
    source = artifact.source
    image = try PEImage(source, &budget)
    table = try PECertificateTable(image, source, &budget)
    var notes: [Finding] = []
    let image = image
    notes += image.irregularities.map { Finding($0, image.certificateEntryOffset == nil ? .warning : .failure) }
    notes += (table?.violations ?? []).map { violation in
      var finding = Finding(violation)
      finding.attack = ["T1036.001"]
      return finding
    }
    if table == nil, let place = try PECertificateTable.orphan(in: image, source, &budget) {
      notes.append(
        Finding(
          "pe.certificate-table.orphaned", .warning,
          "orphaned signature data at the end of the file: the header names no certificate table", offset: place,
          attack: ["T1036.001"]))
    }
    // A broken .NET header is no business of Authenticode's.
    clr = (try? PECLRHeader(image, source, &budget)) ?? nil
    strongName = clr.flatMap { PEStrongName($0, image, artifact.source, &notes, &budget) }
    if let finding = strongName?.finding { notes.append(finding) }
    identity = PEArtifact.identity(of: image, source, &notes, &budget)
    roles = PEArtifact.roles(of: image, source, &budget)
    if image.isEFI {
      notes.append(
        Finding("pe.subsystem.efi", .note, "\(image.subsystemName): firmware judges it by its own keys, db and dbx"))
    }
    var reader = PESignatureReader(image: image, source: source)
    reader.notes = notes
    signatures = try reader.read(table, &budget)
    findings = reader.notes
  }

  private static func identity(
    of image: PEImage, _ source: any ByteSource, _ notes: inout [Finding], _ budget: inout Budget
  ) -> Identity {
    var identity = Identity()
    identity.architecture = image.architecture
    do throws(ParseError) {
      guard let resource = try image.versionResource(source, &budget) else { return identity }
      let version = try PEVersionInfo(resource, &budget)
      identity.companyName = version.string("CompanyName")
      identity.productName = version.string("ProductName")
      identity.fileDescription = version.string("FileDescription")
      identity.originalFilename = version.string("OriginalFilename")
      identity.internalName = version.string("InternalName")
      identity.legalCopyright = version.string("LegalCopyright")
      identity.fileVersion = version.fileVersion
      identity.productVersion = version.productVersion
    } catch {
      notes.append(
        Finding("pe.version.unreadable", .note, "the version resource cannot be read: \(error.message)", offset: error.offset))
    }
    return identity
  }

  /// The native subsystem is for drivers and for the few processes that start before Windows; only the latter import ntdll.dll.
  private static func roles(of image: PEImage, _ source: any ByteSource, _ budget: inout Budget) -> [Role] {
    if image.isEFI { return [.bootImage] }
    if image.isNative {
      let modules = (try? image.importedModules(source, &budget)) ?? []
      if !modules.contains("ntdll.dll") { return [.kernelDriver] }
    }
    return [image.isLibrary ? .library : .executable]
  }

  package var inspection: [InspectionLine] {
    var lines = [
      InspectionLine("layout", image.layout.rawValue), InspectionLine("architecture", image.architecture),
      InspectionLine("subsystem", image.subsystemName), InspectionLine("sections", String(image.sections.count)),
    ]
    for section in image.sections.prefix(96) {
      lines.append(InspectionLine(section.name, "\(section.rawSize) bytes at \(section.rawOffset)", level: 1))
    }
    if let clr {
      lines.append(InspectionLine(".NET runtime header", "\(clr.runtimeVersion), flags 0x\(String(clr.flags, radix: 16))"))
      if let assembly = strongName?.assembly {
        lines.append(InspectionLine(".NET assembly", "\(assembly.name) \(assembly.version)"))
      }
      let key = strongName?.token.map { ", key \($0)" } ?? ""
      lines.append(
        InspectionLine("strong name", clr.strongName.map { "\($0.count) bytes at \($0.lowerBound)\(key)" } ?? "none"))
    }
    if let table {
      lines.append(
        InspectionLine("certificate table", "\(table.range.count) bytes at \(table.range.lowerBound)"))
      for entry in table.entries {
        lines.append(
          InspectionLine(
            "entry",
            "\(entry.length) bytes at \(entry.offset), revision \(entry.revision >> 8).\(entry.revision & 255), type \(entry.type)",
            level: 1))
      }
    }
    return lines
  }
}
