import AssayBytes
import AssayContainers
package import AssayPKI
package import AssayPolicy

/// A list of known vulnerable or malicious drivers: LOLDrivers' JSON or CSV, or one of the same form. It only refuses.
package struct DriverList: ForeignRules {
  package let origin: String
  package let kind = "list of drivers"
  package let counts: [(kind: String, count: Int)]
  package let notes: [String]
  package let isDenyOnly = true
  package let isAudit = false
  package let listedDigests: [DigestAlgorithm]
  package let flatDigests: [DigestAlgorithm]

  struct Entry: Sendable {
    let id: String
    let name: String
  }
  struct Key: Hashable, Sendable {
    enum What: Sendable { case flat, authenticode }
    let what: What
    let digest: [UInt8]
  }
  private let entries: [Key: Entry]

  init(_ read: DriverListReader, origin: String) {
    self.origin = origin
    entries = read.entries
    notes = read.notes
    func lengths(_ what: Key.What) -> Set<Int> { Set(read.entries.keys.lazy.filter { $0.what == what }.map(\.digest.count)) }
    flatDigests = Self.algorithms.filter { lengths(.flat).contains($0.1) }.map(\.0)
    listedDigests = Self.algorithms.filter { lengths(.authenticode).contains($0.1) }.map(\.0)
    let rows: [(kind: String, count: Int)] = [
      ("drivers", read.drivers), ("samples", read.samples),
      ("digests of files", read.entries.keys.count { $0.what == .flat }),
      ("Authenticode digests", read.entries.keys.count { $0.what == .authenticode }),
    ]
    counts = rows.filter { $0.count > 0 }
  }

  private static let algorithms: [(DigestAlgorithm, Int)] = [(.md5, 16), (.sha1, 20), (.sha256, 32)]

  package func refuses(_ facts: ReportFacts) -> ForeignAnswer {
    var missing: String?
    let isImage = facts.format.map { $0.utf8.elementsEqual("pe".utf8) } ?? false
    for (what, algorithms, prefix) in [(Key.What.flat, flatDigests, ""), (.authenticode, listedDigests, "authenticode-")] {
      for algorithm in algorithms {
        let name = prefix + algorithm.rawValue
        guard let digest = facts.digests[name].flatMap({ Hex.decode($0) }) else {
          // What is no image has no such digest, and is no driver.
          if what == .flat || isImage { missing = missing ?? "the artifact's \(name)" }
          continue
        }
        if let entry = entries[Key(what: what, digest: digest)] { return hit(entry, "its \(name)") }
      }
    }
    return missing.map { .unknown($0) } ?? .clear
  }

  private func hit(_ entry: Entry, _ what: String) -> ForeignAnswer {
    .hit(ForeignRule(id: entry.id, name: entry.name, by: what, isExact: true))
  }

  package func allows(_ facts: ReportFacts) -> ForeignAnswer { .clear }
}
