package import AssayCore

/// Finding codes of notarization tickets, wherever they are attached.
package enum TicketFindings {
  package static let all: [FindingCode] = [
    FindingCode(
      "apple.ticket.foreign", "the stapled ticket was issued for other code",
      remedy: "get the software again from its publisher: a ticket was moved from one piece of code to another"),
    FindingCode(
      "apple.ticket.not-established", "a stapled ticket names this code, and its signature was not checked",
      remedy: "nothing to do: `spctl --assess` or `stapler validate` on a Mac checks the ticket itself"),
    FindingCode(
      "apple.ticket.none", "something else stands in the place of a stapled ticket",
      remedy: "remove the file, or staple the ticket again"),
    FindingCode("limit.ticket-bytes", "a stapled ticket larger than is read", remedy: "see Docs/Limits.md"),
  ]
}
