import AssayCore

extension ProgramLibraries {
  /// Lines for `assay inspect`: each name, where it is and by which rule. Names of the system's own are counted.
  var inspection: [InspectionLine] {
    var lines = [InspectionLine("libraries", "\(edges.count) names asked for, \(program) first")]
    for edge in edges.prefix(512) where edge.answer != .system {
      lines.append(InspectionLine("\(edge.name) (\(edge.kind))", edge.words, level: 1))
      lines.append(InspectionLine("rule", edge.rule, level: 2))
      for place in edge.absent { lines.append(InspectionLine("nothing at", place, level: 2)) }
    }
    let own = edges.count { $0.answer == .system }
    if own > 0 { lines.append(InspectionLine("of the system's own", "\(own), in the shared cache", level: 1)) }
    return lines
  }
}
