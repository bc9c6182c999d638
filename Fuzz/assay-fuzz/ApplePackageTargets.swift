import AssayApple
import AssayBytes
import AssayContainers
import AssayCore
import AssayEngine
import AssayPKI

/// Disk images.
let applePackageFuzzTargets: [FuzzTarget] = [
  FuzzTarget(name: "dmg") { bytes in
    assess(bytes, name: "x.dmg")
    // The same octets as a trailer, behind data that are always there.
    guard bytes.count >= 500 else { return }
    let trailer = DiskImageTrailer.magic + [0, 0, 0, 4, 0, 0, 2, 0] + bytes.prefix(500)
    assess((Array(bytes) + trailer)[...], name: "x.dmg")
  }
]
