import AssayBytes
import AssayCore
import AssayEngine
import AssayImporters
import AssayMaker
import AssayPolicy
import AssayRender
import Testing

/// `assay inspect --requirements`
struct RequirementInspectionTests {
  private typealias R = RequirementSpec

  private func list(_ bytes: [UInt8], name: String = "tool") throws -> [RequirementListing] {
    var budget = Budget()
    return try Inspector.requirements(try Artifact(target: name, name: name, source: MemorySource(bytes)), &budget)
  }

  @Test func setsAreText() throws {
    let spec = RequirementSamples.tool.with {
      $0.requirements = R.set([(1, R.op(3)), (3, R.developer("com.example.tool", team: "ASSAYTEAM1"))])
    }
    let listings = try list(MachOSpec().sign(spec))
    let text = InspectRenderer.text(listings, target: "tool")
    #expect(
      text == """
        # tool (arm64)
        host => anchor apple
        designated => identifier "com.example.tool" and anchor apple generic and (certificate 1[field.1.2.840.113635.100.6.2.6] /* exists */ and certificate leaf[field.1.2.840.113635.100.6.1.13] /* exists */) and certificate leaf[subject.OU] = ASSAYTEAM1

        """)
    // What is printed is read again, comments and all.
    #expect(try RequirementSet(parsing: text).blob() == spec.requirements)
  }

  @Test func eachPartHasItsOwn() throws {
    let file = MachOSpec.universal([
      (.arm64, MachOSpec(.arm64).sign(CodeSignatureSpec())), (.x86_64, MachOSpec(.x86_64).sign(CodeSignatureSpec())),
    ])
    let listings = try list(file)
    #expect(listings.map(\.architecture) == ["arm64", "x86_64"])
    #expect(listings.allSatisfy { $0.entries.count == 1 && $0.entries[0].isImplicit })
    // Its own first, then the other part's.
    let hashes = listings.map { $0.entries[0].text.components(" or ") }
    #expect(hashes[0].count == 2 && hashes[0] == hashes[1].reversed() && hashes[0][0].hasPrefix("cdhash H\""))
    let text = InspectRenderer.text(listings, target: "tool")
    #expect(text.contains("# tool (arm64)\n# designated => cdhash H\""))
    let json = InspectRenderer.json(listings, target: "tool")
    #expect(json.contains("\"schema\":\"assay.requirements/1\"") && json.contains("\"implicit\":true"))
  }

  @Test func whatCannotBeReadIsSaid() throws {
    let listings = try list(MachOSpec().sign(CodeSignatureSpec().with { $0.requirements = R.designated(R.op(0x55)) }))
    #expect(listings[0].problem?.contains("operator 85") == true && listings[0].entries.isEmpty)
    #expect(InspectRenderer.text(listings, target: "tool").contains("# cannot be read: operator 85"))
    #expect(try list(MachOSpec().build()).isEmpty)
    #expect(try list(Array("text".utf8)).isEmpty)
  }

  @Test func everyDirectoryOfAdhocCodeCounts() throws {
    let listings = try list(MachOSpec().sign(CodeSignatureSpec().with { $0.hashTypes = [1, 2] }))
    #expect(listings[0].entries.first?.text.components(" or ").count == 2)
  }

  @Test func codeWithoutOneGetsOneOfItsSigner() throws {
    let identity = RequirementSamples.signer
    let spec = RequirementSamples.tool.with {
      $0.requirements = nil
      $0.editSignedData = { $0.extraCertificates = [identity.root.der] }
    }
    let listing = try #require(try list(MachOSpec().sign(spec)).first)
    // The root is not Apple's, and its organization is another than the leaf's.
    let leaf = Hash.sha1(identity.leaf.der).map { (($0 < 16 ? "0" : "") + String($0, radix: 16)) }.joined()
    #expect(listing.entries.map(\.text) == ["identifier \"com.example.tool\" and certificate leaf = H\"\(leaf)\""])
    #expect(listing.entries.first?.isImplicit == true)
    #expect(InspectRenderer.text([listing], target: "tool").hasPrefix("# tool (arm64)\n# designated => identifier"))
    // Without the root nobody knows whose it is.
    let without = try list(MachOSpec().sign(spec.with { $0.editSignedData = { _ in } }))
    #expect(without.first?.entries.isEmpty == true)
    #expect(InspectRenderer.text(without, target: "tool").contains("does not bring all of them"))
  }

  /// A stapled ticket hides nothing of what is signed.
  @Test func codeUnderATicketIsReadToo() throws {
    let image = DiskImageSpec().with { $0.ticket = { TestTicket.naming([$0]) } }.sign(CodeSignatureSpec())
    #expect(try list(image, name: "x.dmg").first?.entries.first?.text.hasPrefix("cdhash H\"") == true)
  }
}

extension String {
  fileprivate func components(_ separator: String) -> [String] {
    var rest = self[...]
    var parts: [String] = []
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }
}
