/// A signed script of Windows Script Host to be.
package struct HostScriptSpec: Sendable {
  package enum Language: Sendable { case vbs, js, wsf }

  package var language = Language.js
  package var encoding = ScriptSpec.Encoding.windows1252
  /// Text whose digest is signed, where it shall differ.
  package var hashedText: String?
  /// Off: the position of the block is left out of the digest, as osslsigncode does.
  package var coversPosition = true
  /// Added to the position that is digested.
  package var positionDelta = 0
  package var interface: SubjectInterface?
  package var columns = 44
  package var ending = "\r\n"
  /// Octets after the DER inside the base64.
  package var padding: [UInt8] = []

  package init(_ language: Language = .js, _ encoding: ScriptSpec.Encoding = .windows1252) {
    self.language = language
    self.encoding = encoding
  }

  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  private var writer: ScriptSpec { ScriptSpec(.hash, encoding) }

  package func unsigned(_ text: String) -> [UInt8] { writer.unsigned(text) }

  package func sign(_ text: String, _ spec: AuthenticodeSpec) -> [UInt8] { attach(pkcs7(text, spec), to: text) }

  /// `text` with a block, whatever it signs.
  package func attach(_ signature: [UInt8], to text: String) -> [UInt8] {
    let (before, after) = split(text)
    return unsigned(before + block(signature + padding) + after)
  }

  /// A script file's block stands before the last `</job>`, any other at the end.
  private func split(_ text: String) -> (String, String) {
    guard language == .wsf, let place = text.ranges(of: "</job>").last?.lowerBound else { return (text, "") }
    return (String(text[..<place]), String(text[place...]))
  }

  package func pkcs7(_ text: String, _ spec: AuthenticodeSpec) -> [UInt8] {
    let hash = spec.contentDigest ?? spec.digest
    let hashed = hashedText ?? text
    var octets = hashed.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    if coversPosition { octets.append32(split(hashed).0.utf16.count + positionDelta) }
    let usual: SubjectInterface =
      switch language {
      case .vbs: .vbscript
      case .js: .jscript
      case .wsf: .scriptFile
      }
    let content = (interface ?? usual).content(hash, spec.imageDigest ?? hash(octets))
    return spec.sign(content: content) { pkcs7(text, $0) }
  }

  package func block(_ signature: [UInt8]) -> String {
    let prefix: String
    switch language {
    case .vbs: prefix = "'' SIG '' "
    case .js: prefix = "// SIG // "
    case .wsf: prefix = "** SIG ** "
    }
    let lines = Base64.lines(signature, width: columns).map { prefix + $0 }
    let begin = language == .wsf ? "<signature>" : prefix + "Begin signature block"
    let end = language == .wsf ? "</signature>" : prefix + "End signature block"
    return "\r\n" + ([begin] + lines + [end]).joined(separator: "\r\n") + ending
  }
}
