/// "did you mean": the nearest known word, if it is near.
enum Suggestion {
  /// `; did you mean "require"?`, or nothing.
  static func phrase(for word: String, among known: [String]) -> String {
    let typed = word.utf8.lowered
    guard typed.count <= 64 else { return "" }
    let limit = max(1, min(3, typed.count / 3))
    var best: (distance: Int, word: String)?
    for candidate in known {
      let distance = distance(typed, candidate.utf8.lowered)
      if distance <= limit, distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    return best.map { "; did you mean \"\($0.word)\"?" } ?? ""
  }

  /// Edits, neighbours swapped counting as one (optimal string alignment).
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var earlier = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for row in left.indices {
      var next = [row + 1]
      for column in right.indices {
        let cost = left[row] == right[column] ? 0 : 1
        var best = min(last[column + 1] + 1, next[column] + 1, last[column] + cost)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = min(best, earlier[column - 1] + 1)
        }
        next.append(best)
      }
      earlier = last
      last = next
    }
    return last[right.count]
  }
}
