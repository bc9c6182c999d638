package import AssayCore

/// Findings of requirements that stand in the signed software itself.
package enum RequirementFindings {
  package static let unsatisfied = FindingCode(
    "requirement.designated.unsatisfied", "the code does not satisfy its own designated requirement",
    remedy: "get it again from its publisher; systems do not take it for the code that it says it is")
  package static let unestablished = FindingCode(
    "requirement.designated.not-established", "whether the code satisfies its own designated requirement cannot be told from here",
    remedy: "check it with codesign on a Mac")
  package static let weak = FindingCode(
    "requirement.designated.weak", "others' code could satisfy the designated requirement, and pass for a new version of this",
    remedy: "do not take the requirement for an identity; have the publisher sign with the default one")

  package static let all = [unsatisfied, unestablished, weak]
}
