import AssayBytes

/// Lanes of threads that live for one piece of work. For a single large artifact; in a scan the files keep every core busy.
package struct ThreadLanes: Lanes {
  /// With the caller's own; 1 or more.
  package let count: Int
  package init(_ count: Int) { self.count = max(1, min(count, 256)) }

  package func map<Result: Sendable>(_ parts: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
    guard count > 1, parts > 1 else { return OneLane().map(parts, body) }
    return withoutActuallyEscaping(body) { body in
      // Closed before this returns: no thread keeps the closure.
      let pool = WorkerPool<Void>(count: min(count, parts) - 1) {}
      let line = PartLine<Result>(parts)
      let run: @Sendable () -> Void = {
        while let part = pool.locked({ line.next() }) {
          let result = body(part)
          pool.locked { line.results[part] = result }
        }
      }
      for _ in 0..<pool.threadCount { pool.submit { _ in run() } }
      run()
      pool.close()
      return line.results.compactMap { $0 }
    }
  }
}

/// Parts that are waiting and results that are there. Guarded by the pool's lock, and the owner's alone once that is closed.
private final class PartLine<Result: Sendable>: @unchecked Sendable {
  private var begun = 0
  var results: [Result?]
  init(_ parts: Int) { results = Array(repeating: nil, count: parts) }

  func next() -> Int? {
    guard begun < results.count else { return nil }
    begun += 1
    return begun - 1
  }
}
