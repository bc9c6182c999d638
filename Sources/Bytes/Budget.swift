/// Limits as a value that gets spent. Exhaustion throws a `limit.*` error and is never a crash.
///
/// Defaults: bytes, none is read twice for parsing and hashing is not counted here, 256 MiB of structure is far above the
/// largest signature seen (authroot.stl, 205 kB); nodes, authroot.stl has 16,473, so 1,000,000; depth 64, OpenSSL's
/// asn1parse uses 128 and no real signature passes 30; signature checks 256, webpki allows 100 for one path; steps 60,000, so that a
/// hostile bundle of 30 certificates with names of 20 kB ends within 10 ms.
package struct Budget: Sendable {
  package private(set) var bytes: Int
  package private(set) var nodes: Int
  package private(set) var signatureChecks: Int
  /// Steps of path building and of policy evaluation.
  package private(set) var steps: Int
  /// Deepest nesting of any structure. Not spent, compared.
  package let depth: Int
  /// No limit, but what travels with one through every reader: what this worker has read before.
  package var memory = ReadMemory()

  /// The same worker begins with another artifact: limits are whole again, what it has read stays.
  package func renewed() -> Budget {
    var fresh = Budget()
    fresh.memory = memory
    return fresh
  }

  package init(
    bytes: Int = 256 << 20, nodes: Int = 1_000_000, signatureChecks: Int = 256, steps: Int = 60_000, depth: Int = 64
  ) {
    self.bytes = bytes
    self.nodes = nodes
    self.signatureChecks = signatureChecks
    self.steps = steps
    self.depth = depth
  }

  package mutating func spend(bytes count: Int) throws(ParseError) {
    guard count >= 0, count <= bytes else { throw ParseError("limit.bytes", "structure bytes exceed the budget, \(bytes) left") }
    bytes -= count
  }

  @inline(__always)
  package mutating func spend(nodes count: Int = 1) throws(ParseError) {
    guard count >= 0, count <= nodes else { throw ParseError("limit.nodes", "structure has more elements than the budget allows") }
    nodes -= count
  }

  package mutating func spend(signatureChecks count: Int) throws(ParseError) {
    guard count >= 0, count <= signatureChecks else {
      throw ParseError("limit.signature-checks", "more signature checks are needed than the budget allows")
    }
    signatureChecks -= count
  }

  @inline(__always)
  package mutating func spend(steps count: Int) throws(ParseError) {
    guard count >= 0, count <= steps else { throw ParseError("limit.steps", "more work is needed than the budget allows") }
    steps -= count
  }

  package func check(depth current: Int) throws(ParseError) {
    guard current <= depth else { throw ParseError("limit.depth", "structure is nested deeper than \(depth)") }
  }
}
