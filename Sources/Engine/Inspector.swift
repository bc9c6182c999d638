import AssayApple
package import AssayBytes
package import AssayCore

/// What an artifact and its signatures say, decoded, with no judgement.
package enum Inspector {
  package static func inspect(
    _ artifact: Artifact, formats: [any SignatureFormat.Type] = FormatRegistry.all, _ budget: inout Budget
  ) throws(ParseError) -> [InspectionLine] {
    guard let format = formats.first(where: { $0.recognizes(artifact) }) else {
      guard let code = UnsupportedCode.recognize(artifact.probe) else {
        return [InspectionLine("format", "none recognizes the file")]
      }
      return [InspectionLine("format", "\(code.name) (not read yet)")]
    }
    guard artifact.source.byteCount <= Assessor.fileByteLimit else {
      throw ParseError(
        "limit.file-bytes", "has \(artifact.source.byteCount) bytes; files over \(Assessor.fileByteLimit) are not read")
    }
    let parsed = try format.parse(artifact, &budget)
    var lines = [
      InspectionLine("format", "\(format.id) (\(format.name))"), InspectionLine("bytes", "\(artifact.source.byteCount)"),
    ]
    lines += parsed.inspection
    for finding in parsed.findings { lines.append(InspectionLine(finding.code, finding.message)) }
    if parsed.claims.isEmpty { lines.append(InspectionLine("signatures", "none")) }
    for claim in parsed.claims {
      lines.append(InspectionLine("signature \(claim.index)", claim.kind.rawValue))
      for line in claim.inspection { lines.append(InspectionLine(line.label, line.value, level: line.level + 1)) }
    }
    if format == MachOFormat.self || format == BundleFormat.self, let place = artifact.surroundings?() {
      lines += LibraryJudging.inspect(place, isFolder: artifact.folder != nil).flatMap(\.inspection)
    }
    try artifact.source.confirmUnchanged()
    return lines
  }
}
