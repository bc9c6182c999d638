import AssayApple
import AssayBytes
import AssayCore
import AssayEngine
import AssayImporters
import AssayMaker
import AssayPKI
import AssayPolicy
import Testing

/// Code that a test asks about: a tool of a developer with entitlements, a bundle with an Info.plist, a tool signed ad hoc.
enum RequirementSamples {
  static let entitlements = """
    <plist version="1.0"><dict><key>on</key><true/><key>off</key><false/><key>text</key><string>hello.10</string>\
    <key>list</key><array><string>a</string><array><string>deep</string></array></array><key>none</key><array/>\
    <key>count</key><integer>5</integer><key>when</key><date>2019-04-08T00:00:00Z</date></dict></plist>
    """
  static let account = CertificateExtension("1.2.840.113635.100.6.1.33", [0x0C, 0x0F] + Array("20180101000000Z".utf8))

  static let signer = AppleTestCA.developer {
    $0.extensions += [
      account, .certificatePolicies(["1.2.3.4"]), .subjectAlternativeName([.rfc822("dev@example.com")]),
    ]
  }
  static let tool = CodeSignatureSpec(signer).with {
    $0.identifier = "com.example.tool"
    $0.team = "ASSAYTEAM1"
    $0.entitlements = entitlements
    $0.platform = 2
    $0.hashTypes = [1, 2]
    $0.time = MakerTime(2026, 3, 2)
  }
  static let developer = MachOJudging()(MachOSpec().sign(tool))
  static let adhoc = MachOJudging()(MachOSpec().sign(CodeSignatureSpec()))

  static func decode(_ expression: [UInt8]) throws -> Requirement {
    var budget = Budget()
    return try Requirement(blob: RequirementSpec.requirement(expression)[...], &budget)
  }
}

/// Every operator, written by hand from the table, true and false of real signatures that the flow judged.
struct OperatorTests {
  private typealias R = RequirementSpec
  enum Answer { case yes, no, unknown }

  private static func root() -> [UInt8] { Hash.sha1(AppleTestCA.root.der) }
  private static let marker = R.oid("1.2.840.113635.100.6.1.13")
  private static let account = R.oid("1.2.840.113635.100.6.1.33")
  /// 2018-01-01T00:00:00Z in seconds since 2001.
  private static let accountTime = 536_457_600
  private static let bestHash = RequirementSamples.developer.signatures[0].code?.cdHash ?? []
  /// Of the weaker directory, which systems pass over.
  private static let otherHash = RequirementSamples.developer.signatures[0].code?.cdHashes.first ?? []

  static let rows: [(String, [UInt8], Answer)] =
    [
      ("never", R.op(0), .no), ("always", R.op(1), .yes), ("identifier", R.identifier("com.example.tool"), .yes),
      ("other identifier", R.identifier("com.example.too"), .no), ("identifier in capitals", R.identifier("com.example.Tool"), .no),
      ("anchor apple", R.op(3), .no), ("anchor hash", R.op(4, R.number(-1), R.data(root())), .yes),
      ("anchor hash of the leaf", R.op(4, R.number(0), R.data(root())), .no),
      ("anchor hash in the middle", R.op(4, R.number(2), R.data(root())), .yes),
      ("anchor hash beyond", R.op(4, R.number(3), R.data(root())), .no), ("and", R.op(6, R.op(1), R.op(1)), .yes),
      ("and not", R.op(6, R.op(1), R.op(0)), .no), ("or", R.op(7, R.op(0), R.op(1)), .yes),
      ("nor", R.op(7, R.op(0), R.op(0)), .no), ("cdhash", R.op(8, R.data(bestHash)), .yes),
      ("cdhash of the weaker directory", R.op(8, R.data(otherHash)), .no), ("not", R.op(9, R.op(0)), .yes),
      ("not always", R.op(9, R.op(1)), .no), ("trusted certificate", R.op(12, R.number(-1)), .yes),
      ("trusted leaf", R.op(12, R.number(0)), .no), ("trusted anchor", R.op(13), .yes),
      ("marker", R.op(14, R.number(0), marker, R.op(0)), .yes), ("marker of another", R.op(14, R.number(1), marker, R.op(0)), .no),
      ("marker absent", R.op(14, R.number(0), marker, R.op(14)), .no),
      ("marker absent where it is", R.op(14, R.number(1), marker, R.op(14)), .yes),
      ("marker of no certificate", R.op(14, R.number(7), marker, R.op(14)), .no), ("anchor apple generic", R.op(15), .yes),
      ("policy", R.op(17, R.number(0), R.oid("1.2.3.4"), R.op(0)), .yes),
      ("other policy", R.op(17, R.number(0), R.oid("1.2.3.5"), R.op(0)), .no),
      ("no policy", R.op(17, R.number(0), R.oid("1.2.3.5"), R.op(14)), .yes), ("named anchor", R.op(18, R.data("x")), .unknown),
      ("named code", R.op(19, R.data("x")), .unknown), ("platform", R.op(20, R.number(2)), .yes),
      ("other platform", R.op(20, R.number(1)), .no), ("notarized", R.op(21), .unknown),
      ("not notarized", R.op(9, R.op(21)), .unknown),
      ("legacy, stamped too late", R.op(23), .unknown),
      ("operator to pass over", R.op(0x4000_0063, R.data("later"), R.op(1)), .yes),
      ("operator to take as false", R.op(0x8000_0063, R.data("later")), .no),
      ("not such an operator", R.op(9, R.op(0x8000_0063, R.data("later"))), .yes),
      ("known operator with a mark", R.op(Int(0x8000_0001)), .yes), ("known operator with the other", R.op(0x4000_0000), .no),
    ] + fields + dates + entitlements

  private static func subject(_ match: [UInt8], _ slot: Int = 0, _ key: String = "subject.OU") -> [UInt8] {
    R.op(11, R.number(slot), R.data(key), match)
  }
  private static let fields: [(String, [UInt8], Answer)] = [
    ("field", subject(R.op(0)), .yes), ("field equal", R.team("ASSAYTEAM1"), .yes), ("field unequal", R.team("ASSAYTEAM"), .no),
    ("field contains", subject(R.op(2, R.data("YTE"))), .yes), ("field contains not", subject(R.op(2, R.data("yte"))), .no),
    ("field contains nothing", subject(R.op(2, R.data(""))), .no), ("field begins", subject(R.op(3, R.data("ASSAY"))), .yes),
    ("field begins not", subject(R.op(3, R.data("SSAY"))), .no), ("field ends", subject(R.op(4, R.data("TEAM1"))), .yes),
    ("field ends not", subject(R.op(4, R.data("TEAM"))), .no), ("field longer", subject(R.op(3, R.data("ASSAYTEAM123"))), .no),
    ("field less", subject(R.op(5, R.data("ASSAYTEAM2"))), .yes), ("field not less", subject(R.op(5, R.data("ASSAYTEAM1"))), .no),
    ("digits as a number", subject(R.op(5, R.data("ASSAYTEAM10"))), .yes),
    ("field greater", subject(R.op(6, R.data("ASSAYTEAM0"))), .yes),
    ("field at most", subject(R.op(7, R.data("ASSAYTEAM1"))), .yes),
    ("field at least", subject(R.op(8, R.data("ASSAYTEAM2"))), .no), ("field absent", subject(R.op(14)), .no),
    ("a name without the attribute", subject(R.op(14), 0, "subject.UID"), .no),
    ("field of no certificate", subject(R.op(0), 9), .no), ("field of no certificate absent", subject(R.op(14), 9), .no),
    ("field from the root", subject(R.op(1, R.data("G2")), -2), .yes),
    ("mail", subject(R.op(4, R.data("@example.com")), 0, "email"), .yes),
    ("other mail", subject(R.op(1, R.data("x@example.com")), 0, "email"), .no),
  ]

  private static func date(_ match: [UInt8], _ slot: Int = 0) -> [UInt8] { R.op(22, R.number(slot), account, match) }
  private static let dates: [(String, [UInt8], Answer)] = [
    ("date", date(R.op(0)), .yes), ("date of another", date(R.op(0), 1), .no), ("date absent", date(R.op(14)), .no),
    ("date of another absent", date(R.op(14), 1), .yes), ("date of no certificate absent", date(R.op(14), 9), .yes),
    ("on", date(R.op(9, R.date(accountTime))), .yes), ("on another", date(R.op(9, R.date(accountTime + 1))), .no),
    ("before", date(R.op(10, R.date(accountTime + 1))), .yes), ("not before", date(R.op(10, R.date(accountTime))), .no),
    ("after", date(R.op(11, R.date(accountTime - 1))), .yes), ("not after", date(R.op(11, R.date(accountTime))), .no),
    ("on or before", date(R.op(12, R.date(accountTime))), .yes), ("on or before not", date(R.op(12, R.date(accountTime - 1))), .no),
    ("on or after", date(R.op(13, R.date(accountTime))), .yes), ("on or after not", date(R.op(13, R.date(accountTime + 1))), .no),
    ("a date as text", date(R.op(1, R.data("20180101000000Z"))), .no),
  ]

  private static func entitled(_ key: String, _ match: [UInt8]) -> [UInt8] { R.op(16, R.data(key), match) }
  private static let entitlements: [(String, [UInt8], Answer)] = [
    ("flag", entitled("on", R.op(0)), .yes), ("flag off", entitled("off", R.op(0)), .no),
    ("flag off absent", entitled("off", R.op(14)), .no), ("no flag", entitled("gone", R.op(0)), .no),
    ("no flag absent", entitled("gone", R.op(14)), .yes), ("flag as text", entitled("on", R.op(1, R.data("true"))), .no),
    ("text", entitled("text", R.op(1, R.data("hello.10"))), .yes),
    ("text as a number", entitled("text", R.op(6, R.data("hello.9"))), .yes),
    ("text of less", entitled("text", R.op(6, R.data("hello.11"))), .no), ("list", entitled("list", R.op(1, R.data("a"))), .yes),
    ("list in a list", entitled("list", R.op(1, R.data("deep"))), .yes),
    ("not in the list", entitled("list", R.op(1, R.data("b"))), .no),
    ("empty list", entitled("none", R.op(0)), .yes), ("empty list absent", entitled("none", R.op(14)), .no),
    ("number", entitled("count", R.op(0)), .yes), ("number as text", entitled("count", R.op(1, R.data("5"))), .no),
    ("number in order", entitled("count", R.op(6, R.data("4"))), .no),
    ("a date", entitled("when", R.op(9, R.date(576_374_400))), .yes),
    ("after a date", entitled("when", R.op(11, R.date(576_374_400))), .no),
    ("a key in capitals", entitled("ON", R.op(0)), .no),
    // There is no Info.plist: everything is absent.
    ("info", R.op(10, R.data("CFBundleVersion"), R.op(0)), .no),
    ("info absent", R.op(10, R.data("CFBundleVersion"), R.op(14)), .yes),
    ("info of old", R.op(5, R.data("CFBundleVersion"), R.data("1")), .no),
  ]

  @Test(arguments: rows.indices) func eachOperator(_ row: Int) throws {
    let (name, expression, expected) = Self.rows[row]
    let answer = RequirementSamples.developer.answer(try RequirementSamples.decode(expression))
    switch expected {
    case .yes: #expect(answer == .satisfied, "\(name)")
    case .no: #expect(answer.isRefusal, "\(name): \(answer)")
    case .unknown: #expect(answer.isUnknown, "\(name): \(answer)")
    }
  }

  @Test func theSamplesAreWhatTheySay() {
    #expect(RequirementSamples.developer.state == .trusted)
    #expect(RequirementSamples.adhoc.state == .untrusted)
    #expect(Self.bestHash.count == 20 && Self.otherHash.count == 20 && Self.bestHash != Self.otherHash)
    #expect(RequirementSamples.developer.signatures[0].code?.fullHash.count == 32)
  }

  /// Code without certificates: nothing about them holds, and nothing of it is unknown.
  @Test func adhocCodeHasNoCertificates() throws {
    let cases: [([UInt8], Bool)] = [
      (R.op(3), false), (R.op(15), false), (R.op(13), false), (R.op(12, R.number(-1)), false), (R.team("x"), false),
      (R.op(4, R.number(-1), R.data(Self.root())), false), (R.op(9, R.op(15)), true), (Self.date(R.op(14)), true),
      (R.op(23), false), (R.op(8, R.data(RequirementSamples.adhoc.signatures[0].code?.cdHash ?? [])), true),
    ]
    for (expression, holds) in cases {
      let answer = RequirementSamples.adhoc.answer(try RequirementSamples.decode(expression))
      #expect(holds ? answer == .satisfied : answer.isRefusal, "\(expression): \(answer)")
    }
  }

  private static let legacyRows: [(stamped: MakerTime, account: String?, answer: Answer)] = [
    (MakerTime(2019, 5, 31), "20190407235959Z", .yes), (MakerTime(2019, 6, 1), "20190407235959Z", .unknown),
    (MakerTime(2019, 5, 31), "20190408000000Z", .no), (MakerTime(2019, 5, 31), nil, .yes),
  ]

  @Test(arguments: legacyRows.indices)
  func legacyCodeOfBeforeNotarization(_ row: Int) throws {
    let (stamped, account, expected) = Self.legacyRows[row]
    let signer = AppleTestCA.developer {
      $0.notBefore = MakerTime(2018, 1, 1)
      if let account {
        $0.extensions.append(CertificateExtension("1.2.840.113635.100.6.1.33", [0x0C, 0x0F] + Array(account.utf8)))
      }
    }
    let report = MachOJudging()(
      MachOSpec().sign(
        CodeSignatureSpec(signer).with {
          $0.team = "ASSAYTEAM1"
          $0.time = stamped
        }))
    try #require(report.state == .trusted, "\(report.allCodes)")
    let answer = report.answer(.legacy)
    #expect(expected == .yes ? answer == .satisfied : expected == .no ? answer.isRefusal : answer.isUnknown, "\(answer)")
  }
}

extension RequirementAnswer {
  var isRefusal: Bool { if case .unsatisfied = self { true } else { false } }
  var isUnknown: Bool { if case .unknown = self { true } else { false } }
}
