import AssayPKI

/// Digests a script's text as UTF-16LE bytes, whatever encoding it is kept in. A byte order mark is digested like any character.
struct ScriptTranscoder {
  let encoding: ScriptEncoding
  /// Write every line end as CRLF, whatever it is: what a signer had before a version control system rewrote it.
  var restoresLineEnds = false

  func digest(_ bytes: ArraySlice<UInt8>, by algorithm: DigestAlgorithm) -> [UInt8] {
    if encoding == .utf16LittleEndian, !restoresLineEnds { return algorithm.digest(bytes) }
    var output = Output(algorithm, restoresLineEnds)
    write(bytes, to: &output)
    return output.finish()
  }

  /// Digest of the text before and after a place, and of the place itself: how many UTF-16 units stand before it, in four bytes.
  func digest(_ before: ArraySlice<UInt8>, _ after: ArraySlice<UInt8>, by algorithm: DigestAlgorithm) -> [UInt8] {
    var output = Output(algorithm, restoresLineEnds)
    write(before, to: &output)
    let place = UInt32(truncatingIfNeeded: output.count)
    write(after, to: &output)
    output.append(UInt16(truncatingIfNeeded: place))
    output.append(UInt16(truncatingIfNeeded: place >> 16))
    return output.finish()
  }

  private func write(_ bytes: ArraySlice<UInt8>, to output: inout Output) {
    switch encoding {
    case .utf16LittleEndian, .utf16BigEndian: wide(bytes, &output)
    case .utf8: narrow(bytes, &output)
    case .codePage(let page):
      let upper = page.upperHalf
      for byte in bytes { output.put(byte < 0x80 ? UInt16(byte) : upper[Int(byte) - 0x80]) }
    }
  }

  private func wide(_ bytes: ArraySlice<UInt8>, _ output: inout Output) {
    let isBig = encoding == .utf16BigEndian
    var index = bytes.startIndex
    while index + 1 < bytes.endIndex {
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      output.put(isBig ? first << 8 | second : second << 8 | first)
      index += 2
    }
  }

  /// UTF-8 as Windows decodes it: each maximal ill-formed part becomes U+FFFD (Unicode 3.9, best practice).
  private func narrow(_ bytes: ArraySlice<UInt8>, _ output: inout Output) {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar):
        if scalar.value < 0x10000 {
          output.put(UInt16(scalar.value))
        } else {
          output.put(UTF16.leadSurrogate(scalar))
          output.put(UTF16.trailSurrogate(scalar))
        }
      case .error: output.put(0xFFFD)
      case .emptyInput: return
      }
    }
  }

  /// Gathers code units into pieces of 32 KiB for the hasher.
  private struct Output {
    private var hasher: DigestHasher
    private var buffer: [UInt8] = []
    private var last: UInt16 = 0
    private let restoresLineEnds: Bool
    /// Units so far.
    private(set) var count = 0

    init(_ algorithm: DigestAlgorithm, _ restoresLineEnds: Bool) {
      hasher = DigestHasher(algorithm)
      self.restoresLineEnds = restoresLineEnds
      buffer.reserveCapacity(33 << 10)
    }

    mutating func put(_ unit: UInt16) {
      if restoresLineEnds, unit == 0x0A, last != 0x0D { append(0x0D) }
      last = unit
      append(unit)
    }

    mutating func append(_ unit: UInt16) {
      count += 1
      buffer.append(UInt8(truncatingIfNeeded: unit))
      buffer.append(UInt8(truncatingIfNeeded: unit >> 8))
      if buffer.count >= 32 << 10 { flush() }
    }

    private mutating func flush() {
      hasher.update(buffer[...])
      buffer.removeAll(keepingCapacity: true)
    }

    mutating func finish() -> [UInt8] {
      flush()
      return hasher.finalize()
    }
  }
}
