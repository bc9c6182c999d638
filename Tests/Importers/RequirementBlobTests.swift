import AssayBytes
import AssayImporters
import AssayPolicy
import Foundation
import Testing

/// Blobs written by hand from the table of operators (Security.framework, requirement.h), beside the text that Apple's tools print.
struct RequirementBlobTests {
  /// Words in hexadecimal, eight digits each; `'text'` is data: length, octets, zeros up to four.
  static func words(_ text: String) -> [UInt8] {
    text.split(separator: " ").flatMap { word -> [UInt8] in
      guard word.hasPrefix("'") else { return Hex.decode(String(word)) ?? [] }
      let data = Array(word.dropFirst().dropLast().utf8)
      return big(data.count) + data + [UInt8](repeating: 0, count: (4 - data.count % 4) % 4)
    }
  }
  static func big(_ value: Int) -> [UInt8] { (0..<4).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
  static func blob(_ expression: [UInt8], kind: Int = 1) -> [UInt8] {
    Hex.decode("fade0c00")! + big(12 + expression.count) + big(kind) + expression
  }
  static func decode(_ blob: [UInt8]) throws -> Requirement {
    var budget = Budget()
    return try Requirement(blob: blob[...], &budget)
  }
  private static let hash = String(repeating: "ab", count: 20)
  private static let marker = "0000000a 2a864886f763640601210000"

  static let table: [(expression: String, text: String)] = [
    ("00000000", "never"), ("00000001", "always"), ("00000002 'com.example.app'", "identifier \"com.example.app\""),
    ("00000003", "anchor apple"), ("00000004 ffffffff 00000014 \(hash)", "certificate root = H\"\(hash)\""),
    ("00000004 00000000 00000014 \(hash)", "certificate leaf = H\"\(hash)\""),
    ("00000006 00000001 00000000", "always and never"), ("00000007 00000001 00000000", "always or never"),
    ("00000008 00000014 \(hash)", "cdhash H\"\(hash)\""), ("00000009 00000003", "!anchor apple"),
    ("0000000a 'CFBundleVersion' 00000008 '1.10'", "info[CFBundleVersion] >= \"1.10\""),
    ("0000000b 00000000 'subject.OU' 00000001 'ABCDE12345'", "certificate leaf[subject.OU] = ABCDE12345"),
    ("0000000b fffffffe 'email' 00000004 '@x.y'", "certificate -2[email] = *\"@x.y\""),
    ("0000000c 00000001", "certificate 1 trusted"), ("0000000d", "anchor trusted"),
    ("0000000e 00000001 \(marker) 00000000", "certificate 1[field.1.2.840.113635.100.6.1.33] /* exists */"),
    ("0000000f", "anchor apple generic"),
    ("00000010 'com.apple.security.app-sandbox' 00000000", "entitlement[\"com.apple.security.app-sandbox\"] /* exists */"),
    ("00000010 'k' 0000000e", "entitlement[\"k\"] absent"),
    ("00000011 00000000 \(marker) 00000000", "certificate leaf[policy.1.2.840.113635.100.6.1.33] /* exists */"),
    ("00000012 'dev'", "anchor apple \"dev\""), ("00000013 'name'", "(\"name\")"), ("00000014 00000002", "platform = 2"),
    ("00000015", "notarized"),
    (
      "00000016 00000000 \(marker) 0000000a 00000000225b6f40",
      "certificate leaf[timestamp.1.2.840.113635.100.6.1.33] < timestamp \"20190408120000Z\""
    ),
    ("00000016 00000000 \(marker) 0000000e", "certificate leaf[timestamp.1.2.840.113635.100.6.1.33] absent"),
    ("00000017", "legacy"),
    ("0000000a 'a' 00000002 'b'", "info[a] ~ b"), ("0000000a 'a' 00000003 'b'", "info[a] = b*"),
    ("0000000a 'a' 00000005 'b'", "info[a] < b"), ("0000000a 'a' 00000006 'b'", "info[a] > b"),
    ("0000000a 'a' 00000007 'b'", "info[a] <= b"),
    (
      "00000016 00000000 \(marker) 00000009 0000000000000000",
      "certificate leaf[timestamp.1.2.840.113635.100.6.1.33] = timestamp \"20010101000000Z\""
    ),
    (
      "00000016 00000000 \(marker) 0000000b ffffffffffffffff",
      "certificate leaf[timestamp.1.2.840.113635.100.6.1.33] > timestamp \"20001231235959Z\""
    ),
    (
      "00000016 00000000 \(marker) 0000000c 0000000000000001",
      "certificate leaf[timestamp.1.2.840.113635.100.6.1.33] <= timestamp \"20010101000001Z\""
    ),
    (
      "00000016 00000000 \(marker) 0000000d 0000000000000001",
      "certificate leaf[timestamp.1.2.840.113635.100.6.1.33] >= timestamp \"20010101000001Z\""
    ),
    // Left operands join, right ones keep their parentheses.
    ("00000006 00000006 00000001 00000003 00000015", "always and anchor apple and notarized"),
    ("00000006 00000001 00000006 00000003 00000015", "always and (anchor apple and notarized)"),
    ("00000007 00000006 00000001 00000003 00000015", "always and anchor apple or notarized"),
    ("00000006 00000007 00000001 00000003 00000015", "(always or anchor apple) and notarized"),
  ]

  @Test(arguments: table.indices) func everyOperatorBothWays(_ row: Int) throws {
    let (expression, text) = Self.table[row]
    let blob = Self.blob(Self.words(expression))
    let requirement = try Self.decode(blob)
    #expect(requirement.description == text)
    #expect(try requirement.blob() == blob)
    #expect(try Requirement(parsing: text).blob() == blob)
  }

  @Test func whatHasNoTextKeepsItsOctets() throws {
    for expression in ["80000063 'later'", "40000063 'later' 00000001", "00000005 'CFBundleName' 'x'"] {
      let blob = Self.blob(Self.words(expression))
      #expect(try Self.decode(blob).blob() == blob)
    }
    #expect(try Self.decode(Self.blob(Self.words("80000063 'later'"))).description == "false /* opcode 99 */")
  }

  @Test func octetsThatAreNoTextStayAsTheyAre() throws {
    let blob = Self.blob(Self.big(2) + Self.big(3) + [0xFF, 0x0A, 0x22, 0])
    let requirement = try Self.decode(blob)
    #expect(try Requirement(parsing: requirement.description).blob() == blob)
  }

  @Test(arguments: [
    ("00ffffff", "requirement.operator.unknown"), ("00000018", "requirement.operator.unknown"),
    ("0000000a 'a' 0000000f", "requirement.match.unknown"), ("00000001 00000001", "requirement.trailing"),
    ("00000002 00000003 61626301", "requirement.padding"), ("00000002 7fffffff", "requirement.truncated"),
    ("0000000b 00000000 'subject.XX' 00000000", "requirement.field.unknown"),
    ("0000000e 00000000 00000001 80000000 00000000", "requirement.oid.malformed"),
    ("00000016 00000000 \(marker) 0000000a 7fffffffffffffff", "requirement.time.range"),
    ("00000016 00000000 \(marker) 0000000a 8000000000000000", "requirement.time.range"),
  ])
  func whatCannotBeReadSaysWhy(_ expression: String, _ code: String) {
    do {
      _ = try Self.decode(Self.blob(Self.words(expression)))
      Issue.record("\(expression) was read")
    } catch let error as ParseError {
      #expect(error.code == code)
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test func depthEnds() throws {
    let deep = [UInt8](Array(repeating: Self.big(9), count: 5_000).joined()) + Self.big(1)
    #expect(throws: ParseError.self) { try Self.decode(Self.blob(deep)) }
    let shallow = [UInt8](Array(repeating: Self.big(9), count: 200).joined()) + Self.big(1)
    let requirement = try Self.decode(Self.blob(shallow))
    #expect(try Requirement(parsing: requirement.description).blob() == Self.blob(shallow))
  }

  /// No prefix and no flipped bit crashes; a prefix is never read.
  @Test func damage() {
    for (expression, _) in Self.table {
      let blob = Self.blob(Self.words(expression))
      for count in 0..<blob.count { #expect(throws: ParseError.self) { try Self.decode(Array(blob.prefix(count))) } }
      for bit in 0..<(blob.count * 8) {
        var changed = blob
        changed[bit / 8] ^= 1 << (bit % 8)
        guard let read = try? Self.decode(changed) else { continue }
        #expect((try? read.blob()) == changed)
      }
    }
  }

  @Test func setsBothWays() throws {
    let set = try RequirementSet(parsing: "host => anchor apple designated => identifier \"a\"")
    let blob = try set.blob()
    var budget = Budget()
    let read = try RequirementSet(blob: blob[...], &budget)
    #expect(read == set)
    #expect(Array(blob.prefix(20)) == Self.words("fade0c01") + Self.big(blob.count) + Self.big(2) + Self.big(1) + Self.big(28))
    for count in 0..<blob.count {
      #expect(throws: ParseError.self) { try RequirementSet(blob: blob.prefix(count), &budget) }
    }
    var twice = blob
    twice[23] = 1
    #expect(throws: ParseError.self) { try RequirementSet(blob: twice[...], &budget) }
    let single = try Requirement(parsing: "anchor apple").blob()
    #expect(try RequirementSet(blob: single[...], &budget).entries.map(\.kind) == [.designated])
  }

  @Test func ownTermsHaveNoBinaryForm() throws {
    for text in ["anchor corp", "key H\"\(String(repeating: "00", count: 32))\"", "certificate leaf[eku.1.2.3] exists"] {
      #expect(throws: RequirementFormError.self) { try Requirement(parsing: text).blob() }
    }
  }

  private static let corpus = ProcessInfo.processInfo.environment["ASSAY_CORPUS"]

  @Test(.enabled(if: corpus != nil, "ASSAY_CORPUS is not set")) func everyRealStringCompilesToTheSameOctets() throws {
    let file = try #require(Self.corpus) + "/apple/requirements/requirement-strings.txt"
    let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 266)
    for line in lines {
      let first = try Requirement(parsing: String(line)).blob()
      let decoded = try Self.decode(first)
      #expect(try decoded.blob() == first)
      #expect(try Requirement(parsing: decoded.description).blob() == first)
    }
  }

  /// Sets embedded in signed Mach-Os and kept as files: from octets to text and back.
  @Test(.enabled(if: corpus != nil, "ASSAY_CORPUS is not set")) func everyRealBlobComesBack() throws {
    let root = URL(fileURLWithPath: try #require(Self.corpus) + "/apple")
    let walker = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
    var found = 0
    for case let file as URL in walker {
      guard let data = try? Data(contentsOf: file, options: .mappedIfSafe) else { continue }
      for blob in Self.sets(in: data) {
        var budget = Budget()
        let set = try RequirementSet(blob: blob[...], &budget)
        #expect(try set.blob() == blob)
        if !set.entries.isEmpty { #expect(try RequirementSet(parsing: set.description).blob() == blob) }
        found += 1
      }
    }
    #expect(found == 19)
  }

  /// Everything that begins with a set's magic, has a sensible count and a length within the file.
  static func sets(in data: Data) -> [[UInt8]] {
    var sets: [[UInt8]] = []
    var from = data.startIndex
    let magic = Data([0xFA, 0xDE, 0x0C, 0x01])
    while let hit = data.range(of: magic, in: from..<data.endIndex) {
      from = hit.upperBound
      guard data.endIndex - hit.lowerBound >= 12 else { break }
      let words = Array(data[(hit.lowerBound + 4)..<(hit.lowerBound + 12)])
      let length = words[0..<4].reduce(0) { $0 << 8 | Int($1) }
      let count = words[4..<8].reduce(0) { $0 << 8 | Int($1) }
      guard length >= 12, length < 100_000, count < 8, length <= data.endIndex - hit.lowerBound else { continue }
      sets.append(Array(data[hit.lowerBound..<(hit.lowerBound + length)]))
    }
    return sets
  }
}
