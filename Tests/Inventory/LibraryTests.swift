import AssayCore
import AssayInventory
import AssayMaker
import Testing

/// Load commands against a disk, as dyld resolves them.
struct LibraryTests {
  static func program(
    _ dylibs: [MachOSpec.Dylib], rpaths: [String] = [], environment: [String] = [], machine: MachOSpec.Machine = .arm64
  ) -> [UInt8] {
    MachOSpec(machine).with { ($0.dylibs, $0.searchPaths, $0.environment) = (dylibs, rpaths, environment) }.build()
  }

  static func library(
    _ installName: String, _ dylibs: [MachOSpec.Dylib] = [], rpaths: [String] = [], machine: MachOSpec.Machine = .arm64
  ) -> [UInt8] {
    MachOSpec(machine).with {
      ($0.codeBytes, $0.fileType, $0.dylibs, $0.searchPaths) = (16, 6, [.init(installName, command: 0x0D)] + dylibs, rpaths)
    }.build()
  }

  static let weak = 0x8000_0018
  static let reexport = 0x8000_001F

  /// A Mac's disk with one program at /Applications/A.app/Contents/MacOS/a.
  static let place = "Applications/A.app/Contents/MacOS/a"
  static func disk(_ program: [UInt8], _ files: [String: [UInt8]] = [:], links: [String: String] = [:]) -> DiskDouble {
    var disk = DiskDouble()
    disk.put("Library/LaunchDaemons/keep", [])
    disk.put("Users/ann/keep", [])
    disk.put(place, program)
    for (path, bytes) in files { disk.put(path, bytes) }
    for (path, target) in links { disk.link(path, to: target) }
    return disk
  }

  static func graph(_ disk: DiskDouble, _ path: String = place, honoursEnvironment: Bool = true) throws -> ProgramLibraries {
    try #require(
      LibraryResolver(AppleDisk(disk, isSystem: true)).libraries(of: path, honoursEnvironment: honoursEnvironment))
  }

  private func answer(_ graph: ProgramLibraries, _ name: String) -> LibraryEdge.Answer? {
    graph.edges.first { $0.name == name }?.answer
  }

  // MARK: rules

  @Test func everyVariableHasItsMeaning() throws {
    let frameworks = "Applications/A.app/Contents/Frameworks"
    let disk = Self.disk(
      Self.program(
        [
          .init("/usr/lib/libSystem.B.dylib"), .init("@executable_path/../Frameworks/e.dylib"), .init("@loader_path/l.dylib"),
          .init("@rpath/r.dylib"), .init("/opt/abs.dylib"), .init("/opt/gone.dylib"), .init("@rpath/w.dylib", command: Self.weak),
        ], rpaths: ["/usr/lib/swift", "@loader_path/../Frameworks"]),
      [
        "\(frameworks)/e.dylib": Self.library("@rpath/e.dylib", [.init("@loader_path/inner.dylib"), .init("@rpath/r.dylib")]),
        "\(frameworks)/inner.dylib": Self.library("inner"), "Applications/A.app/Contents/MacOS/l.dylib": Self.library("l"),
        "\(frameworks)/r.dylib": Self.library("@rpath/r.dylib"), "opt/abs.dylib": Self.library("abs"),
      ])
    let graph = try Self.graph(disk)
    #expect(answer(graph, "/usr/lib/libSystem.B.dylib") == .system)
    #expect(answer(graph, "@executable_path/../Frameworks/e.dylib") == .found("\(frameworks)/e.dylib"))
    #expect(answer(graph, "@loader_path/l.dylib") == .found("Applications/A.app/Contents/MacOS/l.dylib"))
    #expect(answer(graph, "@loader_path/inner.dylib") == .found("\(frameworks)/inner.dylib"))
    #expect(answer(graph, "/opt/abs.dylib") == .found("opt/abs.dylib"))
    #expect(answer(graph, "/opt/gone.dylib") == .missing)
    #expect(graph.isComplete)
    // A place in the shared cache is not known to be empty: where nothing else is found the cache may have it.
    #expect(answer(graph, "@rpath/w.dylib") == .system)
    // The program's search paths count for what its libraries ask.
    let inner = graph.edges.filter { $0.name == "@rpath/r.dylib" }
    #expect(inner.count == 2 && inner.allSatisfy { $0.answer == .found("\(frameworks)/r.dylib") })
    #expect(inner.allSatisfy { $0.rule.contains("LC_RPATH @loader_path/../Frameworks of a") })
  }

  @Test func anImagesOwnSearchPathsComeFirst() throws {
    let disk = Self.disk(
      Self.program([.init("/opt/one.dylib")], rpaths: ["/opt/program"]),
      [
        "opt/one.dylib": Self.library("one", [.init("@rpath/two.dylib")], rpaths: ["@loader_path/own"]),
        "opt/own/two.dylib": Self.library("two"), "opt/program/two.dylib": Self.library("two"),
      ])
    #expect(answer(try Self.graph(disk), "@rpath/two.dylib") == .found("opt/own/two.dylib"))
    var without = disk
    without.put("opt/one.dylib", Self.library("one", [.init("@rpath/two.dylib")]))
    #expect(answer(try Self.graph(without), "@rpath/two.dylib") == .found("opt/program/two.dylib"))
  }

  @Test func linksOfFrameworksAreFollowedInside() throws {
    let root = "Applications/A.app/Contents/Frameworks/F.framework"
    let disk = Self.disk(
      Self.program([.init("@rpath/F.framework/F"), .init("@rpath/G.framework/G")], rpaths: ["@executable_path/../Frameworks"]),
      ["\(root)/Versions/B/F": Self.library("f")],
      links: [
        "\(root)/Versions/Current": "B", "\(root)/F": "Versions/Current/F",
        "Applications/A.app/Contents/Frameworks/G.framework": "../../../../../../outside",
      ])
    let graph = try Self.graph(disk)
    #expect(answer(graph, "@rpath/F.framework/F") == .found("\(root)/Versions/B/F"))
    #expect(answer(graph, "@rpath/G.framework/G") == .missing)
  }

  @Test func anotherMachinesLibraryIsPassedBy() throws {
    let disk = Self.disk(
      Self.program([.init("@rpath/x.dylib")], rpaths: ["/opt/a", "/opt/b"]),
      ["opt/a/x.dylib": Self.library("x", machine: .x86_64), "opt/b/x.dylib": Self.library("x")])
    #expect(answer(try Self.graph(disk), "@rpath/x.dylib") == .found("opt/b/x.dylib"))
  }

  @Test func namesDifferInCaseAndPrivateIsFound() throws {
    let disk = Self.disk(
      Self.program([.init("/OPT/X.dylib"), .init("/var/y.dylib"), .init("/usr/local/z.dylib")]),
      [
        "opt/x.dylib": Self.library("x"), "private/var/y.dylib": Self.library("y"),
        "System/Volumes/Data/usr/local/z.dylib": Self.library("z"),
      ])
    let graph = try Self.graph(disk)
    #expect(answer(graph, "/OPT/X.dylib") == .found("opt/x.dylib"))
    #expect(answer(graph, "/var/y.dylib") == .found("private/var/y.dylib"))
    #expect(answer(graph, "/usr/local/z.dylib") == .found("System/Volumes/Data/usr/local/z.dylib"))
  }

  @Test func aLibraryByItselfDoesNotKnowItsProgram() throws {
    let disk = Self.disk([], ["opt/x.dylib": Self.library("x", [.init("@rpath/y.dylib"), .init("@executable_path/z.dylib")])])
    let graph = try Self.graph(disk, "opt/x.dylib")
    for edge in graph.edges {
      guard case .unknown = edge.answer else {
        Issue.record("\(edge)")
        continue
      }
    }
    #expect(graph.findings.map(\.code) == ["library.elsewhere"])
  }

  @Test func aFolderThatIsNoMacSaysWhatItDoesNotKnow() throws {
    var disk = DiskDouble()
    disk.put(
      "pkg/a.so",
      Self.library(
        "a",
        [
          .init("@loader_path/.dylibs/x.dylib"), .init("/opt/homebrew/y.dylib"),
          .init("@loader_path/../../../z.dylib"), .init("@loader_path/w.dylib"),
        ]))
    disk.put("pkg/.dylibs/x.dylib", Self.library("/DLC/x.dylib"))
    let graph = try #require(LibraryResolver(AppleDisk(disk, isSystem: false)).libraries(of: "pkg/a.so"))
    #expect(answer(graph, "@loader_path/.dylibs/x.dylib") == .found("pkg/.dylibs/x.dylib"))
    #expect(answer(graph, "@loader_path/w.dylib") == .missing)
    for name in ["/opt/homebrew/y.dylib", "@loader_path/../../../z.dylib"] {
      guard case .unknown? = answer(graph, name) else {
        Issue.record("\(name)")
        continue
      }
    }
  }

  // MARK: LC_DYLD_ENVIRONMENT

  @Test func theEnvironmentOfTheProgramCounts() throws {
    let files = [
      "opt/x.dylib": Self.library("x"), "Applications/A.app/Contents/MacOS/over/x.dylib": Self.library("x"),
      "opt/last/y.dylib": Self.library("y"), "opt/fw/F.framework/Versions/A/F": Self.library("f"),
    ]
    let program = Self.program(
      [.init("/opt/x.dylib"), .init("/nowhere/y.dylib"), .init("/Library/Frameworks/F.framework/Versions/A/F")],
      environment: [
        "DYLD_LIBRARY_PATH=@executable_path/over", "DYLD_FALLBACK_LIBRARY_PATH=/opt/last", "DYLD_FRAMEWORK_PATH=/opt/fw",
        "DYLD_INSERT_LIBRARIES=/opt/evil.dylib",
      ])
    let graph = try Self.graph(Self.disk(program, files))
    #expect(answer(graph, "/opt/x.dylib") == .found("Applications/A.app/Contents/MacOS/over/x.dylib"))
    #expect(answer(graph, "/nowhere/y.dylib") == .found("opt/last/y.dylib"))
    #expect(answer(graph, "/Library/Frameworks/F.framework/Versions/A/F") == .found("opt/fw/F.framework/Versions/A/F"))
    #expect(graph.findings.count { $0.code == "library.environment" } == 4)
    let hardened = try Self.graph(Self.disk(program, files), honoursEnvironment: false)
    #expect(answer(hardened, "/opt/x.dylib") == .found("opt/x.dylib"))
    #expect(hardened.findings.contains { $0.code == "library.environment" && $0.message.contains("does not listen") })
  }

  // MARK: what can be taken over

  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let code: String
    let severity: Severity
    let program: [UInt8]
    var files: [String: [UInt8]] = [:]
  }

  static let cases: [Case] = [
    Case(
      description: "a weak library that is not there", code: "library.missing", severity: .warning,
      program: program([.init("/opt/w.dylib", command: weak)])),
    Case(
      description: "a library that is not there", code: "library.missing", severity: .warning,
      program: program([.init("/opt/w.dylib")])),
    Case(
      description: "an earlier search path is absent", code: "library.hijackable", severity: .warning,
      program: program([.init("@rpath/x.dylib")], rpaths: ["/opt/early", "/opt/late"]),
      files: ["opt/late/x.dylib": library("x")]),
    Case(
      description: "an earlier search path inside of the bundle is absent", code: "library.hijackable", severity: .note,
      program: program([.init("@rpath/x.dylib")], rpaths: ["@loader_path/early", "/opt/late"]),
      files: ["opt/late/x.dylib": library("x")]),
    Case(
      description: "a name without a folder", code: "library.hijackable", severity: .warning,
      program: program([.init("x.dylib")])),
    Case(
      description: "a library in a folder of all", code: "library.hijackable", severity: .warning,
      program: program([.init("/Users/Shared/x.dylib")]), files: ["Users/Shared/x.dylib": library("x")]),
    Case(
      description: "a renamed original behind another", code: "library.proxy", severity: .warning,
      program: program([.init("/opt/x.dylib")]),
      files: [
        "opt/x.dylib": library("/opt/x.dylib", [.init("/opt/_x.dylib", command: reexport)]),
        "opt/_x.dylib": library("/opt/x.dylib"),
      ]),
    Case(
      description: "a renamed original whose front has another name", code: "library.proxy", severity: .warning,
      program: program([.init("/opt/x.dylib")]),
      files: [
        "opt/x.dylib": library("other", [.init("@loader_path/real.dylib", command: reexport)]),
        "opt/real.dylib": library("@rpath/x.dylib"),
      ]),
  ]

  @Test(arguments: cases) func isTold(example: Case) throws {
    let graph = try Self.graph(Self.disk(example.program, example.files))
    let found = graph.findings.filter { $0.code == example.code }
    #expect(found.count == 1 && found.first?.severity == example.severity, "\(graph.findings)")
  }

  @Test func nothingIsToldOfWhatIsInOrder() throws {
    let graph = try Self.graph(
      Self.disk(
        Self.program(
          [.init("/usr/lib/libSystem.B.dylib"), .init("/System/Library/Frameworks/AppKit.framework/AppKit"), .init("/opt/u.dylib")]
        ),
        [
          "opt/u.dylib": Self.library("/opt/u.dylib", [.init("/opt/part.dylib", command: Self.reexport)]),
          "opt/part.dylib": Self.library("/opt/part.dylib"),
        ]))
    #expect(graph.findings.isEmpty, "\(graph.findings)")
  }

  // MARK: hostile input

  @Test func circlesEnd() throws {
    let disk = Self.disk(
      Self.program([.init("/opt/a.dylib")]),
      ["opt/a.dylib": Self.library("a", [.init("/opt/b.dylib")]), "opt/b.dylib": Self.library("b", [.init("/opt/a.dylib")])],
      links: ["opt/loop": "loop"])
    #expect(try Self.graph(disk).edges.count == 3)
    let looped = Self.disk(Self.program([.init("/opt/loop")]), [:], links: ["opt/loop": "loop"])
    #expect(try Self.graph(looped).edges.first?.answer == .missing)
  }

  @Test func moreThanIsFollowedIsSaid() throws {
    var files: [String: [UInt8]] = [:]
    for number in 0..<1_005 {
      files["opt/\(number).dylib"] = Self.library("\(number)", [.init("/opt/\(number + 1).dylib")])
    }
    let graph = try Self.graph(Self.disk(Self.program([.init("/opt/0.dylib")]), files))
    #expect(!graph.isComplete && graph.findings.contains { $0.code == "limit.library-graph" })
  }

  @Test(
    arguments: [
      ("", [], ""), ("/", [], ""), ("//", [], ""), ("a", ["a"], "a"), ("/a/b/", ["a", "b"], "b"), ("a//b", ["a", "b"], "b"),
      ("./../c", [".", "..", "c"], "c"), ("/\u{E9}/\u{301}x", ["\u{E9}", "\u{301}x"], "\u{301}x"),
      ("a/b.framework//", ["a", "b.framework"], "b.framework"),
    ] as [(String, [String], String)])
  func pathsAreTakenApart(path: String, parts: [String], name: String) {
    #expect(AppleDisk.parts(path).map { Array($0.utf8) } == parts.map { Array($0.utf8) })
    #expect(Array(AppleDisk.name(path).utf8) == Array(name.utf8))
    #expect(AppleDisk.parent(path) == parts.dropLast().joined(separator: "/"))
  }

  @Test func noPrefixOfALibraryCrashes() throws {
    let whole = Self.library("x", [.init("@rpath/y.dylib")], rpaths: ["@loader_path"])
    for count in stride(from: 0, to: 700, by: 3) {
      let disk = Self.disk(Self.program([.init("/opt/x.dylib")]), ["opt/x.dylib": Array(whole[..<count])])
      #expect(try Self.graph(disk).edges.count <= 2)
    }
  }
}
