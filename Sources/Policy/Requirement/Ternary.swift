/// Kleene's three values. Only `true` accepts.
package enum Ternary: String, Sendable, CaseIterable {
  case `true`, `false`, unknown

  package init(_ value: Bool) { self = value ? .true : .false }
  /// Nil is a fact that is not there.
  package init(_ value: Bool?) { self = value.map { $0 ? .true : .false } ?? .unknown }

  package static prefix func ! (value: Ternary) -> Ternary {
    switch value {
    case .true: .false
    case .false: .true
    case .unknown: .unknown
    }
  }
  package static func & (left: Ternary, right: Ternary) -> Ternary {
    if left == .false || right == .false { return .false }
    return left == .unknown || right == .unknown ? .unknown : .true
  }
  package static func | (left: Ternary, right: Ternary) -> Ternary {
    if left == .true || right == .true { return .true }
    return left == .unknown || right == .unknown ? .unknown : .false
  }
}
