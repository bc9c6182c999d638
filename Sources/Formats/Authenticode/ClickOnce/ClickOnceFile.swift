import AssayBytes
import AssayContainers
import AssayCore
import AssayPKI

/// A file that a ClickOnce manifest names: its place below the manifest's folder, and its digests as the manifest has them.
struct ClickOnceFile: Sendable {
  struct Digest: Sendable {
    /// Nil for one that is not offered.
    let algorithm: DigestAlgorithm?
    let method: XMLText
    /// Digests of something else than the file's octets cannot be compared.
    let isOfOctets: Bool
    let octets: [UInt8]
  }

  /// As the manifest writes it.
  let name: XMLText
  /// Components below the manifest's folder; nil for a place elsewhere, an address or a path that leaves the folder.
  let components: [[UInt8]]?
  /// Empty where the manifest has none: the file may be anything.
  let digests: [Digest]
  let offset: Int

  private static let identityTransform: XMLText = "urn:schemas-microsoft-com:HashTransforms.Identity"

  /// Files and assemblies with a place, in the manifest's order. What Windows itself must have beforehand has none.
  static func all(in root: XMLElement, _ budget: inout Budget) throws(ParseError) -> [ClickOnceFile] {
    var found: [ClickOnceFile] = []
    for element in elements(root) {
      try budget.spend(nodes: 1)
      found.append(ClickOnceFile(element))
    }
    return found
  }

  static func elements(_ root: XMLElement) -> [XMLElement] {
    root.elements.flatMap { element -> [XMLElement] in
      if element.name == "file" { return [element] }
      guard element.name == "dependency" else { return [] }
      return element.elements.filter { $0.name == "dependentAssembly" && $0.attribute("codebase") != nil }
    }
  }

  private init(_ element: XMLElement) {
    name = element.attribute("codebase") ?? element.attribute("name") ?? .empty
    components = ClickOnceFile.components(name.octets)
    digests = element.elements.filter { $0.name == "hash" }.map(ClickOnceFile.digest)
    offset = element.offset
  }

  private static func digest(_ hash: XMLElement) -> Digest {
    let method = hash.first("DigestMethod", namespace: XMLSignature.namespace)?.attribute("Algorithm") ?? .empty
    let transforms = hash.first("Transforms", namespace: XMLSignature.namespace)?.elements ?? []
    let value = hash.first("DigestValue", namespace: XMLSignature.namespace).flatMap { element -> [UInt8]? in
      try? XMLSignature.base64(element)
    }
    return Digest(
      algorithm: XMLSignatureScheme.digest(uri: method), method: method,
      isOfOctets: transforms.allSatisfy { $0.attribute("Algorithm") == identityTransform }, octets: value ?? [])
  }

  /// Both slashes part. An address, a drive, a path from the root and one that climbs lead elsewhere.
  private static func components(_ name: [UInt8]) -> [[UInt8]]? {
    guard let first = name.first, first != 0x2F, first != 0x5C, !name.contains(0x3A), !name.contains(0) else { return nil }
    let parts = name.split(omittingEmptySubsequences: true) { $0 == 0x2F || $0 == 0x5C }.map { Array($0) }
    let dot: UInt8 = 0x2E
    return parts.isEmpty || parts.contains([dot]) || parts.contains([dot, dot]) ? nil : parts
  }
}
