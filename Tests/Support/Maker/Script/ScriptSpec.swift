/// A signed PowerShell script to be.
package struct ScriptSpec: Sendable {
  package enum Style: Sendable {
    /// `.ps1 .psm1 .psd1`
    case hash
    /// `.ps1xml .psc1 .cdxml`
    case xml
    /// `.mof`
    case mof
  }
  package enum Encoding: Sendable { case utf8, utf8BOM, utf16LE, utf16BE, windows1252 }

  package var style = Style.hash
  package var encoding = Encoding.utf8
  /// Encoding whose decoding is hashed, where it shall differ.
  package var hashedText: String?
  package var blockNewline = "\r\n"
  package var columns = 64
  /// After the end line.
  package var ending = "\r\n"
  /// Octets after the DER inside the base64.
  package var padding: [UInt8] = []

  package init(_ style: Style = .hash, _ encoding: Encoding = .utf8) {
    self.style = style
    self.encoding = encoding
  }

  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  /// `text` in the file's encoding, without signature.
  package func unsigned(_ text: String) -> [UInt8] { mark + encode(text) }

  /// `text` with a signature block behind.
  package func sign(_ text: String, _ spec: AuthenticodeSpec) -> [UInt8] {
    unsigned(text) + encode(block(pkcs7(text, spec) + padding))
  }

  /// The PKCS #7 ContentInfo over the text.
  package func pkcs7(_ text: String, _ spec: AuthenticodeSpec) -> [UInt8] {
    let hashed = (mark.isEmpty ? "" : "\u{FEFF}") + (hashedText ?? text)
    let octets = hashed.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    return pkcs7(hashed: octets, spec)
  }

  private func pkcs7(hashed: [UInt8], _ spec: AuthenticodeSpec) -> [UInt8] {
    let hash = spec.contentDigest ?? spec.digest
    let information = DER.seq([DER.int(65_536), DER.octets(Self.subjectInterface)] + (0..<5).map { _ in DER.int(0) })
    let content = DER.seq(
      DER.seq(DER.oid("1.3.6.1.4.1.311.2.1.30"), information),
      DER.seq(hash.algorithm, DER.octets(spec.imageDigest ?? hash(hashed))))
    return spec.sign(content: content) { pkcs7(hashed: hashed, $0) }
  }

  /// The block with the line break before it.
  package func block(_ pkcs7: [UInt8]) -> String {
    let lines = ["SIG # Begin signature block"] + Base64.lines(pkcs7, width: columns) + ["SIG # End signature block"]
    return blockNewline + lines.map(comment).joined(separator: blockNewline) + ending
  }

  private func comment(_ line: String) -> String {
    switch style {
    case .hash: "# " + line
    case .xml: "<!-- " + line + " -->"
    case .mof: "/* " + line + " */"
    }
  }

  private var mark: [UInt8] {
    switch encoding {
    case .utf8, .windows1252: []
    case .utf8BOM: [0xEF, 0xBB, 0xBF]
    case .utf16LE: [0xFF, 0xFE]
    case .utf16BE: [0xFE, 0xFF]
    }
  }

  func encode(_ text: String) -> [UInt8] {
    switch encoding {
    case .utf8, .utf8BOM: Array(text.utf8)
    case .utf16LE: text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    case .utf16BE: text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    case .windows1252: text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }
  }

  /// {603BCC1F-4B59-4E08-B724-D2C6297EF351} in memory order.
  private static let subjectInterface: [UInt8] = [
    0x1F, 0xCC, 0x3B, 0x60, 0x59, 0x4B, 0x08, 0x4E, 0xB7, 0x24, 0xD2, 0xC6, 0x29, 0x7E, 0xF3, 0x51,
  ]
}
