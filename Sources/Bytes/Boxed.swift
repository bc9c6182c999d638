/// A large value behind one reference: a copy costs one count, until it is changed.
package struct Boxed<Value: Sendable>: Sendable {
  @usableFromInline
  final class Box: @unchecked Sendable {
    // Changed only by an owner that has no other beside it.
    @usableFromInline var value: Value
    @usableFromInline init(_ value: Value) { self.value = value }
  }
  @usableFromInline var box: Box

  @inlinable
  package init(_ value: Value) { box = Box(value) }

  @inlinable
  package var value: Value {
    // A getter would copy all of it for one part.
    @inline(__always) _read { yield box.value }
    @inline(__always) _modify {
      if !isKnownUniquelyReferenced(&box) { box = Box(box.value) }
      yield &box.value
    }
  }
}
