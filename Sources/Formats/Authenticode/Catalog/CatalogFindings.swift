package import AssayCore

/// What can be said of a catalog and of what it lists.
package enum CatalogFindings {
  private static let broken = "get the catalog again from its publisher; a list that breaks its rules vouches for nothing"

  package static let unread = FindingCode(
    "catalog.content.unread", "a catalog of the system that may list the file cannot be read",
    remedy: "bring the catalogs along, or give copies of them with --catalog")

  package static let all: [FindingCode] = [
    FindingCode("catalog.list.type", "the file's content is no list", remedy: broken),
    FindingCode(
      "catalog.list.usage", "the list is not a security catalog's", remedy: "trust lists are read by `assay trust update`"),
    FindingCode("catalog.list.version", "the list's members are of a kind that is not known", remedy: broken),
    FindingCode("catalog.list.unsigned", "nobody signed the catalog", remedy: "a catalog counts once it is signed"),
    FindingCode("catalog.content.trailing", "bytes follow the catalog and are not covered by its signature", remedy: broken),
    FindingCode("catalog.member.malformed", "a member breaks its encoding", remedy: broken),
    FindingCode(
      "catalog.member.mismatch", "members have a tag that is not the digest they were made for",
      remedy: "such members vouch for no file; ask the catalog's publisher"),
    FindingCode(
      "catalog.member.named", "members have a name in place of a digest as their tag",
      remedy: "Windows looks members up by digest: make the catalog with digests as tags"),
    FindingCode(
      "catalog.member.found", "a catalog at hand lists the file",
      remedy: "the catalog's own signature is judged; see `assay explain`"),
    FindingCode(
      "catalog.member.unverified", "a catalog lists the file, but its own signature does not hold",
      remedy: "find out who changed the catalog; it vouches for nothing"),
    FindingCode(
      "catalog.member.other-system", "the catalog lists the file for another version of Windows",
      remedy: "Windows takes drivers by it only where the version fits"),
    FindingCode("limit.catalog-members", "the catalog has more members than are read", remedy: "see Docs/Limits.md"),
    FindingCode("limit.catalog-bytes", "the catalog is larger than is read", remedy: "see Docs/Limits.md"),
    unread,
    FindingCode("limit.catalogs", "more catalogs or members are at hand than are looked at", remedy: "see Docs/Limits.md"),
  ]
}
