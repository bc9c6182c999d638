import AssayBytes
import AssayCore
import AssayPKI
import AssayTrustData
import Foundation
import Testing

/// A folder that `Scripts/trust-microsoft --keep DIR` filled.
private let folder = ProcessInfo.processInfo.environment["ASSAY_MSCERTS"]

/// The builtin facts against the list that they were made from, and that list as an update.
@Suite(.enabled(if: folder != nil, "ASSAY_MSCERTS is not set: Microsoft's own list is not judged")) struct RootListTests {
  static let now = Moment(secondsSince1970: 1_795_392_000)  // 2026-11-23

  static func bytes() throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: try #require(folder) + "/authroot.stl")))
  }

  static func apply(_ bytes: [UInt8]) throws -> TrustUpdate {
    var work = Work()
    return try TrustUpdate.apply(
      bytes[...], to: try #require(BuiltinTrust.bundle("microsoft")), origin: "authroot.stl", now: now, &work)
  }

  /// Signed by Microsoft's list publisher up to an anchor that is a fact here, and word for word what the script wrote.
  @Test func factsAreTheListsOwn() throws {
    let builtin = try #require(BuiltinTrust.bundle("microsoft"))
    let update = try Self.apply(Self.bytes())
    #expect(update.kind == .roots && update.entryCount == 555 && update.unknownCount == 0)
    #expect(update.signer.hasPrefix("CN=Microsoft Certificate Trust List Publisher"))
    #expect(update.date == builtin.date && update.sequenceNumber == builtin.sequenceNumber)
    let before = builtin.anchors.all()
    let after = update.bundle.anchors.all()
    #expect(before.map(\.sha256) == after.map(\.sha256))
    #expect(before.map(\.limits) == after.map(\.limits))
  }

  @Test func propertiesNameTheAnchors() throws {
    var budget = Budget()
    let list = try CertificateTrustList(try SignedData(contentInfo: Self.bytes()[...], &budget), &budget)
    let anchors = Dictionary(grouping: try #require(BuiltinTrust.bundle("microsoft")).anchors.all(), by: \.sha1)
    for subject in list.subjects {
      let anchor = try #require(anchors[Array(subject.identifier)]?.first)
      #expect(try subject.sha256(&budget)?.elementsEqual(anchor.sha256) == true)
      #expect(try subject.nameMD5(&budget)?.elementsEqual(DigestAlgorithm.md5.digest(anchor.subject.encoded)) == true)
      #expect(try subject.friendlyName(&budget)?.isEmpty == false)
    }
  }

  /// Only Microsoft's own roots may vouch for everything, so nobody else's may sign lists.
  @Test func listSignersAreMicrosofts() throws {
    let free = try #require(BuiltinTrust.bundle("microsoft")).anchors.all().filter { anchor in
      anchor.limits.allowedUsages.map { $0.contains(CertificateTrustList.rootList) || $0.contains("2.5.29.37.0") } ?? true
    }
    #expect(free.count == 6)
    #expect(free.allSatisfy { $0.name.hasPrefix("Microsoft ") }, "\(free.map(\.name))")
  }

  @Test func changedOctets() throws {
    let bytes = try Self.bytes()
    for index in stride(from: 50, to: 200_000, by: 4099) {
      var other = bytes
      other[index] ^= 1
      #expect(throws: ParseError.self, "octet \(index)") { try Self.apply(other) }
    }
  }
}
