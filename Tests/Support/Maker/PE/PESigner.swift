/// How the attribute certificate table is laid out. The defaults make what Windows accepts.
package struct CertificateTableSpec: Sendable {
  package var revision = 0x0200
  package var type = 0x0002
  /// Octets after the DER inside dwLength of the first entry (CVE-2013-3900).
  package var padding: [UInt8] = []
  /// Octets after the table.
  package var trailing: [UInt8] = []
  /// Added to the size that the data directory states.
  package var directorySizeDelta = 0
  /// Added to the offset that the data directory states.
  package var directoryOffsetDelta = 0
  /// Added to dwLength of the first entry.
  package var lengthDelta = 0

  package init() {}

  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }
}

/// Puts signatures into PE files.
package enum PESigner {
  /// Signs `file`, which has no signature yet.
  package static func sign(
    _ file: [UInt8], _ spec: AuthenticodeSpec, table: CertificateTableSpec = CertificateTableSpec()
  ) -> [UInt8] {
    let ready = padded(file)
    return attach([spec.sign(image: PEImage(ready))], to: ready, table: table)
  }

  /// Signs with several entries of the table, each over the same image.
  package static func sign(
    _ file: [UInt8], entries: [AuthenticodeSpec], table: CertificateTableSpec = CertificateTableSpec()
  ) -> [UInt8] {
    let ready = padded(file)
    return attach(entries.map { $0.sign(image: PEImage(ready)) }, to: ready, table: table)
  }

  /// Appends PKCS #7 blobs as a table, whatever they sign (copied signatures are made so).
  package static func attach(
    _ signatures: [[UInt8]], to file: [UInt8], table spec: CertificateTableSpec = CertificateTableSpec()
  ) -> [UInt8] {
    var file = padded(file)
    var table: [UInt8] = []
    for (index, signature) in signatures.enumerated() {
      var body = signature + (index == 0 ? spec.padding : [])
      if index > 0 || spec.padding.isEmpty { body.pad(to: 8) }
      table.append32(8 + body.count + (index == 0 ? spec.lengthDelta : 0))
      table.append16(spec.revision)
      table.append16(spec.type)
      table += body
      table.pad(to: 8)
    }
    let image = PEImage(file)
    file.put32(file.count + spec.directoryOffsetDelta, at: image.certificateEntryOffset)
    file.put32(table.count + spec.directorySizeDelta, at: image.certificateEntryOffset + 4)
    return PEImage.checksummed(file + table + spec.trailing)
  }

  /// The PKCS #7 blob of the first entry, padding included.
  package static func signature(of file: [UInt8]) -> [UInt8] {
    let (offset, _) = PEImage(file).certificateTable
    return Array(file[(offset + 8)..<(offset + file.get32(offset))])
  }

  private static func padded(_ file: [UInt8]) -> [UInt8] {
    var file = file
    file.pad(to: 8)
    return file
  }
}
