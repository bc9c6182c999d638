import AssayBytes

/// The mark that Windows puts beside a file's bytes, wherever this machine keeps it: an extended attribute, a stream, a file beside it.
package enum ZoneMark {
  /// What the stream is called on Windows.
  package static let stream = "Zone.Identifier"
  /// No browser writes more; a longer one is read up to here, as what counts stands at its beginning.
  package static let byteLimit = 16 << 10

  /// Nil where there is no mark. `user.Zone.Identifier` as ntfs-3g shows streams, then `NAME:Zone.Identifier` as Samba, WSL and
  /// collectors write it, then `NAME.Zone.Identifier`.
  package static func read(of name: RawPath, in folder: FolderHandle) -> [UInt8]? {
    for attribute in ["user." + stream, "user.DosStream." + stream + ":$DATA"] {
      if let value = try? ExtendedAttribute.read(RawPath(attribute), of: name, in: folder) { return value }
    }
    for joint in [":", "."] {
      let beside = RawPath(name.bytes + Array(joint.utf8) + Array(stream.utf8))
      guard let source = try? FileByteSource.open(beside, in: folder) else { continue }
      if let bytes = try? source.prefix(byteLimit) { return bytes }
    }
    return nil
  }

  /// A file that is only the mark of another one beside it: no code whatever is in it.
  package static func isMark(_ name: RawPath) -> Bool {
    let ending = Array(stream.utf8)
    guard name.bytes.count > ending.count + 1, name.bytes.suffix(ending.count).elementsEqual(ending) else { return false }
    let joint = name.bytes[name.bytes.count - ending.count - 1]
    return joint == 0x3A || joint == 0x2E
  }
}
