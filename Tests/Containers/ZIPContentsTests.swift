import AssayBytes
import AssayContainers
import AssayMaker
import Testing

/// How an entry's deflate stream may end.
struct ZIPContentsTests {
  private static let text = Array("hello".utf8)
  /// A stored block of `text` (RFC 1951 3.2.4), the last one or not.
  private static func block(isLast: Bool) -> [UInt8] { [isLast ? 1 : 0, 5, 0, 0xFA, 0xFF] + text }
  /// What a flush leaves: an empty block that is not the last.
  private static let flush: [UInt8] = [0, 0, 0, 0xFF, 0xFF]

  private func contents(_ compressed: [UInt8]) throws -> [UInt8] {
    let entry = ZIPSpec.Entry("a", Self.text).with {
      $0.isDeflated = true
      $0.compressed = compressed
    }
    let source = MemorySource(ZIPSpec([entry]).build())
    var budget = Budget()
    var allowance = ZIPAllowance()
    let archive = try ZIPArchive(source, &budget)
    return try archive.contents(try #require(archive.entries.first), from: source, &allowance, &budget)
  }

  @Test(arguments: [block(isLast: true), block(isLast: false) + flush, block(isLast: false)])
  func aStreamThatGivesAllIsWhole(compressed: [UInt8]) throws {
    #expect(try contents(compressed) == Self.text)
  }

  @Test(arguments: [
    (Array(block(isLast: true).dropLast()), "zip.entry.data"), (flush, "zip.entry.data"), ([], "zip.entry.data"),
    (block(isLast: true) + flush, "zip.entry.data"), (block(isLast: false) + block(isLast: true), "zip.entry.size"),
  ])
  func lessOrMoreIsNot(compressed: [UInt8], code: String) {
    let error = #expect(throws: ParseError.self) { try contents(compressed) }
    #expect(error?.code == code)
  }
}
