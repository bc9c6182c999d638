import AssayContainers

/// A property list of NSKeyedArchiver, as far as finding records in it goes: objects stand in one array and name each other by number.
struct KeyedArchive {
  private let objects: [PlistValue]
  let isArchive: Bool

  init(_ value: PlistValue) {
    objects = value["$objects"]?.items ?? []
    isArchive = value["$archiver"] != nil && !objects.isEmpty
  }

  /// Objects that name a file; what they are called differs from version to version.
  var records: [PlistValue] {
    objects.filter { object in
      ["executablePath", "url", "bookmark"].contains { key in
        object[key].map { resolve($0) != .string(Array("$null".utf8)) } ?? false
      }
    }
  }

  private func resolve(_ value: PlistValue?) -> PlistValue? {
    guard case .uid(let number)? = value else { return value }
    guard let index = Int(exactly: number), objects.indices.contains(index) else { return nil }
    return objects[index]
  }

  func text(_ value: PlistValue?) -> String? {
    let found = resolve(value)
    guard let text = found?.text ?? resolve(found?["NS.string"])?.text, !text.utf8.elementsEqual("$null".utf8) else { return nil }
    return text
  }

  func data(_ value: PlistValue?) -> [UInt8]? {
    let found = resolve(value)
    return found?.data ?? resolve(found?["NS.data"])?.data ?? resolve(found?["data"])?.data
  }

  /// The path of a `file:` URL.
  func url(_ value: PlistValue?) -> String? {
    guard let found = resolve(value), let text = text(found["NS.relative"]) ?? text(found) else { return nil }
    let octets = Array(text.utf8)
    if octets.first == 0x2F { return text }
    let scheme = Array("file://".utf8)
    guard octets.starts(with: scheme), let slash = octets.dropFirst(scheme.count).firstIndex(of: 0x2F) else { return nil }
    return KeyedArchive.unescaped(octets[slash...])
  }

  /// `%20` and the like as octets.
  private static func unescaped(_ octets: ArraySlice<UInt8>) -> String {
    var result: [UInt8] = []
    var rest = octets
    while let octet = rest.popFirst() {
      if octet == UInt8(ascii: "%"), rest.count >= 2, let high = rest[rest.startIndex].hexValue,
        let low = rest[rest.startIndex + 1].hexValue
      {
        result.append(high << 4 | low)
        rest = rest.dropFirst(2)
      } else {
        result.append(octet)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
