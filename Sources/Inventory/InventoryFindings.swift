package import AssayCore

/// Findings that taking inventory raises.
package enum InventoryFindings {
  package static let missing = FindingCode(
    "inventory.target.missing", "the configuration starts or loads a file that is not there",
    remedy: "check whether the disk is complete; else remove the entry or restore the file")

  package static let startedBy = FindingCode(
    "inventory.started-by", "the configuration of the scanned system starts or loads the file", remedy: "a fact")
  package static let placeholder = FindingCode(
    "inventory.content.placeholder", "the file is a name here and its content is elsewhere",
    remedy: "bring the content along: expand it on Windows, or mount the volume with a driver that reads it")

  package static let unlisted = FindingCode(
    "inventory.iis.unlisted", "IIS runs ISAPI libraries or CGI programs that nobody listed (isapiCgiRestriction)",
    remedy: "set notListedIsapisAllowed and notListedCgisAllowed to false, and list what has to run")
  private static let taskForm = FindingCode(
    "inventory.task.form", "a file among the scheduled tasks is none", remedy: "look at it as evidence: what it starts is not known"
  )
  private static let taskTruncated = FindingCode(
    "inventory.task.truncated", "a task of the old form ends too early", remedy: "take the file again")
  private static let taskClass = FindingCode(
    "inventory.task.class-unknown", "a task starts a COM class that the machine's registry does not have",
    remedy: "look for the class in the users' hives; else the task starts nothing")
  private static let exchangeForm = FindingCode(
    "inventory.exchange.form", "a list of transport agents is none", remedy: "look at it as evidence: what it loads is not known")

  package static let all: [FindingCode] =
    [missing, startedBy, placeholder, unlisted, taskForm, taskTruncated, taskClass, exchangeForm] + RegistryHiveFindings.all
    + RegistryFindings.all
    + LibraryFindings.all + AppleInventoryFindings.all
}
