import AssayBytes
import AssayMaker
import AssayPKI
import AssayPolicy
import Testing

/// The requirement that systems make for code that has none. Genuine ones are compared in Conformance; these are the forms that have no
/// genuine sample, each by changing one certificate.
struct ImplicitTests {
  private static let storeMarker = "1.2.840.113635.100.6.2.1"

  private func facts(_ certificates: [TestCertificate]) throws -> [CertificateFacts] {
    try certificates.map { certificate in
      var budget = Budget()
      return CertificateFacts(try Certificate(encoded: certificate.der[...], &budget))
    }
  }

  private func made(_ identity: TestIdentity, isApples: Bool) throws -> String? {
    let path = identity.intermediates.isEmpty ? [identity.leaf] : [identity.leaf] + identity.intermediates + [identity.root]
    let certificates = try facts(path)
    return Requirement.designated(Array("com.example.tool".utf8), path: certificates, isApples: isApples).map { "\($0)" }
  }

  private static func hash(_ certificate: TestCertificate) -> String {
    Hash.sha1(certificate.der).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  @Test func underApplesRootMarkersDecide() throws {
    let developer = try made(AppleTestCA.developer(), isApples: true)
    #expect(
      developer
        == "identifier \"com.example.tool\" and (anchor apple generic and (certificate 1[field.1.2.840.113635.100.6.2.6] /* exists */ and (certificate leaf[field.1.2.840.113635.100.6.1.13] /* exists */ and certificate leaf[subject.OU] = ASSAYTEAM1)))"
    )
    let store = try made(
      AppleTestCA.developer(markers: ["1.2.840.113635.100.6.1.9"], authorityMarkers: [Self.storeMarker]), isApples: true)
    #expect(
      store
        == "identifier \"com.example.tool\" and (anchor apple generic and (certificate leaf[subject.CN] = \"Developer ID Application: Assay Example Ltd (ASSAYTEAM1)\" and certificate 1[field.1.2.840.113635.100.6.2.1] /* exists */))"
    )
    // No mark of either: Apple's own. The leaf's marker is not asked for.
    #expect(
      try made(AppleTestCA.developer(authorityMarkers: []), isApples: true) == "identifier \"com.example.tool\" and anchor apple")
    #expect(try made(AppleTestCA.developer(markers: []), isApples: true) == developer)
    // Both marks on the authority: that of the stores is looked at first.
    let both = AppleTestCA.developer(authorityMarkers: [AppleTestCA.developerAuthorityMarker, Self.storeMarker])
    #expect(try made(both, isApples: true)?.contains("subject.CN") == true)
    // A path of another length is none that developers have.
    #expect(try made(TestCA.selfSigned(), isApples: true) == "identifier \"com.example.tool\" and anchor apple")
    // Without a team there is nothing to ask for.
    let nobody = AppleTestCA.developer { $0.subject = Name(commonName: "X", organization: "X", country: "DE") }
    #expect(try made(nobody, isApples: true) == nil)
  }

  @Test func elsewhereTheHighestOfTheOrganizationIsNamed() throws {
    func text(_ slot: String, _ certificate: TestCertificate) -> String {
      "identifier \"com.example.tool\" and certificate \(slot) = H\"\(Self.hash(certificate))\""
    }
    let stranger = TestCA.code("Assay Example Ltd")
    #expect(try made(stranger, isApples: false) == text("leaf", stranger.leaf))
    let house = TestCA.code("Assay Test")
    #expect(try made(house, isApples: false) == text("root", house.root))
    let alone = TestCA.selfSigned()
    #expect(try made(alone, isApples: false) == text("root", alone.leaf))
    let unnamed = TestCA.selfSigned { $0.subject = Name(commonName: "X", organization: nil, country: "DE") }
    #expect(try made(unnamed, isApples: false) == text("leaf", unnamed.leaf))
    // The root is of another organization: the authority below it.
    var between = house
    between.root = TestCertificate.issue(
      CertificateSpec(subject: Name(commonName: "R", organization: "Others", country: "XX")), key: .fixed(0))
    #expect(try made(between, isApples: false) == text("1", house.intermediates[0]))
    #expect(Requirement.designated([], path: [], isApples: false) == nil)
  }
}
