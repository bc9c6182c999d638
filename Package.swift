// swift-tools-version:6.2
// The rooms of the house as targets. Which room may import which is also held by Tests/Tidy.
import PackageDescription

let swiftSettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A room of the house: module `Assay<name>` in `Sources/<path>`.
func room(_ name: String, path: String? = nil, imports: [Target.Dependency] = []) -> Target {
  .target(
    name: "Assay\(name)", dependencies: imports, path: path ?? "Sources/\(name)", swiftSettings: swiftSettings)
}

let crypto: [Target.Dependency] = [
  .product(name: "Crypto", package: "swift-crypto"),
  .product(name: "CryptoExtras", package: "swift-crypto"),
]

/// Release tools carry the Swift runtime and FoundationEssentials in them, so that they start fast and run where no Swift is. Said to
/// the linker alone: objects stay the same for the tools and the tests, and `swift build` and `swift test` share them.
let staticRuntime: [LinkerSetting] =
  [.unsafeFlags(["-static-stdlib"], .when(platforms: [.linux], configuration: .release))]
  + ["_FoundationCShims", "_FoundationCollections", "swiftSynchronization"].map {
    .linkedLibrary($0, .when(platforms: [.linux], configuration: .release))
  }

let everyRoom: [Target.Dependency] = [
  "AssayBytes", "AssayContainers", "AssayPKI", "AssayCore", "AssayAuthenticode", "AssayPolicy", "AssayRender", "AssayTrustData",
  "AssaySystem", "AssayEngine", "AssayInventory", "AssayImporters",
]

/// Tests of a room, `Tests/<name>`.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)", swiftSettings: swiftSettings)
}

let package = Package(
  name: "assay",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "assay", targets: ["assay"]),
    .executable(name: "assay-make", targets: ["assay-make"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
  ],
  targets: [
    .systemLibrary(
      name: "CYAML", path: "Sources/Shims/CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .systemLibrary(
      name: "CZlib", path: "Sources/Shims/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

    // Of the C library what Swift's module of it leaves out: extended attributes, the allocator's settings.
    .systemLibrary(name: "CLibrary", path: "Sources/Shims/CLibrary"),

    room("Bytes"),
    room("Containers", imports: ["AssayBytes", "CZlib"]),
    // Of Containers only JSON, XML and CBOR: the syntaxes that RFCs and W3C put signatures in.
    room("PKI", imports: ["AssayBytes", "AssayContainers"] + crypto),
    room("Core", imports: ["AssayBytes", "AssayPKI"]),
    room(
      "Authenticode", path: "Sources/Formats/Authenticode",
      imports: ["AssayBytes", "AssayContainers", "AssayPKI", "AssayCore"]),
    room("Apple", path: "Sources/Formats/Apple", imports: ["AssayBytes", "AssayContainers", "AssayPKI", "AssayCore"]),
    room("Policy", imports: ["AssayBytes", "AssayPKI", "AssayCore"]),
    room("Importers", imports: ["AssayBytes", "AssayContainers", "AssayPKI", "AssayCore", "AssayPolicy"]),
    room("Inventory", imports: ["AssayBytes", "AssayContainers", "AssayCore"]),
    room("Render", imports: ["AssayBytes", "AssayCore"]),
    room("TrustData", path: "Trust", imports: ["AssayBytes", "AssayPKI", "AssayCore"]),
    room("System", imports: ["AssayBytes", "AssayCore", "CLibrary"]),
    room(
      "Engine",
      imports: [
        "AssayBytes", "AssayContainers", "AssayPKI", "AssayCore", "AssayAuthenticode", "AssayApple", "AssayPolicy",
        "AssayInventory",
        "AssayImporters",
      ]),
    // Text of YAML and JSON into trees for Policy; apart from the tool, so that tests and fuzzers reach it.
    room("Config", path: "Sources/Tools/Config", imports: ["AssayBytes", "AssayContainers", "AssayPolicy", "CYAML"]),
    .executableTarget(
      name: "assay",
      dependencies: [
        "AssayBytes", "AssayPKI", "AssayCore", "AssayPolicy", "AssayRender", "AssayTrustData", "AssaySystem", "AssayEngine",
        "AssayAuthenticode", "AssayConfig", "AssayInventory", "AssayImporters", "AssayContainers",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/Tools/assay", swiftSettings: swiftSettings, linkerSettings: staticRuntime),

    // Makes signed examples with its own CA. It shares no line with the verifier.
    .target(name: "AssayMaker", dependencies: crypto, path: "Tests/Support/Maker", swiftSettings: swiftSettings),
    .executableTarget(
      name: "assay-make", dependencies: ["AssayMaker"], path: "Tests/Support/assay-make", swiftSettings: swiftSettings,
      linkerSettings: staticRuntime),

    tests("Bytes", ["AssayBytes"]),
    tests("Containers", ["AssayBytes", "AssayContainers", "AssayMaker"]),
    tests("Inventory", ["AssayBytes", "AssayContainers", "AssayCore", "AssayInventory", "AssayMaker"]),
    tests(
      "Importers",
      [
        "AssayBytes", "AssayContainers", "AssayPKI", "AssayCore", "AssayPolicy", "AssayImporters", "AssayConfig", "AssayMaker",
        "AssayAuthenticode", "AssayEngine", "AssayTrustData",
      ]
    ),
    tests("PKI", ["AssayBytes", "AssayContainers", "AssayPKI", "AssayMaker"] + crypto),
    tests(
      "Authenticode",
      ["AssayBytes", "AssayContainers", "AssayPKI", "AssayCore", "AssayAuthenticode", "AssayEngine", "AssayMaker"] + crypto),
    tests("Apple", everyRoom + ["AssayApple", "AssayConfig", "AssayMaker"]),
    tests(
      "Policy", ["AssayBytes", "AssayPKI", "AssayCore", "AssayPolicy", "AssayTrustData", "AssayConfig", "AssayMaker"] + crypto),
    tests("Config", ["AssayBytes", "AssayContainers", "AssayPolicy", "AssayConfig"]),
    tests("Render", ["AssayBytes", "AssayPKI", "AssayCore", "AssayRender", "AssayMaker"]),
    tests("Engine", everyRoom + ["AssayMaker", "CLibrary"]),
    tests("Conformance", everyRoom + ["AssayMaker"]),
    tests("Scenarios", ["AssayBytes", "AssayMaker"]),
    tests("Tidy", []),
  ]
)

// Fuzzers are a target of this package, since `package` access ends at its border. A static library, because libFuzzer brings
// the main function; built and linked only by Fuzz/run.
if Context.environment["ASSAY_FUZZ"] != nil {
  package.products.append(.library(name: "assay-fuzz", type: .static, targets: ["AssayFuzz"]))
  package.targets.append(
    .target(
      name: "AssayFuzz", dependencies: everyRoom + ["AssayConfig", "AssayApple"], path: "Fuzz/assay-fuzz",
      swiftSettings: swiftSettings))
}
