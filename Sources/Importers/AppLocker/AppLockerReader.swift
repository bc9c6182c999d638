import AssayBytes
import AssayContainers

/// Reads an AppLockerPolicy document, or one collection of it as policies are kept apart in Group Policy and in Intune.
struct AppLockerReader {
  var collections: [AppLockerCollection: AppLockerRuleCollection] = [:]
  var notes: [String] = []
  private var ids: Set<XMLText> = []

  init(_ root: XMLElement) throws(ParseError) {
    let items = root.name == "RuleCollection" ? [root] : root.elements
    for item in items {
      guard item.name == "RuleCollection" else {
        throw AppControlReader.error("import.rule.unknown", "<\(item.name)> in an AppLocker policy is not known", item)
      }
      try read(item)
    }
  }

  private mutating func read(_ element: XMLElement) throws(ParseError) {
    let type = element.attribute("Type") ?? .empty
    var isAudit = false
    switch element.attribute("EnforcementMode") ?? "NotConfigured" {
    case "Enabled": break
    case "AuditOnly": isAudit = true
    // Not configured, Windows enforces what rules there are.
    case "NotConfigured": break
    default:
      throw AppControlReader.error("import.rule.unknown", "collection \(type) has an enforcement mode that is not known", element)
    }
    var rules: [AppLockerRule] = []
    for item in element.elements {
      if item.name == "RuleCollectionExtensions" {
        notes.append("extensions of collection \(type) are not judged by")
        continue
      }
      rules.append(try rule(item))
    }
    guard let collection = AppLockerCollection(rawValue: type.string) else {
      // Such as ManagedInstaller: who may install, not what may run.
      if !rules.isEmpty { throw AppControlReader.error("import.rule.unknown", "collection \(type) is not known", element) }
      return
    }
    let earlier = collections[collection]
    collections[collection] = AppLockerRuleCollection(
      isAudit: isAudit && earlier?.isAudit ?? true, rules: (earlier?.rules ?? []) + rules)
  }

  private mutating func rule(_ element: XMLElement) throws(ParseError) -> AppLockerRule {
    guard let id = element.attribute("Id"), !id.isEmpty, ids.insert(id).inserted else {
      throw AppControlReader.error("import.rule.duplicate", "a rule has no Id, or one that stands above", element)
    }
    let allows: Bool
    switch element.attribute("Action") {
    case "Allow": allows = true
    case "Deny": allows = false
    default: throw AppControlReader.error("import.rule.malformed", "rule \(id) neither allows nor denies", element)
    }
    guard ["FilePublisherRule", "FilePathRule", "FileHashRule"].contains(element.name) else {
      throw AppControlReader.error("import.rule.unknown", "rule \(id) is a <\(element.name)>, which is not known", element)
    }
    for part in element.elements where part.name != "Conditions" && part.name != "Exceptions" {
      throw AppControlReader.error("import.rule.unknown", "rule \(id) has <\(part.name)>, which is not known", part)
    }
    let found = try conditions(element.first("Conditions"), of: id)
    guard !found.isEmpty else { throw AppControlReader.error("import.rule.malformed", "rule \(id) has no condition", element) }
    let sid = element.attribute("UserOrGroupSid")?.string ?? ""
    if sid != "S-1-1-0" { notes.append("rule \(id) is for \(sid.isEmpty ? "nobody" : sid) alone; it is judged as if for everyone") }
    return AppLockerRule(
      id: id.string, name: element.attribute("Name")?.string ?? "", allows: allows, conditions: found,
      exceptions: try conditions(element.first("Exceptions"), of: id), sid: sid)
  }

  private mutating func conditions(_ element: XMLElement?, of id: XMLText) throws(ParseError) -> [AppLockerCondition] {
    var found: [AppLockerCondition] = []
    for item in element?.elements ?? [] {
      switch item.name {
      case "FilePublisherCondition": found.append(.publisher(try publisher(item, of: id)))
      case "FilePathCondition":
        let path = item.attribute("Path")?.string ?? ""
        guard !path.isEmpty else { throw AppControlReader.error("import.rule.malformed", "rule \(id) has no path", item) }
        if let pattern = WindowsPathPattern(path) {
          found.append(.path(pattern))
        } else {
          notes.append("rule \(id): path \(path) is on no disk that is judged")
          found.append(.elsewhere(path))
        }
      case "FileHashCondition": found.append(.hashes(try hashes(item, of: id)))
      default:
        throw AppControlReader.error("import.rule.unknown", "rule \(id) has a <\(item.name)>, which is not known", item)
      }
    }
    return found
  }

  private func publisher(_ element: XMLElement, of id: XMLText) throws(ParseError) -> AppLockerPublisher {
    func value(_ name: XMLText) throws(ParseError) -> [UInt8]? {
      guard let text = element.attribute(name), !text.isEmpty else {
        throw AppControlReader.error("import.rule.malformed", "rule \(id) has no \(name)", element)
      }
      return text == "*" ? nil : Folded.octets(text)
    }
    func version(_ name: XMLText, _ any: FileVersion) throws(ParseError) -> FileVersion {
      guard let text = element.first("BinaryVersionRange")?.attribute(name), text != "*" else { return any }
      guard let version = FileVersion(text.trimmed.string) else {
        throw AppControlReader.error("import.rule.malformed", "rule \(id): \"\(text)\" is no version", element)
      }
      return version
    }
    return AppLockerPublisher(
      publisher: try value("PublisherName"), product: try value("ProductName"), binary: try value("BinaryName"),
      lowest: try version("LowSection", .lowest), highest: try version("HighSection", .highest))
  }

  private func hashes(_ element: XMLElement, of id: XMLText) throws(ParseError) -> AppLockerHashes {
    var found = AppLockerHashes()
    for item in element.elements {
      let data = (item.attribute("Data") ?? .empty).string
      let type = (item.attribute("Type") ?? .empty).lowered
      let isFlat = type == "sha256flat"
      guard item.name == "FileHash", type == "sha256" || type == "sha1" || isFlat, data.lowercased().hasPrefix("0x"),
        let digest = Hex.decode(String(data.dropFirst(2))), digest.count == (type == "sha1" ? 20 : 32)
      else { throw AppControlReader.error("import.rule.malformed", "rule \(id) has a hash that is neither SHA256 nor SHA1", item) }
      let name = item.attribute("SourceFileName")?.string ?? ""
      if isFlat { found.flat[digest] = name } else { found.own[digest] = name }
    }
    guard !found.own.isEmpty || !found.flat.isEmpty else {
      throw AppControlReader.error("import.rule.malformed", "rule \(id) has no hash", element)
    }
    return found
  }
}
