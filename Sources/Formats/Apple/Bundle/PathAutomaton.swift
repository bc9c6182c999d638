package import AssayBytes

/// Which of many patterns occur in a path: all of them in one pass over its octets, whatever an attacker writes.
///
/// The patterns make one nondeterministic program; its deterministic states are built as they are met and forgotten when there are too
/// many. A path costs a step for each octet, a new state a step for each instruction in it, so that no pattern costs more than the
/// budget. A pattern may occur anywhere in the path (regexec's rule), unless it is anchored.
package struct PathAutomaton: Sendable {
  /// Instructions of all patterns together. Apple's own rules need about 600.
  static let instructionLimit = 20_000
  /// Deterministic states kept at a time.
  static let stateLimit = 1_000

  private enum Instruction: Sendable {
    case bytes(ByteSet)
    case split(Int, Int)
    case start
    case end
    case match(Int)
  }
  private struct State: Sendable {
    /// Instructions that read an octet.
    let items: [Int]
    /// Patterns that are found here, and those that are found if the path ends here.
    let found: [Int]
    let foundAtEnd: [Int]
  }

  private var program: [Instruction] = []
  private var entries: [Int] = []
  /// Octets that no pattern tells apart share a class.
  private var classes = [Int](repeating: 0, count: 256)
  private var samples: [UInt8] = []
  private var states: [State] = []
  private var places: [[Int]: Int] = [:]
  private var next: [Int] = []
  /// The state before the first octet, while it is kept.
  private var startPlace: Int?
  private var marks: [Int] = []
  private var mark = 0

  package init(_ patterns: [PathPattern], _ budget: inout Budget) throws(ParseError) {
    for (index, pattern) in patterns.enumerated() {
      entries.append(program.count)
      try emit(pattern, &budget)
      try append(.match(index), &budget)
    }
    marks = [Int](repeating: 0, count: program.count)
    makeClasses()
  }

  // MARK: - Program

  private mutating func append(_ instruction: Instruction, _ budget: inout Budget) throws(ParseError) {
    guard program.count < PathAutomaton.instructionLimit else {
      throw ParseError("limit.rule-states", "the rules need more than \(PathAutomaton.instructionLimit) states")
    }
    try budget.spend(nodes: 1)
    program.append(instruction)
  }

  private mutating func emit(_ pattern: PathPattern, _ budget: inout Budget) throws(ParseError) {
    switch pattern {
    case .empty: break
    case .bytes(let set): try append(.bytes(set), &budget)
    case .start: try append(.start, &budget)
    case .end: try append(.end, &budget)
    case .sequence(let parts): for part in parts { try emit(part, &budget) }
    case .choice(let branches):
      var jumps: [Int] = []
      for (index, branch) in branches.enumerated() {
        let split = program.count
        if index < branches.count - 1 { try append(.split(split + 1, split + 1), &budget) }
        try emit(branch, &budget)
        if index < branches.count - 1 {
          jumps.append(program.count)
          try append(.split(0, 0), &budget)
          program[split] = .split(split + 1, program.count)
        }
      }
      for jump in jumps { program[jump] = .split(program.count, program.count) }
    case .repeated(let inner, let least, let most): try emit(inner, least: least, most: most, &budget)
    }
  }

  private mutating func emit(_ inner: PathPattern, least: Int, most: Int?, _ budget: inout Budget) throws(ParseError) {
    for _ in 0..<least { try emit(inner, &budget) }
    guard let most else {
      let split = program.count
      try append(.split(split + 1, split + 1), &budget)
      try emit(inner, &budget)
      try append(.split(split, split), &budget)
      program[split] = .split(split + 1, program.count)
      return
    }
    var splits: [Int] = []
    for _ in least..<most {
      splits.append(program.count)
      try append(.split(0, 0), &budget)
      try emit(inner, &budget)
    }
    for split in splits { program[split] = .split(split + 1, program.count) }
  }

  private mutating func makeClasses() {
    var sets: Set<ByteSet> = []
    for case .bytes(let set) in program { sets.insert(set) }
    let ordered = Array(sets)
    var known: [[Bool]: Int] = [:]
    for byte in UInt8.min...UInt8.max {
      let row = ordered.map { $0.contains(byte) }
      if let place = known[row] {
        classes[Int(byte)] = place
      } else {
        known[row] = samples.count
        classes[Int(byte)] = samples.count
        samples.append(byte)
      }
    }
  }

  // MARK: - Matching

  /// Indices of the patterns that occur in the path, ascending. Throws `limit.steps`.
  package mutating func matches(_ path: some Sequence<UInt8>, _ budget: inout Budget) throws(ParseError) -> [Int] {
    var found: Set<Int> = []
    var state = 0
    if let startPlace {
      state = startPlace
    } else {
      state = try place(entries, isStart: true, &budget)
      startPlace = state
    }
    found.formUnion(states[state].found)
    for byte in path {
      try budget.spend(steps: 1)
      let kind = classes[Int(byte)]
      let known = next[state * samples.count + kind]
      if known >= 0 {
        state = known
      } else {
        state = try step(from: state, kind, &budget)
      }
      if !states[state].found.isEmpty { found.formUnion(states[state].found) }
    }
    found.formUnion(states[state].foundAtEnd)
    return found.sorted()
  }

  private mutating func step(from state: Int, _ kind: Int, _ budget: inout Budget) throws(ParseError) -> Int {
    let byte = samples[kind]
    var reached = entries
    for item in states[state].items {
      if case .bytes(let set) = program[item], set.contains(byte) { reached.append(item + 1) }
    }
    let isFull = states.count >= PathAutomaton.stateLimit
    if isFull {
      states.removeAll(keepingCapacity: true)
      places.removeAll(keepingCapacity: true)
      next.removeAll(keepingCapacity: true)
      startPlace = nil
    }
    let place = try place(reached, isStart: false, &budget)
    if !isFull { next[state * samples.count + kind] = place }
    return place
  }

  /// The state of these instructions and of all that follow from them without an octet.
  private mutating func place(_ reached: [Int], isStart: Bool, _ budget: inout Budget) throws(ParseError) -> Int {
    let (items, found, ends) = try close(reached, isStart: isStart, isEnd: false, &budget)
    // Matched patterns and anchors belong to what tells states apart.
    let key = items + [-1] + found + [-1] + ends + [isStart ? -2 : -1]
    if let known = places[key] { return known }
    let atEnd = try close(ends, isStart: isStart, isEnd: true, &budget).found
    states.append(State(items: items, found: found, foundAtEnd: atEnd))
    next.append(contentsOf: repeatElement(-1, count: samples.count))
    places[key] = states.count - 1
    return states.count - 1
  }

  private mutating func close(
    _ reached: [Int], isStart: Bool, isEnd: Bool, _ budget: inout Budget
  ) throws(ParseError) -> (items: [Int], found: [Int], ends: [Int]) {
    mark += 1
    var stack = reached
    var (items, found, ends): ([Int], [Int], [Int]) = ([], [], [])
    while let place = stack.popLast() {
      guard marks[place] != mark else { continue }
      marks[place] = mark
      try budget.spend(steps: 1)
      switch program[place] {
      case .bytes: items.append(place)
      case .split(let one, let other):
        stack.append(one)
        if other != one { stack.append(other) }
      case .start: if isStart { stack.append(place + 1) }
      case .end: if isEnd { stack.append(place + 1) } else { ends.append(place) }
      case .match(let pattern): found.append(pattern)
      }
    }
    return (items.sorted(), found.sorted(), ends.sorted())
  }
}
