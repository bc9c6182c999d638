extension [String] {
  /// In the order of their bytes, each once. Lists of techniques have a handful of short names, mostly in order already.
  package func sortedOnce() -> [String] {
    if isEmpty || indices.dropFirst().allSatisfy({ self[$0 - 1].utf8.lexicographicallyPrecedes(self[$0].utf8) }) { return self }
    var sorted: [String] = []
    for name in self.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    where !(sorted.last?.utf8.elementsEqual(name.utf8) ?? false) {
      sorted.append(name)
    }
    return sorted
  }
}
