package import AssayCore

/// Finding codes of app packages.
package enum MSIXFindings {
  private static let getAnother = "get the package again from its publisher and compare; do not install this one"

  package static let all: [FindingCode] = [
    FindingCode("msix.digest.mismatch", "the package is not what was signed", remedy: getAnother),
    FindingCode("msix.digest.not-measured", "the covered bytes could not be measured", remedy: "judge a copy of the file"),
    FindingCode("msix.digest.part", "a part of the package is not what was signed", remedy: getAnother),
    FindingCode("msix.digest.part-missing", "the signature does not cover a part that it must cover", remedy: getAnother),
    FindingCode("msix.digest.form", "the signed list of digests has no form", remedy: getAnother),
    FindingCode(
      "msix.digest.archive-gone", "the digests over the archive cannot be computed from installed files",
      remedy: "nothing to do: the block map covers every file; judge the package file for the rest"),
    FindingCode("msix.block-map.missing", "there is no block map", remedy: getAnother),
    FindingCode("msix.block-map.form", "the block map cannot be understood", remedy: getAnother),
    FindingCode("msix.block-map.method", "the block map's digest method is not known", remedy: getAnother),
    FindingCode("msix.block-map.duplicate", "the block map lists a file twice", remedy: getAnother),
    FindingCode("msix.block-map.count", "a file of the block map has too many or too few digests", remedy: getAnother),
    FindingCode("msix.file.altered", "a file differs from the block map", remedy: getAnother),
    FindingCode("msix.file.added", "a file is not in the block map", remedy: getAnother),
    FindingCode("msix.file.missing", "a file of the block map is not there", remedy: getAnother),
    FindingCode("msix.file.sealed", "a file of an installed package is as its block map says", remedy: "nothing to do"),
    FindingCode(
      "msix.package.worthless", "the installed package that a file belongs to is not as signed, and vouches for nothing",
      remedy: "look at the report on the package's folder; install the package again"),
    FindingCode("msix.file.header", "a local header has another size than the block map says", remedy: getAnother),
    FindingCode("msix.manifest.identity", "the manifest does not say what the package is", remedy: getAnother),
    FindingCode("msix.package.incomplete", "manifest, block map or content types are missing", remedy: getAnother),
    FindingCode(
      "msix.package.encrypted", "the package is encrypted",
      remedy: "judge the folder that it was installed to, or the plain package"),
    FindingCode("msix.publisher.mismatch", "the manifest names another publisher than the signer", remedy: getAnother),
    FindingCode("msix.signature.form", "AppxSignature.p7x does not begin as it must", remedy: getAnother),
    FindingCode("msix.signature.place", "the signature is not the last file of the package", remedy: getAnother),
    FindingCode(
      "msix.signature.trailing", "bytes follow the signature inside its file",
      remedy: "look at the bytes; --strict refuses such packages"),
  ]
}
