import AssayBytes
import AssayPKI
import Foundation

/// One run of a PKITS test: a test of the document with one set of inputs.
struct PKITSCase: CustomStringConvertible {
  /// `4.8.1.3`: section, test and, where there are several, the number of the inputs.
  let id: String
  let name: String
  let certificate: String
  let message: String
  let inputs: PolicyInputs
  let isValid: Bool
  var description: String { "\(id) \(name)" }

  static func load() throws -> [PKITSCase] {
    let table = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("expected.tsv")
    return try rows(table).map { fields in
      guard fields.count == 7 else { throw PKITSProblem("\(fields) has \(fields.count) fields") }
      var inputs = PolicyInputs()
      if fields[4] != "any" {
        inputs.initialPolicies = Set(fields[4].split(separator: "+").compactMap { OID(dotted: "2.16.840.1.101.3.2.1.48.\($0)") })
      }
      for flag in fields[5].split(separator: "+") {
        switch flag {
        case "-": break
        case "explicit": inputs.explicitPolicy = true
        case "inhibit-mapping": inputs.inhibitMapping = true
        case "inhibit-any": inputs.inhibitAnyPolicy = true
        default: throw PKITSProblem("unknown flag \(flag)")
        }
      }
      guard ["valid", "invalid"].contains(fields[6]) else { throw PKITSProblem("unknown expectation \(fields[6])") }
      return PKITSCase(
        id: fields[0], name: fields[1], certificate: fields[2], message: fields[3], inputs: inputs, isValid: fields[6] == "valid")
    }
  }

  /// Runs whose result differs on purpose, with the reason: `id<TAB>certificate|message<TAB>clause<TAB>reason`.
  static func deviations() throws -> [String: String] {
    let table = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("deviations.tsv")
    return Dictionary(
      uniqueKeysWithValues: try rows(table).filter { $0.count == 4 }.map { ("\($0[0]) \($0[1])", "\($0[2]): \($0[3])") })
  }

  private static func rows(_ file: URL) throws -> [[String]] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
  }
}

struct PKITSProblem: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// The suite's files, read once.
struct PKITSFiles {
  let folder: URL
  let anchor: TrustAnchor
  let authorities: [Certificate]
  let crls: [ArraySlice<UInt8>]

  /// Nil where ASSAY_CORPUS is not set.
  static var folder: URL? {
    ProcessInfo.processInfo.environment["ASSAY_CORPUS"].map {
      URL(fileURLWithPath: $0).appendingPathComponent("reliability/pkits")
    }
  }

  init(_ folder: URL) throws {
    self.folder = folder
    let manager = FileManager.default
    var authorities: [Certificate] = []
    var root: Certificate?
    for name in try manager.contentsOfDirectory(atPath: folder.appendingPathComponent("certs").path).sorted()
    where !name.hasSuffix("EE.crt") {
      let certificate = try PKITSFiles.certificate(folder.appendingPathComponent("certs/\(name)"))
      if name == "TrustAnchorRootCertificate.crt" { root = certificate } else { authorities.append(certificate) }
    }
    guard let root else { throw PKITSProblem("the trust anchor is missing") }
    anchor = TrustAnchor(root, bundle: "PKITS")
    self.authorities = authorities
    crls = try manager.contentsOfDirectory(atPath: folder.appendingPathComponent("crls").path).sorted().map {
      Array(try Data(contentsOf: folder.appendingPathComponent("crls/\($0)")))[...]
    }
  }

  static func certificate(_ file: URL) throws -> Certificate {
    var budget = Budget()
    return try Certificate(encoded: Array(try Data(contentsOf: file))[...], &budget)
  }

  func endEntity(_ name: String) throws -> Certificate {
    try PKITSFiles.certificate(folder.appendingPathComponent("certs/\(name).crt"))
  }

  /// The two parts of a multipart/signed message (RFC 8551 3.5.3): the entity that is signed, with CRLF, and the CMS.
  func message(_ name: String) throws -> (entity: [UInt8], signedData: [UInt8]) {
    let bytes = Array(try Data(contentsOf: folder.appendingPathComponent("smime/\(name).eml")))
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { $0.last == 0x0D ? $0.dropLast() : $0 }
    func text(_ line: ArraySlice<UInt8>) -> String { String(decoding: line, as: UTF8.self) }
    guard let header = lines.first(where: { text($0).hasPrefix("Content-Type: multipart/signed") }).map(text),
      let boundary = header.components(separatedBy: "boundary=\"").last?.split(separator: "\"").first
    else { throw PKITSProblem("\(name) is no multipart/signed message") }
    let marks = lines.indices.filter { text(lines[$0]).hasPrefix("--\(boundary)") }
    guard marks.count == 3 else { throw PKITSProblem("\(name) has \(marks.count) boundaries") }
    let entity = Array(lines[(marks[0] + 1)..<marks[1]].joined(separator: [0x0D, 0x0A]))
    let part = lines[(marks[1] + 1)..<marks[2]]
    guard let blank = part.firstIndex(where: \.isEmpty), let cms = Base64.decode(part[blank...].joined(), ignoringSpace: true)
    else {
      throw PKITSProblem("\(name) has no readable signature part")
    }
    return (entity, cms)
  }
}
