import AssayBytes
import AssayCore
import AssayPKI

extension ReportFacts {
  /// Facts of a report saved as `assay.report/1` (one of its `reports`, or a line of jsonl). Facts that the text does not hold, such
  /// as certificates, are unknown. Keys that are not known are passed over: newer schemas may have more.
  package init(saved node: ConfigNode, file: String) throws(ConfigError) {
    let reader = SavedReader(config: ConfigReader(file: file))
    let report = try reader.members(node, "a report")
    guard let target = try reader.text(report, "target") else { throw reader.missing(report, "target") }
    self.init(target: target, state: try reader.state(report))
    format = try reader.text(report, "format")
    platform = try reader.text(report, "platform") ?? format.flatMap { ["pe", "powershell"].contains($0) ? "windows" : nil }
    for role in try reader.list(report, "roles") {
      roles.append(try reader.config.choice(role, "role", Role.allCases.map { ($0.rawValue, $0) }))
    }
    if let found = try reader.object(report, "digests") {
      for (name, _, value) in found.entries { digests[name] = try reader.config.text(value, "a digest") }
    }
    for signature in try reader.list(report, "signatures") { signatures.append(try reader.signature(signature)) }
    isCode = try reader.flag(report, "isCode") ?? true
    let identity = try reader.object(report, "identity")
    // Null is a fact: the file says nothing of itself.
    knowsIdentity = report["identity"] != nil
    if let identity {
      self.identity.companyName = try reader.text(identity, "companyName")
      self.identity.originalFilename = try reader.text(identity, "originalFilename")
      self.identity.internalName = try reader.text(identity, "internalName")
      self.identity.productName = try reader.text(identity, "productName")
      self.identity.fileDescription = try reader.text(identity, "fileDescription")
      self.identity.fileVersion = try reader.text(identity, "fileVersion")
    }
  }
}

private struct SavedReader {
  let config: ConfigReader

  func members(_ node: ConfigNode, _ what: String) throws(ConfigError) -> ConfigEntries {
    guard case .mapping(let entries, let mark) = node else { throw config.error(node.mark, "\(what) is a JSON object") }
    return ConfigEntries(entries: entries, mark: mark)
  }

  func missing(_ entries: ConfigEntries, _ key: String) -> ConfigError {
    config.error(entries.mark, "the report has no \"\(key)\"; is it of the schema assay.report/1?")
  }

  /// Nil for a key that is missing or null.
  private func value(_ entries: ConfigEntries, _ key: String) -> ConfigNode? {
    if case .scalar("null", quoted: false, _)? = entries[key] { return nil }
    return entries[key]
  }

  func text(_ entries: ConfigEntries, _ key: String) throws(ConfigError) -> String? {
    guard let node = value(entries, key) else { return nil }
    guard case .scalar(let text, quoted: true, _) = node else { throw config.error(node.mark, "\"\(key)\" is a string or null") }
    return text
  }

  func flag(_ entries: ConfigEntries, _ key: String) throws(ConfigError) -> Bool? {
    guard let node = value(entries, key) else { return nil }
    return try config.flag(node, "\"\(key)\"")
  }

  func list(_ entries: ConfigEntries, _ key: String) throws(ConfigError) -> [ConfigNode] {
    guard let node = value(entries, key) else { return [] }
    return try config.sequence(node, "\"\(key)\"")
  }

  func object(_ entries: ConfigEntries, _ key: String) throws(ConfigError) -> ConfigEntries? {
    guard let node = value(entries, key) else { return nil }
    return try members(node, "\"\(key)\"")
  }

  func state(_ entries: ConfigEntries) throws(ConfigError) -> State {
    guard let node = entries["state"] else { throw missing(entries, "state") }
    return try config.choice(node, "state", State.allCases.map { ($0.rawValue, $0) })
  }

  private func hash(_ entries: ConfigEntries, _ key: String) throws(ConfigError) -> [UInt8]? {
    guard let text = try text(entries, key) else { return nil }
    guard let bytes = Hex.decode(text), bytes.count == 32 else {
      throw config.error(entries.mark, "\"\(key)\" is no SHA-256 in hexadecimal digits")
    }
    return bytes
  }

  func signature(_ node: ConfigNode) throws(ConfigError) -> SignatureFacts {
    let entries = try members(node, "a signature")
    let kind = try text(entries, "kind") ?? "embedded"
    var index = "0"
    if case .scalar(let text, quoted: false, _)? = entries["index"] { index = text }
    let state = try state(entries)
    let signer = try object(entries, "signer")
    let revocation = try text(entries, "revocation").flatMap { RevocationStatus(rawValue: $0) } ?? .notEstablished
    var facts = SignatureFacts(
      label: "\(kind) signature \(index)", state: state, isVerified: state == .trusted && signer != nil, revocation: revocation)
    facts.knowsProgramName = false
    guard let signer else { return facts }
    var leaf = CertificateFacts.Saved()
    leaf.sha256 = try hash(signer, "sha256")
    leaf.spkiSHA256 = try hash(signer, "spkiSHA256")
    facts.commonName = try text(signer, "commonName")
    facts.organization = try text(signer, "organization")
    let subject = try text(signer, "subject")
    facts.signerName = facts.commonName ?? facts.organization ?? subject
    // Only what is written is known: further values of the same attribute would not be shown.
    if let name = facts.commonName { leaf.subject["CN"] = [name] }
    if let name = facts.organization { leaf.subject["O"] = [name] }
    // The path lists certificates without the anchor; of the issuers only names are told.
    let issuers = max(0, try list(signer, "path").count - 1)
    facts.claimed = [CertificateFacts(leaf)] + (0..<issuers).map { _ in CertificateFacts(CertificateFacts.Saved()) }
    guard facts.isVerified else { return facts }
    facts.anchorBundle = try text(signer, "anchorBundle")
    var anchor = CertificateFacts.Saved()
    if let name = try text(signer, "anchor") { anchor.subject["CN"] = [name] }
    facts.chain = facts.claimed + [CertificateFacts(anchor)]
    return facts
  }
}
