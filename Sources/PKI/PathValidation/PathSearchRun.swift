import AssayBytes

extension PathSearch {
  /// The first valid path, else the most useful failure.
  mutating func best(_ revocation: RevocationChecker?, _ work: inout Work) throws(ParseError) -> PathResult {
    self.revocation = revocation
    if profile.acceptsAnchorAsEndEntity, let result = try anchorItself(&work), result.isValid { return result }
    let isUsable = LocalCheck(profile: profile, time: time).failures(nodes[0].certificate, .endEntity, index: 0).isEmpty
    // No path makes an unusable end entity good; a few show what else is wrong.
    if !isUsable { pathsLeft = min(pathsLeft, 4) }
    if nodes[0].distance != nil {
      var path = [0]
      if let result = try extend(&path, &work) { return result }
      if pathsLeft == 0, isUsable { throw ParseError("limit.paths", "more than \(profile.maximumPaths) paths to judge") }
      // No path over certificates that may issue: look at the others, to say what is wrong with them.
      if closest == nil || closestScore.0 > 0 {
        onlyClean = false
        pathsLeft = 8
        path = [0]
        if let result = try extend(&path, &work) { return result }
      }
    }
    if let closest { return closest }
    return try partial(&work)
  }

  /// The end entity is an anchor's certificate.
  private mutating func anchorItself(_ work: inout Work) throws(ParseError) -> PathResult? {
    let certificate = nodes[0].certificate
    let sameName = work.anchors.anchors(named: certificate.subject, in: trust)
    if sameName.isEmpty { return nil }
    let digest = digest(of: 0)
    guard let anchor = sameName.first(where: { $0.sha256 == digest && $0.spki == certificate.publicKey.spki }) else { return nil }
    return try judge([0], anchor, isAnchorItself: true, [], &work)
  }

  /// Depth first from the last node of the path. Nil: nothing valid beyond it.
  private mutating func extend(_ path: inout [Int], _ work: inout Work) throws(ParseError) -> PathResult? {
    guard let last = path.last else { return nil }
    let deadBefore = deadLinks
    for anchor in nodes[last].anchors {
      try spendStep(&work.budget)
      let link = Link(child: last, parent: anchor, isAnchor: true)
      if isDead(link), onlyClean || isForeign(link) { continue }
      guard pathsLeft > 0 else { return nil }
      if let result = try attempt(path, anchor, &work) { return result }
      if onlyClean, deadLinks > deadBefore, hasDeadLink(path) { return nil }
    }
    guard path.count < profile.maximumDepth else { return nil }
    for issuer in nodes[last].issuers {
      try spendStep(&work.budget)
      guard !onlyClean || nodes[issuer].isClean && liveAnchorLinks > 0, nodes[issuer].distance != nil, !isLoop(path, issuer)
      else { continue }
      let link = Link(child: last, parent: issuer, isAnchor: false)
      if isDead(link), onlyClean || isForeign(link) { continue }
      guard pathsLeft > 0 else { return nil }
      path.append(issuer)
      let result = try extend(&path, &work)
      path.removeLast()
      if let result { return result }
      if onlyClean, deadLinks > deadBefore, hasDeadLink(path) { return nil }
    }
    return nil
  }

  /// RFC 4158 5.2: no certificate twice, and none with the subject and key of one that is on the path.
  private func isLoop(_ path: [Int], _ issuer: Int) -> Bool {
    let identity = nodes[issuer].identity
    return path.contains { nodes[$0].identity == identity }
  }

  private func hasDeadLink(_ path: [Int]) -> Bool {
    zip(path, path.dropFirst()).contains { isDead(Link(child: $0, parent: $1, isAnchor: false)) }
  }

  /// The child names another key than the one that did not fit: that parent is not its issuer but has the issuer's name only.
  func isForeign(_ link: Link) -> Bool {
    guard links[link] == .invalid else { return false }
    let child = nodes[link.child].certificate
    guard let wanted = child.authorityKeyIdentifier else { return false }
    guard link.isAnchor else { return KeyMatch(child, nodes[link.parent].certificate.subjectKeyIdentifier) == .different }
    let anchor = anchors[link.parent].anchor
    if let certificate = anchor.certificate, certificate.subjectKeyIdentifier != nil {
      return KeyMatch(child, certificate.subjectKeyIdentifier) == .different
    }
    // RFC 5280 4.2.1.2 (1) is what nearly all authorities do.
    return wanted != anchor.keyBits.map { DigestAlgorithm.sha1.digest($0)[...] }
  }

  /// Checks the signatures of a complete path from the anchor down, then everything else.
  private mutating func attempt(_ path: [Int], _ anchor: Int, _ work: inout Work) throws(ParseError) -> PathResult? {
    var failures: [PathFailure] = []
    for place in path.indices.reversed() {
      let isTop = place == path.count - 1
      let link = Link(child: path[place], parent: isTop ? anchor : path[place + 1], isAnchor: isTop)
      let outcome = try check(link, &work)
      inheritParameters(over: link, outcome)
      guard outcome != .valid else { continue }
      if onlyClean || isForeign(link) { return nil }
      failures.append(PathSearch.failure(outcome, nodes[link.child].certificate, place))
    }
    pathsLeft -= 1
    let result = try judge(path, anchors[anchor].anchor, isAnchorItself: false, failures, &work)
    return result.isValid ? result : nil
  }

  static func failure(_ outcome: SignatureCheck, _ certificate: Certificate, _ index: Int) -> PathFailure {
    if case .unsupported(let what) = outcome {
      return PathFailure(
        .signatureUnsupported, "pki.path.signature-unsupported", "the signature of certificate \(index) cannot be checked: \(what)",
        found: SignatureAlgorithmName(certificate.signatureAlgorithm).name, clause: "RFC 5280 6.1.3 (a)(1)", certificate: index)
    }
    return PathFailure(
      .signatureInvalid, "pki.path.signature-invalid", "certificate \(index) was not signed with its issuer's key",
      expected: "a signature by \(certificate.issuer.description)", clause: "RFC 5280 6.1.3 (a)(1)", certificate: index)
  }

  /// RFC 5280 6.1, deny list and revocation for a path whose signatures have been looked at; remembers the most useful failure.
  private mutating func judge(
    _ path: [Int], _ anchor: TrustAnchor, isAnchorItself: Bool, _ signatures: [PathFailure], _ work: inout Work
  ) throws(ParseError) -> PathResult {
    let certificates = path.map { nodes[$0].certificate }
    var check = PathCheck(profile: profile, path: certificates, anchor: anchor, time: time, isAnchorItself: isAnchorItself)
    try check.run(&work.budget)
    var failures = signatures + disallowed(path, anchor) + check.failures
    var status = RevocationStatus.notEstablished
    var date: Moment?
    if signatures.isEmpty, !isAnchorItself, let revocation {
      let found = try revocation.check(certificates, anchor: anchor, &work)
      status = found.status
      date = found.certificates.lazy.compactMap(\.date).first
      if let index = found.revokedIndex {
        let entry = found.certificates[index]
        date = entry.date
        failures.append(
          PathFailure(
            .revoked, "pki.path.revoked", "certificate \(index) is revoked: \(entry.message)", expected: "not revoked",
            found: entry.date?.rfc3339, clause: entry.clause, certificate: index))
      }
    }
    let result = PathResult(
      path: certificates, anchor: anchor, failures: failures, revocation: status, revocationDate: date,
      weaknesses: PathSearch.weaknesses(certificates, isAnchorItself: isAnchorItself),
      authorityPolicies: PathSearch.sorted(check.authorityPolicies), userPolicies: PathSearch.sorted(check.userPolicies))
    let score = (signatures.count, failures.count)
    if score < closestScore {
      closest = result
      closestScore = score
    }
    return result
  }

  private func disallowed(_ path: [Int], _ anchor: TrustAnchor) -> [PathFailure] {
    if trust.disallowed.isEmpty { return [] }
    let certificates = path.enumerated().compactMap { index, node in refused(nodes[node].certificate, index) }
    guard let list = trust.refusal(of: anchor) else { return certificates }
    return certificates + [
      PathFailure(
        .disallowed, "pki.path.disallowed", "anchor \(anchor.name) is refused by \(list)", expected: "not listed",
        found: Hex.encode(anchor.sha256), clause: list, certificate: path.count)
    ]
  }

  private func refused(_ certificate: Certificate, _ index: Int) -> PathFailure? {
    trust.refusal(of: certificate).map { list in
      PathFailure(
        .disallowed, "pki.path.disallowed", "certificate \(index) is refused by \(list)", expected: "not listed",
        found: Hex.encode(certificate.fingerprint(.sha256)), clause: list, certificate: index)
    }
  }

  private static func sorted(_ policies: Set<OID>) -> [OID] {
    policies.sorted { $0.content.lexicographicallyPrecedes($1.content) }
  }

  /// Weak algorithms and keys, those of an anchor's own signature apart.
  static func weaknesses(_ path: [Certificate], isAnchorItself: Bool) -> [String] {
    var found: [String] = []
    for (index, certificate) in path.enumerated() {
      if !isAnchorItself {
        let algorithm = SignatureAlgorithmName(certificate.signatureAlgorithm)
        if algorithm.isWeak { found.append("certificate \(index) is signed with \(algorithm.name)") }
      }
      if certificate.publicKey.isWeak { found.append("certificate \(index) has the weak key \(certificate.publicKey.description)") }
    }
    return found
  }

  // MARK: no anchor reached

  /// The path as far as valid signatures lead, and why it ends there.
  private mutating func partial(_ work: inout Work) throws(ParseError) -> PathResult {
    var path = [0]
    var ending: PathFailure?
    while ending == nil, let last = path.last {
      try spendStep(&work.budget)
      var next: Int?
      var dead: SignatureCheck?
      if path.count < profile.maximumDepth {
        for issuer in nodes[last].issuers where !isLoop(path, issuer) {
          let link = Link(child: last, parent: issuer, isAnchor: false)
          let outcome = try check(link, &work)
          if outcome == .valid {
            next = issuer
            break
          }
          if dead == nil, !isForeign(link) { dead = outcome }
        }
      }
      if let next {
        path.append(next)
      } else if let dead {
        ending = PathSearch.failure(dead, nodes[last].certificate, path.count - 1)
      } else {
        ending = missing(nodes[last].certificate, path.count - 1)
      }
    }
    let certificates = path.map { nodes[$0].certificate }
    let local = LocalCheck(profile: profile, time: time)
    var failures = ending.map { [$0] } ?? []
    for (index, certificate) in certificates.enumerated() {
      failures += local.failures(certificate, index == 0 ? .endEntity : .issuer, index: index)
      if let failure = refused(certificate, index) { failures.append(failure) }
    }
    return PathResult(
      path: certificates, anchor: nil, failures: failures, revocation: .notEstablished,
      weaknesses: PathSearch.weaknesses(certificates, isAnchorItself: false))
  }

  private func missing(_ certificate: Certificate, _ index: Int) -> PathFailure {
    let clause = "RFC 5280 6.1"
    if certificate.isSelfIssued {
      return index == 0
        ? PathFailure(
          .issuerMissing, "pki.path.self-signed", "the certificate is self-signed and no anchor in use",
          expected: "an anchor in use",
          found: certificate.subject.description, clause: clause, certificate: index)
        : PathFailure(
          .issuerMissing, "pki.path.root-untrusted", "the path ends at a root that is no anchor in use",
          expected: "an anchor in use",
          found: certificate.subject.description, clause: clause, certificate: index)
    }
    let addresses = certificate.issuerAddresses.joined(separator: " ")
    let remedy = addresses.isEmpty ? "" : ", it names \(addresses)"
    return PathFailure(
      .issuerMissing, "pki.path.issuer-missing", "the issuer of certificate \(index) is not at hand\(remedy)",
      expected: certificate.issuer.description, found: addresses.isEmpty ? nil : addresses, clause: clause, certificate: index)
  }
}

extension TrustAnchor {
  /// Contents of the key's BIT STRING, whose SHA-1 most authorities use as key identifier.
  var keyBits: ArraySlice<UInt8>? {
    var budget = Budget(nodes: 16)
    var outer = ASN1Reader(spki, rules: .ber)
    guard var fields = try? outer.sequence("key", &budget), (try? fields.next(&budget)) != nil,
      let bits = try? fields.next(.bitString, "key", &budget).bitString("key")
    else { return nil }
    return bits.octets
  }
}
