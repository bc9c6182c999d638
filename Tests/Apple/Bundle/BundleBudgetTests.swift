import AssayApple
import AssayBytes
import AssayCore
import Testing

/// What judging a bundle spends grows with its files and no faster, and 100,000 of them are within every limit.
struct BundleBudgetTests {
  /// Steps of comparing and nodes of reading, for so many files.
  private func spent(_ count: Int) throws -> (steps: Int, nodes: Int) {
    let sample = SealedSample().with {
      for number in 0..<count { $0.files["Resources/part\(number / 250)/a-resource-with-a-name-\(number + 100_000).txt"] = [1] }
    }
    var reading = Budget()
    let nodes = reading.nodes
    let resources = try CodeResources(parsing: try sample.seal[...], &reading)
    var comparing = Budget(steps: SealedTree.stepLimit)
    let rules = try ResourceRules(resources.rules, excluding: [Array("MacOS/main".utf8), Array("_CodeSignature".utf8)], &comparing)
    var tree = SealedTree(sample.tree, base: "Contents", resources: resources, rules: rules)
    let outcome = tree.compare(&comparing)
    #expect(outcome.isIntact && outcome.intact == count + 5)
    return (SealedTree.stepLimit - comparing.steps, nodes - reading.nodes)
  }

  @Test func hundredThousandFilesFit() throws {
    let (few, many) = (try spent(250), try spent(1_000))
    let (steps, nodes) = ((many.steps - few.steps) / 750, (many.nodes - few.nodes) / 750)
    #expect(steps > 0 && steps * 100_000 < SealedTree.stepLimit, "\(steps) steps a file")
    #expect(nodes > 0 && nodes * 100_000 < Budget().nodes, "\(nodes) nodes a file")
    // Linear: four times the files cost at most four times as much, and a little for folders.
    #expect(many.steps < few.steps * 5 && many.nodes < few.nodes * 5, "\(few) \(many)")
    #expect(100_000 * 200 < BundleArtifact.sealByteLimit, "a file takes about 200 bytes in a seal")
    #expect(100_000 < SealedTree.entryLimit)
  }
}
