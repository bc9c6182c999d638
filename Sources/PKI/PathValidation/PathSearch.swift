import AssayBytes

/// Path building (RFC 4158): a graph of certificates by names, searched depth first from the end entity.
///
/// What keeps a hostile bundle cheap: only certificates from which an anchor can be reached by names are entered; each signature
/// is checked once, from the anchor downwards and after everything that costs less; a link that failed and a certificate that
/// cannot issue are dead ends for good; steps, signatures and judged paths are counted.
struct PathSearch {
  struct Node {
    let certificate: Certificate
    /// Indices of nodes that have the issuer's name, most promising first.
    var issuers: [Int] = []
    /// Indices of anchors that have the issuer's name.
    var anchors: [Int] = []
    /// May issue by itself, and is valid in time.
    var isClean = true
    /// Certificates up to the nearest anchor by names; nil where none can be reached.
    var distance: Int?
    var digest: [UInt8]?
    /// Same number, same subject and key.
    var identity = 0
    /// With the parameters that its key takes from the issuer that was last found to have signed it (RFC 5280 6.1.4 (e)).
    var workingKey: PublicKey?
  }
  struct Anchor {
    let anchor: TrustAnchor
    let key: PublicKey
    var keyDigest: [UInt8]?
  }
  /// From a node to the node or anchor that has its issuer's name.
  struct Link: Hashable {
    let child: Int
    let parent: Int
    let isAnchor: Bool
  }

  let profile: PathProfile
  let trust: TrustStore
  let signedAt: Moment
  let now: Moment
  var nodes: [Node] = []
  var anchors: [Anchor] = []
  var links: [Link: SignatureCheck] = [:]
  /// The most useful of the paths that failed.
  var closest: PathResult?
  var closestScore = (Int.max, Int.max)
  var checksLeft: Int
  var pathsLeft: Int
  var stepsLeft = PathSearch.maximumSteps
  /// Grows with every link that turns out not to hold.
  var deadLinks = 0
  /// Links to anchors that are not known to be dead; without one there is nothing to search.
  var liveAnchorLinks = 0
  /// Issuers considered in one validation.
  private static let maximumSteps = 20_000
  var onlyClean = true
  var revocation: RevocationChecker?

  init(profile: PathProfile, trust: TrustStore, signedAt: Moment, now: Moment) {
    self.profile = profile
    self.trust = trust
    self.signedAt = signedAt
    self.now = now
    checksLeft = profile.maximumSignatureChecks
    pathsLeft = profile.maximumPaths
  }

  var time: TimeThatCounts { TimeThatCounts(moment: signedAt, isNow: signedAt == now) }

  mutating func spendStep(_ budget: inout Budget) throws(ParseError) {
    try budget.spend(steps: 1)
    guard stepsLeft > 0 else { throw ParseError("limit.steps", "more than \(PathSearch.maximumSteps) steps of path building") }
    stepsLeft -= 1
  }

  // MARK: the graph

  /// The certificates that names connect to the end entity, upwards.
  mutating func gather(_ endEntity: Certificate, _ intermediates: [Certificate], _ work: inout Work) throws(ParseError) {
    nodes = [Node(certificate: endEntity)]
    var placeOf: [Int?] = Array(repeating: nil, count: intermediates.count)
    var anchorsOf: [DistinguishedName: [Int]] = [:]
    var index = 0
    while index < nodes.count {
      let issuer = nodes[index].certificate.issuer
      if let known = anchorsOf[issuer] {
        nodes[index].anchors = known
      } else {
        nodes[index].anchors = findAnchors(issuer, &work)
        anchorsOf[issuer] = nodes[index].anchors
      }
      // Comparing folded names takes time by their length; a real one has some 100 bytes, an attacker's may have megabytes.
      let nameBytes = issuer.encoded.count
      try work.budget.spend(steps: intermediates.count * (nameBytes <= 1_024 ? 1 : nameBytes / 8))
      for (place, candidate) in intermediates.enumerated() where candidate.subject.matches(issuer) {
        if let known = placeOf[place] {
          if known != index { nodes[index].issuers.append(known) }
          continue
        }
        guard nodes.count <= profile.maximumCandidates else { continue }
        if let twin = nodes.firstIndex(where: { $0.certificate == candidate }) {
          placeOf[place] = twin
          if twin != index, !nodes[index].issuers.contains(twin) { nodes[index].issuers.append(twin) }
          continue
        }
        placeOf[place] = nodes.count
        nodes[index].issuers.append(nodes.count)
        nodes.append(Node(certificate: candidate))
      }
      index += 1
    }
    measure()
  }

  private mutating func findAnchors(_ name: DistinguishedName, _ work: inout Work) -> [Int] {
    var found = work.anchors.anchors(named: name, in: trust)
    if found.isEmpty { found = work.anchors.fewAnchors(in: trust).filter { $0.subject.matches(name) } }
    return found.map { anchor in
      if let known = anchors.firstIndex(where: { $0.anchor == anchor && $0.anchor.spki == anchor.spki }) { return known }
      anchors.append(Anchor(anchor: anchor, key: PublicKey(spki: anchor.spki)))
      return anchors.count - 1
    }
  }

  /// Cleanliness, distance to an anchor, and from both the order of issuers.
  private mutating func measure() {
    let local = LocalCheck(profile: profile, time: time)
    for index in nodes.indices where index > 0 {
      nodes[index].isClean = local.failures(nodes[index].certificate, .issuer, index: index).isEmpty
    }
    var identities: [Octets: [Int]] = [:]
    for index in nodes.indices {
      let certificate = nodes[index].certificate
      let key = Octets(certificate.publicKey.spki)
      let sameKey = identities[key] ?? []
      nodes[index].identity = sameKey.first { nodes[$0].certificate.subject == certificate.subject } ?? index
      if nodes[index].identity == index { identities[key] = sameKey + [index] }
      liveAnchorLinks += nodes[index].anchors.count
      if !nodes[index].anchors.isEmpty { nodes[index].distance = 0 }
    }
    var changed = true
    while changed {
      changed = false
      for index in nodes.indices {
        guard let best = nodes[index].issuers.compactMap({ nodes[$0].distance }).min() else { continue }
        if best + 1 < nodes[index].distance ?? Int.max {
          nodes[index].distance = best + 1
          changed = true
        }
      }
    }
    for index in nodes.indices where nodes[index].issuers.count > 1 {
      let child = nodes[index].certificate
      let ranked = nodes[index].issuers.map { place in (place, rank(of: nodes[place], over: child)) }
      nodes[index].issuers = ranked.sorted { $0.1 == $1.1 ? $0.0 < $1.0 : $0.1.lexicographicallyPrecedes($1.1) }.map(\.0)
    }
  }

  /// RFC 4158 3.5: key identifiers first, then what is usable, near an anchor, and young.
  private func rank(of node: Node, over child: Certificate) -> [Int] {
    [
      node.isClean ? 0 : 1, KeyMatch(child, node.certificate.subjectKeyIdentifier).rawValue, node.distance ?? Int.max,
      -Int(clamping: node.certificate.notBefore.secondsSince1970 / 2),
    ]
  }

  /// How a child's authorityKeyIdentifier fits an issuer's subjectKeyIdentifier.
  enum KeyMatch: Int {
    case same, unknown, different
    init(_ child: Certificate, _ identifier: ArraySlice<UInt8>?) {
      guard let wanted = child.authorityKeyIdentifier, let identifier else {
        self = .unknown
        return
      }
      self = wanted == identifier ? .same : .different
    }
  }

  // MARK: signatures

  /// The link's signature, from memory or checked now.
  mutating func check(_ link: Link, _ work: inout Work) throws(ParseError) -> SignatureCheck {
    if let known = links[link] { return known }
    let child = nodes[link.child].certificate
    let parentKey = link.isAnchor ? anchors[link.parent].key : nodes[link.parent].certificate.publicKey
    if parentKey.lacksParameters { return try checkInherited(link, &work) }
    let childDigest = digest(of: link.child)
    let key = VerifiedLinks.Key(certificate: childDigest, issuerKey: keyDigest(of: link))
    if let known = work.links.outcome(key) {
      note(link, known)
      return known
    }
    let outcome = try verify(child, under: parentKey, &work)
    work.links.remember(key, outcome)
    note(link, outcome)
    return outcome
  }

  /// A link whose issuer's key is whole only with the parameters of its own issuer. It is not remembered: another path may hand on
  /// others. Paths are checked from the anchor down, so that the issuer's link has just been checked.
  private mutating func checkInherited(_ link: Link, _ work: inout Work) throws(ParseError) -> SignatureCheck {
    guard !link.isAnchor, let key = nodes[link.parent].workingKey else {
      return .unsupported("DSA parameters are the issuer's, which is not known (RFC 3279 2.3.2)")
    }
    return try verify(nodes[link.child].certificate, under: key, &work)
  }

  private mutating func verify(
    _ child: Certificate, under issuerKey: PublicKey, _ work: inout Work
  ) throws(ParseError) -> SignatureCheck {
    let weight = PathSearch.weight(of: issuerKey)
    guard checksLeft >= weight else {
      throw ParseError("limit.signature-checks", "signature checks for one path cost more than \(profile.maximumSignatureChecks)")
    }
    checksLeft -= weight
    return try issuerKey.verify(
      signature: child.signature, algorithm: child.signatureAlgorithm, message: child.tbs, &work.budget)
  }

  /// Hands the issuer's parameters on over a link that holds; takes back those of another path where it does not.
  mutating func inheritParameters(over link: Link, _ outcome: SignatureCheck) {
    let own = nodes[link.child].certificate.publicKey
    guard own.lacksParameters else { return }
    let issuer =
      link.isAnchor ? anchors[link.parent].key : nodes[link.parent].workingKey ?? nodes[link.parent].certificate.publicKey
    let working = own.inheritingParameters(from: issuer)
    nodes[link.child].workingKey = outcome == .valid && !working.lacksParameters ? working : nil
  }

  private mutating func note(_ link: Link, _ outcome: SignatureCheck) {
    links[link] = outcome
    if outcome == .valid { return }
    deadLinks += 1
    if link.isAnchor { liveAnchorLinks -= 1 }
  }

  /// What a check costs in checks with P-256 or RSA 2048, as measured: an attacker picks the slowest key.
  private static func weight(of key: PublicKey) -> Int {
    switch key.kind {
    case .rsa(let bits): bits <= 4_096 ? 1 : bits <= 8_192 ? 4 : 16
    case .ec(let curve): curve == "P-521" ? 12 : curve == "P-384" ? 6 : 1
    case .mlDSA, .dsa: 4
    case .ed25519, .opaque: 1
    }
  }

  mutating func digest(of index: Int) -> [UInt8] {
    if let known = nodes[index].digest { return known }
    let digest = nodes[index].certificate.fingerprint(.sha256)
    nodes[index].digest = digest
    return digest
  }

  private mutating func keyDigest(of link: Link) -> [UInt8] {
    guard link.isAnchor else { return DigestAlgorithm.sha256.digest(nodes[link.parent].certificate.publicKey.spki) }
    if let known = anchors[link.parent].keyDigest { return known }
    let digest = DigestAlgorithm.sha256.digest(anchors[link.parent].anchor.spki)
    anchors[link.parent].keyDigest = digest
    return digest
  }

  /// True where a link is known not to hold.
  func isDead(_ link: Link) -> Bool {
    guard let known = links[link] else { return false }
    return known != .valid
  }
}

/// Octets as a key, hashed in one piece.
private struct Octets: Hashable {
  let bytes: ArraySlice<UInt8>
  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }
  func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
}
