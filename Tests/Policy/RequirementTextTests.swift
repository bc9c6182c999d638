import AssayPolicy
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// Folder of the corpus, nil where ASSAY_CORPUS is not set.
let corpus: String? = getenv("ASSAY_CORPUS").map { String(cString: $0) }

func fileBytes(_ path: String) -> [UInt8]? {
  guard let file = fopen(path, "rb") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    if count == 0 { return bytes }
    bytes += buffer.prefix(count)
  }
}

private func failure(_ text: String) -> String? {
  do {
    _ = try Requirement(parsing: text)
    return nil
  } catch {
    return error.description
  }
}

private let sha1 = "0123456789abcdef0123456789abcdef01234567"
private let sha256 = String(repeating: "0123456789abcdef", count: 4)

@Suite struct RequirementTextTests {
  /// Text and how it is printed.
  static let forms: [(String, String)] = [
    ("always", "always"), ("true", "always"), ("never", "never"), ("false", "never"), ("notarized", "notarized"),
    ("legacy", "legacy"), ("identifier com.example.app", "identifier \"com.example.app\""),
    ("identifier = \"x y\"", "identifier \"x y\""), ("identifier == x", "identifier \"x\""),
    ("identifier \"a\\\"b\\\\c\"", "identifier \"a\\\"b\\\\c\""), ("identifier \"\"", "identifier \"\""),
    ("cdhash H\"\(sha1)\"", "cdhash H\"\(sha1)\""), ("cdhash = H\"\(sha1.uppercased())\"", "cdhash H\"\(sha1)\""),
    ("anchor apple", "anchor apple"), ("anchor apple generic", "anchor apple generic"),
    ("anchor generic apple", "anchor apple generic"), ("anchor apple custom", "anchor apple \"custom\""),
    ("anchor apple and always", "anchor apple and always"), ("anchor trusted", "anchor trusted"),
    ("certificate trusted", "anchor trusted"), ("anchor = H\"\(sha1)\"", "certificate root = H\"\(sha1)\""),
    ("anchor[subject.O] = x", "certificate root[subject.O] = x"), ("anchor microsoft", "anchor microsoft"),
    ("anchor \"corp root\"", "anchor \"corp root\""), ("anchor \"apple\"", "anchor \"apple\""),
    ("cert leaf = H\"\(sha1)\"", "certificate leaf = H\"\(sha1)\""), ("certificate 0 trusted", "certificate leaf trusted"),
    ("certificate -1 trusted", "certificate root trusted"), ("certificate anchor trusted", "certificate root trusted"),
    ("certificate -2[subject.CN] exists", "certificate -2[subject.CN] /* exists */"),
    ("certificate 1[field.1.2.840.113635.100.6.2.6]", "certificate 1[field.1.2.840.113635.100.6.2.6] /* exists */"),
    ("certificate leaf[extension.1.2.3] absent", "certificate leaf[field.1.2.3] absent"),
    ("certificate leaf[policy.2.5.29.32.0] exists", "certificate leaf[policy.2.5.29.32.0] /* exists */"),
    ("certificate leaf[eku.1.3.6.1.5.5.7.3.3]", "certificate leaf[eku.1.3.6.1.5.5.7.3.3] /* exists */"),
    ("certificate leaf[\"subject.C-O\"] = x", "certificate leaf[\"subject.C-O\"] = x"),
    ("certificate leaf[email] ~ \"@corp\"", "certificate leaf[email] ~ \"@corp\""),
    ("certificate leaf[subject.OU] = \"6C755KS5W3\"", "certificate leaf[subject.OU] = \"6C755KS5W3\""),
    ("certificate leaf[subject.OU] = *\"x\"*", "certificate leaf[subject.OU] ~ x"),
    ("certificate leaf[subject.OU] = *x", "certificate leaf[subject.OU] = *x"),
    ("certificate leaf[subject.OU] = x*", "certificate leaf[subject.OU] = x*"),
    ("certificate leaf[subject.OU] = \"*x*\"", "certificate leaf[subject.OU] = \"*x*\""),
    ("certificate leaf[subject.CN] = 0x00ff", "certificate leaf[subject.CN] = 0x00ff"),
    ("certificate leaf[subject.CN] = \"a\u{1}\"", "certificate leaf[subject.CN] = 0x6101"),
    (
      "certificate leaf[timestamp.1.2.840.113635.100.6.1.33] < timestamp \"20190408000000Z\"",
      "certificate leaf[timestamp.1.2.840.113635.100.6.1.33] < timestamp \"20190408000000Z\""
    ),
    (
      "certificate leaf[timestamp.1.2.3] = timestamp \"20190408000001Z\"",
      "certificate leaf[timestamp.1.2.3] = timestamp \"20190408000001Z\""
    ),
    (
      "certificate leaf[timestamp.1.2.3] >= timestamp \"20190408000001Z\"",
      "certificate leaf[timestamp.1.2.3] >= timestamp \"20190408000001Z\""
    ),
    ("info[CFBundleVersion] >= 17", "info[CFBundleVersion] >= \"17\""), ("info[a.b] < \"10.2\"", "info[a.b] < \"10.2\""),
    ("info[a] == and", "info[a] = \"and\""),
    ("entitlement[\"com.apple.security.app-sandbox\"]", "entitlement[\"com.apple.security.app-sandbox\"] /* exists */"),
    ("platform = 14", "platform = 14"), ("key H\"\(sha256)\"", "key H\"\(sha256)\""), ("(\"Mine\")", "(\"Mine\")"),
    ("(Mine)", "(\"Mine\")"), ("(always)", "always"), ("((always))", "always"), ("!always", "!always"), ("!!always", "!!always"),
    ("!(always or never)", "!(always or never)"), ("always or never and legacy", "always or never and legacy"),
    ("(always or never) and legacy", "(always or never) and legacy"),
    ("always and (never and legacy)", "always and (never and legacy)"),
    ("always or (never or legacy)", "always or (never or legacy)"), ("always /* x */ # y", "always"),
    ("// note\nalways\n# end", "always"), ("always;", "always"), ("\talways\r\n", "always"),
    ("identifier \"\u{301}\"", "identifier \"\u{301}\""),
  ]

  @Test(arguments: forms)
  func printsAndReadsBack(text: String, printed: String) throws {
    let requirement = try Requirement(parsing: text)
    #expect(Array(requirement.description.utf8) == Array(printed.utf8))
    #expect(try Requirement(parsing: requirement.description) == requirement)
  }

  @Test(arguments: [
    ("", "1:1: expected a term, found the end"), ("anchor", "1:7: expected \"apple\""),
    ("anchor apple and", "1:17: expected a term"),
    ("always always", "1:8: expected \"and\", \"or\" or the end"), ("(always", "1:8: expected \")\""),
    ("always)", "1:7: expected \"and\""),
    ("identifer x", "1:1: unknown term \"identifer\"; did you mean \"identifier\"?"),
    ("certificate laef[subject.O] = x", "1:13: expected \"leaf\", \"root\" or a number, found \"laef\"; did you mean \"leaf\"?"),
    ("certificate leaf", "1:17: expected \"[field]\""), ("certificate leaf[subject.O", "1:27: expected \"]\""),
    ("certificate leaf[subject.ON] = x", "1:18: unknown subject field \"subject.ON\"; did you mean \"subject.C"),
    ("certificate leaf[subjct.CN]", "1:18: unknown certificate field \"subjct.CN\"; did you mean \"subject\"?"),
    ("certificate leaf[eku.x.1]", "is no object identifier"), ("certificate leaf[subject.]", "1:25: a key cannot end in a dot"),
    ("certificate leaf[subject.O] =", "1:30: expected a value"), ("certificate leaf[subject.O] = x y", "1:33: expected \"and\""),
    ("certificate leaf[subject.OU] = 6C755", "1:32: text that begins with a digit must be quoted"),
    ("identifier com.1password", "1:16: text with a part that begins with a digit must be quoted"),
    ("cdhash H\"0123\"", "1:8: a code directory hash has 40 hexadecimal digits, not 4"),
    ("cdhash H\"012\"", "1:8: 3 hexadecimal digits are no whole octets"), ("cdhash H\"01", "1:12: hash is never closed"),
    ("cdhash H\"0g\"", "1:11: a hash holds hexadecimal digits only"), ("cdhash H\"\"", "no whole octets"),
    ("key H\"\(sha1)\"", "1:5: a key's SHA-256 has 64 hexadecimal digits, not 40"),
    ("identifier \"x", "1:12: string is never closed"),
    ("identifier \"x\\", "1:12: string is never closed"), ("identifier \"x\\n\"", "1:14: only \\\" and \\\\ may follow"),
    ("always /* x", "1:8: comment is never closed"), ("always && never", "1:8: \"&\" is no operator here; write \"and\""),
    ("always || never", "write \"or\""), ("always\n  and €", "2:7: text outside ASCII must be quoted"),
    ("\"é\" x", "1:1: expected a term"), ("identifier \"é\" x", "1:16: expected \"and\""),
    ("certificate leaf = \"/x.cer\"", "write its SHA-1"),
    ("platform = x", "1:12: expected a platform number"), ("platform 4", "1:10: expected \"=\""),
    ("certificate 99999999999 trusted", "1:13: number is over 2147483647"),
    ("info[x] < timestamp \"2019\"", "1:21: a timestamp is written"),
    ("certificate leaf[timestamp.1.2] < timestamp \"20191308000000Z\"", "a timestamp is written"),
    ("designated => always", "1:1: a requirement set cannot stand here"), ("info[] = x", "1:6: expected a key of Info.plist"),
    ("info[\"\"] = x", "1:6: a key of Info.plist is empty"), ("anchor generic", "1:15: expected \"apple\" after"),
    ("anchor \"\"", "is empty"),
    ("certificate leaf[\"eku.\"]", "is no object identifier"), ("certificate - trusted", "expected a number after \"-\""),
    ("!", "1:2: expected a term"), ("and always", "1:1: unknown term \"and\""),
  ])
  func refuses(text: String, message: String) {
    #expect(failure(text)?.contains(message) == true, "\(failure(text) ?? "accepted")")
  }

  @Test func limits() {
    #expect(failure(String(repeating: "(", count: 100_000))?.contains("at most 65536") == true)
    #expect(failure(String(repeating: "(", count: 60_000))?.contains("nested deeper than 250") == true)
    #expect(failure(String(repeating: "!", count: 60_000))?.contains("nested deeper than 250") == true)
    #expect(failure(String(repeating: "!", count: 99) + "always") == nil)
    #expect(failure("always" + String(repeating: " or never", count: 7_000)) == nil)
  }

  @Test func sets() throws {
    let text = "host => anchor apple designated => identifier x and always; library => never 9 => legacy"
    let set = try RequirementSet(parsing: text)
    #expect(set.entries.map(\.kind.number) == [1, 3, 4, 9])
    #expect(set.description == "host => anchor apple\ndesignated => identifier \"x\" and always\nlibrary => never\n9 => legacy")
    #expect(try RequirementSet(parsing: set.description) == set)
    #expect(try RequirementSet(parsing: "always").entries == [RequirementSet.Entry(.designated, .always)])
    #expect(throws: RequirementError.self) { try RequirementSet(parsing: "designated => always designated => never") }
    #expect(throws: RequirementError.self) { try RequirementSet(parsing: "designate => always") }
    #expect(throws: RequirementError.self) { try RequirementSet(parsing: "designated =>") }
  }

  /// Whatever ends early is read whole or refused with a place inside the text; what must go on is refused.
  @Test func everyPrefix() {
    for (text, _) in Self.forms {
      let scalars = Array(text.unicodeScalars)
      for count in 0..<scalars.count {
        var prefix = String.UnicodeScalarView()
        prefix.append(contentsOf: scalars.prefix(count))
        do {
          let requirement = try Requirement(parsing: String(prefix))
          #expect(try Requirement(parsing: requirement.description) == requirement)
        } catch {
          #expect(error.line >= 1 && error.column >= 1 && error.column <= count + 1, "\(String(prefix)): \(error)")
        }
      }
    }
  }

  @Test(.enabled(if: corpus != nil, "ASSAY_CORPUS is not set")) func realRequirements() throws {
    let folder = try #require(corpus) + "/apple/requirements/"
    let lines = try #require(fileBytes(folder + "requirement-strings.txt")).split(separator: 0x0A)
    #expect(lines.count == 266)
    for line in lines {
      let text = String(decoding: line, as: UTF8.self)
      let requirement = try Requirement(parsing: text)
      #expect(try Requirement(parsing: requirement.description) == requirement)
      for count in 0..<text.utf8.count {
        let prefix = String(decoding: line.prefix(count), as: UTF8.self)
        let trimmed = prefix.drop { $0 == " " }
        let last = prefix.split(separator: " ").last
        if trimmed.isEmpty || last == "and" || last == "or" || prefix.hasSuffix("(") || prefix.hasSuffix("[")
          || prefix.hasSuffix("=")
        {
          #expect(throws: RequirementError.self, "\(prefix)") { try Requirement(parsing: prefix) }
        }
      }
    }
    let malformed = try #require(fileBytes(folder + "malformed-strings.txt")).split(separator: 0x0A)
    #expect(!malformed.isEmpty)
    for line in malformed {
      #expect(throws: RequirementError.self) { try Requirement(parsing: String(decoding: line, as: UTF8.self)) }
    }
  }
}
