import AssayBytes
import AssayContainers

/// Installers, cabinets and scripts of Windows Script Host.
let installerFuzzTargets: [FuzzTarget] = [
  FuzzTarget(name: "cfb") { bytes in
    var budget = Budget()
    let source = MemorySource(bytes)
    guard let file = try? CompoundFile(source, &budget) else { return }
    var covered = 0
    for number in file.entries.indices {
      guard let read = try? file.read(number, source, &budget) else { continue }
      covered += read.count
      _ = file.entries[number]?.displayName
    }
    // Every sector is taken once: the streams together are no larger than the file.
    precondition(covered <= bytes.count && file.allocatedEnd <= bytes.count)
  },
  FuzzTarget(name: "cabinet") { bytes in
    var budget = Budget()
    let source = MemorySource(bytes)
    guard let cabinet = try? Cabinet(source, &budget) else { return }
    _ = try? cabinet.fileNames(source, &budget)
    _ = cabinet.reserve?.covered
  },
  FuzzTarget(name: "msi") { bytes in assess(bytes, name: "x.msi") },
  FuzzTarget(name: "cab") { bytes in assess(bytes, name: "x.cab") },
  FuzzTarget(name: "script-host") { bytes in
    for name in ["x.vbs", "x.js", "x.wsf"] { assess(bytes, name: name) }
  },
]
