import AssayBytes
import AssayCore
import AssayPKI

/// The ladder of one code signature: layout, directories, pages, special slots, CMS, time, path, team.
struct AppleCheck: AppleLadder {
  let claim: AppleCodeClaim
  let measured: Measurements
  let context: TrustContext
  var report: SignatureReport
  var states: [State] = []
  var signerCheck: SignerCheck?
  var time: VerifiedTime?
  var path: PathResult?
  var enclosed = RevocationEvidence()
  let pathProfile = PathProfile.appleCode
  /// What Apple issued the signer's certificate for, where its path ends in Apple's root.
  var profile: AppleProfile?

  init(_ claim: AppleCodeClaim, _ measured: Measurements, _ context: TrustContext) {
    self.claim = claim
    self.measured = measured
    self.context = context
    report = SignatureReport(kind: claim.kind, index: claim.index, state: .unsigned)
  }

  mutating func run(_ work: inout Work) -> SignatureReport {
    guard let read = claim.signature else {
      let name = claim.architecture.isEmpty ? "the code" : "the image for \(claim.architecture)"
      report.findings.append(Finding("apple.signature.none", .note, "\(name) has no signature"))
      return report
    }
    checkStrictness()
    for failure in claim.containerFailures { fail("layout", .malformed, failure, "Mach-O strict validation") }
    switch read {
    case .failure(let error):
      let isUnknown = error.isLimit || error.isUnreadable
      fail("parse", isUnknown ? .notAssessed : .malformed, Finding(error), "cs_blobs.h", isUnknown ? .notEstablished : .failed)
    case .success(let signature):
      let entitlements = signature.entitlements()
      describe(signature, entitlements)
      checkDirectories(signature)
      checkPages(signature)
      checkSlots(signature)
      checkEntitlements(signature, entitlements)
      if signature.isAdhoc { checkAdhoc(signature) } else { checkCMS(signature, &work) }
      noteMasquerade(signature)
    }
    settle()
    return report
  }

  private mutating func checkStrictness() {
    for tolerated in claim.tolerated { tolerate(tolerated) }
  }

  private mutating func describe(_ signature: AppleSignature, _ entitlements: EntitlementReading) {
    let best = signature.best
    report.digestAlgorithm = best.algorithm
    report.contentDigest = best.cdhash
    report.signingIdentifier = best.identifierText
    report.code = signature.facts(claim.architecture, entitlements.facts)
    // Ad hoc code may name any team: nobody vouches for it.
    report.teamID = signature.isAdhoc ? nil : best.teamText
    if signature.directories.allSatisfy({ $0.algorithm == .sha1 }) {
      tolerate(Finding("apple.digest.weak", .warning, "the code directory has SHA-1 digests alone"))
    }
    pass("parse", "\(signature.directories.count) code directories, identifier \(best.identifierText)", "cs_blobs.h")
  }

  private mutating func checkDirectories(_ signature: AppleSignature) {
    for problem in signature.problems {
      fail("directories", .malformed, Finding(problem.shifted(by: claim.signatureOffset)), "cs_blobs.h")
    }
    for directory in signature.directories where directory.codeLimit != claim.codeRange.count {
      // A signature beside a file is no part of it: another length is another file.
      fail(
        "code limit", claim.kind == .detached ? .tampered : .malformed,
        Finding(
          "apple.directory.limit", .failure, "the code directory does not cover exactly what lies before the signature",
          offset: claim.signatureOffset + directory.bytes.startIndex, expected: "\(claim.codeRange.count) bytes",
          found: "\(directory.codeLimit) bytes",
          attack: ["T1554"]), "CodeDirectory codeLimit")
    }
    if signature.problems.isEmpty { pass("directories", "one for each type of digest", "cs_blobs.h") }
  }

  private mutating func checkPages(_ signature: AppleSignature) {
    let clause = "CodeDirectory code slots"
    guard let pages = measured.codePages[claim.index] else {
      if states.isEmpty {
        fail(
          "pages", .notAssessed, Finding("apple.pages.not-measured", .failure, "the code's pages could not be measured"), clause,
          .notEstablished)
      }
      return
    }
    for (directory, mismatch) in zip(signature.directories, pages) {
      guard let mismatch else { continue }
      fail(
        "pages", .tampered,
        Finding(
          "apple.pages.mismatch", .failure,
          "the code is not what was signed: a page's \(directory.algorithm.rawValue) digest differs",
          offset: mismatch.offset, expected: Hex.encode(mismatch.expected), found: Hex.encode(mismatch.found), attack: ["T1554"]),
        clause)
    }
    if pages.allSatisfy({ $0 == nil }) {
      pass("pages", "every page of \(claim.codeRange.count) bytes has its digest in every code directory", clause)
    }
  }

  // MARK: - Special slots

  private mutating func checkSlots(_ signature: AppleSignature) {
    var checked = 0
    for directory in signature.directories {
      for slot in Set(directory.specialSlots.keys).union([
        CodeSlot.requirements, 4, 5, 6, 7, 8, 9, 10, 11, CodeSlot.info, CodeSlot.resources,
      ])
      .sorted() {
        if checkSlot(slot, directory, signature) { checked += 1 }
      }
    }
    if checked > 0, !states.contains(.tampered) {
      pass("special slots", "\(checked) digests of other parts hold", "CodeDirectory special slots")
    }
  }

  /// True where the slot's digest holds.
  private mutating func checkSlot(_ slot: UInt32, _ directory: CodeDirectory, _ signature: AppleSignature) -> Bool {
    let name = CodeSlot.name(slot)
    let clause = "CodeDirectory special slot \(slot)"
    let sealed = directory.specialSlots[slot]
    let octets: ArraySlice<UInt8>?
    switch slot {
    case CodeSlot.info, CodeSlot.resources:
      switch slot == CodeSlot.info ? signature.info : signature.resources {
      case .octets(let file): octets = file[...]
      case .absent: octets = nil
      case .unknown:
        if slot == CodeSlot.info, let sealed, let embedded = signature.embeddedInfo,
          directory.digest(embedded[...]).elementsEqual(sealed)
        {
          return true
        }
        if sealed != nil, directory.bytes.startIndex == signature.best.bytes.startIndex {
          report.findings.append(
            Finding(
              "apple.slot.elsewhere", .warning,
              "\(name), which the signature covers, was not verified: judge the bundle, not its executable"))
          report.ladder.rungs.append(
            Rung(name, .notEstablished, "it stands in the bundle around, which was not named", clause: clause))
        }
        return false
      }
    default: octets = signature.blobs[slot]
    }
    switch (sealed, octets) {
    case (nil, nil): return false
    case (nil, _?):
      // An Info.plist that the signature does not cover is no part of it: a tool in a folder that happens to be one.
      fail(
        name, .malformed,
        Finding("apple.slot.unsealed", .failure, "\(name) is there, and the signature does not cover it", attack: ["T1554"]),
        clause)
      return false
    case (_?, nil):
      fail(
        name, .tampered,
        Finding("apple.slot.missing", .failure, "\(name), which the signature covers, is not there", attack: ["T1554"]), clause)
      return false
    case (let sealed?, let octets?):
      let found = directory.digest(octets)
      if found.elementsEqual(sealed) { return true }
      fail(
        name, .tampered,
        Finding(
          "apple.slot.mismatch", .failure, "\(name) is not what was signed", expected: Hex.encode(sealed), found: Hex.encode(found),
          attack: ["T1554"]), clause)
      return false
    }
  }

  private mutating func checkAdhoc(_ signature: AppleSignature) {
    let isLinker = signature.best.flags.contains(.linkerSigned)
    if let cms = signature.cms, !cms.isEmpty {
      fail(
        "signer", .malformed,
        Finding("apple.adhoc.cms", .failure, "the code says that it is ad hoc and carries a CMS signature, which nobody reads"),
        "CodeDirectory flags")
    }
    fail(
      "signer", .untrusted,
      Finding(
        isLinker ? "apple.signer.linker" : "apple.signer.adhoc", .failure,
        isLinker ? "signed by the linker alone: it names nobody" : "signed ad hoc: intact, and it names nobody"),
      "CodeDirectory flags",
      .notEstablished)
  }
}
