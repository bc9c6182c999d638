import AssayBytes
import AssayCore

extension Requirement.Match {
  /// True if any of the values matches. A name without the attribute matches nothing, not even `absent`, as Apple has it.
  func test(any values: [[UInt8]]?) -> Ternary {
    guard let values else { return .unknown }
    return Ternary(values.contains(where: test))
  }

  /// The value of a key of a property list.
  func test(_ facts: PropertyFacts, _ key: Requirement.Octets) -> Ternary {
    switch facts {
    case .unknown: .unknown
    case .absent: Ternary(self == .absent)
    case .known(let table): Ternary(table[key.bytes].map(test) ?? (self == .absent))
    }
  }

  /// One of a list's values is enough. Of a value that is no text, only its being there and a date's order can be asked; a false flag
  /// counts as not being there for `exists`, and as being there for `absent`.
  private func test(_ value: PropertyValue) -> Bool {
    if case .list(let items) = value, items.contains(where: test) { return true }
    switch (self, value) {
    case (.absent, _): return false
    case (.exists, let value): return value != .bool(false)
    case (_, .text(let text)): return test(text)
    case (_, .date(let moment)): return test(date: .some(moment)) == .true
    case (_, .bool), (_, .list), (_, .other): return false
    }
  }

  func test(presence: Bool?) -> Ternary {
    guard let presence else { return .unknown }
    switch self {
    case .exists: return Ternary(presence)
    case .absent: return Ternary(!presence)
    // Apple compares a mere presence with text as unequal.
    default: return .false
    }
  }

  func test(date: Moment??) -> Ternary {
    guard let found = date else { return .unknown }
    guard let moment = found else { return Ternary(self == .absent) }
    switch self {
    case .exists: return .true
    case .at(let wanted): return Ternary(moment == wanted.moment)
    case .before(let wanted): return Ternary(moment < wanted.moment)
    case .after(let wanted): return Ternary(moment > wanted.moment)
    case .notAfter(let wanted): return Ternary(moment <= wanted.moment)
    case .notBefore(let wanted): return Ternary(moment >= wanted.moment)
    default: return .false
    }
  }

  private func test(_ value: [UInt8]) -> Bool {
    switch self {
    case .exists: true
    case .equal(let wanted): value == wanted.bytes
    // An empty text is found nowhere (CFStringFindWithOptions).
    case .contains(let wanted): !wanted.bytes.isEmpty && value.firstRange(of: wanted.bytes) != nil
    case .begins(let wanted): !wanted.bytes.isEmpty && value.starts(with: wanted.bytes)
    case .ends(let wanted): !wanted.bytes.isEmpty && value.reversed().starts(with: wanted.bytes.reversed())
    case .less(let wanted): NumericOrder.compare(value, wanted.bytes) < 0
    case .greater(let wanted): NumericOrder.compare(value, wanted.bytes) > 0
    case .lessOrEqual(let wanted): NumericOrder.compare(value, wanted.bytes) <= 0
    case .greaterOrEqual(let wanted): NumericOrder.compare(value, wanted.bytes) >= 0
    case .absent, .at, .before, .after, .notAfter, .notBefore: false
    }
  }
}
