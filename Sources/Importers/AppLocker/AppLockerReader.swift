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
      if item.name == "PolicyExtensions" {
        notes.append("extensions of the policy are not judged by")
        continue
      }
      guard item.name == "RuleCollection" else {
        throw AppControlReader.error("import.rule.unknown", "<\(item.name)> in an AppLocker policy is not known", item)
      }
      try read(item)
    }
    guard collections.values.contains(where: { !$0.isAudit && !$0.rules.isEmpty }) else { return }
    for (type, rules) in collections.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where rules.isAudit && !rules.rules.isEmpty {
      notes.append("collection \(type.rawValue) only audits, others enforce; it is judged by as if it enforced")
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
      // Who may install for App Control, not what may run (app-control-for-business/design,
      // configure-authorized-apps-deployed-with-a-managed-installer.md).
      if type == "ManagedInstaller" {
        notes.append("collection \(type) says who may install and not what may run: its \(rules.count) rules are not judged by")
      } else if !rules.isEmpty {
        throw AppControlReader.error("import.rule.unknown", "collection \(type) is not known", element)
      }
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
    let rule = AppLockerRule(
      id: id.string, name: element.attribute("Name")?.string ?? "", allows: allows, conditions: found,
      exceptions: try conditions(element.first("Exceptions"), of: id), sid: sid)
    if !rule.isForEveryone {
      let whom = sid.isEmpty ? "nobody" : sid
      notes.append(
        allows
          ? "rule \(id) is for \(whom) alone; it settles nothing, since who runs a file is not known"
          : "rule \(id) is for \(whom) alone; it is judged by as if for everyone")
    }
    return rule
  }

  private mutating func conditions(_ element: XMLElement?, of id: XMLText) throws(ParseError) -> [AppLockerCondition] {
    var found: [AppLockerCondition] = []
    for item in element?.elements ?? [] {
      switch item.name {
      case "FilePublisherCondition": found.append(.publisher(try publisher(item, of: id)))
      case "FilePathCondition":
        let path = item.attribute("Path")?.string ?? ""
        guard !path.isEmpty else { throw AppControlReader.error("import.rule.malformed", "rule \(id) has no path", item) }
        if let pattern = WindowsPathPattern(path, .appLocker) {
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
      publisher: try value("PublisherName"), product: try value("ProductName"),
      binary: try value("BinaryName").flatMap { AppLockerName($0) },
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
