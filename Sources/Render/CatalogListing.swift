import AssayCore

extension SignatureReport {
  /// The catalog that lists the artifact, as its finding names it; nil for every other kind of signature.
  var catalogName: String? {
    guard kind == .catalog else { return nil }
    return findings.first { $0.code == "catalog.member.found" }?.found
  }
}

extension Summary {
  /// `3 files judged of 5 seen, 2 not judged, since they are no code; 1 not assessed: io.denied 1`.
  var denominators: String {
    var text = "\(Printable.count(judged, "file")) judged of \(seen) seen, \(notCode) not judged, since they are no code"
    if whole.notAssessed > 0 { text += "; \(whole.notAssessed) not assessed: \(whole.whyNot)" }
    return text
  }
}
