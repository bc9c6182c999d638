import AssayBytes
import AssayCore
import AssayEngine
import AssayMaker
import AssayPKI

/// Judges bytes as a file would be judged, by the flow that the tool uses, at a fixed time, with the maker's roots as anchors.
struct Judging {
  static let now = Moment(rfc3339: "2026-11-23T00:00:00Z")!

  var anchors = [TestCA.codeRoot, TestCA.timeRoot]
  var now = Judging.now
  var isStrict = false
  var crls: [[UInt8]] = []
  var certificates: [TestCertificate] = []
  /// Catalogs at hand, called `0.cat` and so on.
  var catalogs: [[UInt8]] = []
  var windowsVersion: (major: Int, minor: Int)?
  /// Certificates refused by name.
  var disallowed: [TestCertificate] = []

  func with(_ change: (inout Judging) -> Void) -> Judging {
    var copy = self
    change(&copy)
    return copy
  }

  func callAsFunction(_ bytes: [UInt8], as name: String = "program.exe") -> Report {
    guard let artifact = try? Artifact(target: name, name: name, source: MemorySource(bytes)) else {
      preconditionFailure("memory is always readable")
    }
    var work = Work()
    return Assessor().assess(artifact, in: context, &work)
  }

  func report(_ artifact: Artifact) -> Report {
    var work = Work()
    return Assessor().assess(artifact, in: context, &work)
  }

  /// Judges many files one after the other, as a scan does: links once verified are remembered.
  struct Series {
    let context: TrustContext
    var links = VerifiedLinks()

    mutating func state(_ bytes: [UInt8], as name: String) -> State {
      guard let artifact = try? Artifact(target: name, name: name, source: MemorySource(bytes)) else {
        preconditionFailure("memory is always readable")
      }
      var work = Work(links: links)
      defer { links = work.links }
      return Assessor().assess(artifact, in: context, &work).state
    }
  }

  var series: Series { Series(context: context) }

  var context: TrustContext {
    var store = TrustStore(anchors: anchors.map { TrustAnchor(Judging.certificate($0.der), bundle: "test") })
    for refused in disallowed { store.disallowed[Hash.sha256(refused.der)] = "test list" }
    var context = TrustContext(trust: store, now: now)
    context.isStrict = isStrict
    context.revocation.crls = crls.map { $0[...] }
    context.certificates = certificates.map { Judging.certificate($0.der) }
    context.windowsVersion = windowsVersion
    if !catalogs.isEmpty {
      context.catalogs = CatalogShelf(
        catalogs.enumerated().map { number, bytes in
          ScanItem(target: "\(number).cat", name: "\(number).cat") { () throws(ParseError) in MemorySource(bytes) }
        })
    }
    return context
  }

  static func certificate(_ der: [UInt8]) -> Certificate {
    var budget = Budget()
    guard let certificate = try? Certificate(encoded: der[...], &budget) else { preconditionFailure("the maker's certificate") }
    return certificate
  }
}

extension Report {
  /// Codes of the report and of all its signatures.
  var codes: Set<String> { Set((findings + signatures.flatMap(\.findings)).map(\.code)) }
  func finding(_ code: String) -> Finding? { (findings + signatures.flatMap(\.findings)).first { $0.code == code } }
  func rung(_ name: String, of index: Int = 0) -> Rung? {
    index < signatures.count ? signatures[index].ladder.rungs.first { $0.name == name } : nil
  }
}

/// The program and the script that every test starts from.
enum Sample {
  static let program = PESpec().with { $0.versionStrings = PESpec.version(company: "Assay Example Ltd", name: "tool.exe") }.build()
  /// As small as a signed image can be made here.
  static let small = PESpec().with { $0.sections = [PESpec.Section(".text", PESpec.code(count: 400))] }.build()
  static let other = PESpec().with { $0.sections = [PESpec.Section(".text", PESpec.code(count: 900, seed: 7))] }.build()
  static let stampedAt = MakerTime(2026, 3, 2, 10, 11, 12)
  static let signer = AuthenticodeSpec(TestCA.code())
  static let stamped = signer.with { $0.time = .rfc3161(TimeStampSpec(at: stampedAt)) }
  /// A signer whose certificate ended before now.
  static let ended = TestCA.code { $0.notAfter = MakerTime(2026, 6, 1) }
  static let script = "Write-Host 'hello'\r\nGet-Date\r\n"
}
