import AssayBytes
import AssayCore
import AssayPKI
import AssaySystem
import AssayTrustData

/// The bundles that come with the tool, in the state that `trust update` left them.
enum InstalledTrust {
  static var names: [String] { BuiltinTrust.names }

  /// The builtin bundle with the kept lists merged in. A kept list is verified anew; one that fails is said and not used.
  static func bundle(_ name: String) -> TrustBundle? {
    guard var bundle = BuiltinTrust.bundle(name) else { return nil }
    guard let folder = TrustUpdates.folder(of: name) else { return bundle }
    for kind in TrustUpdate.Kind.allCases {
      let path = folder.appending(RawPath(kind.fileName))
      guard case .file = FileContents.kind(path) else { continue }
      do throws(ParseError) {
        let bytes = try FileContents.read(path, limit: TrustUpdates.byteLimit)
        var work = Work()
        let update = try TrustUpdate.apply(bytes[...], to: bundle, origin: path.shown, now: SystemClock.now(), &work)
        guard update.kind == kind else { throw ParseError("trust.list.format", "\(path.shown) is another list than its name says") }
        bundle = update.bundle
      } catch {
        StandardError.write("assay: \(path.shown) is not used: \(error.message)\n")
      }
    }
    return bundle
  }
}
