import AssayBytes
import AssayPKI
import Foundation

/// The test case file of x509-limbo (C2SP/x509-limbo, limbo-schema.json).
struct LimboFile: Decodable {
  let version: Int
  let testcases: [LimboCase]

  /// `limbo.json.xz` is unpacked by `xz`, which every Debian has, into memory.
  static func load(_ folder: String) throws -> LimboFile {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["xz", "-dc", folder + "/limbo.json.xz"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try JSONDecoder().decode(LimboFile.self, from: data)
  }

  static func loadNative(_ folder: String) throws -> LimboFile {
    try JSONDecoder().decode(LimboFile.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/limbo-native.json")))
  }
}

struct LimboPeer: Decodable {
  enum Kind: String, Decodable { case email = "RFC822", dns = "DNS", ip = "IP" }
  let kind: Kind
  let value: String
}

struct LimboCase: Decodable {
  let id: String
  let features: [String]
  let validation_kind: String
  let trusted_certs: [String]
  let untrusted_intermediates: [String]
  let peer_certificate: String
  let validation_time: String?
  let key_usage: [String]
  let extended_key_usage: [String]
  let expected_result: String
  let expected_peer_name: LimboPeer?
  let expected_peer_names: [LimboPeer]
  let max_chain_depth: Int?
  let crls: [String]

  var expectsSuccess: Bool { expected_result == "SUCCESS" }
  var isBetterTLS: Bool { id.hasPrefix("bettertls::") }
  /// The native cases below `webpki::` and `online::` ask for the CA/Browser Forum's rules, the others for RFC 5280's.
  var isWebPKI: Bool { id.hasPrefix("webpki::") || id.hasPrefix("online::") }

  /// Whole seconds, rounded down, as RFC 5280's times are.
  var time: Moment { validation_time.flatMap { Moment(rfc3339: $0) } ?? LimboCase.clock }
  /// Cases without a time of their own are judged when the file was made.
  static let clock = Moment(secondsSince1970: 1_795_305_600)
}

/// Octets of the first PEM block. By octets: Swift's characters cost seconds over 40 MB.
func pemOctets(_ text: String) -> [UInt8] {
  let dashes = Array("-----".utf8)
  let lines = text.utf8.split { $0 == 0x0A || $0 == 0x0D }
  let body = lines.drop { !$0.starts(with: dashes) }.dropFirst().prefix { !$0.starts(with: dashes) }
  return Data(base64Encoded: Data(body.joined())).map { Array($0) } ?? []
}

/// Certificates by their PEM text: many cases share theirs.
struct CertificateCache {
  private var known: [String: Result<Certificate, ParseError>] = [:]

  mutating func certificate(_ pem: String) throws(ParseError) -> Certificate {
    if let found = known[pem] { return try found.get() }
    let result: Result<Certificate, ParseError>
    do throws(ParseError) {
      var budget = Budget()
      result = .success(try Certificate(encoded: pemOctets(pem)[...], &budget))
    } catch {
      result = .failure(error)
    }
    known[pem] = result
    return try result.get()
  }
}
