package import AssayBytes
package import AssayCore
package import AssayPKI

/// One code signature's statement about a piece of code: an image of a Mach-O file, a bundle, a script.
package struct AppleCodeClaim: Claim {
  package let kind: SignatureKind
  package let index: Int
  /// What was read, or why it could not be; nil where the code has none.
  package let signature: Result<AppleSignature, ParseError>?
  /// `arm64`; empty where there is only one.
  package let architecture: String
  /// Where the code begins in its file, and how many bytes must be covered.
  package let codeRange: Range<Int>
  /// What is wrong with the container, for this code.
  package let containerFailures: [Finding]
  /// Where the signature begins in the file; offsets of its parts count from there.
  package let signatureOffset: Int
  /// What systems take and strict validation refuses.
  package let tolerated: [Finding]
  /// Mach-O file type; 0 for what is none.
  package let fileType: UInt32

  package init(
    kind: SignatureKind, index: Int, signature: Result<AppleSignature, ParseError>?, architecture: String, codeRange: Range<Int>,
    containerFailures: [Finding] = [], signatureOffset: Int = 0, fileType: UInt32 = 0,
    tolerated: [Finding] = []
  ) {
    self.kind = kind
    self.index = index
    self.signature = signature
    self.architecture = architecture
    self.codeRange = codeRange
    self.containerFailures = containerFailures
    self.signatureOffset = signatureOffset
    self.fileType = fileType
    self.tolerated = tolerated
  }

  /// Compares the code's pages; what differs is kept under the claim's index.
  package func measure(
    _ source: any ByteSource, into measured: inout Measurements, lanes: any Lanes = OneLane()
  ) throws(ParseError) {
    guard case .success(let signature)? = signature else { return }
    let name = architecture.isEmpty ? "cdhash" : "cdhash-\(architecture)"
    measured.digests[.init(name, signature.best.algorithm)] = signature.best.cdhash
    let directories = signature.directories.filter { $0.codeLimit <= codeRange.count }
    guard directories.count == signature.directories.count else { return }
    let mismatches = try PageMeasurement.compare(directories, with: source, at: codeRange.lowerBound, lanes: lanes)
    measured.codePages[index] = mismatches.map { mismatch in
      mismatch.map { (offset: $0.offset, expected: $0.expected, found: $0.found) }
    }
  }

  package func check(_ measured: Measurements, in context: TrustContext, _ work: inout Work) -> SignatureReport {
    var check = AppleCheck(self, measured, context)
    return check.run(&work)
  }

  package var code: CodeFacts? {
    guard case .success(let signature)? = signature else { return nil }
    return signature.facts(architecture, signature.entitlements().facts)
  }

  package func claimedPath(_ budget: inout Budget) throws(ParseError) -> [Certificate] {
    guard case .success(let signature)? = signature, !signature.isAdhoc else { return [] }
    return try signature.claimedPath(&budget)
  }

  package var inspection: [InspectionLine] {
    let title = architecture.isEmpty ? [] : [InspectionLine("architecture", architecture)]
    switch signature {
    case nil: return title + [InspectionLine("signature", "none")]
    case .failure(let error)?: return title + [InspectionLine("unreadable", error.message)]
    case .success(let signature)?: return title + signature.inspection
    }
  }
}

extension AppleSignature {
  package var inspection: [InspectionLine] {
    var lines = [
      InspectionLine("identifier", best.identifierText), InspectionLine("team", best.teamText ?? "none"),
      InspectionLine("flags", "0x\(String(best.flags.rawValue, radix: 16))"),
      InspectionLine("cdhash", Hex.encode(best.cdhash)),
    ]
    for directory in directories {
      lines.append(
        InspectionLine(
          "code directory",
          "version 0x\(String(directory.version, radix: 16)), \(directory.algorithm.rawValue), \(directory.codeSlotCount) pages of \(directory.pageSize) bytes, covers \(directory.codeLimit)"
        ))
      for (slot, digest) in directory.specialSlots.sorted(by: { $0.key < $1.key }) {
        lines.append(InspectionLine(CodeSlot.name(slot), Hex.encode(digest), level: 1))
      }
    }
    for (slot, blob) in blobs.sorted(by: { $0.key < $1.key }) {
      lines.append(InspectionLine(CodeSlot.name(slot), "\(blob.count) bytes"))
    }
    return lines
  }
}
