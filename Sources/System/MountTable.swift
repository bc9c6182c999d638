/// Devices of file systems that the kernel makes up (proc, sysfs, cgroup, debugfs and the like): nothing there is a stored file.
struct MountTable: Sendable {
  private static let made: Set<String> = [
    "proc", "sysfs", "devpts", "devtmpfs", "cgroup", "cgroup2", "debugfs", "tracefs", "securityfs", "bpf", "pstore", "configfs",
    "selinuxfs", "mqueue", "efivarfs", "hugetlbfs", "binfmt_misc", "nsfs", "fusectl", "rpc_pipefs", "autofs",
  ]
  private let devices: Set<UInt64>

  /// Reads the system's table; empty where there is none.
  static func read() -> MountTable {
    guard let bytes = try? FileContents.read(RawPath("/proc/self/mountinfo")) else { return MountTable(devices: []) }
    return MountTable(mountinfo: bytes)
  }

  private init(devices: Set<UInt64>) { self.devices = devices }

  /// proc(5): `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw`.
  init(mountinfo bytes: [UInt8]) {
    var devices: Set<UInt64> = []
    for line in bytes.split(separator: 0x0A) {
      let words = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
      guard words.count > 3, let dash = words.firstIndex(of: "-"), dash + 1 < words.count,
        MountTable.made.contains(words[dash + 1])
      else { continue }
      let numbers = words[2].split(separator: ":").compactMap { UInt64($0) }
      guard numbers.count == 2 else { continue }
      devices.insert(MountTable.device(major: numbers[0], minor: numbers[1]))
    }
    self.devices = devices
  }

  func isPseudo(_ device: UInt64) -> Bool { devices.contains(device) }

  /// The kernel's packing of a device number in `st_dev` (gnu_dev_makedev).
  static func device(major: UInt64, minor: UInt64) -> UInt64 {
    (minor & 0xFF) | (major & 0xFFF) << 8 | (minor & ~0xFF) << 12 | (major & ~0xFFF) << 32
  }
}
