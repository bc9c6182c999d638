import AssayBytes
import AssayCore
import AssaySystem
import CLibrary
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct FolderTreeTests {
  @Test func listsInByteOrderAndOpens() throws {
    let scratch = try Scratch()
    scratch.folder("a")
    for file in ["a.txt", "a/x", "B"] { try scratch.write(file, file) }
    scratch.link("l", to: "a")
    scratch.fifo("f")
    let tree = try FolderTree(root: scratch.path)
    #expect(
      try tree.list("") == [
        TreeEntry("B", .file), TreeEntry("a", .folder), TreeEntry("a.txt", .file), TreeEntry("f", .special), TreeEntry("l", .link),
      ])
    #expect(try tree.list("a") == [TreeEntry("x", .file)])
    let source = try tree.open("a/x")
    #expect(try source.bytes(0..<source.byteCount) == Array("a/x".utf8))
    #expect(try tree.readLink("l") == "a")
  }

  @Test func nothingLeadsOutOfTheTree() throws {
    let scratch = try Scratch()
    scratch.folder("in")
    try scratch.write("secret", "x")
    scratch.link("in/up", to: "..")
    scratch.link("in/file", to: "../secret")
    let tree = try FolderTree(root: scratch.place("in"))
    let cases: [(String, String)] = [
      ("up/secret", "io.missing|io.link-loop"), ("file", "io.link-loop"), ("../secret", "io.missing"),
      ("/etc/passwd", "io.missing"),
      ("./file", "io.missing"), ("missing", "io.missing"), ("", "io.folder"),
      (String(repeating: "d/", count: 300) + "x", "limit.depth"),
    ]
    for (path, expected) in cases {
      let found = errorCode { _ = try tree.open(path) }
      #expect(expected.split(separator: "|").contains { $0 == found }, "\(path): \(found)")
    }
    #expect(["io.missing", "io.link-loop"].contains(errorCode { _ = try tree.list("up") }))
    #expect(errorCode { _ = try tree.readLink("../secret") } == "io.missing")
  }

  @Test func namesThatAreNoTextAreFoundAsShown() throws {
    let scratch = try Scratch()
    let raw = RawPath(scratch.path.bytes + Array("/f".utf8) + [0xFF] + Array(".sys".utf8))
    let descriptor = open(raw.bytes.map { CChar(bitPattern: $0) } + [0], O_CREAT | O_WRONLY, 0o644)
    try #require(descriptor >= 0)
    _ = close(descriptor)
    let tree = try FolderTree(root: scratch.path)
    #expect(try tree.list("").map(\.name) == ["f\\xff.sys"])
    #expect(try tree.open("f\\xff.sys").byteCount == 0)
    // An escape never stands for a separator or a dot.
    #expect(errorCode { _ = try tree.open("f\\x2f.sys") } == "io.missing")
  }

  @Test func attributesAreRead() throws {
    let scratch = try Scratch()
    let file = try scratch.write("x.ps1", "x")
    let tree = try FolderTree(root: scratch.path)
    #expect(try tree.attribute("user.Zone.Identifier", of: "x.ps1") == nil)
    let mark = Array("[ZoneTransfer]\r\nZoneId=3\r\n".utf8)
    // A file system without attributes cannot show more.
    guard setxattr(file.shown, "user.Zone.Identifier", mark, mark.count, 0) == 0 else { return }
    #expect(try tree.attribute("user.Zone.Identifier", of: "x.ps1") == mark)
    #expect(try tree.attribute("user.Other", of: "x.ps1") == nil)
    #expect(ZoneMark.look(at: RawPath("x.ps1"), in: try FolderHandle.open(scratch.path)) == .mark(mark))
  }

  @Test(arguments: ["x.ps1:Zone.Identifier", "x.ps1.Zone.Identifier"])
  func marksBesideAFileAreRead(name: String) throws {
    let scratch = try Scratch()
    try scratch.write("x.ps1", "x")
    let folder = try FolderHandle.open(scratch.path)
    #expect(ZoneMark.look(at: RawPath("x.ps1"), in: folder) == .none)
    try scratch.write(name, "[ZoneTransfer]\r\nZoneId=4\r\n")
    #expect(ZoneMark.look(at: RawPath("x.ps1"), in: folder) == .mark(Array("[ZoneTransfer]\r\nZoneId=4\r\n".utf8)))
    #expect(ZoneMark.isMark(RawPath(name)))
    #expect(!ZoneMark.isMark(RawPath("x.ps1")))
  }

  @Test func aMarkNeedsAFileBeforeIt() {
    #expect(!ZoneMark.isMark(RawPath("Zone.Identifier")))
    #expect(!ZoneMark.isMark(RawPath("x_Zone.Identifier")))
    #expect(ZoneMark.isMark(RawPath("x:Zone.Identifier")))
  }
}
