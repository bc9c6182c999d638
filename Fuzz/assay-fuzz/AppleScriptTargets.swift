import AssayApple
import AssayBytes
import AssayContainers
import AssayCore
import AssayEngine
import AssayPKI

/// AppleDouble files, scripts with their signatures in one, archives.
let appleScriptFuzzTargets: [FuzzTarget] = [
  FuzzTarget(name: "appledouble") { bytes in
    var budget = Budget()
    guard let file = try? AppleDoubleFile(bytes, &budget) else { return }
    for attribute in file.attributes { _ = (attribute.name.count, attribute.value.first, attribute.value.last) }
  },
  // The first two octets say how many of the rest are the script; what follows stands beside it.
  FuzzTarget(name: "applescript") { assess(beside($0, "a.scpt"), "a.scpt") },
  FuzzTarget(name: "signed-file") { assess(beside($0, "a"), "a") },
  FuzzTarget(name: "mobileconfig") { bytes in
    var tree = FuzzFolder()
    tree.files["a.mobileconfig"] = Array(bytes)
    assess(tree, "a.mobileconfig")
  },
  FuzzTarget(name: "provisionprofile") { bytes in
    var tree = FuzzFolder()
    tree.files["a.provisionprofile"] = Array(bytes)
    assess(tree, "a.provisionprofile")
  },
  FuzzTarget(name: "tar") { bytes in
    var tree = FuzzFolder()
    tree.files["a.tar"] = Array(bytes)
    assess(tree, "a.tar")
  },
]

private func beside(_ bytes: ArraySlice<UInt8>, _ name: String) -> FuzzFolder {
  var tree = FuzzFolder()
  let count = bytes.prefix(2).reduce(0) { $0 << 8 | Int($1) }
  tree.files[name] = Array(bytes.dropFirst(2).prefix(count))
  tree.files["._" + name] = Array(bytes.dropFirst(2).dropFirst(count))
  return tree
}

private func assess(_ tree: FuzzFolder, _ name: String) {
  guard let source = try? tree.open(name), var artifact = try? Artifact(target: name, name: name, source: source) else { return }
  artifact.place = TreePlace(tree, path: name)
  var work = Work()
  let context = TrustContext(trust: TrustStore(), now: Moment(secondsSince1970: 1_795_392_000))
  _ = Assessor().assess(artifact, in: context, &work)
  var budget = Budget()
  _ = try? Inspector.inspect(artifact, &budget)
}

/// A few files in one folder.
private struct FuzzFolder: ArtifactTree {
  var files: [String: [UInt8]] = [:]
  func list(_ path: String) throws(ParseError) -> [TreeEntry] { files.keys.sorted().map { TreeEntry($0, .file) } }
  func open(_ path: String) throws(ParseError) -> any ByteSource {
    guard let octets = files[path] else { throw ParseError("io.missing", "nothing there") }
    return MemorySource(octets)
  }
  func readLink(_ path: String) throws(ParseError) -> String { throw ParseError("io.special", "no link") }
  func kind(_ path: String) throws(ParseError) -> TreeEntry.Kind? { files[path] == nil ? nil : .file }
  func attribute(_ name: String, of path: String) throws(ParseError) -> [UInt8]? { nil }
}
