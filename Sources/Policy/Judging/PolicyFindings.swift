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
    "policy.script.unsigned", "a script of PowerShell or Windows Script Host without a trusted signature",
    remedy: "sign it, or pin it in a policy of your own")
  package static let deployment = FindingCode(
    "policy.deployment.unsigned", "a ClickOnce manifest, which downloads and starts a program, without a trusted signature",
    remedy: "publish it signed, or pin it in a policy of your own")
  package static let foreignComponent = FindingCode(
    "policy.component.publisher", "a library of another publisher than all programs beside it",
    remedy: "check that the programs' publisher ships it")
  package static let starting = FindingCode(
    "policy.start.untrusted", "what the system starts or loads by itself has no trusted signature",
    remedy: "stop it until its origin is known; sign it, or name it in a policy of your own")
  package static let serverFolder = FindingCode(
    "policy.start.publisher", "a module in the web server's own folder is not signed by the system's publisher",
    remedy: "find out who installed it; modules of others belong in their own folders")
  package static let driverNotPortal = FindingCode(
    "driver.signer.not-portal", "a driver that Microsoft neither made, tested nor attested",
    remedy: "Windows 10 1607 and later refuses it with Secure Boot on; get one signed through Microsoft's portal")
  package static let driverAfterCutoff = FindingCode(
    "driver.cross-signed.after-cutoff", "a driver signed by its maker under a certificate issued on or after 2015-07-29",
    remedy: "Windows 10 1607 and later refuses it with Secure Boot on; get one signed through Microsoft's portal")
  package static let driverLegacy = FindingCode(
    "driver.cross-signed.legacy", "a driver signed by its maker under a certificate issued before 2015-07-29",
    remedy: "Windows still loads it; stolen certificates of that time are used to sign malware, so check that its maker ships it")
  package static let driverLeaked = FindingCode(
    "driver.cross-signed.untimed",
    "a maker's certificate issued before 2015-07-29 has ended and no trusted timestamp says when it signed",
    remedy: "treat it as signed with a stolen certificate and a forged time (T1553.002) until its maker says otherwise")
  package static let driverDigest = FindingCode(
    "driver.digest.weak", "no signature of the driver that counts is over SHA-256 or better",
    remedy: "Windows 10 and later wants SHA-2 in the kernel; get a newer driver")
  package static let driverBoot = FindingCode(
    "driver.boot.catalog-only", "a driver that starts at boot has no signature of its own, only a catalog's",
    remedy: "check that the loader of this Windows takes it; boot drivers are to be signed in the file")
  package static let driverKind = FindingCode(
    "driver.signer.kind", "what Microsoft says of the driver by the usage of its certificate", remedy: "nothing to do")
  package static let libraryValidation = FindingCode(
    "policy.library.validation",
    "a program that the system protects asks for a library that is neither Apple's nor of its own team",
    remedy: "the program does not start so; find out who put the library there")
  package static let libraryUntrusted = FindingCode(
    "policy.library.untrusted", "a program with a trusted signature loads a library without one",
    remedy: "get the library from the program's publisher, or remove it")
  package static let libraryPublisher = FindingCode(
    "policy.library.publisher", "a program loads a library of another publisher, and nothing keeps it from doing so",
    remedy: "check that the program's publisher ships it")
  package static let unsignedAllowed = FindingCode(
    "policy.unsigned.allowed", "an unsigned artifact is accepted because the policy says unsafe-allow-unsigned",
    remedy: "sign it and drop the permission")

  package static let all = [
    denied, systemPublisher, systemLocation, renamed, vendor, company, component, script, deployment, unsignedAllowed,
    foreignComponent,
    starting, serverFolder, libraryValidation, libraryUntrusted, libraryPublisher, driverNotPortal, driverAfterCutoff, driverLegacy,
    driverLeaked, driverDigest, driverBoot, driverKind,
  ]
}
