import AssayBytes
import AssayPKI

/// One entry of FileRules.
struct AppControlFileRule: Sendable {
  enum Action: Sendable { case allow, deny, attribute }
  let id: String
  let name: String
  let action: Action
  /// SHA-1 or SHA-256; what of the file it is the digest of, the rule does not say.
  var hash: [UInt8]?
  /// Folded; `*` means anything.
  var fileName: [UInt8]?
  var internalName: [UInt8]?
  var description: [UInt8]?
  var product: [UInt8]?
  var path: WindowsPathPattern?
  var package: [UInt8]?
  var minimum: FileVersion?
  var maximum: FileVersion?
  /// It asks for something that no artifact tells: the version of a package, the application that loads it.
  var isOpen = false

  static let anything: [UInt8] = [UInt8(ascii: "*")]
  /// `FileName="*"` and nothing else.
  var isEverything: Bool {
    fileName == Self.anything && hash == nil && path == nil && package == nil && !isOpen && minimum == nil && maximum == nil
      && [internalName, description, product].allSatisfy { $0 == nil || $0 == Self.anything }
  }
}

/// One entry of Signers: a certificate of the path, and what the leaf must say.
struct AppControlSigner: Sendable {
  enum Root: Hashable, Sendable {
    /// The TBSCertificate's digest of any certificate in the path.
    case tbs([UInt8])
    /// One of Microsoft's own roots, by number.
    case wellKnown(UInt8)
  }
  let id: String
  let name: String
  let root: Root
  var usages: [OID] = []
  var issuer: String?
  var publisher: String?
  /// For whom Microsoft signed it, in the signature's SpcSpOpusInfo.
  var oem: String?
  var signedAfter: Moment?
  /// Indices of file rules; any of them must fit, none given asks nothing.
  var attributes: [Int] = []
}

/// What a scenario lets run: 131 in the kernel, 12 above it.
struct AppControlScenario: Sendable {
  struct Entry: Sendable {
    let signer: Int
    /// Indices of the file rules that the signer is not denied, or allowed, for.
    let exceptions: [Int]
  }
  var rules: [Int] = []
  var denied: [Entry] = []
  var allowed: [Entry] = []
}

/// The numbers of `CertRoot Type="Wellknown"`. Origin: Microsoft's documentation of App Control, "well-known root IDs", 2026-11-23. Roots
/// for tests and for flights are in no bundle, so their numbers fit nothing.
enum AppControlRoots {
  static let names: [UInt8: String] = [
    0x03: "Microsoft Authenticode(tm) Root Authority", 0x04: "Microsoft Root Authority",
    0x05: "Microsoft Root Certificate Authority", 0x06: "Microsoft Root Certificate Authority 2010",
    0x07: "Microsoft Root Certificate Authority 2011", 0x08: "Microsoft Code Verification Root",
    0x12: "Microsoft ECC Product Root Certificate Authority 2018",
  ]
}
