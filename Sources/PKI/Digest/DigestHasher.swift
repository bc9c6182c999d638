/// A running digest. `finalize` may be called once. (Stub: the keys slice fills it.)
package struct DigestHasher {
  package init(_ algorithm: DigestAlgorithm) { fatalError("unimplemented") }
  package mutating func update(_ bytes: UnsafeRawBufferPointer) { fatalError("unimplemented") }
  package mutating func update(_ bytes: ArraySlice<UInt8>) { fatalError("unimplemented") }
  package mutating func finalize() -> [UInt8] { fatalError("unimplemented") }
}

extension DigestAlgorithm {
  package func digest(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var hasher = DigestHasher(self)
    hasher.update(bytes)
    return hasher.finalize()
  }
  package func digest(_ bytes: [UInt8]) -> [UInt8] { digest(bytes[...]) }
}
