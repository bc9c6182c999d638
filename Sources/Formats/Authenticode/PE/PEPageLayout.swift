import AssayContainers

/// The pages whose digests a signer may list: one for the headers, then every page of every section's bytes.
struct PEPageLayout {
  /// Bytes of the file in one page; a short page is filled with zeros.
  struct Page {
    let offset: Int
    let count: Int
  }
  let pages: [Page]
  let pageSize: Int
  let headerSize: Int

  /// Why page hashes of this image cannot be measured; nil when they can. Where sections overlap or headers are larger than a
  /// page, sources disagree on what Windows hashes, and overlapping sections would let a small file demand endless work.
  static func obstacle(_ image: PEImage) -> String? {
    guard image.sizeOfHeaders <= image.pageSize, image.sizeOfHeaders >= image.checksumOffset + 4 else {
      return "the headers of \(image.sizeOfHeaders) bytes do not fit one page of \(image.pageSize)"
    }
    var end = 0
    for section in image.sections where section.rawSize > 0 {
      guard section.isInFile(of: image.byteCount) else { return "section \(section.name) is not inside the file" }
      guard section.rawOffset >= end else { return "sections overlap or are not in the order of the file" }
      end = section.rawRange.upperBound
    }
    return nil
  }

  init(_ image: PEImage) {
    pageSize = image.pageSize
    headerSize = image.sizeOfHeaders
    var found: [Page] = []
    for section in image.sections where section.rawSize > 0 {
      var offset = section.rawOffset
      while offset < section.rawRange.upperBound {
        found.append(Page(offset: offset, count: min(pageSize, section.rawRange.upperBound - offset)))
        offset += pageSize
      }
    }
    pages = found
  }
}
