package import AssayCore
package import AssayPKI

/// What a format tells Authenticode's check about the artifact that the signature is for.
package struct AuthenticodeSubject: Sendable {
  /// Another way to read the covered bytes, measured only where the first does not agree.
  package struct Alternative: Sendable {
    /// `Measurements.Key.what`.
    package let key: String
    /// True: the content is what was signed, with the finding. False: it is not, the finding says what happened to it.
    package let isAccepted: Bool
    package let finding: Finding
    package init(key: String, isAccepted: Bool, finding: Finding) {
      self.key = key
      self.isAccepted = isAccepted
      self.finding = finding
    }
  }
  /// `pe`, `powershell`: the family of the format's own finding codes.
  package let formatID: String
  /// SpcIndirectDataContent types that sign this kind of file: the right one first, then those that are merely tolerated.
  package let dataTypes: [OID]
  /// The Subject Interface Package that must have made the digest, as GUID bytes; nil where the data type says it all.
  package let sip: [UInt8]?
  package let coverageClause: String
  package let containerClause: String
  /// What its signatures sign; for a list `dataTypes` and `sip` say nothing.
  package var content = AuthenticodeContent.indirectData
  /// Rules of the container that are broken in a way that leaves no signature of it valid.
  package var containerFailures: [Finding] = []
  package var alternatives: [Alternative] = []
  /// Names a place in the file for a person: `section .text`.
  package var place: @Sendable (_ offset: Int) -> String = { _ in "" }
  /// Set where page hashes cannot be measured, with the reason.
  package var pageHashObstacle: String?

  package init(formatID: String, dataTypes: [OID], sip: [UInt8]?, coverageClause: String, containerClause: String) {
    self.formatID = formatID
    self.dataTypes = dataTypes
    self.sip = sip
    self.coverageClause = coverageClause
    self.containerClause = containerClause
  }
}
