import AssayBytes
import AssayPKI
import Foundation
import Testing

/// The free ASN.1:2008 test suite: 48 encodings, most of them broken, and what X.690 says of each.
@Suite struct ASN1SuiteTests {
  static let folder = ProcessInfo.processInfo.environment["ASSAY_CORPUS"].map { $0 + "/reliability/asn1-2008/suite" }

  enum Answer: String {
    case taken
    case refused
    /// Against X.690's letter; why is said beside it.
    case deviates
  }

  /// File number, answer under BER, answer under DER, clause. REAL is used by no structure that is read here: it is delimited,
  /// never decoded, so those files are taken as elements.
  static let table: [(Int, Answer, Answer, String)] = [
    // Legal in BER, refused on purpose: no tag here has a number over 28 bits.
    (1, .deviates, .deviates, "8.1.2.4"), (2, .refused, .refused, "8.1.2.4"), (3, .refused, .refused, "8.1.3"),
    (4, .refused, .refused, "8.1.3.5 c"), (5, .deviates, .refused, "8.1.3.5"),
    (6, .taken, .taken, "8.5"), (7, .taken, .taken, "8.5"), (8, .taken, .taken, "8.5"), (9, .taken, .taken, "8.5"),
    (10, .taken, .taken, "8.5"), (11, .taken, .taken, "8.5"), (12, .taken, .taken, "8.5"),
    (13, .refused, .refused, "8.1.3"), (14, .refused, .refused, "8.1.3"), (15, .taken, .taken, "8.5"), (16, .taken, .taken, "8.5"),
    (17, .taken, .taken, "8.5"),
    // A padded INTEGER breaks BER too; Windows reads it, so only DER readers refuse it.
    (18, .deviates, .refused, "8.3.2"), (19, .refused, .refused, "8.1.3"), (20, .taken, .taken, "8.3.2"),
    (21, .refused, .refused, "8.19.2"), (22, .taken, .taken, "8.19"), (23, .refused, .refused, "8.1.3"),
    (24, .taken, .taken, "8.19"),
    (25, .refused, .refused, "8.2.1"), (26, .refused, .refused, "8.2.1"), (27, .refused, .refused, "8.1.3"),
    (28, .taken, .taken, "8.2.2"), (29, .taken, .taken, "8.2.2"),
    // NULL with contents: NULL is a parameter that is compared whole and never decoded.
    (30, .deviates, .deviates, "8.8.2"), (31, .refused, .refused, "8.1.3"), (32, .taken, .taken, "8.8.2"),
    (33, .refused, .refused, "8.6.2.2"), (34, .refused, .refused, "8.1.3"), (35, .refused, .refused, "8.6.4.1"),
    (36, .refused, .refused, "8.6.4"),
    // Legal in BER, refused on purpose: no signature holds a BIT STRING in parts.
    (37, .deviates, .refused, "8.6.4"), (38, .deviates, .refused, "8.6.4"), (39, .deviates, .refused, "8.6.4"),
    (40, .refused, .refused, "8.6.2.1"), (41, .refused, .refused, "8.7.3.2"), (42, .refused, .refused, "8.1.3"),
    (43, .refused, .refused, "8.1.3"), (44, .taken, .taken, "8.7.2"), (45, .taken, .refused, "8.7.3"),
    (46, .refused, .refused, "8.1.3.2"), (47, .refused, .refused, "8.6.4"), (48, .refused, .refused, "8.6.4"),
  ]

  /// Reads one element, decodes it by its type, and wants nothing after it.
  static func read(_ bytes: [UInt8], _ rules: ASN1Rules) throws {
    var budget = Budget()
    var reader = ASN1Reader(bytes[...], rules: rules)
    let element = try reader.next(&budget)
    switch element.tag {
    case .boolean: _ = try element.boolean("value")
    case .integer: _ = try element.integerOctets("value")
    case .bitString: _ = try element.bitString("value")
    case .octetString: _ = try element.octetString("value", &budget)
    case .objectIdentifier: _ = try element.objectIdentifier("value")
    default: break
    }
    try reader.finish("value")
  }

  /// Whether X.690 allows it, apart from what the reader does.
  private static func answer(_ bytes: [UInt8], _ rules: ASN1Rules) -> Answer {
    (try? read(bytes, rules)) == nil ? .refused : .taken
  }

  @Test(.enabled(if: folder != nil, "ASSAY_CORPUS is not set: the ASN.1 suite is skipped"))
  func everyFileAsX690Says() throws {
    let folder = try #require(Self.folder)
    #expect(Self.table.count == 48)
    /// What the reader answers where it departs from the letter, by number.
    let departures: [Int: (ber: Answer, der: Answer)] = [
      1: (.refused, .refused), 5: (.refused, .refused), 18: (.taken, .refused), 30: (.taken, .taken), 37: (.refused, .refused),
      38: (.refused, .refused), 39: (.refused, .refused),
    ]
    var refused = 0
    for (number, ber, der, clause) in Self.table {
      let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/tc\(number).ber")))
      let expected = (
        ber: ber == .deviates ? departures[number]?.ber : ber, der: der == .deviates ? departures[number]?.der : der
      )
      #expect(Self.answer(bytes, .ber) == expected.ber, "tc\(number) under BER, X.690 \(clause)")
      #expect(Self.answer(bytes, .der) == expected.der, "tc\(number) under DER, X.690 \(clause)")
      if expected.der == .refused { refused += 1 }
    }
    print("ASN.1 suite: 48 files, \(refused) refused under DER, \(departures.count) listed departures")
  }
}

/// PKCS #7 of all sorts: what is SignedData is read, what is not is refused by name.
@Suite struct PKCS7OdditiesTests {
  static let folder = ProcessInfo.processInfo.environment["ASSAY_CORPUS"].map { $0 + "/reliability/pkcs7" }

  /// File, certificates in it, or nil where it is no SignedData, and the code.
  static let table: [(String, certificates: Int?, code: String?)] = [
    ("amazon-roots.der", 2, nil), ("amazon-roots.p7b", 2, nil), ("isrg.pem", 1, nil), ("authenticode.der", 1, nil),
    ("enveloped.pem", nil, "cms.type.unexpected"), ("enveloped-no-content.der", nil, "cms.type.unexpected"),
    ("enveloped-rsa-oaep.pem", nil, "cms.type.unexpected"), ("enveloped-triple-des.pem", nil, "cms.type.unexpected"),
    ("ascii-san.pem", nil, "asn1.tag.unexpected"), ("non-ascii-san.pem", nil, "asn1.tag.unexpected"),
  ]

  /// What the file holds: how many certificates, or the code of the refusal.
  private static func outcome(_ bytes: [UInt8]) -> (certificates: Int?, code: String?) {
    var budget = Budget()
    do throws(ParseError) {
      let data = try SignedData(contentInfo: bytes[...], &budget)
      return data.otherCertificates.isEmpty ? (data.certificates.count, nil) : (nil, data.otherCertificates.first?.reason.code)
    } catch {
      return (nil, error.code)
    }
  }

  @Test(.enabled(if: folder != nil, "ASSAY_CORPUS is not set: the PKCS #7 files are skipped"))
  func everyFile() throws {
    let folder = try #require(Self.folder)
    for (name, certificates, code) in Self.table {
      var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
      if bytes.starts(with: Array("-----BEGIN".utf8)) {
        let body = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }
          .joined()
        bytes = try #require(Base64.decode(body.utf8))
      }
      let found = Self.outcome(bytes)
      #expect(found.certificates == certificates, "\(name)")
      #expect(found.code == code, "\(name)")
    }
  }
}
