import AssayBytes

/// A library that an image asks for (loader.h, dylib_command).
package struct MachODylib: Hashable, Sendable {
  package enum Kind: String, Sendable {
    case load
    case weak
    case reexport
    case lazy
    case upward
    case delayed
  }
  package let kind: Kind
  /// As written: `@rpath/x.dylib`, `/usr/lib/libSystem.B.dylib`.
  package let name: [UInt8]
  package let currentVersion: UInt32
  package let compatibilityVersion: UInt32
  /// Of the load command, in the file.
  package let offset: Int
}

/// The system that an image was built for.
package struct MachOBuild: Hashable, Sendable {
  /// Of LC_BUILD_VERSION; 1 macOS, 2 iOS, 6 Mac Catalyst.
  package let platform: UInt32
  /// `xxxx.yy.zz` in nibbles.
  package let minimum: UInt32
  package let sdk: UInt32
}

/// What load commands say, decoded; commands that cannot be read were refused when the image was.
extension MachOImage {
  /// LC_REQ_DYLD.
  private static let required: UInt32 = 0x8000_0000

  /// In the order of the commands, as dyld loads them.
  package var dylibs: [MachODylib] {
    commands.compactMap { command in
      let kind: MachODylib.Kind
      switch command.kind {
      case 0x0C: kind = .load
      case 0x18 | MachOImage.required: kind = .weak
      case 0x1F | MachOImage.required: kind = .reexport
      case 0x20: kind = .lazy
      case 0x23 | MachOImage.required: kind = .upward
      default: return nil
      }
      return dylib(command, kind)
    }
  }

  /// LC_ID_DYLIB, with the library's own version.
  package var identity: MachODylib? { commands.first { $0.kind == 0x0D }.flatMap { dylib($0, .load) } }
  package var installName: [UInt8]? { identity?.name }
  /// LC_RPATH, in order.
  package var searchPaths: [[UInt8]] {
    commands.filter { $0.kind == 0x1C | MachOImage.required }.compactMap { text($0, field: 8) }
  }
  /// LC_DYLD_ENVIRONMENT: `DYLD_LIBRARY_PATH=...`.
  package var environment: [[UInt8]] { commands.filter { $0.kind == 0x27 }.compactMap { text($0, field: 8) } }
  /// LC_LOAD_DYLINKER.
  package var loader: [UInt8]? { commands.first { $0.kind == 0x0E }.flatMap { text($0, field: 8) } }
  /// LC_MAIN's offset of the entry point in __TEXT.
  package var entryOffset: UInt64? {
    guard let command = commands.first(where: { $0.kind == 0x28 | MachOImage.required }), let low = word(command, 8),
      let high = word(command, 12)
    else { return nil }
    return isBigEndian ? UInt64(low) << 32 | UInt64(high) : UInt64(high) << 32 | UInt64(low)
  }

  /// LC_BUILD_VERSION, else LC_VERSION_MIN_*.
  package var builds: [MachOBuild] {
    commands.compactMap { command in
      switch command.kind {
      case 0x32:
        guard let platform = word(command, 8), let minimum = word(command, 12), let sdk = word(command, 16) else { return nil }
        return MachOBuild(platform: platform, minimum: minimum, sdk: sdk)
      case 0x24, 0x25, 0x2F, 0x30:
        guard let minimum = word(command, 8), let sdk = word(command, 12) else { return nil }
        return MachOBuild(platform: [0x24: 1, 0x25: 2, 0x2F: 3, 0x30: 4][command.kind] ?? 0, minimum: minimum, sdk: sdk)
      default: return nil
      }
    }
  }

  /// `dylib_use_command`: LC_LOAD_DYLIB or LC_LOAD_WEAK_DYLIB with this in place of the timestamp and flags behind.
  private static let useMarker: UInt32 = 0x1A74_1800

  private func dylib(_ command: Command, _ kind: MachODylib.Kind) -> MachODylib? {
    guard let name = text(command, field: 8), let stamp = word(command, 12), let current = word(command, 16),
      let compatibility = word(command, 20)
    else { return nil }
    var kind = kind
    if stamp == MachOImage.useMarker, let flags = word(command, 24) {
      if flags & 0x02 != 0 {
        kind = .reexport
      } else if flags & 0x04 != 0 {
        kind = .upward
      } else if flags & 0x01 != 0 {
        kind = .weak
      } else if flags & 0x08 != 0 {
        kind = .delayed
      }
    }
    return MachODylib(
      kind: kind, name: name, currentVersion: current, compatibilityVersion: compatibility, offset: command.offset)
  }

  private func word(_ command: Command, _ place: Int) -> UInt32? {
    let reader = MachOReader(ByteReader(command.bytes, base: command.offset, truncated: "macho.command.truncated"), isBigEndian)
    return try? reader.word(at: place)
  }

  /// lc_str: an offset from the start of the command; the text ends with a zero or with the command.
  private func text(_ command: Command, field: Int) -> [UInt8]? {
    guard let offset = word(command, field), offset >= 8, Int(offset) < command.bytes.count else { return nil }
    return Array(command.bytes.dropFirst(Int(offset)).prefix { $0 != 0 })
  }
}

/// Names of Mach-O's numbers for people.
package enum MachONames {
  package static func fileType(_ number: UInt32) -> String {
    let names: [UInt32: String] = [
      1: "object file", 2: "executable", 3: "fixed library", 4: "core", 5: "preloaded", 6: "dynamic library", 7: "dynamic linker",
      8: "bundle", 9: "library stub", 10: "debug symbols", 11: "kernel extension", 12: "file set",
    ]
    return names[number] ?? "type \(number)"
  }
}
