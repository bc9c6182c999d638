package import AssayCore

/// Findings that judging adds.
package enum PolicyFindings {
  package static let denied = FindingCode(
    "policy.deny.hit", "a deny rule of the policy names the artifact or a certificate of its signature",
    remedy: "do not run it; if the entry is wrong, change the policy's deny list")
  package static let systemPublisher = FindingCode(
    "policy.name.publisher", "the file is named like one of the system's own and is not signed by the system's publisher",
    remedy: "treat it as masquerading until its origin is known")
  package static let systemLocation = FindingCode(
    "policy.name.location", "a file of the system's own stands outside the folders that the system keeps it in",
    remedy: "find out who copied it there; programs of the system are moved to be hidden or to load a planted library")
  package static let renamed = FindingCode(
    "policy.name.renamed", "a program of the system runs under another name than the one it was made with",
    remedy: "find out who renamed it")
  package static let vendor = FindingCode(
    "policy.publisher.vendor", "the version resource claims a known vendor whose signature it does not carry",
    remedy: "get the file from the vendor; a library that was signed anew by who ships it is only warned about")
  package static let company = FindingCode(
    "policy.publisher.company", "the company in the version resource and the signer have no word in common",
    remedy: "check that the signer is who should ship this file")
  package static let component = FindingCode(
    "policy.component.untrusted", "a library without a trusted signature lies beside a program with one, which may load it",
    remedy: "get the library from the program's publisher, or remove it")
  package static let script = FindingCode(
    "policy.script.unsigned", "a PowerShell script without a trusted signature",
    remedy: "sign it, or pin it in a policy of your own")
  package static let unsignedAllowed = FindingCode(
    "policy.unsigned.allowed", "an unsigned artifact is accepted because the policy says unsafe-allow-unsigned",
    remedy: "sign it and drop the permission")

  package static let all = [
    denied, systemPublisher, systemLocation, renamed, vendor, company, component, script, unsignedAllowed,
  ]
}
