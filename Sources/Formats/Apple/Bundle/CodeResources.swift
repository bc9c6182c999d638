package import AssayBytes
import AssayContainers
package import AssayPKI

/// What a seal says of one path.
package struct ResourceSeal: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    /// Every digest that the seal holds.
    case file([DigestAlgorithm: [UInt8]])
    case link([UInt8])
    /// Code with a signature of its own: the requirement that it must satisfy, in the requirement language, and its cdhash.
    case nested(requirement: [UInt8], cdhash: [UInt8]?)
  }
  package let content: Content
  package let isOptional: Bool
}

/// `_CodeSignature/CodeResources`: the files of a bundle with their digests, and the rules by which they were chosen.
///
/// Version 2 (`files2`, `rules2`) where it is there, else version 1. Both need the keys of version 1, as Apple's reader does.
package struct CodeResources: Sendable {
  package let version: Int
  package let rules: [ResourceRule]
  package let seals: [[UInt8]: ResourceSeal]

  /// Throws `plist.*`, `coderesources.*` or `limit.*`.
  package init(parsing bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    let root = try PlistValue(parsing: bytes, &budget)
    guard root.members != nil else { throw ParseError("coderesources.root.type", "the seal is no dictionary", offset: 0) }
    guard root["files"]?.members != nil, root["rules"]?.members != nil else {
      throw ParseError("coderesources.files.missing", "the seal lacks files or rules, which every version has")
    }
    version = root["files2"] == nil ? 1 : 2
    guard let files = root[version == 2 ? "files2" : "files"]?.members,
      let written = root[version == 2 ? "rules2" : "rules"]?.members
    else {
      throw ParseError("coderesources.files.missing", "the seal has files2 without rules2, or they are no dictionaries")
    }
    var rules: [ResourceRule] = []
    for member in written { rules.append(try CodeResources.rule(member)) }
    self.rules = rules
    var seals: [[UInt8]: ResourceSeal] = [:]
    for member in files { seals[member.key] = try CodeResources.seal(member) }
    self.seals = seals
  }

  private static func rule(_ member: PlistValue.Member) throws(ParseError) -> ResourceRule {
    var rule = ResourceRule(pattern: member.key)
    switch member.value {
    case .bool(let value): (rule.isPlainTrue, rule.isOmitted) = (value, !value)
    case .dictionary:
      let value = member.value
      if let weight = value["weight"] {
        guard let number = weight.integer, (0...Int(UInt32.max)).contains(number) else {
          throw ParseError("coderesources.rule.malformed", "the rule \"\(rule.text)\" has a weight that is no number")
        }
        rule.weight = number
      }
      rule.isOmitted = value["omit"]?.bool == true
      rule.isOptional = value["optional"]?.bool == true
      rule.isNested = value["nested"]?.bool == true
    default: throw ParseError("coderesources.rule.malformed", "the rule \"\(rule.text)\" is no boolean and no dictionary")
    }
    return rule
  }

  private static func seal(_ member: PlistValue.Member) throws(ParseError) -> ResourceSeal {
    let malformed = ParseError(
      "coderesources.seal.malformed", "the seal of \"\(String(decoding: member.key, as: UTF8.self))\" is of no known form")
    if let digest = member.value.data {
      guard let algorithm = algorithm(of: digest) else { throw malformed }
      return ResourceSeal(content: .file([algorithm: digest]), isOptional: false)
    }
    let value = member.value
    guard value.members != nil else { throw malformed }
    let isOptional = value["optional"]?.bool ?? false
    if let requirement = value["requirement"] {
      guard let text = requirement.octets else { throw malformed }
      return ResourceSeal(content: .nested(requirement: text, cdhash: value["cdhash"]?.data), isOptional: isOptional)
    }
    if let link = value["symlink"] {
      guard let target = link.octets else { throw malformed }
      return ResourceSeal(content: .link(target), isOptional: isOptional)
    }
    var digests: [DigestAlgorithm: [UInt8]] = [:]
    for key in ["hash", "hash2"] {
      guard let digest = value[key] else { continue }
      guard let octets = digest.data, let algorithm = algorithm(of: octets), key == "hash" || algorithm != .sha1 else {
        throw malformed
      }
      digests[algorithm] = octets
    }
    guard !digests.isEmpty else { throw malformed }
    return ResourceSeal(content: .file(digests), isOptional: isOptional)
  }

  /// The key says little: `hash` was SHA-1 and then whatever the CodeDirectory had. The size says which.
  private static func algorithm(of digest: [UInt8]) -> DigestAlgorithm? {
    switch digest.count {
    case 20: .sha1
    case 32: .sha256
    case 48: .sha384
    default: nil
    }
  }
}
