package import AssayCore

/// Findings of the XML reader, which knows none.
package enum XMLFindings {
  private static let remedy = "get the file again from where it comes from; what cannot be read is not believed"
  private static let save = "save the document as UTF-8"

  package static let all = [
    FindingCode("xml.attribute.duplicate", "an attribute or a prefix stands twice in one tag", remedy: remedy),
    FindingCode("xml.attribute.value", "an attribute has no value or breaks XML's rules for one", remedy: remedy),
    FindingCode("xml.character.invalid", "a character that XML does not allow", remedy: remedy),
    FindingCode("xml.declaration.invalid", "the XML declaration breaks its own form", remedy: remedy),
    FindingCode(
      "xml.doctype.refused", "the document has a document type declaration, which can define and fetch",
      remedy: "take the declaration out; no signed or configured format needs one"),
    FindingCode("xml.encoding.invalid", "the octets are no text in the document's encoding", remedy: save),
    FindingCode("xml.encoding.mismatch", "the document is in another encoding than it declares", remedy: save),
    FindingCode("xml.encoding.unsupported", "the document is in an encoding that is not read", remedy: save),
    FindingCode("xml.entity.unknown", "an entity is named that XML does not define", remedy: remedy),
    FindingCode("xml.instruction.target", "a processing instruction has a target that none may have", remedy: remedy),
    FindingCode("xml.name.invalid", "something stands where a name must be", remedy: remedy),
    FindingCode("xml.namespace.reserved", "a prefix is bound that may not be bound so", remedy: remedy),
    FindingCode("xml.namespace.unbound", "a prefix is used that is not declared", remedy: remedy),
    FindingCode("xml.reference.invalid", "a reference names no character that XML allows", remedy: remedy),
    FindingCode("xml.root.second", "something follows the root element", remedy: remedy),
    FindingCode("xml.syntax", "the document breaks XML's grammar", remedy: remedy),
    FindingCode("xml.tag.mismatch", "an element is closed by another element's end tag", remedy: remedy),
    FindingCode("xml.text.outside", "text stands outside the root element", remedy: remedy),
    FindingCode("xml.truncated", "the document ends too early", remedy: remedy),
    FindingCode("xml.version.unsupported", "the document is of another version of XML than 1.0", remedy: remedy),
  ]
}
