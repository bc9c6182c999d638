import AssayBytes

/// One block of RFC 7468 text; what stands between blocks is explanation.
struct PEMBlock {
  let label: String
  let bytes: [UInt8]
  /// 1-based line of its BEGIN.
  let line: Int

  struct Failure: Error {
    let line: Int
    let column: Int
    let message: String
  }

  static func blocks(in text: [UInt8]) throws(Failure) -> [PEMBlock] {
    let begin = Array("-----BEGIN ".utf8)
    let end = Array("-----END ".utf8)
    var blocks: [PEMBlock] = []
    var open: (label: ArraySlice<UInt8>, line: Int, body: [UInt8])?
    var number = 0
    for raw in text.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      var line = raw
      while let last = line.last, last == 0x0D || last == 0x20 || last == 0x09 { line.removeLast() }
      if line.starts(with: begin), line.suffix(5).elementsEqual("-----".utf8), line.count >= begin.count + 5 {
        if let open { throw Failure(line: number, column: 1, message: "a block begins inside the one of line \(open.line)") }
        open = (line.dropFirst(begin.count).dropLast(5), number, [])
      } else if line.starts(with: end), let block = open {
        guard line.dropFirst(end.count).dropLast(5).elementsEqual(block.label) else {
          throw Failure(line: number, column: 1, message: "the block of line \(block.line) ends under another name")
        }
        guard let bytes = Base64.decode(block.body, ignoringSpace: true) else {
          throw Failure(line: block.line + 1, column: 1, message: "the block is not base64")
        }
        blocks.append(PEMBlock(label: String(decoding: block.label, as: UTF8.self), bytes: bytes, line: block.line))
        open = nil
      } else if open != nil {
        open?.body.append(contentsOf: line)
      }
    }
    if let open { throw Failure(line: open.line, column: 1, message: "the block has no END line") }
    return blocks
  }
}
