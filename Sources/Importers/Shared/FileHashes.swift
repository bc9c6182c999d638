import AssayBytes
import AssayPKI
import AssayPolicy

/// The digests that Windows may know a file by, and lists name it by: an image by what Authenticode covers and by its first page,
/// anything else by all of its bytes.
struct FileHashes {
  /// What of the artifact it is, for people, and the digest.
  let known: [(what: String, value: [UInt8])]
  /// The first fact that is missing, by the digest's length in octets.
  let missing: [Int: String]

  private static let algorithms: [(DigestAlgorithm, Int)] = [(.sha1, 20), (.sha256, 32)]

  init(_ facts: ReportFacts) {
    var known: [(String, [UInt8])] = []
    var missing: [Int: String] = [:]
    let isImage = facts.format.map { $0.utf8.elementsEqual("pe".utf8) } ?? false
    for (algorithm, count) in Self.algorithms {
      let name = algorithm.rawValue
      // What has no format of ours may be anything; its flat digest is what others would know it by.
      let wanted = isImage ? ["authenticode-\(name)", "first-page-\(name)"] : [name]
      for key in wanted + (isImage ? [] : ["authenticode-\(name)"]) {
        if let value = facts.digests[key].flatMap({ Hex.decode($0) }), value.count == count {
          known.append((Self.words(key), value))
        } else if wanted.contains(where: { $0.utf8.elementsEqual(key.utf8) }) {
          missing[count] = missing[count] ?? "the artifact's \(key)"
        }
      }
    }
    self.known = known
    self.missing = missing
  }

  private static func words(_ key: String) -> String {
    if key.hasPrefix("authenticode-") { return "its Authenticode digest" }
    return key.hasPrefix("first-page-") ? "the digest of its first page" : "its digest"
  }
}
