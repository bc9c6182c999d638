import AssayCore
import Synchronization

/// Facts by their type. Two workers that ask at the same time may both make one, and the first one stays.
final class DerivedFactMemory: DerivedFacts {
  /// Each under its own type, which makes the cast below a safe one. A handful: sooner compared than hashed.
  private let made = Mutex<[(type: ObjectIdentifier, fact: any AnyObject & Sendable)]>([])

  func fact<Asked: AnyObject & Sendable>(_ make: () -> Asked) -> Asked {
    let type = ObjectIdentifier(Asked.self)
    if let known = made.withLock({ facts in facts.first { $0.type == type }?.fact }) {
      return unsafeDowncast(known, to: Asked.self)
    }
    let fact = make()
    made.withLock { facts in
      if !facts.contains(where: { $0.type == type }) { facts.append((type, fact)) }
    }
    return fact
  }
}
