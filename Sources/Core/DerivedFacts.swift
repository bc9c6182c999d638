/// Seam for facts that are derived from others when they are first asked for, one of each type: what the rooms above make of a signature
/// that stands for many files. Implemented in Engine, since several workers ask at the same time.
package protocol DerivedFacts: AnyObject, Sendable {
  /// What was made before, or what `make` gives.
  func fact<Asked: AnyObject & Sendable>(_ make: () -> Asked) -> Asked
}
