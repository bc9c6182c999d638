import AssayBytes

/// The files that a collection is about, as AppLocker parts them.
enum AppLockerCollection: String, Sendable {
  case exe = "Exe"
  case dll = "Dll"
  case script = "Script"
  case msi = "Msi"
  case appx = "Appx"
}

/// Publisher, product, binary name and version, upper case and folded alike; nil means any.
struct AppLockerPublisher: Sendable {
  /// The subject's own parts in the order that AppLocker writes them: `O=..., L=..., S=..., C=...`.
  let publisher: [UInt8]?
  let product: [UInt8]?
  let binary: AppLockerName?
  let lowest: FileVersion
  let highest: FileVersion
}

/// The name of a file in a publisher condition. `*` and `?` count here alone: with other characters, the name has to contain what they
/// make up (MicrosoftDocs/windows-itpro-docs, applocker/understanding-the-publisher-rule-condition-in-applocker.md).
struct AppLockerName: Sendable {
  private let pattern: [UInt8]
  private let isPattern: Bool

  /// Nil for any name.
  init?(_ folded: [UInt8]) {
    if folded == [UInt8(ascii: "*")] || folded == [UInt8(ascii: "?")] { return nil }
    isPattern = folded.contains(UInt8(ascii: "*")) || folded.contains(UInt8(ascii: "?"))
    pattern = isPattern ? [UInt8(ascii: "*")] + folded + [UInt8(ascii: "*")] : folded
  }

  func fits(_ folded: [UInt8]) -> Bool { isPattern ? Wildcards.match(pattern, folded, questionMark: true) : folded == pattern }
}

enum AppLockerCondition: Sendable {
  case publisher(AppLockerPublisher)
  case path(WindowsPathPattern)
  /// A path that no file of the disk can be told by: a medium, a share, another variable.
  case elsewhere(String)
  case hashes(AppLockerHashes)
}

/// Digests with the names of the files that they were made of.
struct AppLockerHashes: Sendable {
  /// As Windows digests a file of the collection: an image by what Authenticode covers, else every octet. By length SHA-256 or SHA-1.
  var own: [[UInt8]: String] = [:]
  /// `SHA256Flat`: of every octet, whatever the file is.
  var flat: [[UInt8]: String] = [:]
}

struct AppLockerRule: Sendable {
  let id: String
  let name: String
  let allows: Bool
  /// Any of the rule's conditions must hold; AppLocker writes one.
  let conditions: [AppLockerCondition]
  let exceptions: [AppLockerCondition]
  /// Whom the rule is for: `S-1-1-0` is everyone.
  let sid: String
  var isForEveryone: Bool { sid.utf8.elementsEqual("S-1-1-0".utf8) }
}

struct AppLockerRuleCollection: Sendable {
  let isAudit: Bool
  let rules: [AppLockerRule]
}
