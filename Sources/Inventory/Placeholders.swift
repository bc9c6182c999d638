package import AssayCore

/// Files whose content is elsewhere: what a Linux driver shows of them is no statement about their bytes.
package enum Placeholder {
  /// Nil for links: they move a name, not content. `isFolder`: what is in it is out of reach with it.
  package static func finding(_ point: ReparsePoint, isFolder: Bool = false) -> Finding? {
    guard let content = point.content else { return nil }
    return finding(
      isFolder ? "the folder is \(content): what is in it is not shown here" : "the content is \(content) and not here")
  }

  /// All octets are a hole on this disk.
  package static var hole: Finding { finding("all its bytes are a hole: the content was not brought along") }

  /// The attributes say that the content is not here, and the file begins with zeros.
  package static var offline: Finding {
    finding("Windows calls the file offline and it begins with zeros: the content is not here")
  }

  package static var encrypted: Finding { finding("the file is encrypted (EFS): its bytes on this mount are not its content") }

  private static func finding(_ message: String) -> Finding {
    Finding(InventoryFindings.placeholder.name, .failure, message)
  }
}
