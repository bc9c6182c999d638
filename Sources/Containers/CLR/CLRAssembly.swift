package import AssayBytes

/// What a .NET assembly says of itself (ECMA-335 II.22.2). Read, not believed.
package struct CLRAssembly: Hashable, Sendable {
  package let name: String
  /// `major.minor.build.revision`
  package let version: String
  /// The key of the strong name as it is written; empty where the assembly has none.
  package let publicKey: [UInt8]
  /// Whether it carries AssemblySignatureKeyAttribute: the strong name is then made with the key that this names.
  package let namesSignatureKey: Bool

  /// A key of 16,384 bits has 2,080 octets.
  private static let keyLimit = 4_096
  /// Attributes of the assembly itself that are looked at; real ones have a dozen or two.
  private static let attributeLimit = 256

  /// Nil for a module without a manifest. Throws `pe.clr.*`.
  package init?(_ header: PECLRHeader, _ source: any ByteSource, _ budget: inout Budget) throws(ParseError) {
    guard let range = header.metadata else {
      throw ParseError("pe.clr.invalid", "the .NET header names no metadata inside the file")
    }
    let metadata = try CLRMetadata(range, source, &budget)
    guard let row = try metadata.tables.row(1, of: .assembly, source, &budget), row.count == 9 else { return nil }
    version = row[1...4].map(String.init).joined(separator: ".")
    publicKey = row[6] == 0 ? [] : try metadata.blob(row[6], limit: CLRAssembly.keyLimit, source, &budget)
    name = String(decoding: try metadata.string(row[7], source, &budget), as: UTF8.self)
    namesSignatureKey = try CLRAssembly.namesSignatureKey(metadata, source, &budget)
  }

  private static func namesSignatureKey(
    _ metadata: CLRMetadata, _ source: any ByteSource, _ budget: inout Budget
  ) throws(ParseError) -> Bool {
    // Row 1 of Assembly as HasCustomAttribute. Attributes are sorted by their owner, so few stand before the assembly's.
    let assembly = 1 << 5 | 14
    for number in 1...attributeLimit {
      guard let attribute = try metadata.tables.row(number, of: .customAttribute, source, &budget) else { return false }
      if metadata.isSorted, attribute[0] > assembly { return false }
      // Its constructor is a MemberRef, of a TypeRef.
      guard attribute[0] == assembly, attribute[1] & 7 == 3,
        let member = try metadata.tables.row(attribute[1] >> 3, of: .memberRef, source, &budget), member[0] & 7 == 1,
        let type = try metadata.tables.row(member[0] >> 3, of: .typeRef, source, &budget)
      else { continue }
      if try metadata.string(type[1], source, &budget) == Array("AssemblySignatureKeyAttribute".utf8) { return true }
    }
    return false
  }
}
