import AssayContainers

/// An image that was loaded, and the one that asked for it first: dyld looks through the search paths of the whole chain.
struct LoadedImage {
  /// Below the tree's root, without a link in it.
  let path: String
  let image: LibraryImage
  /// Number of the image that asked for it; nil for the program.
  let asker: Int?
}

/// A place that dyld looks at for a name.
struct LibraryPlace {
  enum Spot {
    /// A path of the Mac.
    case absolute(String)
    /// From a folder of the tree.
    case below(String, String)
    /// From wherever the program is started.
    case workingFolder
    case unknown(String)
  }
  let spot: Spot
  /// By which rule, in words.
  let rule: String
  /// Tried when all else has failed; that nothing is there is no invitation of its own.
  var isFallback = false
}

/// LC_DYLD_ENVIRONMENT of a program: dyld takes only variables that end in `_PATH` from there.
struct LoaderEnvironment {
  private var lists: [String: [String]] = [:]

  init(_ image: LibraryImage, isHonoured: Bool) {
    guard isHonoured else { return }
    for entry in image.environment {
      guard let sign = entry.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let key = String(decoding: entry[..<sign], as: UTF8.self)
      guard key.hasPrefix("DYLD_"), key.hasSuffix("_PATH") else { continue }
      let value = entry[entry.index(after: sign)...].split(separator: UInt8(ascii: ":")).prefix(64)
      lists[key] = value.map { String(decoding: $0, as: UTF8.self) }
    }
  }

  func folders(_ key: String) -> [String] { lists[key] ?? [] }
}

/// Where dyld looks for a name, in its order (dyld's man page, "DYNAMIC LIBRARY LOADING").
struct LibraryPlaces {
  let images: [LoadedImage]
  let environment: LoaderEnvironment
  private var program: LoadedImage { images[0] }

  init(_ images: [LoadedImage], _ environment: LoaderEnvironment) {
    self.images = images
    self.environment = environment
  }

  /// Most places for one name; a program of ten search paths in a chain of ten has 110.
  static let limit = 1_000

  func places(for name: String, askedBy number: Int) -> [LibraryPlace] {
    let part = LibraryPlaces.frameworkPart(name)
    let leaf = AppleDisk.name(name)
    var places: [LibraryPlace] = []
    for (key, tail) in [("DYLD_FRAMEWORK_PATH", part), ("DYLD_LIBRARY_PATH", part == nil ? leaf : nil)] {
      guard let tail else { continue }
      for folder in environment.folders(key) {
        places.append(LibraryPlace(spot: spot(folder + "/" + tail, from: program), rule: "\(key) \(folder)"))
      }
    }
    places += own(name, number)
    // Names that begin with @rpath are not looked for in the folders of last resort.
    guard !name.utf8.starts(with: "@".utf8) else { return Array(places.prefix(LibraryPlaces.limit)) }
    let key = part == nil ? "DYLD_FALLBACK_LIBRARY_PATH" : "DYLD_FALLBACK_FRAMEWORK_PATH"
    let usual = part == nil ? ["/usr/local/lib"] : ["/Library/Frameworks"]
    let named = environment.folders(key)
    for folder in named.isEmpty ? usual : named {
      places.append(
        LibraryPlace(
          spot: spot(folder + "/" + (part ?? leaf), from: program), rule: named.isEmpty ? "fallback \(folder)" : "\(key) \(folder)",
          isFallback: true))
    }
    return Array(places.prefix(LibraryPlaces.limit))
  }

  /// Folders of DYLD_VERSIONED_*: a newer library there is taken in place of the one that was found.
  func versioned(_ name: String) -> [LibraryPlace] {
    let part = LibraryPlaces.frameworkPart(name)
    let key = part == nil ? "DYLD_VERSIONED_LIBRARY_PATH" : "DYLD_VERSIONED_FRAMEWORK_PATH"
    return environment.folders(key).map { folder in
      LibraryPlace(spot: spot(folder + "/" + (part ?? AppleDisk.name(name)), from: program), rule: "\(key) \(folder)")
    }
  }

  private func own(_ name: String, _ number: Int) -> [LibraryPlace] {
    guard let rest = LibraryPlaces.tail(name, after: "@rpath") else {
      let rule = LibraryPlaces.variable(name).map { "\($0) of the image that asks" } ?? "as written"
      return [LibraryPlace(spot: spot(name, from: images[number]), rule: rule)]
    }
    var places: [LibraryPlace] = []
    var link: Int? = number
    while let index = link, places.count < LibraryPlaces.limit {
      let image = images[index]
      for path in image.image.searchPaths {
        let text = String(decoding: path, as: UTF8.self)
        let joined = text.hasSuffix("/") ? text + rest : text + "/" + rest
        places.append(
          LibraryPlace(spot: spot(joined, from: image), rule: "@rpath by LC_RPATH \(text) of \(AppleDisk.name(image.path))"))
      }
      link = image.asker
    }
    if !program.image.isProgram {
      places.append(
        LibraryPlace(spot: .unknown("search paths of the program that loads it are not known"), rule: "@rpath of the program"))
    }
    return places
  }

  private func spot(_ text: String, from image: LoadedImage) -> LibraryPlace.Spot {
    if let rest = LibraryPlaces.tail(text, after: "@loader_path") { return .below(AppleDisk.parent(image.path), rest) }
    if let rest = LibraryPlaces.tail(text, after: "@executable_path") {
      guard program.image.isProgram else { return .unknown("@executable_path is that of the program that loads it") }
      return .below(AppleDisk.parent(program.path), rest)
    }
    if text.utf8.first == 0x2F { return .absolute(text) }
    // dyld does not expand @rpath inside of LC_RPATH.
    if text.utf8.first == UInt8(ascii: "@") { return .unknown("dyld knows no \(text)") }
    return .workingFolder
  }

  /// What follows a variable and its slash; nil where the text does not begin with it.
  private static func tail(_ text: String, after variable: String) -> String? {
    guard text.utf8.starts(with: variable.utf8) else { return nil }
    let rest = text.utf8.dropFirst(variable.utf8.count)
    guard let first = rest.first else { return "" }
    return first == 0x2F ? String(decoding: Array(rest.dropFirst()), as: UTF8.self) : nil
  }

  private static func variable(_ text: String) -> String? {
    ["@loader_path", "@executable_path"].first { tail(text, after: $0) != nil }
  }

  private static let ending = Array(".framework".utf8)

  /// `A.framework/Versions/1/A` of a path that ends so, `A.framework/A` likewise; nil for what is no framework's.
  static func frameworkPart(_ name: String) -> String? {
    // Most names are no framework's, and need not be taken apart for that.
    var text = name
    let isPossible = text.withUTF8 { octets in
      octets.indices.contains { place in
        octets[place] == 0x2F && place > ending.count && octets[(place - ending.count)..<place].elementsEqual(ending)
      }
    }
    guard isPossible else { return nil }
    let parts = AppleDisk.parts(name)
    guard let leaf = parts.last else { return nil }
    for (count, isVersioned) in [(2, false), (4, true)] where parts.count >= count {
      let part = parts.suffix(count)
      guard let folder = part.first, folder.utf8.elementsEqual((leaf + ".framework").utf8) else { continue }
      if isVersioned, !parts[parts.count - 3].utf8.elementsEqual("Versions".utf8) { continue }
      return part.joined(separator: "/")
    }
    return nil
  }
}
