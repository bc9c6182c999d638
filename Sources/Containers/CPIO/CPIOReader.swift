package import AssayBytes

/// A cpio archive (POSIX.1 pax, `odc`; SVR4 `newc`) read as it streams by: nothing of it is held but one header.
package struct CPIOReader {
  package struct Entry: Sendable {
    /// Without the zero that ends it.
    package let name: [UInt8]
    /// File type in the upper bits, as `st_mode`.
    package let mode: Int
    package let byteCount: Int
    package var isFile: Bool { mode & 0o170000 == 0o100000 }
    package var text: String { String(decoding: name, as: UTF8.self) }
  }

  package enum Event {
    case entry(Entry)
    /// The next piece of the entry's content. Valid only in the closure.
    case content(UnsafeRawBufferPointer)
    /// The entry's content has ended.
    case end
  }

  /// Longer names stand in no archive that a system makes.
  package static let nameLimit = 4_096

  private enum Form {
    case odc, newc
    var headerBytes: Int { self == .odc ? 76 : 110 }
  }

  private enum Stage {
    case magic, header(Form), name(Form, Entry, count: Int), content(left: Int, padding: Int), padding(Int), finished
  }

  private var stage = Stage.magic
  /// Of the header or name that is being read.
  private var held: [UInt8] = []
  /// Octets read before those of the next call.
  private var offset = 0

  package init() {}

  /// True once the entry that ends the archive was met.
  package var isFinished: Bool { if case .finished = stage { true } else { false } }

  /// The next piece of the archive. Throws `cpio.*`, `limit.nodes` and what `body` throws.
  package mutating func read(
    _ chunk: UnsafeRawBufferPointer, _ budget: inout Budget, _ body: (Event) throws(ParseError) -> Void
  ) throws(ParseError) {
    var rest = chunk
    while !rest.isEmpty {
      switch stage {
      case .magic:
        guard take(6, from: &rest) else { return }
        let form: Form
        switch String(decoding: held, as: UTF8.self) {
        case "070707": form = .odc
        case "070701", "070702": form = .newc
        default: throw ParseError("cpio.header.magic", "no header of an archive stands where one must", offset: offset)
        }
        stage = .header(form)
      case .header(let form):
        guard take(form.headerBytes, from: &rest) else { return }
        try budget.spend(nodes: 1)
        stage = try header(form)
        held = []
      case .name(let form, let entry, let count):
        guard take(count, from: &rest) else { return }
        try begin(form, entry, body)
      case .content(let left, let padding):
        let part = UnsafeRawBufferPointer(rebasing: rest[..<min(left, rest.count)])
        rest = UnsafeRawBufferPointer(rebasing: rest[part.count...])
        offset += part.count
        try body(.content(part))
        if part.count < left {
          stage = .content(left: left - part.count, padding: padding)
        } else {
          try body(.end)
          stage = padding > 0 ? .padding(padding) : .magic
        }
      case .padding(let count):
        let skipped = min(count, rest.count)
        rest = UnsafeRawBufferPointer(rebasing: rest[skipped...])
        offset += skipped
        stage = skipped < count ? .padding(count - skipped) : .magic
      case .finished:
        // Archives are filled up with zeros to a whole block.
        guard rest.allSatisfy({ $0 == 0 }) else {
          throw ParseError("cpio.trailing", "bytes follow the end of the archive", offset: offset)
        }
        offset += rest.count
        return
      }
    }
  }

  /// Fills `held` up to `count` octets; false where there are not enough yet.
  private mutating func take(_ count: Int, from rest: inout UnsafeRawBufferPointer) -> Bool {
    let wanted = min(max(0, count - held.count), rest.count)
    held += rest[..<wanted]
    rest = UnsafeRawBufferPointer(rebasing: rest[wanted...])
    offset += wanted
    return held.count >= count
  }

  private func header(_ form: Form) throws(ParseError) -> Stage {
    let (mode, nameSize, size): (Int, Int, Int)
    switch form {
    case .odc:
      mode = try number(18..<24, radix: 8)
      nameSize = try number(59..<65, radix: 8)
      size = try number(65..<76, radix: 8)
    case .newc:
      mode = try number(14..<22, radix: 16)
      size = try number(54..<62, radix: 16)
      nameSize = try number(94..<102, radix: 16)
    }
    guard nameSize >= 1, nameSize <= CPIOReader.nameLimit + 1 else {
      throw ParseError("cpio.name", "a name of \(nameSize) bytes in the archive", offset: offset)
    }
    let filler = form == .newc ? (4 - (form.headerBytes + nameSize) % 4) % 4 : 0
    return .name(form, Entry(name: Array(repeating: 0, count: nameSize), mode: mode, byteCount: size), count: nameSize + filler)
  }

  private func number(_ range: Range<Int>, radix: Int) throws(ParseError) -> Int {
    guard range.upperBound <= held.count, let value = Int(String(decoding: held[range], as: UTF8.self), radix: radix), value >= 0,
      held[range].first != UInt8(ascii: "+")
    else { throw ParseError("cpio.header.number", "a number in a header of the archive is none", offset: offset) }
    return value
  }

  private mutating func begin(
    _ form: Form, _ shape: Entry, _ body: (Event) throws(ParseError) -> Void
  ) throws(ParseError) {
    let size = shape.name.count
    guard size <= held.count, held[size - 1] == 0 else {
      throw ParseError("cpio.name", "a name in the archive has no end", offset: offset)
    }
    let name = Array(held[..<(size - 1)])
    held = []
    if name.elementsEqual("TRAILER!!!".utf8) {
      stage = .finished
      return
    }
    guard !name.contains(0) else { throw ParseError("cpio.name", "a name in the archive holds a zero", offset: offset) }
    try body(.entry(Entry(name: name, mode: shape.mode, byteCount: shape.byteCount)))
    let padding = form == .newc ? (4 - shape.byteCount % 4) % 4 : 0
    if shape.byteCount == 0 {
      try body(.end)
      stage = .magic
    } else {
      stage = .content(left: shape.byteCount, padding: padding)
    }
  }
}
