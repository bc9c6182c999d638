package import AssayCore

/// Findings about a hive as a file; what it says is `RegistryFindings`'.
package enum RegistryHiveFindings {
  private static let copy = "take the hive again, with its .LOG1 and .LOG2 beside it; what could be read was used"

  package static let all: [FindingCode] = [
    FindingCode("regf.header.signature", "a file where a registry hive must be is none", remedy: copy),
    FindingCode("regf.header.truncated", "a hive or log is shorter than its base block", remedy: copy),
    FindingCode("regf.header.checksum", "the checksum of a hive's base block is wrong", remedy: copy),
    FindingCode("regf.version.unsupported", "a hive is of a version that is not read", remedy: "convert it: 1.3 to 1.6 are read"),
    FindingCode("regf.file.truncated", "a hive is shorter than its header says", remedy: copy),
    FindingCode("regf.log.missing", "a hive was not written to its end and no log of it can be applied", remedy: copy),
    FindingCode("regf.log.applied", "a hive was not written to its end and its log was applied", remedy: "none is needed"),
    FindingCode(
      "regf.log.checksum", "the base block of a transaction log has a wrong checksum, and the log is left out", remedy: copy),
    FindingCode("regf.log.truncated", "a transaction log ends too early and is left out", remedy: copy),
    FindingCode("regf.log.gap", "entries are missing between two transaction logs, and the later one is left out", remedy: copy),
    FindingCode("regf.bin.invalid", "a hive's bins do not follow each other", remedy: copy),
    FindingCode("regf.cell.misplaced", "a hive refers to a place where no cell can begin", remedy: copy),
    FindingCode("regf.cell.free", "a hive refers to a cell that is marked free", remedy: copy),
    FindingCode("regf.cell.outside", "a hive refers to bytes outside its bins", remedy: copy),
    FindingCode("regf.key.invalid", "a hive has something else where a key must be", remedy: copy),
    FindingCode("regf.key.truncated", "a key does not fit into its cell", remedy: copy),
    FindingCode("regf.key.cycle", "a key is its own ancestor", remedy: "somebody made this hive by hand: look at it as evidence"),
    FindingCode(
      "regf.key.depth", "keys are nested deeper than Windows allows",
      remedy: "somebody made this hive by hand: look at it as evidence"),
    FindingCode("regf.list.invalid", "a hive has something else where a list of keys must be", remedy: copy),
    FindingCode("regf.list.truncated", "a key has more subkeys or values than its lists hold", remedy: copy),
    FindingCode("regf.value.invalid", "a hive has something else where a value must be", remedy: copy),
    FindingCode("regf.value.truncated", "a value's name or data does not fit into its cell", remedy: copy),
    FindingCode(
      "limit.registry-users", "a system has more profiles of users than are read", remedy: "scan the further profiles by themselves"
    ),
    FindingCode("limit.registry-value", "a registry value is larger than is read", remedy: "look at the value with another tool"),
  ]
}
