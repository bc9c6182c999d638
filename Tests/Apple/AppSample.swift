import AssayBytes
import AssayCore
import AssayEngine
import AssayMaker
import AssayPKI

/// An application to be, in memory: a signed main executable, a helper and a framework with signatures of their own, resources, a seal.
struct AppSample {
  /// A piece of code that is sealed by a requirement.
  struct Tool {
    var path = "MacOS/helper"
    var image = MachOSpec().with { $0.seed = 7 }
    var signature: CodeSignatureSpec? = AppSample.developer.with { $0.identifier = "com.example.helper" }
    /// What stands there in the end; nil: what was signed.
    var replacement: [UInt8]?
    var requirement = "identifier \"com.example.helper\" and anchor apple generic"

    var octets: [UInt8] { signature.map { image.sign($0) } ?? image.build() }
  }

  static let developer = CodeSignatureSpec(AppleTestCA.developer()).with {
    $0.team = "ASSAYTEAM1"
    $0.flags = 0x10000
  }

  var name = "Sample.app"
  /// Files, links and rules below Contents, as sealed.
  var contents = BundleSpec().with { $0.info = BundleSpec.info("com.example.assay.sample", executable: "Sample") }
  var helper: Tool? = Tool()
  var signature = AppSample.developer
  /// What of the seal and the property list the signature covers.
  var coversSeal = true
  var editSeal: ([UInt8]) -> [UInt8] = { $0 }

  func with(_ change: (inout AppSample) -> Void) -> AppSample {
    var copy = self
    change(&copy)
    return copy
  }

  /// The cdhash of the best of one code directory, SHA-256.
  static func cdhash(_ file: [UInt8]) -> [UInt8] {
    guard let place = (0..<max(0, file.count - 8)).first(where: { Array(file[$0..<($0 + 4)]) == [0xFA, 0xDE, 0x0C, 0x02] }) else {
      return []
    }
    return Array(Hash.sha256(Array(file[place..<(place + BigEndian.read(file, place + 4))])).prefix(20))
  }

  var tree: MemoryTree {
    var contents = contents
    if let helper {
      let words = helper.requirement.replacing("\"", with: "&quot;")
      contents.extraSeals.append(
        (
          helper.path,
          "<dict><key>cdhash</key><data>\(Base64.encode(AppSample.cdhash(helper.octets)))</data><key>requirement</key><string>\(words)</string></dict>"
        ))
    }
    let seal = editSeal(contents.seal)
    let (info, covers) = (contents.info, coversSeal)
    let main = MachOSpec().sign(
      signature.with {
        $0.identifier = "com.example.assay.sample"
        $0.info = info
        $0.resources = covers ? seal : nil
      })
    var tree = MemoryTree([
      "Contents/Info.plist": .file(info), "Contents/MacOS/Sample": .file(main),
      "Contents/_CodeSignature/CodeResources": .file(seal),
    ])
    for (path, node) in contents.nodes {
      switch node {
      case .file(let octets): tree["Contents/\(path)"] = .file(octets)
      case .link(let target): tree["Contents/\(path)"] = .link(target)
      }
    }
    if let helper { tree["Contents/\(helper.path)"] = .file(helper.replacement ?? helper.octets) }
    return tree
  }

  static func assess(_ tree: MemoryTree, name: String = "Sample.app", isStrict: Bool = false) throws -> Report {
    var context = TrustContext(trust: MachOJudging.trust, now: MachOJudging.now)
    context.isStrict = isStrict
    var work = Work()
    return Assessor().assess(try Artifact(target: name, name: name, folder: TreePlace(tree)), in: context, &work)
  }

  func assess(_ change: (inout MemoryTree) -> Void = { _ in }) throws -> Report {
    try AppSample.assess(tree.with(change), name: name)
  }
}

extension MachOJudging {
  /// The maker's roots in Apple's place.
  static let trust = TrustStore(anchors: [anchor(TestCA.codeRoot), anchor(TestCA.timeRoot)])

  private static func anchor(_ certificate: TestCertificate) -> TrustAnchor {
    var budget = Budget()
    guard let read = try? Certificate(encoded: certificate.der[...], &budget) else { preconditionFailure("the maker's own") }
    return TrustAnchor(read, bundle: "apple")
  }
}
