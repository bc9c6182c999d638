package import AssayCore

/// Findings that foreign policies and lists raise.
package enum ImporterFindings {
  package static let all: [FindingCode] = requirements + lists

  /// What Apple's binary requirements may break.
  private static let requirements: [FindingCode] = [
    ("requirement.magic", "these bytes are no requirement and no set of them"),
    ("requirement.length", "a requirement's length is not that of its bytes"),
    ("requirement.kind", "a requirement of a kind other than an expression"),
    ("requirement.truncated", "a requirement ends before its expression does"),
    ("requirement.trailing", "bytes follow a requirement's end"),
    ("requirement.padding", "data in a requirement is not filled up with zeros"),
    ("requirement.operator.unknown", "an operator that is not known and has no mark to pass it by"),
    ("requirement.match.unknown", "a comparison that is not known"),
    ("requirement.field.unknown", "a certificate field that has no name in the language"),
    ("requirement.oid.malformed", "an object identifier that cannot be read"),
    ("requirement.time.range", "a time that no calendar holds"),
    ("requirement.set.layout", "requirements of a set overlap or leave gaps"),
    ("requirement.set.duplicate", "a set has two requirements for one use"),
  ].map { FindingCode($0.0, $0.1, remedy: "treat the signature as damaged, or sign again with codesign") }

  private static let whole = "have the file written again by the tool that made it; a list that is not kept whole is not used"

  /// Why a foreign policy or list is refused: an operator's mistake, told before anything is judged.
  private static let lists: [FindingCode] = [
    FindingCode(
      "import.kind.unknown", "the file is no policy or list of a kind that is read",
      remedy: "give an App Control, AppLocker or Santa policy, a list of vulnerable drivers, or digests one a line"),
    FindingCode("import.rule.malformed", "a rule of a foreign policy or list lacks something or breaks its form", remedy: whole),
    FindingCode(
      "import.rule.unknown", "a foreign policy holds a rule of a kind that is not known",
      remedy: "take the rule out if it is of no use here, or report the kind"),
    FindingCode("import.rule.duplicate", "two rules of a foreign policy have one name", remedy: whole),
    FindingCode("import.reference.missing", "a foreign policy refers to a rule or signer that it does not hold", remedy: whole),
  ]
}
