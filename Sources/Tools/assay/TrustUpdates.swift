import AssayBytes
import AssayCore
import AssayPKI
import AssaySystem
import AssayTrustData

/// Lists that `trust update` took, on disk: the signed lists themselves, which are checked again whenever they are used.
enum TrustUpdates {
  /// authroot.stl has 205 kB.
  static let byteLimit = 16 << 20

  /// `$XDG_DATA_HOME/assay/trust/NAME`, else below `~/.local/share`; nil where neither is known.
  static func folder(of bundle: String) -> RawPath? {
    let base: String
    if let data = Terminal.environment("XDG_DATA_HOME"), data.hasPrefix("/") {
      base = data
    } else if let home = Terminal.environment("HOME"), home.hasPrefix("/") {
      base = home + "/.local/share"
    } else {
      return nil
    }
    return RawPath(base + "/assay/trust/" + bundle)
  }

  /// Verifies every list first, then keeps them all. Gives a line for each.
  static func take(from path: String) throws -> [String] {
    guard var bundle = InstalledTrust.bundle("microsoft"), let folder = folder(of: "microsoft") else {
      throw ToolFailure("there is no place to keep lists: set HOME or XDG_DATA_HOME")
    }
    var lines: [String] = []
    var accepted: [(name: String, bytes: [UInt8])] = []
    do {
      for file in try files(at: RawArguments.path(path), shown: path) {
        let bytes = try FileContents.read(file, limit: byteLimit)
        var work = Work()
        let update = try TrustUpdate.apply(bytes[...], to: bundle, origin: file.shown, now: SystemClock.now(), &work)
        bundle = update.bundle
        accepted.append((update.kind.fileName, bytes))
        lines.append(line(update, file))
      }
      try FileContents.makeFolders(folder)
      for (name, bytes) in accepted {
        let sink = try OutputSink.file(folder.appending(RawPath(name)))
        sink.write(bytes)
        try sink.finish()
      }
    } catch let error as ParseError {
      throw ToolFailure("--from: \(path): \(error.message) (\(error.code)); the lists in force are as before")
    }
    return lines
  }

  private static func files(at path: RawPath, shown: String) throws -> [RawPath] {
    guard case .folder = FileContents.kind(path) else { return [path] }
    let names = TrustUpdate.Kind.allCases.map(\.fileName)
    let files = names.map { path.appending(RawPath($0)) }.filter { FileContents.kind($0) == .file }
    guard !files.isEmpty else {
      throw ToolFailure("--from: \(shown): the folder holds neither \(names.joined(separator: " nor "))")
    }
    return files
  }

  private static func line(_ update: TrustUpdate, _ file: RawPath) -> String {
    let what = update.kind == .roots ? "roots" : "refused certificates and keys"
    let unknown = update.unknownCount
    return
      "\(update.bundle.name): \(update.entryCount) \(what) of \(update.date.rfc3339), number \(update.sequenceNumber ?? "none"), "
      + "signed by \(InspectionText.shown(update.signer)), from \(file.shown)"
      + (unknown > 0 ? "; \(unknown) of them are no anchors, because their keys are not known here" : "")
  }
}
