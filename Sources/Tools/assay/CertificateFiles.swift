import AssayBytes
import AssayPKI
import AssaySystem

/// Certificates from files that the operator names: PEM with any number of them, DER with one, or a folder of such files.
enum CertificateFiles {
  private static let endings = ["pem", "crt", "cer", "der"]

  static func load(_ path: String, for option: String) throws -> [Certificate] {
    let place = RawArguments.path(path)
    guard case .folder = FileContents.kind(place) else { return try read(place, shown: path, for: option) }
    let files: [RawPath]
    do {
      files = try FileContents.files(in: place).filter { FileEnding.of($0, isOneOf: endings) }
    } catch {
      throw ToolFailure("\(option): \(path): \(error.message)")
    }
    guard !files.isEmpty else {
      throw ToolFailure("\(option): \(path): the folder holds no .pem, .crt, .cer or .der file")
    }
    return try files.flatMap { try read($0, shown: $0.shown, for: option) }
  }

  private static func read(_ place: RawPath, shown: String, for option: String) throws -> [Certificate] {
    let bytes: [UInt8]
    do {
      bytes = try FileContents.read(place)
    } catch {
      throw ToolFailure("\(option): \(shown): \(error.message)")
    }
    let blocks: [PEMBlock]
    do {
      blocks = try PEMBlock.blocks(in: bytes)
    } catch {
      throw ToolFailure("\(shown):\(error.line):\(error.column): \(error.message)")
    }
    var budget = Budget()
    if blocks.isEmpty {
      do {
        return [try Certificate(encoded: bytes[...], &budget)]
      } catch {
        throw ToolFailure("\(shown):1:1: neither a PEM nor a DER certificate: \(error.message)")
      }
    }
    var certificates: [Certificate] = []
    for block in blocks
    where block.label == "CERTIFICATE" || block.label == "X509 CERTIFICATE" || block.label == "TRUSTED CERTIFICATE" {
      do {
        certificates.append(try Certificate(encoded: block.bytes[...], &budget))
      } catch {
        throw ToolFailure("\(shown):\(block.line):1: the block holds no certificate: \(error.message)")
      }
    }
    guard !certificates.isEmpty else {
      throw ToolFailure("\(shown):\(blocks[0].line):1: holds no certificate, but \"\(blocks[0].label)\"")
    }
    return certificates
  }
}

/// CRLs and OCSP responses from files.
enum EvidenceFiles {
  private static let endings = ["crl", "pem", "der", "ocsp", "ors"]

  static func load(_ path: String, into evidence: inout RevocationEvidence) throws {
    let place = RawArguments.path(path)
    guard case .folder = FileContents.kind(place) else {
      return try add(try ConfigurationFile.read(path, for: "--crl"), shown: path, to: &evidence)
    }
    let files: [RawPath]
    do {
      files = try FileContents.files(in: place).filter { FileEnding.of($0, isOneOf: endings) }
    } catch {
      throw ToolFailure("--crl: \(path): \(error.message)")
    }
    guard !files.isEmpty else { throw ToolFailure("--crl: \(path): the folder holds no .crl, .pem, .der, .ocsp or .ors file") }
    for file in files {
      let bytes: [UInt8]
      do { bytes = try FileContents.read(file) } catch { throw ToolFailure("--crl: \(file.shown): \(error.message)") }
      try add(bytes, shown: file.shown, to: &evidence)
    }
  }

  /// Takes what is a CRL or an OCSP response by its form; the validator reads it.
  static func add(_ bytes: [UInt8], shown: String, to evidence: inout RevocationEvidence) throws {
    let blocks: [PEMBlock]
    do {
      blocks = try PEMBlock.blocks(in: bytes)
    } catch {
      throw ToolFailure("\(shown):\(error.line):\(error.column): \(error.message)")
    }
    let lists = blocks.filter { $0.label == "X509 CRL" || $0.label == "OCSP RESPONSE" }
    if blocks.isEmpty {
      guard take(bytes, into: &evidence) else { throw ToolFailure("\(shown):1:1: neither a CRL nor an OCSP response") }
    } else if lists.isEmpty {
      throw ToolFailure("\(shown):\(blocks[0].line):1: holds no CRL, but \"\(blocks[0].label)\"")
    }
    for block in lists where !take(block.bytes, into: &evidence) {
      throw ToolFailure("\(shown):\(block.line):1: the block holds neither a CRL nor an OCSP response")
    }
  }

  /// CertificateList is a SEQUENCE that begins with a SEQUENCE (RFC 5280 5.1), OCSPResponse one that begins with an ENUMERATED
  /// (RFC 6960 4.2.1).
  private static func take(_ bytes: [UInt8], into evidence: inout RevocationEvidence) -> Bool {
    guard bytes.count > 2, bytes[0] == 0x30 else { return false }
    let header = bytes[1] < 0x80 ? 2 : 2 + Int(bytes[1] & 0x7F)
    guard header < bytes.count, bytes[1] < 0x85 else { return false }
    switch bytes[header] {
    case 0x30: evidence.crls.append(bytes[...])
    case 0x0A: evidence.ocspResponses.append(bytes[...])
    default: return false
    }
    return true
  }
}

enum FileEnding {
  static func of(_ path: RawPath, isOneOf endings: [String]) -> Bool {
    guard let dot = path.bytes.lastIndex(of: 0x2E) else { return false }
    let ending = path.bytes[(dot + 1)...].lowered
    return endings.contains { $0.utf8.elementsEqual(ending) }
  }
}
