import AssayBytes
import AssayCore
import AssayEngine
import AssayPKI
import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Every prefix of every committed example up to 8 kB, larger ones in strides: no crash, no hang, never better than the whole.
struct FixturePrefixTests {
  /// Unoptimized, all of them would take minutes: then fewer, and `./test` and CI, which optimize, take them all.
  #if DEBUG
    private static let wholePrefixes = 128
    private static let stride = 607
  #else
    private static let wholePrefixes = 8 << 10
    /// Odd, so that it meets every alignment.
    private static let stride = 61
  #endif
  /// Of processor time for one file (the project's promise for hostile input).
  private static let limitMilliseconds = 50.0

  /// What these have too much is at their end: cut at the right place they are the signed file again.
  private static let appended = [
    "pe/table-trailing", "powershell/appended", "powershell/blank-line-after", "powershell/two-blocks",
    "cab/trailing", "msi/appended-archive", "script-host/appended", "script-host/two-blocks", "script-host/second-signature",
    "msix/trailing", "macho/trailing", "pkg/trailing", "pkg/ticket-other",
  ]

  /// All files under `Fixtures/<format>`, by path below `Fixtures`.
  private static func paths() throws -> [String] {
    let manifest = try String(contentsOf: FixtureStateTests.folder.appendingPathComponent("manifest.tsv"), encoding: .utf8)
    return manifest.split(separator: "\n").dropFirst().compactMap { $0.split(separator: "\t").first.map(String.init) }
      .filter { !$0.hasPrefix("trust/") && !$0.hasSuffix(".tar") }
  }

  private static func processorNanoseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  @Test func everyPrefix() throws {
    let context = try FixtureStateTests.context()
    var links = VerifiedLinks()
    var spent: [Int] = []
    let paths = try FixturePrefixTests.paths()
    for path in paths {
      let isAppended = FixturePrefixTests.appended.contains { path.hasPrefix($0 + "/") }
      let bytes = [UInt8](try Data(contentsOf: FixtureStateTests.folder.appendingPathComponent(path)))
      let name = path.split(separator: "/").last.map(String.init) ?? ""
      var whole = State.unsigned
      var lengths = [bytes.count] + Array(0..<min(bytes.count, FixturePrefixTests.wholePrefixes))
      lengths += Swift.stride(from: FixturePrefixTests.wholePrefixes, to: bytes.count, by: FixturePrefixTests.stride)
      for length in lengths {
        var work = Work(links: links)
        let start = FixturePrefixTests.processorNanoseconds()
        let artifact = try Artifact(target: name, name: name, source: MemorySource(bytes[..<length]))
        let state = Assessor().assess(artifact, in: context, &work).state
        spent.append(FixturePrefixTests.processorNanoseconds() - start)
        links = work.links
        if length == bytes.count {
          whole = state
        } else {
          // A file cut before its signature is unsigned, which ranks above tampered; nothing else may rank above the whole.
          #expect(state >= whole || state >= .notAssessed || isAppended, "\(path) cut at \(length): \(state), whole \(whole)")
        }
      }
    }
    spent.sort()
    let p99 = Double(spent[spent.count * 99 / 100]) / 1e6
    let most = Double(spent.last ?? 0) / 1e6
    print("prefixes: \(spent.count) of \(paths.count) fixtures, p99 \(p99) ms, slowest \(most) ms of processor time")
    #expect(paths.count >= 95 && spent.count > 130 * paths.count)
    #if !DEBUG
      #expect(spent.count > 300_000)
      #expect(p99 < FixturePrefixTests.limitMilliseconds)
    #endif
  }
}
