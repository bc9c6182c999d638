import AssayContainers
package import AssayCore

/// Which libraries a program loads at start, and from where: load commands resolved as dyld resolves them, without running anything.
package struct LibraryResolver {
  /// Images of one program. The largest known applications load about 400 of their own.
  package static let imageLimit = 1_000
  /// Names asked for by all of them together.
  package static let edgeLimit = 20_000

  private let disk: AppleDisk
  private let shelf: LibraryShelf

  package init(_ disk: AppleDisk) {
    self.disk = disk
    shelf = LibraryShelf(disk)
  }

  /// `path`: below the tree's root. `honoursEnvironment`: dyld takes LC_DYLD_ENVIRONMENT, which it does not for a hardened program
  /// without the entitlement. Nil for what is no Mach-O file.
  package func libraries(of path: String, honoursEnvironment: Bool = true) -> ProgramLibraries? {
    guard case .present(let real, .file) = disk.locate(path) else { return nil }
    let images = shelf.images(real)
    guard let first = images.first else { return nil }
    var edges: [LibraryEdge] = []
    var seen: Set<LibraryEdge> = []
    var proxies: [LibraryProxy] = []
    var isComplete = true
    for image in images {
      var walk = LibraryWalk(disk, shelf, real, image, honoursEnvironment: honoursEnvironment)
      walk.run()
      isComplete = isComplete && walk.isComplete
      // Images of one file mostly ask for the same.
      for edge in walk.edges where seen.insert(edge).inserted { edges.append(edge) }
      for proxy in walk.proxies where !proxies.contains(proxy) { proxies.append(proxy) }
    }
    isComplete = isComplete && disk.isComplete
    let findings = LibraryJudgement(
      disk: disk, program: real, image: first, edges: edges, proxies: proxies, isComplete: isComplete,
      honoursEnvironment: honoursEnvironment
    ).findings
    return ProgramLibraries(
      program: real, isProgram: first.isProgram, edges: edges, isComplete: isComplete, findings: findings)
  }
}

/// A library that hands on another one which has its own name: what was asked for stands behind something else.
struct LibraryProxy: Hashable {
  let front: String
  let original: String
  let name: String
}

/// One image of a program and everything that it leads to, nearest first.
struct LibraryWalk {
  private let disk: AppleDisk
  private let shelf: LibraryShelf
  private let environment: LoaderEnvironment
  private(set) var images: [LoadedImage]
  private(set) var edges: [LibraryEdge] = []
  private(set) var proxies: [LibraryProxy] = []
  private(set) var isComplete = true
  private var numbers: [[UInt8]: Int] = [:]
  private var installed: [[UInt8]: Int] = [:]

  init(_ disk: AppleDisk, _ shelf: LibraryShelf, _ path: String, _ image: LibraryImage, honoursEnvironment: Bool) {
    self.disk = disk
    self.shelf = shelf
    environment = LoaderEnvironment(image, isHonoured: honoursEnvironment && image.isProgram)
    images = [LoadedImage(path: path, image: image, asker: nil)]
    numbers[Array(path.utf8)] = 0
  }

  mutating func run() {
    var next = 0
    while next < images.count {
      let asker = images[next]
      for dylib in asker.image.dylibs {
        guard edges.count < LibraryResolver.edgeLimit else {
          isComplete = false
          return
        }
        let edge = resolve(dylib, next)
        edges.append(edge)
        if case .found(let path) = edge.answer { load(path, dylib, askedBy: next) }
      }
      next += 1
    }
  }

  private mutating func load(_ path: String, _ dylib: MachODylib, askedBy number: Int) {
    let key = Array(path.utf8)
    if numbers[key] == nil {
      guard images.count < LibraryResolver.imageLimit else {
        isComplete = false
        return
      }
      guard let image = shelf.image(path, like: images[0].image) else { return }
      numbers[key] = images.count
      if let name = image.installName, installed[name] == nil { installed[name] = images.count }
      images.append(LoadedImage(path: path, image: image, asker: number))
    }
    guard dylib.kind == .reexport, number > 0, let original = shelf.image(path, like: images[0].image)?.installName else { return }
    let front = images[number]
    let leaf = original.split(separator: 0x2F).last.map { Array($0) } ?? []
    // Umbrella frameworks hand on libraries of other names; one that hands on its own name stands in its place.
    let isOwnName =
      front.image.installName == original
      || leaf.elementsEqual(AppleDisk.name(front.path).utf8) && !leaf.elementsEqual(AppleDisk.name(path).utf8)
    if isOwnName, !front.path.utf8.elementsEqual(path.utf8) {
      proxies.append(LibraryProxy(front: front.path, original: path, name: String(decoding: original, as: UTF8.self)))
    }
  }

  // MARK: - One name

  private func resolve(_ dylib: MachODylib, _ number: Int) -> LibraryEdge {
    let name = String(decoding: dylib.name, as: UTF8.self)
    let places = LibraryPlaces(images, environment)
    var edge = LibraryEdge(
      asker: images[number].path, name: name, kind: dylib.kind.rawValue, answer: .missing, rule: "nowhere to look")
    var unknown: String?
    var system: String?
    for place in places.places(for: name, askedBy: number) {
      switch look(place) {
      case .found(let path):
        (edge.answer, edge.rule) = (.found(path), place.rule)
        return newer(edge, places.versioned(name))
      case .system: system = system ?? place.rule
      case .unknown(let why): unknown = unknown ?? why
      case .absent(let path):
        if !place.isFallback, edge.absent.count < 32 { edge.absent.append(path) }
        if edge.rule == "nowhere to look" { edge.rule = place.rule }
      case .nothing: continue
      }
    }
    // An image that is loaded already answers to its own name.
    if name.utf8.starts(with: "@rpath/".utf8), let known = installed[dylib.name] {
      (edge.answer, edge.rule) = (.found(images[known].path), "already loaded under this name")
    } else if let system {
      (edge.answer, edge.rule) = (.system, system)
    } else if let unknown {
      edge.answer = .unknown(unknown)
    }
    return edge
  }

  private enum Sight {
    case found(String), absent(String), system, unknown(String), nothing
  }

  private func look(_ place: LibraryPlace) -> Sight {
    let found: AppleDisk.Place
    var isAbsolute = false
    switch place.spot {
    case .workingFolder: return .unknown("it is looked for in the folder that the program is started from")
    case .unknown(let why): return .unknown(why)
    case .below(let folder, let rest): found = disk.locate(rest.utf8.first == 0x2F ? "." + rest : rest, from: folder)
    case .absolute(let path):
      isAbsolute = true
      found = disk.locate(path)
      if case .present(_, .file) = found { break }
      if LibraryWalk.isSystems(path) { return place.isFallback ? .nothing : .system }
    }
    switch found {
    case .present(let path, .file):
      // Another machine's library, or none at all: dyld goes on to the next place.
      return shelf.image(path, like: images[0].image) == nil ? .nothing : .found(path)
    case .present: return .nothing
    case .absent(let path):
      if isAbsolute, !disk.isSystem { return place.isFallback ? .nothing : .unknown("its place is outside of what is at hand") }
      return .absent(disk.shown(path))
    case .outside: return .unknown("its place is outside of what is at hand")
    }
  }

  /// The newest of what stands in folders of DYLD_VERSIONED_* and what was found.
  private func newer(_ edge: LibraryEdge, _ places: [LibraryPlace]) -> LibraryEdge {
    guard case .found(let path) = edge.answer, var best = shelf.image(path, like: images[0].image)?.version else { return edge }
    var edge = edge
    for place in places {
      guard case .found(let other) = look(place), let image = shelf.image(other, like: images[0].image), image.version > best else {
        continue
      }
      best = image.version
      (edge.answer, edge.rule) = (.found(other), place.rule)
    }
    return edge
  }

  /// Paths whose libraries are in dyld's shared cache.
  static func isSystems(_ path: String) -> Bool {
    guard path.utf8.starts(with: "/usr/lib/".utf8) || path.utf8.starts(with: "/System/".utf8) else { return false }
    var before: UInt8 = 0
    for octet in path.utf8 {
      if octet == 0x2E, before == 0x2E { return !AppleDisk.parts(path).contains { $0.utf8.elementsEqual("..".utf8) } }
      before = octet
    }
    return true
  }
}
