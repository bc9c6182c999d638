import AssayContainers

/// A path of Windows taken apart: where it starts, and its names without `.` and `..`.
package struct WindowsPath: Hashable, Sendable {
  package enum Start: Hashable, Sendable {
    /// In capitals.
    case drive(Character)
    /// `\folder`, `\Device\HarddiskVolume2\folder`: the volume that Windows is on. Numbers of volumes cannot be known from a disk.
    case systemDrive
    case relative
  }
  package let start: Start
  package let names: [String]

  /// Nil for a path to another machine, and for one that goes above its start. `windows`: `C:\Windows`, for what begins there.
  package init?(_ text: String, windows: String) {
    let blank: Set<Unicode.Scalar> = [" ", "\t", "\"", "\r", "\n"]
    var rest = WindowsText.trimmed(text.unicodeScalars, blank).unicodeScalars.map { $0 == "/" ? "\\" : $0 }
    guard !rest.isEmpty, !rest.contains("\0") else { return nil }
    if let prefix = WindowsPath.prefix(rest, ["\\SystemRoot\\", "SystemRoot\\", "\\??\\SystemRoot\\"]) {
      rest = Array((windows + "\\").unicodeScalars) + rest[prefix...]
    }
    var start = Start.relative
    var wasDevice = false
    if let prefix = WindowsPath.prefix(rest, ["\\\\?\\GLOBALROOT\\", "\\??\\GLOBALROOT\\"]) { rest = ["\\"] + rest[prefix...] }
    if let prefix = WindowsPath.prefix(rest, ["\\\\?\\", "\\??\\", "\\\\.\\", "\\DosDevices\\", "\\GLOBAL??\\"]) {
      rest = Array(rest[prefix...])
      wasDevice = true
      if WindowsPath.prefix(rest, ["UNC\\"]) != nil { return nil }
    }
    if let volume = WindowsPath.prefix(rest, ["\\Device\\HarddiskVolume", "Volume{", "\\Device\\BootDevice", "HarddiskVolume"]) {
      guard let end = rest[volume...].firstIndex(of: "\\") else { return nil }
      rest = Array(rest[end...])
      start = .systemDrive
    } else if rest.count >= 2, rest[1] == ":", rest[0].isASCII, rest[0].properties.isAlphabetic {
      start = .drive(Character(Unicode.Scalar(UInt8(truncatingIfNeeded: rest[0].value) & 0xDF)))
      rest = Array(rest.dropFirst(2))
    } else if WindowsPath.prefix(rest, ["\\\\", "\\Device\\"]) != nil || wasDevice {
      return nil
    } else if rest.first == "\\" {
      start = .systemDrive
    }
    var names: [String] = []
    for part in rest.split(separator: "\\") {
      if part.elementsEqual(["."]) { continue }
      if part.elementsEqual([".", "."]) {
        guard names.popLast() != nil else { return nil }
        continue
      }
      // Windows drops dots and spaces at the end of a name.
      var name = part
      while let last = name.last, last == "." || last == " " { name.removeLast() }
      if !name.isEmpty { names.append(WindowsText.string(name)) }
    }
    guard !names.isEmpty else { return nil }
    self.start = start
    self.names = names
  }

  /// How many scalars the first prefix that fits takes.
  private static func prefix(_ text: [Unicode.Scalar], _ prefixes: [String]) -> Int? {
    prefixes.first { WindowsCase.areEqual(WindowsText.string(text.prefix($0.unicodeScalars.count)), $0) }?.unicodeScalars.count
  }
}
