import AssayBytes
import AssayContainers
import AssayCore

/// Parts of a code signature that are kept beside a file, in one of the places where they can be (FileDiskRep in Apple's source).
package struct CarriedSignature: Sendable {
  /// For people: `extended attributes`.
  package let origin: String
  /// Whole blobs by slot; a CMS signature is wrapped as it is in images.
  package let blobs: [UInt32: ArraySlice<UInt8>]
  /// The sealed list, where there is one.
  package let resources: [UInt8]?

  /// What attributes with a signature's parts are called, before the names of `SignatureFile.slots`.
  package static let attributePrefix = "com.apple.cs."
  /// Name spaces that file systems and archives of other systems put before an attribute's own name: none, Linux's for users, and that
  /// of Linux's HFS+ and APFS drivers for what a Mac wrote.
  package static let nameSpaces = ["", "user.", "osx."]
  /// AppleDouble files of a name, as copying, tar and zip leave them: in the same folder, or in the folder that zip makes.
  static let doublePrefixes = ["._", "__MACOSX/._"]
  /// The folder with one file for each part, which `xattr -px` writes: `NAME.cs/CodeDirectory` and its like.
  package static let sidecarEnding = ".cs"
  /// Of an AppleDouble file whose attributes are read; resource forks may be larger, and stand behind them.
  package static let doubleByteLimit = 64 << 20
  static let resourcesName = "CodeResources"

  /// A place's parts by their names.
  struct Parts {
    let origin: String
    var values: [String: [UInt8]] = [:]
  }

  init(_ parts: Parts) {
    origin = parts.origin
    var blobs: [UInt32: ArraySlice<UInt8>] = [:]
    for (name, slot) in SignatureFile.slots {
      guard let octets = parts.values[name] else { continue }
      blobs[slot] = slot == CodeSlot.signature ? MainCode.wrapped(octets)[...] : octets[...]
    }
    self.blobs = blobs
    resources = parts.values[CarriedSignature.resourcesName]
  }

  /// The part that an attribute holds; nil for any other attribute, and for a name after the prefix that no part has.
  static func part(_ attribute: String) -> String? {
    let octets = Array(attribute.utf8)
    for space in nameSpaces {
      let prefix = Array((space + attributePrefix).utf8)
      guard octets.starts(with: prefix) else { continue }
      let name = String(decoding: octets[prefix.count...], as: UTF8.self)
      return partNames.first { $0.utf8.elementsEqual(name.utf8) }
    }
    return nil
  }

  static let partNames = SignatureFile.slots.map(\.name) + [resourcesName]
}

/// Looks in every place for signatures of a file.
struct SignatureSearch {
  let place: TreePlace
  private(set) var found: [CarriedSignature.Parts] = []
  /// Places that may hold one and cannot be read.
  private(set) var failures: [(origin: String, error: ParseError)] = []

  /// Reads all places.
  init(_ place: TreePlace, _ budget: inout Budget) {
    self.place = place
    attempt("extended attributes") { () throws(ParseError) in try SignatureSearch.attributes(place) }
    for prefix in CarriedSignature.doublePrefixes {
      let path = place.beside(prefix + place.name)
      attempt(path) { () throws(ParseError) in try SignatureSearch.double(place.tree, path, &budget) }
    }
    attempt(place.path + CarriedSignature.sidecarEnding) { () throws(ParseError) in try SignatureSearch.sidecar(place) }
  }

  /// Whether there is anything of a signature, without reading more than names.
  static func isSigned(_ place: TreePlace) -> Bool {
    let names = (try? place.tree.attributeNames(of: place.path)) ?? []
    if names.contains(where: { CarriedSignature.part($0) != nil }) { return true }
    for prefix in CarriedSignature.doublePrefixes {
      var budget = Budget()
      if let parts = try? double(place.tree, place.beside(prefix + place.name), &budget), !parts.isEmpty { return true }
    }
    let folder = place.path + CarriedSignature.sidecarEnding
    guard (try? place.tree.kind(folder)) == .folder else { return false }
    return CarriedSignature.partNames.contains { (try? place.tree.kind("\(folder)/\($0)")) == .file }
  }

  /// A file that only holds what belongs beside another one: no code whatever is in it.
  static func isCompanion(_ name: String, _ head: [UInt8]) -> Bool {
    name.utf8.starts(with: "._".utf8) && AppleDoubleFile.recognizes(head)
  }

  private mutating func attempt(_ origin: String, _ read: () throws(ParseError) -> [String: [UInt8]]) {
    do throws(ParseError) {
      let values = try read()
      // The same signature in two places is one.
      guard !values.isEmpty, !found.contains(where: { $0.values == values }) else { return }
      found.append(CarriedSignature.Parts(origin: origin, values: values))
    } catch {
      failures.append((origin, error))
    }
  }

  private static func attributes(_ place: TreePlace) throws(ParseError) -> [String: [UInt8]] {
    var values: [String: [UInt8]] = [:]
    for name in try place.tree.attributeNames(of: place.path) {
      guard let part = CarriedSignature.part(name), let value = try place.tree.attribute(name, of: place.path) else { continue }
      if let other = values.updateValue(value, forKey: part), other != value {
        throw ParseError("applescript.carrier.conflict", "two attributes hold \(part) with different values")
      }
    }
    return values
  }

  /// Empty where there is no such file, it is no AppleDouble file, or has no part of a signature.
  private static func double(
    _ tree: any ArtifactTree, _ path: String, _ budget: inout Budget
  ) throws(ParseError) -> [String: [UInt8]] {
    guard try tree.kind(path) == .file else { return [:] }
    let source = try tree.open(path)
    guard AppleDoubleFile.recognizes(try source.prefix(4)) else { return [:] }
    guard source.byteCount <= CarriedSignature.doubleByteLimit else {
      throw ParseError(
        "limit.appledouble",
        "\(path) has \(source.byteCount) bytes; more than \(CarriedSignature.doubleByteLimit) are not read")
    }
    let octets = try source.bytes(0..<source.byteCount)
    var values: [String: [UInt8]] = [:]
    for attribute in try AppleDoubleFile(octets[...], &budget).attributes {
      guard let part = CarriedSignature.part(String(decoding: attribute.name, as: UTF8.self)) else { continue }
      values[part] = Array(attribute.value)
    }
    return values
  }

  private static func sidecar(_ place: TreePlace) throws(ParseError) -> [String: [UInt8]] {
    let folder = place.path + CarriedSignature.sidecarEnding
    guard try place.tree.kind(folder) == .folder else { return [:] }
    var values: [String: [UInt8]] = [:]
    for name in CarriedSignature.partNames {
      values[name] = try BundleArtifact.read(place.tree, "\(folder)/\(name)", limit: MainCode.componentByteLimit)
    }
    return values
  }
}
