import AssayBytes
import Glibc

/// The target that `ASSAY_FUZZ_TARGET` names; without a valid name the run ends at its first input.
private let chosen: FuzzTarget = {
  let wanted = getenv("ASSAY_FUZZ_TARGET").map { String(cString: $0) }
  if let target = fuzzTargets.first(where: { $0.name == wanted }) { return target }
  print("set ASSAY_FUZZ_TARGET to one of: \(fuzzTargets.map(\.name).joined(separator: " "))")
  exit(2)
}()

/// libFuzzer's contract: called for every input, answers 0.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  chosen.run([UInt8](UnsafeBufferPointer(start: data, count: size))[...])
  return 0
}
