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
  package static let notEvaluated = FindingCode(
    "requirement.kind.not-evaluated",
    "a requirement that the code makes of its host, its guests, its libraries or its plug-ins is not evaluated, and why",
    remedy: "judge the program where it is installed, on the volume of the Mac, with the libraries that it loads")
  package static let library = FindingCode(
    "requirement.library.unsatisfied", "a library that a program loads does not satisfy the program's library requirement",
    remedy: "compare the library with the publisher's; the program was not signed to load it")
  package static let host = FindingCode(
    "requirement.host.unsatisfied", "the interpreter that a script names does not satisfy the script's host requirement",
    remedy: "compare the interpreter with the publisher's; the script was not signed to run in it")

  package static let all = [unsatisfied, unestablished, weak, notEvaluated, library, host]
}
