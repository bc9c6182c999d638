import AssayBytes
import AssayContainers

let xmlFuzzTargets: [FuzzTarget] = [
  FuzzTarget(name: "xml") { bytes in
    var budget = Budget()
    guard let document = try? XMLDocument(parsing: bytes, &budget) else { return }
    visit(document.root, in: bytes.startIndex...bytes.endIndex)
  }
]

/// What an element says of its place must hold.
private func visit(_ element: XMLElement, in range: ClosedRange<Int>) {
  precondition(range.contains(element.offset) && range.contains(element.endOffset) && element.offset < element.endOffset)
  _ = element.text.trimmed
  _ = element.attribute("Id")
  for child in element.elements { visit(child, in: element.offset...element.endOffset) }
}
