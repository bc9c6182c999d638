import CZlib
package import AssayBytes

/// Deflate (RFC 1951), bare or wrapped, unpacked piece by piece with a fixed amount of memory.
package final class Inflater {
  /// What stands around the deflate stream; the number is zlib's `windowBits`.
  package enum Wrapping: Int32, Sendable {
    case none = -15
    /// RFC 1950.
    case zlib = 15
    /// RFC 1952, one member.
    case gzip = 31
  }

  /// Code of the error for what is no such stream.
  private let code: String
  private var stream = z_stream()
  private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 64)
  /// The last block has ended.
  package private(set) var isFinished = false

  /// Throws `limit.bytes` where zlib gets no memory.
  package init(_ wrapping: Wrapping = .none, code: String = "zip.entry.data") throws(ParseError) {
    self.code = code
    guard inflateInit2_(&stream, wrapping.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      output.deallocate()
      throw ParseError("limit.bytes", "there is no memory to unpack with")
    }
  }

  deinit {
    inflateEnd(&stream)
    output.deallocate()
  }

  /// Unpacks the next piece of input, whose first octet stands at `offset`. Throws the code that it was made with for what is no deflate
  /// stream and for octets after its end, and what `body` throws.
  package func inflate(
    _ input: UnsafeRawBufferPointer, at offset: Int, _ body: (UnsafeRawBufferPointer) throws(ParseError) -> Void
  ) throws(ParseError) {
    guard !isFinished || input.isEmpty else {
      throw ParseError(code, "bytes follow the end of the compressed data", offset: offset)
    }
    stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
    stream.avail_in = uInt(truncatingIfNeeded: input.count)
    while !isFinished {
      stream.next_out = output.bindMemory(to: UInt8.self).baseAddress
      stream.avail_out = uInt(output.count)
      let status = CZlib.inflate(&stream, Z_NO_FLUSH)
      let made = output.count - Int(stream.avail_out)
      if made > 0 { try body(UnsafeRawBufferPointer(rebasing: output[..<made])) }
      switch status {
      case Z_STREAM_END:
        isFinished = true
        guard stream.avail_in == 0 else {
          throw ParseError(code, "bytes follow the end of the compressed data", offset: offset)
        }
      case Z_OK, Z_BUF_ERROR:
        // Room is left in the output: the input is used up.
        if stream.avail_out != 0 { return }
      default: throw ParseError(code, "the compressed data are broken", offset: offset)
      }
    }
  }
}
