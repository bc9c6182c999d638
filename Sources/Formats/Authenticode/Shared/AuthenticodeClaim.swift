package import AssayBytes
package import AssayCore
package import AssayPKI

/// One Authenticode signature's statement about a file, whatever format carries it.
package struct AuthenticodeClaim: Claim {
  package let kind: SignatureKind
  package let index: Int
  /// Shared by every signature of the artifact.
  package let subject: AuthenticodeSubject
  /// What was read, or why it could not be.
  package let signature: Result<AuthenticodeSignature, ParseError>
  /// File offset of the bytes that held it, and the index of the first of them.
  package let offset: Int
  package let firstIndex: Int
  /// What the platform tolerates about how it is held (padding, an old revision); `--strict` makes it malformed.
  package let tolerated: [Finding]
  /// True where the bytes are not in the file as they are (base64): then every offset is that of what holds them.
  var hasFixedOffset = false

  /// Nested signatures deeper or more than this are not read. Real files have one level of at most three.
  package static let maximumDepth = 4
  package static let maximumCount = 32

  /// Reads a signature and, after it, those nested in it; an unreadable one becomes a claim that fails.
  ///
  /// `bytes` start at file offset `offset`. Claims get indices from `firstIndex` on.
  package static func read(
    _ bytes: ArraySlice<UInt8>, at offset: Int, kind: SignatureKind, numberedFrom number: Int, subject: AuthenticodeSubject,
    tolerated: [Finding] = [], _ budget: inout Budget
  ) -> [AuthenticodeClaim] {
    var claims: [AuthenticodeClaim] = []
    var queue: [(bytes: ArraySlice<UInt8>, depth: Int)] = [(bytes, 0)]
    var next = 0
    while next < queue.count {
      let (blob, depth) = queue[next]
      next += 1
      let result: Result<AuthenticodeSignature, ParseError>
      if depth > maximumDepth || claims.count >= maximumCount {
        result = .failure(
          ParseError(
            "limit.nested-signatures", "more than \(maximumDepth) levels or \(maximumCount) signatures are nested in one",
            offset: blob.startIndex))
      } else {
        do throws(ParseError) { result = .success(try AuthenticodeSignature(blob, &budget)) } catch { result = .failure(error) }
      }
      claims.append(
        AuthenticodeClaim(
          kind: depth == 0 ? kind : .nested, index: number + claims.count, subject: subject, signature: result, offset: offset,
          firstIndex: bytes.startIndex, tolerated: depth == 0 ? tolerated : []))
      if case .success(let signature) = result {
        queue += signature.nested.map { ($0, depth + 1) }
      } else if claims.count > maximumCount {
        break
      }
    }
    return claims
  }

  /// The digest algorithm that the claim needs measured, nil when it is unreadable or unknown.
  package var digestAlgorithm: DigestAlgorithm? { (try? signature.get())?.digestAlgorithm }
  package var signedDigest: [UInt8]? { (try? signature.get())?.indirectData.map { Array($0.digest) } }
  package var pageHashes: PageHashes? { (try? signature.get())?.pageHashes }

  package func check(_ measured: Measurements, in context: TrustContext, _ work: inout Work) -> SignatureReport {
    var check = AuthenticodeCheck(self, measured, context)
    return check.run(&work)
  }

  /// The same claim for bytes that are not in the file as they are.
  var atFixedOffset: AuthenticodeClaim {
    var copy = self
    copy.hasFixedOffset = true
    return copy
  }

  /// An offset inside the signature's bytes as an offset in the file.
  func fileOffset(_ place: Int) -> Int {
    if hasFixedOffset { return offset }
    let (sum, overflow) = offset.addingReportingOverflow(place - firstIndex)
    return overflow || sum < 0 ? offset : sum
  }
}
