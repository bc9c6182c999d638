import AssayAuthenticode
import AssayBytes
import AssayCore
import AssayEngine
import AssayPKI

/// Catalogs as artifacts and as evidence for others.
let catalogFuzzTargets: [FuzzTarget] = [
  FuzzTarget(name: "catalog") { bytes in
    let octets = Array(bytes)
    let moment = Moment(secondsSince1970: 1_795_392_000)
    var context = TrustContext(trust: TrustStore(), now: moment)
    var work = Work()
    if let parsed = try? CatalogArtifact(octets, &work.budget) {
      _ = parsed.inspection
      for claim in parsed.claims {
        _ = claim.inspection
        _ = claim.check(Measurements(), in: context, &work)
      }
    }
    // The member that is looked up is the first one's digest where there is one, so that the second look is reached.
    let shelf = CatalogShelf([ScanItem(target: "a.cat", name: "a.cat") { () throws(ParseError) in MemorySource(octets) }])
    context.catalogs = shelf
    context.windowsVersion = (10, 0)
    var digests: [ListedDigest] = []
    var budget = Budget()
    if let data = try? SignedData(contentInfo: octets[...], &budget), let list = try? CatalogList(data, &budget) {
      try? list.forEachMember(&budget) { member in
        if digests.count < 4, let found = member.digest(octets[...]) { digests.append(ListedDigest(found.algorithm, found.octets)) }
      }
      let judged = JudgedCatalog(name: "a.cat", octets, in: context, &work)
      if let membership = judged.membership(of: digests) { _ = judged.signature(of: membership, index: 0, in: context) }
    }
    _ = shelf.answer(for: digests, numberedFrom: 0, in: context, &work)
  }
]
