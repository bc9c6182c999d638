package import AssayCore

/// Findings about what a registry says.
package enum RegistryFindings {
  package static let all: [FindingCode] = [
    FindingCode(
      "inventory.command.unquoted", "a command with spaces and no quotes: a file planted before it would be started",
      remedy: "put the path in quotes"),
    FindingCode(
      "inventory.command.planted", "a command without quotes starts another file than it seems to",
      remedy: "look at the file that is started; put the path in quotes"),
    FindingCode(
      "inventory.path.stream", "a command starts an alternate data stream",
      remedy: "look at the stream; programs do not install there"),
    FindingCode(
      "inventory.path.elsewhere", "a command leads away from this disk", remedy: "judge the other machine's or volume's files, too"),
    FindingCode(
      "inventory.autostart.hidden-name", "a value with a zero in its name, which tools of Windows do not show",
      remedy: "look at the value as evidence, then delete it"),
    FindingCode(
      "inventory.sip.hijacked", "a subject interface package was replaced (T1553.003)",
      remedy: "restore the value; until then no answer about signatures on that machine counts"),
    FindingCode(
      "inventory.sip.foreign", "a subject interface package that Windows does not come with",
      remedy: "find out who registered it and judge its library"),
    FindingCode(
      "inventory.trust-provider.hijacked", "a trust provider was replaced (T1553.003)",
      remedy: "restore the value; until then no answer about signatures on that machine counts"),
    FindingCode(
      "inventory.trust-provider.foreign", "a trust provider that Windows does not come with",
      remedy: "find out who registered it and judge its library"),
    FindingCode(
      "inventory.root.extra", "a root in Windows' store that Microsoft's programme does not have (T1553.004)",
      remedy: "find out who added it; remove it if nobody needs it"),
    FindingCode(
      "inventory.root.update-disabled", "the machine takes no new lists of roots", remedy: "see whether that is wanted"),
    FindingCode(
      "inventory.padding-check.on", "padding after a signature is refused on that machine", remedy: "nothing to do"),
    FindingCode(
      "inventory.padding-check.off", "padding after a signature is accepted on that machine (CVE-2013-3900)",
      remedy: "set EnableCertPaddingCheck to 1 in both views"),
    FindingCode(
      "inventory.certificate.unreadable", "a certificate of a store could not be read",
      remedy: "look at the value with another tool"),
  ]
}
