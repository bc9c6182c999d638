/// What the numbers of a PE header mean, as far as anything here depends on them (PE format, machine types and subsystems).
extension PEImage {
  /// `x86`, `x86-64`, `arm64` ..., or the number.
  package var architecture: String {
    switch machine {
    case 0x014C: "x86"
    case 0x8664: "x86-64"
    case 0xAA64: "arm64"
    case 0xA641: "arm64ec"
    case 0x01C0, 0x01C2, 0x01C4: "arm"
    case 0x0200: "ia64"
    case 0x0EBC: "efi-bytecode"
    case 0x5032, 0x5064: "riscv"
    case 0x6264: "loongarch64"
    case 0x0184, 0x0284: "alpha"
    case 0: "any"
    default: "0x" + String(machine, radix: 16)
    }
  }

  package var isLibrary: Bool { characteristics & 0x2000 != 0 }
  /// IMAGE_SUBSYSTEM_NATIVE: drivers and the few native processes.
  package var isNative: Bool { subsystem == 1 }
  /// EFI application, boot service driver, runtime driver or ROM image.
  package var isEFI: Bool { (10...13).contains(subsystem) }

  package var subsystemName: String {
    switch subsystem {
    case 0: "unknown"
    case 1: "native"
    case 2: "Windows GUI"
    case 3: "Windows console"
    case 9: "Windows CE"
    case 10: "EFI application"
    case 11: "EFI boot service driver"
    case 12: "EFI runtime driver"
    case 13: "EFI ROM image"
    case 16: "Windows boot application"
    default: String(subsystem)
    }
  }

  /// Bytes of one page of memory, the unit of page hashes: 8,192 on IA-64 and Alpha, else 4,096.
  package var pageSize: Int { [0x0200, 0x0184, 0x0284].contains(machine) ? 8_192 : 4_096 }
}
