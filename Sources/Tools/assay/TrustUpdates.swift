import AssayBytes
import AssayCore
import AssaySystem

/// Lists that `trust update` took, on disk: the signed lists themselves, which are checked again whenever they are used.
enum TrustUpdates {
  static func take(from path: String) throws -> [String] {
    throw ToolFailure("trust update is not here yet", status: .fault)
  }
}
