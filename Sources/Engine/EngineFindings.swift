package import AssayCore

/// Findings that the flow itself raises, with those of reading and of limits.
package enum EngineFindings {
  package static let unknown = FindingCode(
    "engine.format.unknown", "no format recognizes the file", remedy: "see `assay formats` for what can be judged")
  package static let unsupported = FindingCode(
    "engine.format.unsupported", "the file can run or install, but its kind is not judged yet",
    remedy: "judge it with its platform's own tool")

  package static let all: [FindingCode] = [
    unknown, unsupported,
    FindingCode(
      "engine.nested.worse", "something inside the artifact is in a worse state than its own signature is",
      remedy: "look at the nested report"),
    FindingCode("limit.nested-artifacts", "more is nested in an artifact than is judged", remedy: "see Docs/Limits.md"),
    FindingCode("io.missing", "there is no such file", remedy: "check the name"),
    FindingCode("io.denied", "the system refuses to open or read it", remedy: "check permissions or run with more rights"),
    FindingCode("io.folder", "a folder stands where a file is needed", remedy: "use `assay scan` for a folder"),
    FindingCode("io.special", "a device, FIFO or socket, not a file", remedy: "give its contents on standard input with --name"),
    FindingCode(
      "io.link-loop", "symbolic links lead in a circle, or a link stands where none is followed", remedy: "name the file itself"),
    FindingCode("io.changed", "the file changed while it was read", remedy: "judge a copy, or again when nothing writes to it"),
    FindingCode("io.failed", "the system reports an error when it is opened or read", remedy: "check the disk or the mount"),
    FindingCode("io.range", "bytes outside the file were asked for", remedy: "report it: the structure was not guarded"),
    FindingCode("limit.file-bytes", "larger than the limit for hashing or for holding in memory", remedy: "see Docs/Limits.md"),
    FindingCode("limit.bytes", "the structure has more bytes than the budget", remedy: "see Docs/Limits.md"),
    FindingCode("limit.nodes", "the structure has more elements than the budget", remedy: "see Docs/Limits.md"),
    FindingCode("limit.signature-checks", "more signature checks are needed than the budget", remedy: "see Docs/Limits.md"),
    FindingCode("limit.steps", "more steps are needed than the budget", remedy: "see Docs/Limits.md"),
    FindingCode("limit.depth", "nested deeper than the limit", remedy: "see Docs/Limits.md"),
  ]
}
