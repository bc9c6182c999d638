import Testing

/// Who may import whom: the table of Docs/ARCHITECTURE.md, folder by folder.
struct ArrowTests {
  /// The longest prefix that fits holds.
  static let arrows: [(folder: String, may: Set<String>)] = [
    ("Sources/Bytes/", []),
    ("Sources/Containers/", ["AssayBytes", "CZlib"]),
    ("Sources/PKI/", ["AssayBytes", "Crypto", "CryptoExtras", "CCryptoBoringSSL"]),
    ("Sources/PKI/XMLDSig/", ["AssayBytes", "AssayContainers"]),
    ("Sources/Core/", ["AssayBytes", "AssayPKI"]),
    ("Sources/Formats/", ["AssayBytes", "AssayContainers", "AssayPKI", "AssayCore"]),
    ("Sources/Policy/", ["AssayBytes", "AssayPKI", "AssayCore"]),
    ("Sources/Importers/", ["AssayBytes", "AssayContainers", "AssayPKI", "AssayCore", "AssayPolicy"]),
    ("Sources/Inventory/", ["AssayBytes", "AssayContainers", "AssayCore"]),
    ("Sources/Render/", ["AssayBytes", "AssayCore"]),
    ("Trust/", ["AssayBytes", "AssayPKI", "AssayCore"]),
    ("Sources/System/", ["AssayBytes", "AssayCore", "CLibrary", "Glibc", "Musl", "Darwin"]),
    (
      "Sources/Engine/",
      [
        "AssayBytes", "AssayContainers", "AssayPKI", "AssayCore", "AssayAuthenticode", "AssayApple", "AssayPolicy",
        "AssayInventory",
        "AssayImporters", "Glibc", "Musl", "Darwin", "Synchronization",
      ]
    ),
    ("Sources/Tools/Config/", ["AssayBytes", "AssayContainers", "AssayPolicy", "CYAML"]),
    ("Sources/Tools/", tools.union(["ArgumentParser", "FoundationEssentials", "Glibc", "Musl", "Darwin", "Synchronization"])),
    // The maker shares no line with what it tests.
    ("Tests/Support/Maker/", ["Crypto", "CryptoExtras", "FoundationEssentials"]),
    ("Tests/Support/assay-make/", ["AssayMaker", "Glibc", "Darwin"]),
  ]

  private static let tools: Set<String> = [
    "AssayBytes", "AssayContainers", "AssayPKI", "AssayCore", "AssayAuthenticode", "AssayPolicy", "AssayRender", "AssayTrustData",
    "AssaySystem", "AssayEngine", "AssayConfig", "AssayInventory", "AssayImporters",
  ]

  static func imports(_ source: String) -> [String] {
    source.matches(
      of:
        /(?m)^[ \t]*(?:@\w+(?:\(\w+\))? )*(?:package |public |internal |private |fileprivate )?import (?:struct |enum |func |class )?(\w+)/
    )
    .map { String($0.1) }
  }

  @Test func everyImportIsAnAllowedArrow() {
    var seen = 0
    for path in Repository.swift {
      guard let arrow = Self.arrows.filter({ path.hasPrefix($0.folder) }).max(by: { $0.folder.count < $1.folder.count }) else {
        continue
      }
      for module in Self.imports(Repository.text(path)) {
        seen += 1
        #expect(arrow.may.contains(module), "\(path) imports \(module), which \(arrow.folder) may not")
      }
    }
    #expect(seen > 100, "only \(seen) imports seen: the scan is blind")
  }

  @Test func everySourceFolderHasARow() {
    for path in Repository.swift where path.hasPrefix("Sources/") {
      #expect(Self.arrows.contains { path.hasPrefix($0.folder) }, "\(path) has no row in the table of arrows")
    }
  }

  @Test func nothingBelowEngineWaitsOrReadsAClock() {
    let below = [
      "Sources/Bytes/", "Sources/Containers/", "Sources/PKI/", "Sources/Core/", "Sources/Formats/", "Sources/Policy/", "Trust/",
    ]
    for path in Repository.swift where below.contains(where: path.hasPrefix) {
      for (number, line) in Repository.lines(path).enumerated() {
        let code = line.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
        for word in [" async ", "await ", "Task {", "actor ", "ContinuousClock", "Date()", "clock_gettime", "nonisolated(unsafe)"] {
          #expect(!code.contains(word), "\(path):\(number + 1): '\(word)' below Engine")
        }
      }
    }
  }

  @Test func theScanSeesEachFormOfImport() {
    let source = "import A\npackage import B\n@testable import C\n  import struct D.E\n// import F\n"
    #expect(Self.imports(source) == ["A", "B", "C", "D"])
  }
}
