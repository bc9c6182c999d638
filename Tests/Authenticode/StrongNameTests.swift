import AssayCore
import AssayMaker
import Testing

/// .NET strong names: a note about what is there, never a reason to trust.
struct StrongNameTests {
  let judge = Judging()

  /// A program whose first section begins with the .NET header, followed by room for a signature of 128 bytes.
  private static func image(flags: Int, address: Int = 0x1048, size: Int = 128, signature: UInt8 = 7) -> [UInt8] {
    var header: [UInt8] = []
    header.append32(72)
    header.append16(2)
    header.append16(5)
    for value in [0, 0, flags, 0, 0, 0, address, size, 0, 0, 0, 0, 0, 0, 0, 0] { header.append32(value) }
    let content = header + [UInt8](repeating: signature, count: 128) + PESpec.code(count: 300)
    var file = PESpec().with { $0.sections = [.init(".text", content)] }.build()
    // Directory 14 of a PE32+ image, whose first section stands at 0x1000.
    let directory = PEImage(file).certificateEntryOffset + 80
    file.put32(0x1000, at: directory)
    file.put32(72, at: directory + 4)
    return file
  }

  @Test(
    "what the header says",
    arguments: [
      (9, 0x1048, 128, UInt8(7), "pe.strong-name.unverified"), (9, 0x1048, 128, 0, "pe.strong-name.delay-signed"),
      (1, 0x1048, 128, 7, "pe.strong-name.delay-signed"), (9, 0, 0, 7, "pe.strong-name.missing"),
      (9, 0x7FFF_0000, 128, 7, "pe.strong-name.missing"), (9, 0x1048, 0x7FFF_FFFF, 7, "pe.strong-name.missing"),
    ])
  func states(flags: Int, address: Int, size: Int, signature: UInt8, code: String) {
    let image = StrongNameTests.image(flags: flags, address: address, size: size, signature: signature)
    let report = judge(image)
    #expect(report.state == .unsigned, "a strong name is no signature")
    #expect(report.finding(code)?.severity == .note)
    #expect(report.codes.count { $0.hasPrefix("pe.strong-name.") } == 1)
    let signed = judge(PESigner.sign(image, Sample.stamped))
    #expect(signed.state == .trusted && signed.codes.contains(code))
  }

  @Test func otherImagesHaveNone() {
    #expect(!judge(StrongNameTests.image(flags: 1, address: 0, size: 0)).codes.contains { $0.hasPrefix("pe.strong-name.") })
    #expect(!judge(Sample.program).codes.contains { $0.hasPrefix("pe.strong-name.") })
  }
}
