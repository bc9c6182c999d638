import AssayBytes
import AssayContainers

/// What dyld reads of an image: what it asks for, and where it says that is.
struct LibraryImage: Sendable {
  let cpuType: UInt32
  let cpuSubtype: UInt32
  let fileType: UInt32
  let dylibs: [MachODylib]
  let searchPaths: [[UInt8]]
  let environment: [[UInt8]]
  let installName: [UInt8]?
  /// Of LC_ID_DYLIB.
  let version: UInt32

  init(_ image: MachOImage) {
    (cpuType, cpuSubtype, fileType) = (image.cpuType, image.cpuSubtype & 0x00FF_FFFF, image.fileType)
    (dylibs, searchPaths, environment) = (image.dylibs, image.searchPaths, image.environment)
    (installName, version) = (image.identity?.name, image.identity?.currentVersion ?? 0)
  }

  var isProgram: Bool { fileType == 2 }
}

/// Mach-O files of a disk, each read once.
final class LibraryShelf {
  private let disk: AppleDisk
  private var files: [[UInt8]: [LibraryImage]] = [:]
  init(_ disk: AppleDisk) { self.disk = disk }

  /// Headers and load commands of one file; each has its own limits, so that a hostile library hides no other.
  private static let allowance = Budget(bytes: 32 << 20, nodes: 100_000)

  /// Empty for what is no Mach-O file or cannot be read as one.
  func images(_ path: String) -> [LibraryImage] {
    let key = Array(path.utf8)
    if let known = files[key] { return known }
    var images: [LibraryImage] = []
    do throws(ParseError) {
      var budget = LibraryShelf.allowance
      images = try MachOFile(try disk.tree.open(path), &budget).images.map { LibraryImage($0) }
    } catch {}
    files[key] = images
    return images
  }

  /// The image that dyld takes for a program of this machine: the same subtype before any other of the type.
  func image(_ path: String, like program: LibraryImage) -> LibraryImage? {
    let fitting = images(path).filter { $0.cpuType == program.cpuType }
    return fitting.first { $0.cpuSubtype == program.cpuSubtype } ?? fitting.first
  }
}
