import AssayMaker

/// Disk images: signed ones may not be redistributed, so all are made from the published structure.
enum DiskImageFixtures {
  private static let signature = CodeSignatureSpec(AppleTestCA.developer()).with {
    $0.identifier = "Sample"
    $0.team = "ASSAYTEAM1"
    $0.time = Demo.signed2025
  }
  private static let image = DiskImageSpec()

  static func all() -> [Fixture] {
    let good = image.sign(signature)
    return [
      made("good", "trusted", "timestamped", good),
      made(
        "good-ticket", "trusted", "a stapled ticket that names it",
        image.with { $0.ticket = { TestTicket.naming([$0]) } }.sign(signature)),
      made("good-sha384", "trusted", "SHA-384", image.sign(signature.with { $0.hashTypes = [4] })),
      made("unsigned", "unsigned", "no signature", image.build()),
      made("adhoc", "untrusted", "ad hoc", image.sign(CodeSignatureSpec().with { $0.identifier = "Sample" })),
      made("cut", "unsigned", "the trailer is gone", Array(good.dropLast(512))),
      made("tampered-data", "tampered", "one bit of the data", flipped(good, 4_200)),
      made("tampered-trailer", "tampered", "one bit of the trailer's number of sectors", flipped(good, good.count - 13)),
      made("place", "malformed", "bytes between signature and trailer", image.with { $0.gap = [0, 0, 0, 0] }.sign(signature)),
      made(
        "uncovered", "malformed", "the code limit leaves out bytes before the signature",
        image.with { $0.filler = Array("payload".utf8) }.sign(
          signature.with { $0.codeLimit = image.build().count - 512 })),
      made(
        "length", "malformed", "the trailer gives the signature another length",
        image.with { $0.editSigned = { Array($0[..<311]) + [$0[311] &- 1] + Array($0[312...]) } }.sign(signature)),
      made("header-unsealed", "malformed", "the trailer is not covered", image.with { $0.coversTrailer = false }.sign(signature)),
      made(
        "fork", "malformed", "the data fork reaches into the signature",
        image.with { $0.editTrailer = { Array($0[..<38]) + [0xFF, 0xFF] + Array($0[40...]) } }.sign(signature)),
      made(
        "ticket-other", "malformed", "a ticket that was issued for another image",
        image.with { $0.ticket = { _ in TestTicket.naming([[UInt8](repeating: 7, count: 20)]) } }.sign(signature)),
      made(
        "encrypted", "not-assessed", "an encrypted image",
        Array("encrcdsa".utf8) + BigEndian.word(2) + [UInt8](repeating: 0x33, count: 4_000)),
      made(
        "look-alike", "untrusted", "a look-alike's authority",
        image.sign(signature.with { ($0.identity, $0.team) = (TestCA.rogueCode(), nil) })),
    ]
  }

  private static func made(_ name: String, _ state: String, _ why: String, _ octets: [UInt8]) -> Fixture {
    Fixture(format: "dmg", name: name, file: "Sample.dmg", state: state, why: why, octets: octets)
  }

  private static func flipped(_ octets: [UInt8], _ place: Int) -> [UInt8] {
    var copy = octets
    copy[place] ^= 1
    return copy
  }
}
