/// A bundle to be, with a signature that is kept as files beside its seal: `_CodeSignature/CodeDirectory` and its like.
package struct BundleSpec: Sendable {
  package enum Node: Sendable, Hashable {
    case file([UInt8])
    case link(String)
  }

  package var identifier = "com.example.assay.sample"
  /// Below Contents.
  package var nodes: [String: Node] = [
    "Resources/main.txt": .file(Array("text\n".utf8)), "Resources/de.lproj/a.strings": .file(Array("\"a\" = \"b\";\n".utf8)),
    "Resources/alias": .link("main.txt"),
  ]
  package var info: [UInt8]
  /// Nil: ad hoc.
  package var signer: TestIdentity?
  package var flags: UInt32 = 0
  package var sealVersion = 2
  package var rules2 = BundleSpec.appleRules
  /// Further files of a seal, as XML below the key.
  package var extraSeals: [(path: String, xml: String)] = []
  /// The set of requirements, `_CodeSignature/CodeRequirements`.
  package var requirements = BundleSpec.blob(0xFADE_0C01, BundleSpec.word(0))

  package init(signer: TestIdentity? = nil) {
    self.signer = signer
    info = BundleSpec.info("com.example.assay.sample")
  }

  package static func info(_ identifier: String, executable: String? = nil) -> [UInt8] {
    plist(
      "<key>CFBundleIdentifier</key><string>\(identifier)</string><key>CFBundlePackageType</key><string>BNDL</string>"
        + (executable.map { "<key>CFBundleExecutable</key><string>\($0)</string>" } ?? ""))
  }

  package static func plist(_ body: String) -> [UInt8] {
    Array(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
      <plist version="1.0"><dict>\(body)</dict></plist>

      """.utf8)
  }

  /// What codesign writes for a bundle with a folder of resources.
  package static let appleRules: [(pattern: String, xml: String)] = [
    ("^.*", "<true/>"), ("^[^/]+$", "<dict><key>nested</key><true/><key>weight</key><real>10</real></dict>"),
    (
      "^(Frameworks|SharedFrameworks|PlugIns|Plug-ins|XPCServices|Helpers|MacOS|Library/(Automator|Spotlight|LoginItems))/",
      "<dict><key>nested</key><true/><key>weight</key><real>10</real></dict>"
    ), ("^Info\\.plist$", "<dict><key>omit</key><true/><key>weight</key><real>20</real></dict>"),
    ("^Resources/", "<dict><key>weight</key><real>20</real></dict>"),
    ("^Resources/.*\\.lproj/", "<dict><key>optional</key><true/><key>weight</key><real>1000</real></dict>"),
    ("^(.*/)?\\.DS_Store$", "<dict><key>omit</key><true/><key>weight</key><real>2000</real></dict>"),
  ]

  package func with(_ change: (inout BundleSpec) -> Void) -> BundleSpec {
    var copy = self
    change(&copy)
    return copy
  }

  /// `_CodeSignature/CodeResources`.
  package var seal: [UInt8] {
    var files = ""
    var files2 = ""
    for (path, node) in nodes.sorted(by: { $0.key < $1.key }) {
      switch node {
      case .file(let octets):
        let old = "<data>\(Base64.encode(Hash.sha1(octets)))</data>"
        files += "<key>\(path)</key>\(old)"
        files2 += "<key>\(path)</key><dict><key>hash</key>\(old)<key>hash2</key><data>\(Base64.encode(Hash.sha256(octets)))</data>"
        files2 += (path.contains(".lproj/") ? "<key>optional</key><true/>" : "") + "</dict>"
      case .link(let target): files2 += "<key>\(path)</key><dict><key>symlink</key><string>\(target)</string></dict>"
      }
    }
    for (path, xml) in extraSeals { files2 += "<key>\(path)</key>\(xml)" }
    var body = "<key>files</key><dict>\(files)</dict>"
    if sealVersion == 2 { body += "<key>files2</key><dict>\(files2)</dict>" }
    body += "<key>rules</key><dict><key>^Resources/</key><true/></dict>"
    let rules = rules2.map { "<key>\($0.pattern)</key>\($0.xml)" }.joined()
    if sealVersion == 2 { body += "<key>rules2</key><dict>\(rules)</dict>" }
    return BundleSpec.plist(body)
  }

  /// Everything below the bundle's folder, by path.
  package func build() -> [String: Node] {
    var tree: [String: Node] = ["Contents/Info.plist": .file(info)]
    for (path, node) in nodes { tree["Contents/\(path)"] = node }
    let seal = seal
    let directory = codeDirectory(seal: seal, requirements: requirements)
    let folder = "Contents/_CodeSignature"
    tree["\(folder)/CodeResources"] = .file(seal)
    tree["\(folder)/CodeRequirements"] = .file(requirements)
    tree["\(folder)/CodeDirectory"] = .file(directory)
    let signed = signer.map { SignedDataSpec(content: .detached(directory), signers: [SignerSpec($0)]).encode() }
    tree["\(folder)/CodeSignature"] = .file(signed ?? [])
    return tree
  }

  /// SHA-256 of the code directory, cut to 20 octets.
  package var cdHash: [UInt8] { Array(Hash.sha256(codeDirectory(seal: seal, requirements: requirements)).prefix(20)) }

  /// Puts a bundle into this one below Contents and seals it by its cdhash and a requirement. Nothing is laid out before `build(with:)`.
  package func sealing(_ inner: BundleSpec, at path: String, requirement: String) -> BundleSpec {
    with {
      $0.extraSeals.append(
        (
          path,
          "<dict><key>cdhash</key><data>\(Base64.encode(inner.cdHash))</data><key>requirement</key><string>\(requirement)</string></dict>"
        ))
    }
  }

  /// As `build`, with the files of bundles inside, by their paths below Contents.
  package func build(with inner: [String: BundleSpec]) -> [String: Node] {
    var tree = build()
    for (path, bundle) in inner {
      for (name, node) in bundle.build() { tree["Contents/\(path)/\(name)"] = node }
    }
    return tree
  }

  /// A CodeDirectory (cs_blobs.h, version 0x20100) with SHA-256 whose one page is the whole Info.plist.
  private func codeDirectory(seal: [UInt8], requirements: [UInt8]) -> [UInt8] {
    let name = Array(identifier.utf8) + [0]
    let slots = [Hash.sha256(seal), Hash.sha256(requirements), Hash.sha256(info)]
    let hashOffset = 48 + name.count + 32 * slots.count
    let fields: [UInt32] = [
      0x20100, flags | (signer == nil ? 2 : 0), UInt32(hashOffset), 48, UInt32(slots.count), 1, UInt32(info.count),
    ]
    let head = fields.flatMap(BundleSpec.word) + [32, 2, 0, 0] + BundleSpec.word(0) + BundleSpec.word(0)
    return BundleSpec.blob(0xFADE_0C02, head + name + Array(slots.joined()) + Hash.sha256(info))
  }

  static func word(_ value: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
  static func blob(_ magic: UInt32, _ body: [UInt8]) -> [UInt8] { word(magic) + word(UInt32(body.count + 8)) + body }
}
