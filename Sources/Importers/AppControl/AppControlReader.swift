import AssayBytes
import AssayContainers
import AssayPKI

/// Reads an SiPolicy document. Whatever could be a rule is kept or refused with its place: nothing is passed over in silence.
struct AppControlReader {
  var rules: [AppControlFileRule] = []
  var signers: [AppControlSigner] = []
  var scenarios: [Int: AppControlScenario] = [:]
  var options: [String] = []
  var notes: [String] = []
  private var ruleIndex: [XMLText: Int] = [:]
  private var signerIndex: [XMLText: Int] = [:]
  private var usages: [XMLText: OID] = [:]

  /// Elements that say how the policy is kept and updated, and nothing of what may run.
  private static let silent: Set<XMLText> = [
    "VersionEx", "PlatformID", "PolicyTypeID", "PolicyID", "BasePolicyID", "Rules", "EKUs", "FileRules", "Signers",
    "SigningScenarios", "HvciOptions", "Settings", "UpdatePolicySigners", "CiSigners", "SupplementalPolicySigners", "Macros",
  ]

  init(_ root: XMLElement) throws(ParseError) {
    note(type: root.attribute("PolicyType"))
    for section in root.elements where !Self.silent.contains(section.name) {
      notes.append("section \(section.name) is not judged by")
    }
    for rule in root.first("Rules")?.elements("Rule") ?? [] {
      if let option = rule.first("Option") { options.append(option.text.trimmed.string) }
    }
    for usage in root.first("EKUs")?.elements ?? [] { try read(usage: usage) }
    for rule in root.first("FileRules")?.elements ?? [] { try read(rule: rule) }
    for signer in root.first("Signers")?.elements ?? [] { try read(signer: signer) }
    for scenario in root.first("SigningScenarios")?.elements ?? [] { try read(scenario: scenario) }
  }

  static func error(_ code: String, _ message: String, _ element: XMLElement) -> ParseError {
    ParseError(code, "\(message), line \(element.line)", offset: element.offset)
  }

  private static func id(_ element: XMLElement) throws(ParseError) -> XMLText {
    guard let id = element.attribute("ID"), !id.isEmpty else {
      throw error("import.rule.malformed", "<\(element.name)> has no ID", element)
    }
    return id
  }

  private mutating func note(type: XMLText?) {
    if type == "Supplemental Policy" {
      notes.append(
        "it is supplemental: Windows adds what it allows to a base policy, which is not asked, and ignores what it denies")
    } else if type == "AppID Tagging Policy" {
      notes.append("it tags processes and blocks nothing on Windows; it is judged by as if it did")
    }
  }

  // MARK: EKUs

  /// The value is an OBJECT IDENTIFIER whose tag is written as 01, or it stands in dotted form beside.
  private mutating func read(usage: XMLElement) throws(ParseError) {
    let id = try Self.id(usage)
    if usage.name == "EKU", usage.attribute("Value") == nil, let oid = usage.attribute("OID").flatMap({ OID(dotted: $0.string) }) {
      usages[id] = oid
      return
    }
    guard usage.name == "EKU", let value = usage.attribute("Value"), let octets = Hex.decode(value.string), octets.count > 2,
      octets[0] == 1 || octets[0] == 6, Int(octets[1]) == octets.count - 2, let oid = OID(content: octets[2...])
    else { throw Self.error("import.rule.malformed", "EKU \(id) has no value that is an object identifier", usage) }
    usages[id] = oid
  }

  // MARK: File rules

  private mutating func read(rule element: XMLElement) throws(ParseError) {
    let id = try Self.id(element)
    let action: AppControlFileRule.Action
    switch (element.name, element.attribute("Type")) {
    case ("Allow", _), ("FileRule", "Match"): action = .allow
    case ("Deny", _), ("FileRule", "Exclude"): action = .deny
    case ("FileAttrib", _), ("FileRule", "Attribute"): action = .attribute
    default: throw Self.error("import.rule.unknown", "rule \(id) is a <\(element.name)>, which is not known", element)
    }
    var rule = AppControlFileRule(id: id.string, name: element.attribute("FriendlyName")?.string ?? "", action: action)
    var isEmpty = true
    for attribute in element.attributes where attribute.namespace.isEmpty {
      let isCondition = try set(attribute, of: &rule, element)
      if isCondition { isEmpty = false }
    }
    guard !isEmpty else { throw Self.error("import.rule.malformed", "rule \(id) names nothing that it is about", element) }
    guard ruleIndex.updateValue(rules.count, forKey: id) == nil else {
      throw Self.error("import.rule.duplicate", "rule \(id) stands twice", element)
    }
    if rule.isElsewhere {
      notes.append("rule \(id): path \(element.attribute("FilePath") ?? .empty) is on no disk that is judged")
    }
    rules.append(rule)
  }

  /// False for what is no condition.
  private func set(
    _ attribute: XMLAttribute, of rule: inout AppControlFileRule, _ element: XMLElement
  ) throws(ParseError) -> Bool {
    let value = attribute.value
    func wrong(_ what: String) -> ParseError {
      Self.error("import.rule.malformed", "rule \(rule.id): \"\(value)\" is no \(what)", element)
    }
    switch attribute.name {
    case "ID", "FriendlyName": return false
    case "Type" where element.name == "FileRule": return false
    case "Hash":
      guard let hash = Hex.decode(value.trimmed.string), hash.count == 20 || hash.count == 32 else {
        throw wrong("SHA-1 or SHA-256")
      }
      rule.hash = hash
    case "FileName": rule.fileName = Folded.octets(value)
    case "InternalName": rule.internalName = Folded.octets(value)
    case "FileDescription": rule.description = Folded.octets(value)
    case "ProductName": rule.product = Folded.octets(value)
    case "PackageFamilyName": rule.package = Folded.octets(value)
    case "FilePath":
      rule.path = WindowsPathPattern(value.string, .appControl)
      rule.isElsewhere = rule.path == nil
    case "MinimumFileVersion", "MaximumFileVersion":
      guard let version = FileVersion(value.trimmed.string) else { throw wrong("version") }
      if attribute.name == "MinimumFileVersion" { rule.minimum = version } else { rule.maximum = version }
    case "AppIDs", "PackageVersion", "RequireHotpatchID", "MinimumHotpatchSequence", "MaximumHotpatchSequence": rule.isOpen = true
    default:
      throw Self.error("import.rule.unknown", "rule \(rule.id) has \(attribute.name), which is not known", element)
    }
    return true
  }

  // MARK: Signers

  private mutating func read(signer element: XMLElement) throws(ParseError) {
    let id = try Self.id(element)
    guard element.name == "Signer", let root = element.first("CertRoot"), element.elements("CertRoot").count == 1 else {
      throw Self.error("import.rule.malformed", "signer \(id) has no CertRoot, or several", element)
    }
    var signer = AppControlSigner(
      id: id.string, name: element.attribute("Name")?.string ?? "", root: try Self.root(root, of: id))
    if let time = element.attribute("SignTimeAfter") {
      guard let moment = Moment(rfc3339: time.trimmed.string) ?? Moment(rfc3339: time.trimmed.string + "Z") else {
        throw Self.error("import.rule.malformed", "signer \(id): \"\(time)\" is no time", element)
      }
      signer.signedAfter = moment
    }
    for part in element.elements {
      switch part.name {
      case "CertRoot": break
      case "CertEKU":
        guard let usage = usages[part.attribute("ID") ?? .empty] else { throw Self.missing(part, "EKU", part.attribute("ID")) }
        guard part.attribute("Condition") == nil else {
          notes.append("signer \(id) has a condition at <CertEKU>, which no page tells: whom it fits is unknown")
          signer.isOpen = true
          continue
        }
        signer.usages.append(usage)
      case "CertIssuer": signer.issuer = try Self.value(part)
      case "CertPublisher": signer.publisher = try Self.value(part)
      case "CertOemID": signer.oem = try Self.value(part)
      case "FileAttribRef": signer.attributes.append(try rule(part, "RuleID"))
      default: throw Self.error("import.rule.unknown", "signer \(id) has <\(part.name)>, which is not known", part)
      }
    }
    if case .wellKnown(let number) = signer.root, AppControlRoots.kind(number) == .untold {
      notes.append("signer \(id) asks for the well-known root \(Hex.encode([number])), by which no file can be told")
    }
    guard signerIndex.updateValue(signers.count, forKey: id) == nil else {
      throw Self.error("import.rule.duplicate", "signer \(id) stands twice", element)
    }
    signers.append(signer)
  }

  private static func root(_ element: XMLElement, of id: XMLText) throws(ParseError) -> AppControlSigner.Root {
    let octets = Hex.decode((element.attribute("Value") ?? .empty).trimmed.string) ?? []
    switch element.attribute("Type") {
    case "TBS" where [16, 20, 32, 48, 64].contains(octets.count): return .tbs(octets)
    case "Wellknown" where octets.count == 1: return .wellKnown(octets[0])
    default: throw error("import.rule.malformed", "signer \(id): CertRoot is neither a digest nor a well-known root", element)
    }
  }

  private static func value(_ element: XMLElement) throws(ParseError) -> String {
    guard let value = element.attribute("Value"), !value.isEmpty else {
      throw error("import.rule.malformed", "<\(element.name)> has no value", element)
    }
    return value.string
  }

  private static func missing(_ element: XMLElement, _ what: String, _ id: XMLText?) -> ParseError {
    error("import.reference.missing", "\(what) \(id?.string ?? "without a name") is referred to and is not there", element)
  }

  private func rule(_ element: XMLElement, _ attribute: XMLText) throws(ParseError) -> Int {
    guard let index = ruleIndex[element.attribute(attribute) ?? .empty] else {
      throw Self.missing(element, "file rule", element.attribute(attribute))
    }
    return index
  }

  // MARK: Scenarios

  private mutating func read(scenario element: XMLElement) throws(ParseError) {
    let id = try Self.id(element)
    guard element.name == "SigningScenario", let value = element.attribute("Value").flatMap({ Int($0.trimmed.string) }) else {
      throw Self.error("import.rule.malformed", "signing scenario \(id) has no value", element)
    }
    if value != 131, value != 12 { notes.append("signing scenario \(value) (\(id)) is not judged by") }
    for name: XMLText in ["InheritedScenarios", "MinimumHashAlgorithm"] where element.attribute(name) != nil {
      notes.append("\(name) of signing scenario \(id) is not judged by")
    }
    for part in element.elements where part.name != "ProductSigners" {
      if !part.elements.isEmpty { notes.append("\(part.name) of signing scenario \(id) is not judged by") }
    }
    var scenario = scenarios[value] ?? AppControlScenario()
    for list in element.first("ProductSigners")?.elements ?? [] {
      for item in list.elements {
        switch (list.name, item.name) {
        case ("FileRulesRef", "FileRuleRef"): scenario.rules.append(try rule(item, "RuleID"))
        case ("DeniedSigners", "DeniedSigner"):
          scenario.denied.append(try entry(item, exception: "ExceptAllowRule", "AllowRuleID"))
        case ("AllowedSigners", "AllowedSigner"):
          scenario.allowed.append(try entry(item, exception: "ExceptDenyRule", "DenyRuleID"))
        default: throw Self.error("import.rule.unknown", "<\(item.name)> in <\(list.name)> is not known", item)
        }
      }
    }
    scenarios[value] = scenario
  }

  private func entry(
    _ element: XMLElement, exception: XMLText, _ attribute: XMLText
  ) throws(ParseError) -> AppControlScenario.Entry {
    let id = element.attribute("SignerId")
    guard let signer = signerIndex[id ?? .empty] else { throw Self.missing(element, "signer", id) }
    var exceptions: [Int] = []
    for part in element.elements {
      guard part.name == exception else {
        throw Self.error("import.rule.unknown", "<\(part.name)> in <\(element.name)> is not known", part)
      }
      exceptions.append(try rule(part, attribute))
    }
    return AppControlScenario.Entry(signer: signer, exceptions: exceptions)
  }
}
