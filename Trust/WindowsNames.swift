package import AssayCore

extension NameTable {
  /// Windows' own files and well-known vendors.
  package static let windows = NameTable(
    origin: "", date: "", systemFiles: [], systemPublishers: [], systemBundle: "microsoft", vendors: [])
}
