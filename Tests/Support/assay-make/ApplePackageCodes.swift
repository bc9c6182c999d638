extension FixtureCodes {
  /// Of disk images and flat packages.
  static let applePackageCodes: [String: String] = [
    "dmg/adhoc": "apple.signer.adhoc",
    "dmg/cut": "dmg.trailer.missing",
    "dmg/encrypted": "dmg.image.encrypted",
    "dmg/fork": "dmg.fork.range",
    "dmg/good-ticket": "apple.ticket.not-established",
    "dmg/header-unsealed": "apple.slot.unsealed",
    "dmg/length": "dmg.signature.place",
    "dmg/look-alike": "pki.path.issuer-missing",
    "dmg/place": "dmg.signature.place",
    "dmg/tampered-data": "apple.pages.mismatch",
    "dmg/tampered-trailer": "apple.slot.mismatch",
    "dmg/ticket-other": "apple.ticket.foreign",
    "dmg/uncovered": "apple.directory.limit",
  ]
}
