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

  private func list(_ bytes: [UInt8]) throws -> [RequirementListing] {
    var budget = Budget()
    return try Inspector.requirements(try Artifact(target: "tool", name: "tool", source: MemorySource(bytes)), &budget)
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
    #expect(
      listings.allSatisfy { $0.entries.count == 1 && $0.entries[0].isImplicit && $0.entries[0].text.contains(" or cdhash H\"") })
    #expect(listings[0].entries == listings[1].entries)
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
}
