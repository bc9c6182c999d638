package import AssayCore

/// What Windows says of such an artifact: the code of WinVerifyTrust and the status of Get-AuthenticodeSignature.
///
/// PowerShell maps only some codes to words (`MshSignature.cs`); every other one is `UnknownError`. A pure function of the
/// facts: it knows neither that machine's own roots nor its policy, and answers for a Windows with the same trust.
package struct PlatformAnswer: Hashable, Sendable {
  /// Nil where the code depends on which of Windows' own readers meets the defect first.
  package let code: UInt32?
  package let symbol: String?
  /// `Valid`, `NotSigned`, `HashMismatch`, `NotTrusted`, `UnknownError`, `NotSupportedFileFormat`.
  package let status: String

  /// Nil for what is no Windows format, and where the state was not established.
  package init?(_ report: Report) {
    guard report.platform == "windows" else { return nil }
    let failed = Set((report.findings + report.signatures.flatMap(\.findings)).filter { $0.severity == .failure }.map(\.code))
    guard let answer = PlatformAnswer.answer(report, failed: failed) else { return nil }
    (code, symbol, status) = answer
  }

  private typealias Answer = (UInt32?, String?, String)

  private static func answer(_ report: Report, failed: Set<String>) -> Answer? {
    switch report.state {
    // Windows keeps no floor of versions.
    case .trusted, .stale: (0, "ERROR_SUCCESS", "Valid")
    case .expired: (0x800B_0101, "CERT_E_EXPIRED", "UnknownError")
    case .revoked: (0x800B_010C, "CERT_E_REVOKED", "UnknownError")
    case .wrongUsage: (0x800B_0110, "CERT_E_WRONG_USAGE", "UnknownError")
    case .unsigned: (0x800B_0100, "TRUST_E_NOSIGNATURE", "NotSigned")
    case .distrusted: (0x800B_0111, "TRUST_E_EXPLICIT_DISTRUST", "NotTrusted")
    case .untrusted where failed.contains("pki.path.issuer-missing"): (0x800B_010A, "CERT_E_CHAINING", "UnknownError")
    case .untrusted: (0x800B_0109, "CERT_E_UNTRUSTEDROOT", "UnknownError")
    case .tampered where failed.contains(where: isContentDigest): (0x8009_6010, "TRUST_E_BAD_DIGEST", "HashMismatch")
    case .tampered, .malformed: (nil, nil, "not Valid")
    case .notAssessed: nil
    }
  }

  /// Codes that say that the content is not what was signed.
  private static func isContentDigest(_ code: String) -> Bool {
    code.hasSuffix(".digest.mismatch") || code.hasSuffix(".digest.line-ends")
  }

  /// `0x800B0100`.
  package static func hex(_ code: UInt32) -> String {
    let digits = String(code, radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
  }
}
