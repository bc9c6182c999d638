import AssayApple
import AssayBytes
import AssayContainers
import AssayCore
import AssayEngine
import AssayPKI

/// Property lists, seals, and a bundle whose parts come from the fuzzer.
let bundleFuzzTargets: [FuzzTarget] = [
  FuzzTarget(name: "plist") { bytes in
    var budget = Budget()
    _ = try? PlistValue(parsing: bytes, &budget)
  },
  FuzzTarget(name: "coderesources") { bytes in
    var budget = Budget(steps: 2_000_000)
    guard let resources = try? CodeResources(parsing: bytes, &budget),
      var rules = try? ResourceRules(resources.rules, excluding: [], &budget)
    else { return }
    _ = rules.weaknesses(version: resources.version, resources: "Resources/")
    for path in ["Resources/a.txt", "MacOS/x", "", "Frameworks/F.framework"] { _ = try? rules.answer(Array(path.utf8), &budget) }
  },
  FuzzTarget(name: "sealedtree") { bytes in
    var budget = Budget(steps: 2_000_000)
    guard let resources = try? CodeResources(parsing: bytes, &budget),
      let rules = try? ResourceRules(resources.rules, excluding: [], &budget)
    else { return }
    var tree = SealedTree(FuzzTree(parts: [bytes]), base: "Contents", resources: resources, rules: rules)
    _ = tree.compare(&budget)
  },
  FuzzTarget(name: "bundle") { bytes in
    let tree = FuzzTree(parts: bytes.split(separator: 0xFF, maxSplits: 3, omittingEmptySubsequences: false))
    guard let artifact = try? Artifact(target: "x.app", name: "x.app", folder: TreePlace(tree)) else { return }
    var work = Work()
    let context = TrustContext(trust: TrustStore(), now: Moment(secondsSince1970: 1_795_392_000))
    _ = Assessor(formats: [BundleFormat.self]).assess(artifact, in: context, &work)
  },
]

/// A bundle of one shape whose files are pieces of the input: Info.plist, seal, code directory, executable.
private struct FuzzTree: ArtifactTree {
  let parts: [ArraySlice<UInt8>]

  private static let folders: [String: [TreeEntry]] = [
    "": [TreeEntry("Contents", .folder)],
    "Contents": [
      TreeEntry("Info.plist", .file), TreeEntry("MacOS", .folder), TreeEntry("Resources", .folder),
      TreeEntry("_CodeSignature", .folder),
    ],
    "Contents/MacOS": [TreeEntry("x", .file)],
    "Contents/Resources": [TreeEntry("a.txt", .file), TreeEntry("alias", .link)],
    "Contents/_CodeSignature": [TreeEntry("CodeDirectory", .file), TreeEntry("CodeResources", .file)],
  ]

  func list(_ path: String) throws(ParseError) -> [TreeEntry] {
    guard let entries = FuzzTree.folders[path] else { throw ParseError("io.missing", "nothing") }
    return entries
  }
  func open(_ path: String) throws(ParseError) -> any ByteSource {
    let files = [
      "Contents/Info.plist", "Contents/_CodeSignature/CodeResources", "Contents/_CodeSignature/CodeDirectory", "Contents/MacOS/x",
    ]
    guard let index = files.firstIndex(of: path) else { return MemorySource(Array("a".utf8)) }
    return MemorySource(Array(index < parts.count ? parts[index] : parts[0]))
  }
  func readLink(_ path: String) throws(ParseError) -> String { "a.txt" }
  func attribute(_ name: String, of path: String) throws(ParseError) -> [UInt8]? { nil }
}
