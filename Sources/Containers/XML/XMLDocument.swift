package import AssayBytes

/// An XML 1.0 document (fifth edition) with namespaces, as a tree.
///
/// Bounded and without surprises: a document type declaration is refused, so nothing is expanded but the five entities and character
/// references; everything read spends the Budget; no byte is fetched from anywhere. What the tree holds is what canonical XML needs.
package struct XMLDocument: Sendable {
  package let root: XMLElement
  /// Comments and processing instructions before and after the root, in order.
  package let prolog: [XMLNode]
  package let epilog: [XMLNode]

  /// Reads UTF-8, UTF-16 (with a byte order mark, or recognized by its first characters) or ISO-8859-1 where it is declared.
  ///
  /// Offsets are indices of `bytes`. Throws `xml.*` with the place in words (line and column, from 1) or `limit.*`.
  /// `skippingDoctype`: a declaration that only names a DTD, as property lists have one, is passed over unread; one that has an
  /// internal subset is refused all the same.
  package init(
    parsing bytes: ArraySlice<UInt8>, skippingDoctype: Bool = false, _ budget: inout Budget
  ) throws(ParseError) {
    try budget.spend(bytes: bytes.count)
    var parser = XMLParser(try XMLInput(bytes))
    parser.skipsDoctype = skippingDoctype
    (prolog, root, epilog) = try parser.document(&budget)
  }
}

package enum XMLNode: Sendable {
  case element(XMLElement)
  /// Character data with references resolved and CDATA sections merged; never two beside each other, never empty.
  case text(XMLText)
  case comment(XMLText)
  /// Target and data of a processing instruction, without the space between them.
  case instruction(target: XMLText, data: XMLText)
}

package struct XMLAttribute: Hashable, Sendable {
  /// Empty where there is none.
  package let prefix: XMLText
  /// Without the prefix.
  package let name: XMLText
  /// Empty where the attribute has no prefix (Namespaces in XML 6.2).
  package let namespace: XMLText
  /// Normalized as XML 1.0 3.3.3 says of CDATA.
  package let value: XMLText
}

/// `xmlns="uri"` (empty prefix) or `xmlns:prefix="uri"`.
package struct XMLNamespaceDeclaration: Hashable, Sendable {
  package let prefix: XMLText
  package let uri: XMLText
}

/// A class, so that passing a part of a tree on copies nothing.
package final class XMLElement: Sendable {
  package let prefix: XMLText
  /// Without the prefix.
  package let name: XMLText
  /// Empty for none.
  package let namespace: XMLText
  /// Those that stand in this element's own tag, in order.
  package let declarations: [XMLNamespaceDeclaration]
  /// In the order written, without namespace declarations.
  package let attributes: [XMLAttribute]
  package let children: [XMLNode]
  /// Where `<` of the start tag stands, and what follows the end tag's `>`.
  package let offset: Int
  package let endOffset: Int
  /// Of the start tag, from 1.
  package let line: Int

  init(_ open: XMLOpenElement, endOffset: Int) {
    prefix = open.prefix
    name = open.name
    namespace = open.namespace
    declarations = open.declarations
    attributes = open.attributes
    children = open.children
    offset = open.offset
    line = open.line
    self.endOffset = endOffset
  }

  /// The value of the attribute; without a namespace unless one is given.
  package func attribute(_ name: XMLText, namespace: XMLText = .empty) -> XMLText? {
    attributes.first { $0.name == name && $0.namespace == namespace }?.value
  }

  /// Child elements, in order.
  package var elements: [XMLElement] {
    children.compactMap { node in
      guard case .element(let element) = node else { return nil }
      return element
    }
  }

  /// Child elements of that name; of this element's own namespace unless another is given.
  package func elements(_ name: XMLText, namespace: XMLText? = nil) -> [XMLElement] {
    let namespace = namespace ?? self.namespace
    return elements.filter { $0.name == name && $0.namespace == namespace }
  }

  /// The first child element of that name; of this element's own namespace unless another is given.
  package func first(_ name: XMLText, namespace: XMLText? = nil) -> XMLElement? {
    let namespace = namespace ?? self.namespace
    for case .element(let element) in children where element.name == name && element.namespace == namespace { return element }
    return nil
  }

  /// The element's own character data, that of child elements left out.
  package var text: XMLText {
    var octets: [UInt8] = []
    for case .text(let text) in children { octets += text.octets }
    return XMLText(octets: octets)
  }

  /// True if the element has that name and namespace.
  package func `is`(_ name: XMLText, in namespace: XMLText) -> Bool { self.name == name && self.namespace == namespace }
}

/// An element whose end tag was not seen yet.
struct XMLOpenElement {
  /// As written, prefix and all: what the end tag must repeat.
  var qualifiedName: ArraySlice<UInt8>
  var prefix: XMLText
  var name: XMLText
  var namespace = XMLText.empty
  var declarations: [XMLNamespaceDeclaration] = []
  var attributes: [XMLAttribute] = []
  var children: [XMLNode] = []
  /// Character data since the last child.
  var pending: [UInt8] = []
  var offset: Int
  var line: Int

  mutating func flush() {
    guard !pending.isEmpty else { return }
    children.append(.text(XMLText(octets: pending)))
    pending = []
  }
}
