import AssayConfig
import AssayCore
import AssayPKI
import AssayPolicy
import AssayTrustData
import Testing

struct NoFile: Error, CustomStringConvertible {
  let description: String
}

func policy(_ text: String, files: [String: String] = [:]) throws -> CompiledPolicy {
  let tree = try YAMLTree.parse(Array(text.utf8), file: "p.yaml")
  return try CompiledPolicy(tree, file: "p.yaml", names: .windows) { path in
    guard let text = files[path] else { throw NoFile(description: "no such file") }
    return Array(text.utf8)
  }
}

private func failure(_ text: String, files: [String: String] = [:]) -> String? {
  do {
    _ = try policy(text, files: files)
    return nil
  } catch let error as ConfigError {
    return error.description
  } catch {
    return "untyped \(error)"
  }
}

private func rule(_ lines: String) -> String { "version: 1\nrules:\n  - name: r\n    \(lines)\n" }
private let hash = String(repeating: "ab", count: 32)

@Suite struct PolicyFileTests {
  static let contract = """
    version: 1
    trust: [builtin:microsoft, builtin:apple, {name: corp, file: corp-root.pem}]
    rules:                                   # the first rule whose match fits decides
      - name: kernel drivers
        attack: [T1543, T1543.003]
        match: {role: kernel-driver}
        require: anchor microsoft and certificate leaf[eku.1.3.6.1.4.1.311.10.3.5] exists
        deny: [{file: blocklist.txt}]
      - name: our own tools
        match: {path: "opt/corp/**", format: [pe, macho, script]}
        require: anchor corp and certificate leaf[subject.O] = "Corp Ltd"
    default: reject
    """

  @Test func readsTheContractsExample() throws {
    let policy = try policy(Self.contract, files: ["blocklist.txt": "# drivers\n\(hash)  bad.sys\r\n\n\(hash.prefix(40))\n"])
    #expect(policy.trust == [.builtin("microsoft"), .builtin("apple"), .file(name: "corp", path: "corp-root.pem")])
    #expect(policy.rules.map(\.name) == ["kernel drivers", "our own tools"])
    #expect(policy.rules[0].attack == ["T1543", "T1543.003"])
    #expect(policy.rules[1].match.formats == ["pe", "macho", "script"])
    #expect(policy.wantedDigests == [.sha1, .sha256])
    #expect(policy.fallback == .reject && policy.mode == .enforce && !policy.requiresRevocation && !policy.isMonitor)
    #expect(policy.warnings().isEmpty)
  }

  @Test(arguments: [
    ("{}", "p.yaml:1:1: the policy has no version"), ("- a", "p.yaml:1:1: a policy is written as keys"),
    ("version: 2", "p.yaml:1:10: only version 1 is known"), ("version: '1'", "1:10: only version 1"),
    ("version: 1\nrule: []", "p.yaml:2:1: unknown key \"rule\" in a policy; did you mean \"rules\"?"),
    ("version: 1\nmode: enfroce", "p.yaml:2:7: unknown mode \"enfroce\"; did you mean \"enforce\"?"),
    ("version: 1\nmode: x", "known: enforce, monitor, learn"), ("version: 1\nmode:", "p.yaml:2:6: mode is empty"),
    ("version: 1\ndefault: accept", "p.yaml:2:10: unknown default \"accept\""),
    ("version: 1\nrevocation: yes", "unknown value of revocation \"yes\""),
    ("version: 1\ntrust: []", "2:8: the list of trust bundles is empty"),
    ("version: 1\ntrust: microsoft", "neither builtin:NAME nor"),
    ("version: 1\ntrust: [{name: a}]", "2:9: a trust bundle of your own has a name"),
    ("version: 1\ntrust: [{name: trusted, file: a}]", "or a word of the requirement language"),
    ("version: 1\ntrust: [{name: microsoft, file: a}]", "2:16: \"microsoft\" is a builtin bundle"),
    ("version: 1\ntrust: [builtin:a, {name: a, file: b}]", "2:20: trust bundle \"a\" stands twice"),
    ("version: 1\nrules: x", "p.yaml:2:8: rules is a list"), ("version: 1\nrules: [x]", "2:9: a rule is written as keys"),
    ("version: 1\nrules: [{}]", "2:9: the rule has no name"),
    ("version: 1\nrules: [{name: a}, {name: a}]", "2:20: a rule named \"a\" stands above"),
    (rule("requires: always"), "p.yaml:4:5: unknown key \"requires\" in a rule; did you mean \"require\"?"),
    (rule("require: anchor corp and"), "p.yaml:4:29: requirement, 1:16: expected a term"),
    (rule("require: \"anchor corp and\""), "p.yaml:4:30: requirement, 1:16"),
    (rule("require: [always]"), "say how many of the list"),
    (rule("require: {al: []}"), "4:15: unknown key \"al\" in require; did you mean \"all\"?"),
    (rule("require: {all: [], any: []}"), "require is one of all:, any:"), (rule("require: {of: []}"), "require is one of"),
    (rule("require: {all: x}"), "4:20: all is a list"),
    (rule("require: {threshold: 2, of: [always]}"), "4:26: threshold 2 of 1 can never decide"),
    (rule("require: {threshold: 0, of: [always]}"), "threshold 0 of 1"),
    (rule("require: {threshold: x, of: [always]}"), "is a whole number"),
    (rule("require: {threshold: 1}"), "threshold stands with of:"),
    (rule("require: {threshold: 1, of: [always], all: []}"), "nothing else"),
    (rule("attack: T15"), "4:13: \"T15\" is no ATT&CK technique"), (rule("attack: T1543.03"), "is no ATT&CK technique"),
    (rule("attack: []"), "the list of techniques is empty"), (rule("match: {role: drivr}"), "unknown role \"drivr\""),
    (rule("match: {role: kernel-drivr}"), "did you mean \"kernel-driver\"?"),
    (rule("match: {pth: a}"), "unknown key \"pth\" in match; did you mean \"path\"?"),
    (rule("match: {path: []}"), "the list of paths is empty"),
    (rule("match: {path: 'a\\b'}"), "4:19: pattern \"a\\b\": \"\\\" cannot stand"),
    (rule("match: {path: 'a**'}"), "must stand alone"), (rule("match: {name: a/b}"), "a name has no \"/\""),
    (rule("match: {format: }"), "a format is empty"),
    (rule("deny: {sha256: x}"), "deny is a list"), (rule("deny: [{}]"), "names nothing to refuse"),
    (rule("deny: [{reason: x}]"), "names nothing to refuse"),
    (rule("deny: [{sha256: abc}]"), "4:21: \"abc\" is no hash of 64"), (rule("deny: [{sha-256: abc}]"), "did you mean \"sha256\"?"),
    (rule("deny: [{certificate-sha1: \(hash)}]"), "is no hash of 40"), (rule("deny: [{state: bad}]"), "unknown state \"bad\""),
    (rule("deny: [{requirement: anchor}]"), "requirement, 1:7"), (rule("deny: [{file: none}]"), "4:19: none: no such file"),
    (rule("deny: [{file: x.xml}]"), "4:19: x.xml: a list in XML of no kind that is read"),
    (rule("deny: [{file: x.json}]"), "a list in JSON of no kind"),
    (rule("deny: [{file: bad.txt}]"), "bad.txt:2:1: no SHA-1 or SHA-256 stands here"),
    (rule("deny: [{file: empty.txt}]"), "the list is empty"),
    (rule("mode: x"), "unknown mode"), (rule("unsafe-allow-unsigned: yes"), "is true or false"),
    (rule("allow-unsigned: true"), "unknown key"),
    (rule("name2: x"), "unknown key \"name2\""), (rule("revocation: no"), "unknown value of revocation"),
  ])
  func refuses(text: String, message: String) {
    let files = ["x.xml": "\u{FEFF}<?xml version='1.0'?>", "x.json": " {}", "bad.txt": "#\nxyz\n", "empty.txt": "# nothing\n"]
    #expect(failure(text, files: files)?.contains(message) == true, "\(failure(text, files: files) ?? "accepted")")
  }

  @Test(arguments: [
    contract.replacing("deny: [{file: blocklist.txt}]", with: "deny: [{sha256: \(hash)}]"),
    "version: 1\nmode: monitor\nrevocation: required\ndefault: trusted",
    "version: 1\ndefault: builtin:m1045\ndeny: [{state: [expired, untrusted], reason: 'a \"b\" \\ c'}, {key-sha256: \(hash)}]",
    rule("require: {threshold: 1, of: [always, {all: [never, {any: []}]}]}\n    mode: learn\n    unsafe-allow-unsigned: true"),
    rule(
      "match: {name: ['*.ps1', \"x\\ny\"], platform: windows}\n    revocation: required\n    deny: [{requirement: anchor corp, certificate-sha256: \(hash)}]"
    ),
  ])
  func printsWhatItUnderstood(text: String) throws {
    let first = try policy(text).printed()
    #expect(try policy(first).printed() == first)
  }

  @Test(arguments: [
    ("version: 1", "p.yaml:1:1: the policy has no rules and rejects everything"),
    (
      "version: 1\nrules:\n  - name: a\n  - name: b\n    match: {format: pe}", "p.yaml:4:5: rule \"b\" is never reached: rule \"a\""
    ),
    (
      "version: 1\nrules:\n  - {name: a, match: {format: [pe, elf]}}\n  - {name: b, match: {format: pe, role: script}}",
      "rule \"b\" is never reached"
    ),
    ("version: 1\nrules:\n  - {name: a, match: {path: '**'}}\n  - {name: b, match: {path: x}}", "rule \"b\" is never reached"),
    (rule("require: never"), "rule \"r\" can never accept"), (rule("require: {all: []}"), "can never accept"),
    (rule("require: {any: []}"), "can never accept"),
    (rule("require: anchor a and anchor b"), "can never accept"), (rule("require: legacy and !legacy"), "can never accept"),
    (rule("require: {threshold: 2, of: [never, always]}"), "can never accept"),
    (
      "version: 1\ntrust: builtin:microsoft\nrules: [{name: a, require: anchor corp}]",
      "asks for \"anchor corp\", which trust: does not name"
    ),
    ("version: 1\ntrust: builtin:microsoft\nrules: [{name: a, require: anchor apple generic}]", "can never accept"),
    (rule("unsafe-allow-unsigned: true"), "accepts every unsigned file"),
  ])
  func warns(text: String, message: String) throws {
    let warnings = try policy(text).warnings().map(\.description)
    #expect(warnings.contains { $0.contains(message) }, "\(warnings)")
  }

  @Test(arguments: [
    "version: 1\nrules:\n  - {name: a, match: {format: pe}}\n  - {name: b, match: {format: [pe, elf]}}",
    "version: 1\nrules:\n  - {name: a, match: {format: pe, role: script}}\n  - {name: b, match: {format: pe}}",
    "version: 1\ntrust: builtin:microsoft\nrules: [{name: a, require: anchor microsoft or anchor corp}]\ndefault: trusted",
  ])
  func doesNotWarnOfReach(text: String) throws {
    #expect(try policy(text).warnings().allSatisfy { !$0.message.contains("never") })
  }

  @Test(arguments: [
    (
      rule("require: anchor microsft"),
      "p.yaml:3:5: \"anchor microsft\" names no trust bundle in use; did you mean \"microsoft\"?; in use: microsoft, corp"
    ),
    (rule("require: {any: [always, '!anchor x']}"), "p.yaml:3:5: \"anchor x\""),
    (rule("deny: [{requirement: anchor x}]"), "p.yaml:3:5: \"anchor x\""),
    ("version: 1\ndeny: [{requirement: anchor x}]", "p.yaml:1:1: \"anchor x\""),
  ])
  func bundlesThatAreNotInUse(text: String, message: String) throws {
    let found = try policy(text).unknownBundle(among: ["microsoft", "corp"])
    #expect(found?.description.hasPrefix(message) == true, "\(found?.description ?? "accepted")")
  }

  @Test func bundlesInUse() throws {
    let known = try policy(rule("require: {all: [anchor microsoft, anchor \"corp\", anchor apple generic, anchor apple]}"))
    #expect(known.unknownBundle(among: ["microsoft", "corp"]) == nil)
    #expect(try known.requiring("anchor x", origin: "-").unknownBundle(among: ["microsoft", "corp"])?.file == "--requirement")
  }

  /// A policy that is cut off is refused with its place, or has some of its rules and still rejects what none of them names.
  @Test func everyPrefixAnswers() throws {
    let bytes = Array(Self.contract.utf8)
    var accepted = 0
    for count in 0..<bytes.count {
      do {
        let cut = try policy(String(decoding: bytes.prefix(count), as: UTF8.self), files: ["blocklist.txt": hash])
        accepted += 1
        #expect(cut.fallback == .reject && cut.rules.count <= 2, "cut at \(count)")
      } catch {
        let error = try #require(error as? ConfigError, "cut at \(count): \(error)")
        let lines = bytes.prefix(count).count { $0 == 0x0A } + 1
        #expect(error.file == "p.yaml" && (1...(lines + 1)).contains(error.line), "cut at \(count): \(error)")
      }
    }
    #expect(accepted > 50 && accepted < bytes.count / 3, "\(accepted)")
  }

  @Test func builtins() {
    #expect(CompiledPolicy.builtin("m1045", names: .windows)?.name == "builtin:m1045")
    #expect(CompiledPolicy.builtin("m1046", names: .windows) == nil)
  }
}
