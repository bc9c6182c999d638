/// Threads to spare for work that falls into independent parts. The heart says what the parts are; whether some are done at the same
/// time is for whoever starts it. A seam: threads live in the Engine.
package protocol Lanes: Sendable {
  /// `body` once for each of `0..<parts`, in any order and on any thread; what they give comes back in the order of the parts.
  func map<Result: Sendable>(_ parts: Int, _ body: @Sendable (Int) -> Result) -> [Result]
}

/// One part after the other, where files are what is done side by side.
package struct OneLane: Lanes {
  package init() {}
  package func map<Result: Sendable>(_ parts: Int, _ body: @Sendable (Int) -> Result) -> [Result] { (0..<parts).map(body) }
}
