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
  /// It names a path that no file of a system's own disk has.
  var isElsewhere = false
  var package: [UInt8]?
  var minimum: FileVersion?
  var maximum: FileVersion?
  var isPath: Bool { path != nil || isElsewhere }
  /// It asks for something that no artifact tells: the version of a package, the application that loads it, a hot patch.
  var isOpen = false

  static let anything: [UInt8] = [UInt8(ascii: "*")]
  /// `FileName="*"` and nothing else.
  var isEverything: Bool {
    fileName == Self.anything && hash == nil && !isPath && package == nil && !isOpen && minimum == nil && maximum == nil
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
  /// It asks for something whose meaning no page of Microsoft tells: `CertEKU Condition="Except"`.
  var isOpen = false
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

/// The numbers of `CertRoot Type="Wellknown"`.
///
/// MicrosoftDocs/windows-itpro-docs, app-control-for-business/operations/event-tag-explanations.md, "Microsoft Root CAs trusted by
/// Windows", which tells them by public key: of 03, 04, 05, 07 and 16 the keys are those of our bundle under these names. Its key of 06
/// is that of 0A, a slip; the thumbprints of 06 and 12 are told by HotCakeX/Harden-Windows-Security, "WellKnown Roots Correlation.csv".
enum AppControlRoots {
  /// What a number asks of the root.
  enum Kind: Equatable, Sendable {
    /// This one of Microsoft's own.
    case named(String)
    /// Any that Windows trusts: Microsoft's converter of AppLocker policies writes 14 for every publisher that is not Microsoft itself.
    case trusted
    /// One for tests, for flights or for media, which no bundle has.
    case nowhere
    /// No root at all (00), one that is not known (01), the signer itself (02), or a number that the page does not have.
    case untold
  }

  static func kind(_ number: UInt8) -> Kind {
    if let name = names[number] { return .named(name) }
    if number == 0x14 { return .trusted }
    return (0x09...0x11).contains(number) ? .nowhere : .untold
  }

  static let names: [UInt8: String] = [
    0x03: "Microsoft Authenticode(tm) Root Authority", 0x04: "Microsoft Root Authority",
    0x05: "Microsoft Root Certificate Authority", 0x06: "Microsoft Root Certificate Authority 2010",
    0x07: "Microsoft Root Certificate Authority 2011", 0x08: "Microsoft Code Verification Root",
    0x12: "Microsoft ECC Product Root Certificate Authority 2018", 0x15: "Microsoft OEM Root Certificate Authority 2017",
    0x16: "Microsoft Identity Verification Root Certificate Authority 2020",
  ]
}
