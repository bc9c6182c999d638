package import AssayCore

/// Finding codes of bundles, their seals and property lists.
package enum BundleFindings {
  private static let again = "install the software again from its publisher and compare"
  private static let resign = "have the publisher sign it again with current tools"

  package static let all: [FindingCode] = resources + rules + layout + plists

  private static let resources: [FindingCode] = [
    FindingCode("bundle.resource.altered", "a file or link is not what was sealed", remedy: again),
    FindingCode("bundle.resource.missing", "something that was sealed is not there", remedy: again),
    FindingCode(
      "bundle.resource.added", "a file or link that the seal does not know", remedy: "remove it if nobody put it there on purpose"),
    FindingCode("bundle.resource.type-changed", "a file, link or folder stands where another kind was sealed", remedy: again),
    FindingCode(
      "bundle.resource.name-variant", "a name differs from the sealed one in case or in how its letters are composed",
      remedy: "copy the bundle again with a tool that keeps names as they are"),
    FindingCode("bundle.resource.special", "a device, FIFO or socket in a bundle", remedy: "remove it"),
    FindingCode(
      "bundle.resource.unreadable", "something sealed cannot be read", remedy: "check permissions or run with more rights"),
    FindingCode(
      "bundle.resource.sideband", "a resource fork or Finder information beside a sealed file, which no seal covers",
      remedy: "take it away with `xattr -c` before the bundle is signed"),
    FindingCode("bundle.link.escape", "a link leads out of what is sealed, or nowhere", remedy: again),
    FindingCode("limit.bundle-entries", "a bundle with more names than are looked at", remedy: "see Docs/Limits.md"),
  ]

  private static let rules: [FindingCode] = [
    FindingCode("bundle.rules.weak", "the seal's rules leave out what must be sealed", remedy: resign),
    FindingCode("bundle.envelope.version-1", "a seal of version 1, which covers resources alone", remedy: resign),
    FindingCode("bundle.seal.missing", "a signed bundle without a seal", remedy: again),
    FindingCode("bundle.seal.orphaned", "a seal that no signature covers", remedy: again),
    FindingCode(
      "bundle.resources.not-measured", "files could not be compared with their seal", remedy: "judge a copy of the bundle"),
    FindingCode(
      "bundle.nested.cdhash", "nested code is another build than the one that was sealed",
      remedy: "compare with the publisher's release"),
    FindingCode(
      "bundle.nested.requirement", "nested code does not satisfy the requirement that it was sealed with, or nobody here can tell",
      remedy: "install the software again from its publisher; compare signer and team of the nested report"),
    FindingCode("bundle.framework.version", "a version of a framework beside the current one is not signed", remedy: again),
    FindingCode("coderesources.root.type", "the seal is no dictionary", remedy: resign),
    FindingCode("coderesources.files.missing", "the seal lacks its files or rules", remedy: resign),
    FindingCode("coderesources.seal.malformed", "a sealed file has no known form of seal", remedy: resign),
    FindingCode("coderesources.rule.malformed", "a rule of the seal has no known form", remedy: resign),
    FindingCode(
      "coderesources.rule.unsupported", "a rule's regular expression is not of the supported subset",
      remedy: "judge the bundle with codesign on a Mac"),
    FindingCode("limit.resource-rules", "a seal with more rules than are read", remedy: "see Docs/Limits.md"),
    FindingCode("limit.rule-states", "rules that need more states than are built", remedy: "see Docs/Limits.md"),
  ]

  private static let layout: [FindingCode] = [
    FindingCode("bundle.layout.ambiguous", "systems differ in which part of the bundle they take", remedy: again),
    FindingCode("bundle.root.unsealed", "something stands in the bundle where no seal covers it", remedy: "remove it"),
    FindingCode("bundle.info.malformed", "Info.plist is no dictionary", remedy: again),
    FindingCode("bundle.info.special", "Info.plist is no plain file", remedy: again),
    FindingCode("bundle.executable.path", "Info.plist names an executable outside of the bundle", remedy: again),
    FindingCode("bundle.executable.missing", "the executable that Info.plist names is not there", remedy: again),
    FindingCode("bundle.executable.special", "the main executable is a link, folder or special file", remedy: again),
    FindingCode("limit.plist-bytes", "a property list larger than is read", remedy: "see Docs/Limits.md"),
  ]

  private static func plist(_ name: String, _ summary: String) -> FindingCode {
    FindingCode(name, summary, remedy: "convert it with `plutil -convert xml1` at its source, and sign again")
  }

  private static let plists: [FindingCode] = [
    plist("plist.binary.cycle", "an object of a binary property list holds itself"),
    plist("plist.binary.length", "a length in a binary property list is no integer"),
    plist("plist.binary.offset", "an object of a binary property list lies outside of it"),
    plist("plist.binary.reference", "a reference in a binary property list leads nowhere"),
    plist("plist.binary.trailer", "the trailer of a binary property list contradicts itself"),
    plist("plist.binary.type", "a type of object that property lists do not have"),
    plist("plist.binary.version", "a binary property list of another version"),
    plist("plist.data.base64", "data in a property list is not base64"),
    plist("plist.date.invalid", "a date in a property list is none"),
    plist("plist.encoding.unsupported", "a property list in another encoding than UTF-8"),
    plist("plist.form.empty", "an empty property list"),
    plist("plist.form.openstep", "a property list in the old text form"),
    plist("plist.key.duplicate", "a key stands twice in a property list"),
    plist("plist.key.missing", "a value without a key in a property list"), plist("plist.key.type", "a key that is no string"),
    plist("plist.number.invalid", "a number in a property list is none"),
    plist("plist.string.encoding", "a text that breaks its encoding"),
    plist("plist.string.zero", "a zero byte in a text"), plist("plist.trailing", "something follows the property list"),
    plist("plist.truncated", "a property list that is cut short"),
    plist("plist.xml.attribute", "an attribute where property lists have none"),
    plist("plist.xml.comment", "a comment that readers understand differently"),
    plist("plist.xml.doctype", "a document type with declarations of its own"),
    plist("plist.xml.element", "an element that property lists do not have"),
    plist("plist.xml.instruction", "a processing instruction"),
    plist("plist.xml.nesting", "another element is closed than was opened"),
    plist("plist.xml.reference", "a reference that property lists do not have"),
    plist("plist.xml.root", "the element plist is missing"), plist("plist.xml.tag", "a tag that property lists do not have"),
    plist("plist.xml.text", "text between values"), plist("plist.xml.value", "a value is missing"),
  ]
}
