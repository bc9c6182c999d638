/// The findings that fixtures of scripts, signed files, archives and profiles have to have.
extension FixtureCodes {
  static let scriptCodes: [String: String] = [
    "applescript/adhoc": "apple.signer.adhoc",
    "applescript/appended": "apple.directory.limit",
    "applescript/copied": "apple.pages.mismatch",
    "applescript/copied-double": "apple.pages.mismatch",
    "applescript/copied-shorter": "apple.directory.limit",
    "applescript/directory-missing": "apple.directory.missing",
    "applescript/double-cut": "applescript.carrier.unreadable",
    "applescript/requirements-changed": "apple.slot.mismatch",
    "applescript/self-signed": "apple.signer.self-signed",
    "applescript/signature-missing": "apple.cms.empty",
    "applescript/tampered": "apple.pages.mismatch",
    "applescript/unsigned-cut": "applescript.compiled.end",
    "signed-file/directory-missing": "apple.directory.missing",
    "signed-file/tampered": "apple.pages.mismatch",
    "tar/attribute-conflict": "tar.attribute.conflict",
    "tar/below-a-file": "tar.path.escape",
    "tar/escape": "tar.path.escape",
    "tar/folder-over-file": "tar.path.escape",
    "tar/name-twice": "tar.path.duplicate",
    "tar/no-end": "tar.end.missing",
    "tar/sparse": "tar.entry.unsupported",
    "tar/tampered": "engine.nested.worse",
    "tar/unsigned": "engine.nested.worse",
  ]
}
