import AssayBytes
import AssayCore
import AssaySystem
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder that goes away with its owner.
final class Scratch {
  let path: RawPath
  init() throws { path = try ChildProcess.temporaryFolder("assay-tests") }
  deinit { _ = try? ChildProcess.run(RawPath("/bin/rm"), ["-rf", path.shown]) }

  func place(_ name: String) -> RawPath { path.appending(RawPath(name)) }
  @discardableResult func write(_ name: String, _ text: String) throws -> RawPath {
    let sink = try OutputSink.file(place(name))
    sink.write(text)
    try sink.finish()
    return place(name)
  }
  func folder(_ name: String) { _ = mkdir(place(name).shown, 0o755) }
  func link(_ name: String, to target: String) { _ = symlink(target, place(name).shown) }
  func fifo(_ name: String) { _ = mkfifo(place(name).shown, 0o644) }
}

/// The code that `body` throws; `none` where it does not.
func errorCode(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "none"
  } catch let error as ParseError {
    return error.code
  } catch {
    return "foreign"
  }
}

@Suite struct FileTests {
  @Test(
    "a small file is read once, and still tells that it changed",
    arguments: [0, 1, 4_095, 4_096, 4_097, 32 << 10, (32 << 10) + 1, 1 << 20, (1 << 20) + 1])
  func held(count: Int) throws {
    let scratch = try Scratch()
    let text = String((0..<count).map { Character(Unicode.Scalar(UInt8(0x20 + $0 % 90))) })
    let path = try scratch.write("file", text)
    let plain = try FileByteSource.open(path)
    let artifact = try Artifact(target: "file", name: "file", source: plain).held()
    #expect(artifact.source is HeldSource == (count > 0 && count <= Artifact.heldByteLimit))
    #expect(artifact.probe.head == Array(text.utf8.prefix(4_096)) && artifact.probe.tail == Array(text.utf8.suffix(512)))
    var bytes: [UInt8] = []
    var places: [Int] = []
    try artifact.source.forEachChunk(0..<count, chunkBytes: 5_000) { (offset, chunk) throws(ParseError) in
      places.append(offset)
      bytes += chunk
    }
    #expect(bytes == Array(text.utf8) && places == Array(stride(from: 0, to: count, by: 5_000)))
    #expect(try artifact.source.prefix(at: count / 2, 100) == Array(text.utf8.dropFirst(count / 2).prefix(100)))
    #expect(errorCode { _ = try artifact.source.bytes(count..<(count + 1)) } == "io.range")
    try artifact.source.confirmUnchanged()
    try scratch.write("other", text + "x")
    _ = rename(scratch.place("other").shown, path.shown)
    // The descriptor still leads to the old file, whose last link is gone.
    #expect(errorCode { try artifact.source.confirmUnchanged() } == "io.changed")
  }

  @Test func refusesWhatIsNoFile() throws {
    let scratch = try Scratch()
    scratch.folder("folder")
    scratch.fifo("fifo")
    scratch.link("one", to: "two")
    scratch.link("two", to: "one")
    try scratch.write("file", "x")
    let cases: [(RawPath, String)] = [
      (scratch.place("missing"), "io.missing"), (scratch.place("folder"), "io.folder"), (scratch.place("fifo"), "io.special"),
      (scratch.place("one"), "io.link-loop"), (RawPath("/dev/null"), "io.special"), (scratch.place("file/below"), "io.missing"),
      (RawPath(""), "io.missing"), (scratch.place(String(repeating: "n", count: 300)), "io.missing"),
      (scratch.place("file"), "none"),
    ]
    for (path, expected) in cases { #expect(errorCode { _ = try FileByteSource.open(path) } == expected, "\(path.shown)") }
  }

  @Test func seesAChange() throws {
    let scratch = try Scratch()
    let path = try scratch.write("file", "0123456789")
    let source = try FileByteSource.open(path)
    #expect(try source.bytes(2..<5) == Array("234".utf8))
    #expect(errorCode { try source.confirmUnchanged() } == "none")
    #expect(truncate(path.shown, 4) == 0)
    #expect(errorCode { try source.confirmUnchanged() } == "io.changed")
    #expect(errorCode { _ = try source.bytes(0..<10) } == "io.changed")
    #expect(errorCode { _ = try source.bytes(5..<11) } == "io.range")
  }

  @Test func seesABytesOnlyChange() throws {
    let scratch = try Scratch()
    let path = try scratch.write("file", "0123456789")
    let source = try FileByteSource.open(path)
    let descriptor = open(path.shown, O_WRONLY)
    #expect(pwrite(descriptor, "X", 1, 3) == 1)
    // A clock tick of the file system may pass unseen; the status time is set apart to make the test certain.
    #expect(fchmod(descriptor, 0o600) == 0)
    var times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
    #expect(futimens(descriptor, &times) == 0)
    _ = close(descriptor)
    #expect(errorCode { try source.confirmUnchanged() } == "io.changed")
  }

  @Test func outputAppearsWholeOrNotAtAll() throws {
    let scratch = try Scratch()
    try scratch.write("out", "old")
    let sink = try OutputSink.file(scratch.place("out"))
    sink.write("new")
    sink.flush()
    #expect(try FileContents.read(scratch.place("out")) == Array("old".utf8))
    try sink.finish()
    #expect(try FileContents.read(scratch.place("out")) == Array("new".utf8))
    let given = try OutputSink.file(scratch.place("out"))
    given.write("half")
    given.abandon()
    #expect(try FileContents.read(scratch.place("out")) == Array("new".utf8))
    #expect(try FileContents.files(in: scratch.path).count == 1)
  }

  @Test func readsFilesThatSayTheyAreEmpty() throws {
    #if os(Linux)
      #expect(try !FileContents.read(RawPath("/proc/self/status")).isEmpty)
    #endif
  }

  @Test func namesThatAreNoTextAreShownWhole() {
    #expect(RawPath([0x61, 0xFF, 0x62]).shown == "a\\xffb")
    #expect(RawPath(Array("ä/ö".utf8)).shown == "ä/ö")
    #expect(RawPath("/a/b/").lastComponent == RawPath("b"))
    #expect(RawPath("/").lastComponent == RawPath("/"))
  }

  @Test(
    arguments: [
      ("1", nil, "xterm", true, false), ("", nil, "xterm", true, true), (nil, nil, "xterm", true, true),
      (nil, nil, "dumb", true, false),
      (nil, nil, "xterm", false, false), (nil, "1", "dumb", false, true), (nil, "0", "xterm", false, false),
      ("1", "1", "xterm", true, false),
    ] as [(String?, String?, String?, Bool, Bool)])
  func colour(noColour: String?, force: String?, term: String?, isTerminal: Bool, expected: Bool) {
    #expect(Terminal.wantsColour(noColour: noColour, force: force, term: term, isTerminal: isTerminal) == expected)
  }
}

@Suite struct TreeWalkerTests {
  private func walk(_ root: RawPath, excludes: @escaping (RawPath, Bool) -> Bool = { _, _ in false }) throws -> (
    files: [String], problems: [String], walker: TreeWalker
  ) {
    var walker = try TreeWalker(root: root, excludes: excludes)
    var files: [String] = []
    var problems: [String] = []
    while let step = walker.next() {
      switch step {
      case .file(let folder, let name): files.append(folder.path.appending(name).shown)
      case .absent(_, let name, _): problems.append("\(name.shown) absent")
      case .problem(let path, let error): problems.append("\(path.shown) \(error.code)")
      case .enter, .leave: break
      }
    }
    return (files, problems, walker)
  }

  @Test func pathsComeInByteOrder() throws {
    let scratch = try Scratch()
    for folder in ["a", "a.d", "a0", "B"] { scratch.folder(folder) }
    for file in ["a/z", "a.d/x", "a0/y", "a.txt", "B/q", "b", "a-b"] { try scratch.write(file, "x") }
    let files = try walk(scratch.path).files
    #expect(files == ["B/q", "a-b", "a.d/x", "a.txt", "a/z", "a0/y", "b"])
    #expect(files.map { Array($0.utf8) } == files.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) })
  }

  @Test func linksAndSpecialsAreCountedNotFollowed() throws {
    let scratch = try Scratch()
    scratch.folder("d")
    scratch.link("d/up", to: "..")
    scratch.link("d/self", to: "self")
    scratch.fifo("d/fifo")
    try scratch.write("d/x", "x")
    let (files, problems, walker) = try walk(scratch.path)
    #expect(files == ["d/x"] && problems == [])
    #expect(walker.skipped.links == 2 && walker.skipped.specials == 1)
  }

  @Test func aRootThatIsALinkIsFollowed() throws {
    let scratch = try Scratch()
    scratch.folder("d")
    try scratch.write("d/x", "x")
    scratch.link("root", to: "d")
    #expect(try walk(scratch.place("root")).files == ["x"])
  }

  @Test func depthHasALimitThatIsTold() throws {
    let scratch = try Scratch()
    var place = "d"
    for _ in 0...TreeWalker.depthLimit {
      scratch.folder(place)
      place += "/d"
    }
    let problems = try walk(scratch.path).problems
    #expect(problems.count == 1 && problems[0].hasSuffix(" limit.depth"))
  }

  @Test func exclusionLeavesOutWholeFolders() throws {
    let scratch = try Scratch()
    scratch.folder("d")
    try scratch.write("d/x", "x")
    try scratch.write("e", "x")
    let (files, _, walker) = try walk(scratch.path) { path, isFolder in isFolder && path == RawPath("d") }
    #expect(files == ["e"])
    #expect(walker.skipped.excluded == 1)
  }
}
