import AssayApple
import AssayBytes
import AssayEngine
import AssayPKI
import Testing

/// Pages are compared in parts, one after the other or side by side: the answer is the same.
struct PageMeasurementTests {
  private static let base = 4_096
  /// Two whole parts, and one that ends in the middle of a page.
  private static let limit = 2 * PageMeasurement.partBytes + 3 * 16_384 + 77

  /// cs_blobs.h, version 0x20001, without special slots.
  private static func directory(_ code: ArraySlice<UInt8>, _ algorithm: DigestAlgorithm, pageBits: Int) throws -> CodeDirectory {
    func word(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
    let size = pageBits == 0 ? code.count : 1 << pageBits
    let pages = stride(from: code.startIndex, to: code.endIndex, by: size).map { code[$0..<min($0 + size, code.endIndex)] }
    let name = Array("com.example.pages".utf8) + [0]
    let head = [0x20001, 2, 44 + name.count, 44, 0, pages.count, code.count].flatMap(word)
    let kind: [UInt8] = [UInt8(algorithm.byteCount), algorithm == .sha1 ? 1 : algorithm == .sha384 ? 4 : 2, 0, UInt8(pageBits)]
    let body = head + kind + word(0) + name + pages.flatMap { algorithm.digest($0) }
    let bytes = word(0xFADE_0C02) + word(body.count + 8) + body
    var budget = Budget()
    return try CodeDirectory(bytes[...], &budget)
  }

  private static let code = [UInt8](unsafeUninitializedCapacity: base + limit) { buffer, count in
    for index in 0..<(base + limit) { buffer[index] = UInt8(truncatingIfNeeded: index &* 31 ^ index >> 9) }
    count = base + limit
  }

  @Test(
    "the first page that differs is named for each directory",
    arguments: [
      [], [base - 1], [base], [base + limit - 1], [base + 4_096 * 5 + 9, base + 4_096 * 9], [base + PageMeasurement.partBytes - 1],
      [base + PageMeasurement.partBytes], [base + 2 * PageMeasurement.partBytes + 40_000, base + PageMeasurement.partBytes + 7],
    ])
  func firstMismatch(changed: [Int]) throws {
    let covered = Self.code[Self.base...]
    let directories = try [
      Self.directory(covered, .sha1, pageBits: 12), Self.directory(covered, .sha256, pageBits: 14),
      Self.directory(covered, .sha384, pageBits: 0), Self.directory(covered.prefix(100_000), .sha256, pageBits: 12),
    ]
    var bytes = Self.code
    for place in changed { bytes[place] ^= 1 }
    let places = changed.filter { $0 >= Self.base }.map { $0 - Self.base }
    let answers = try [OneLane() as any Lanes, ThreadLanes(1), ThreadLanes(2), ThreadLanes(7)].flatMap { lanes in
      // All together, which is one part for the sake of the page that holds everything; and without that one.
      try [
        PageMeasurement.compare(directories, with: MemorySource(bytes), at: Self.base, lanes: lanes),
        PageMeasurement.compare([directories[0], directories[1]], with: MemorySource(bytes), at: Self.base, lanes: lanes)
          + PageMeasurement.compare([directories[2]], with: MemorySource(bytes), at: Self.base, lanes: lanes)
          + PageMeasurement.compare([directories[3]], with: MemorySource(bytes), at: Self.base, lanes: lanes),
      ]
    }
    for answer in answers {
      #expect(answer == answers[0])
      for (directory, mismatch) in zip(directories, answer) {
        let first = places.filter { $0 < directory.codeLimit }.min()
        let size = directory.pageSize == 0 ? directory.codeLimit : directory.pageSize
        #expect(mismatch?.page == first.map { $0 / size })
        guard let page = mismatch?.page else { continue }
        let range = (Self.base + page * size)..<(Self.base + min(page * size + size, directory.codeLimit))
        #expect(mismatch?.offset == range.lowerBound)
        #expect(mismatch?.expected == directory.digest(Self.code[range]))
        #expect(mismatch?.found == directory.digest(bytes[range]))
      }
    }
  }

  @Test("a source that ends before the code does is an error, whoever reads", arguments: [1, 3])
  func shortSource(lanes: Int) throws {
    let directory = try Self.directory(Self.code[Self.base...], .sha256, pageBits: 12)
    let source = ShrunkSource(whole: MemorySource(Self.code), left: Self.base + PageMeasurement.partBytes + 5)
    let error = #expect(throws: ParseError.self) {
      _ = try PageMeasurement.compare([directory], with: source, at: Self.base, lanes: ThreadLanes(lanes))
    }
    #expect(error?.code == "io.changed")
  }

  @Test("results come in the order of the parts", arguments: [1, 2, 5])
  func order(lanes: Int) {
    for parts in [0, 1, 2, 3, 100] {
      #expect(ThreadLanes(lanes).map(parts) { $0 * $0 } == (0..<parts).map { $0 * $0 })
    }
  }
}

/// A file that was truncated after it was opened.
private struct ShrunkSource: ByteSource {
  let whole: MemorySource
  let left: Int
  var byteCount: Int { whole.byteCount }
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ParseError) {
    guard offset + buffer.count <= left else { throw ParseError("io.changed", "became shorter", offset: left) }
    try whole.read(at: offset, into: buffer)
  }
}
