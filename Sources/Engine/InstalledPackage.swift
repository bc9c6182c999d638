import AssayAuthenticode
import AssayBytes
package import AssayCore
import AssayPKI

/// The folder of an installed app package (below `WindowsApps`), whose files have their signature in its block map. Judged when the first
/// file asks, once for all workers.
package final class InstalledPackage: @unchecked Sendable {
  private let folder: TreePlace
  private let monitor = Monitor()
  /// Guarded by the monitor.
  private var judged: JudgedPackage?

  /// Nil for any other folder. `folder`: as it was opened.
  package init?(_ artifact: Artifact) {
    guard let folder = artifact.folder, MSIXFormat.recognizes(artifact.probe) else { return nil }
    self.folder = folder
  }

  /// `path`: octets below the folder, with `/`.
  package func seal(of path: [UInt8]) -> any ContentSeal { File(package: self, path: path) }

  private struct File: ContentSeal {
    let package: InstalledPackage
    let path: [UInt8]

    func answer(
      for source: any ByteSource, numberedFrom number: Int, in context: TrustContext, _ work: inout Work
    ) -> CatalogAnswer {
      package.judgement(context, &work).answer(for: path, source, numberedFrom: number)
    }
  }

  /// Two workers may judge it at the same time, and come to the same; the first one that is made stays.
  private func judgement(_ context: TrustContext, _ work: inout Work) -> JudgedPackage {
    if let known = monitor.locked({ judged }) { return known }
    let folder = folder
    let made = work.apart { JudgedPackage(folder, in: context, derived: DerivedFactMemory(), &$0) }
    return monitor.locked {
      let kept = judged ?? made
      judged = kept
      return kept
    }
  }
}
