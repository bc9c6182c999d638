import AssayBytes
import AssayPKI
import Foundation

/// A folder in which the system's `openssl` makes certificates, messages, tokens, CRLs and OCSP answers for one test.
struct OpenSSLLab {
  static let path = ["/usr/bin/openssl", "/usr/local/bin/openssl"].first { FileManager.default.isExecutableFile(atPath: $0) }
  let folder: URL

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("assay-openssl-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try run(
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "3650", "-subj", "/CN=Lab CA"
    )
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  func run(_ arguments: String...) throws { try run(arguments) }

  func run(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: OpenSSLLab.path ?? "/usr/bin/openssl")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let problems = Pipe()
    process.standardError = problems
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let words = problems.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(description: "openssl \(arguments.joined(separator: " ")): \(String(decoding: words, as: UTF8.self))")
    }
  }

  func write(_ name: String, _ bytes: some Sequence<UInt8>) throws {
    try Data(bytes).write(to: folder.appendingPathComponent(name))
  }
  func write(_ name: String, _ text: String) throws { try write(name, text.utf8) }
  func read(_ name: String) throws -> ArraySlice<UInt8> { Array(try Data(contentsOf: folder.appendingPathComponent(name)))[...] }

  /// A certificate `<name>.pem` with the key `<name>.key`, issued by the lab's CA. `key` as `openssl genpkey` takes it.
  func issue(_ name: String, key: [String] = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], usage: String) throws {
    try run(["genpkey", "-out", "\(name).key"] + key)
    try write(
      "\(name).ext",
      "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=\(usage)\nsubjectKeyIdentifier=hash\n"
        + "authorityKeyIdentifier=keyid\n")
    try run("req", "-new", "-key", "\(name).key", "-subj", "/CN=\(name)", "-out", "\(name).csr")
    try run(
      "x509", "-req", "-in", "\(name).csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "3000", "-extfile",
      "\(name).ext", "-out", "\(name).pem")
  }

  func certificate(_ name: String) throws -> Certificate {
    try run("x509", "-in", "\(name).pem", "-outform", "DER", "-out", "\(name).der")
    var budget = Budget()
    return try Certificate(encoded: try read("\(name).der"), &budget)
  }

  /// The database that `openssl ca` and `openssl ocsp` answer from.
  func register(_ certificate: Certificate, revoked: Bool) throws {
    let serial = Hex.encode(certificate.serialNumber).uppercased()
    let date = revoked ? "250301000000Z,keyCompromise" : ""
    try write("index.txt", "\(revoked ? "R" : "V")\t340101000000Z\t\(date)\t\(serial)\tunknown\t/CN=leaf\n")
    try write("index.txt.attr", "unique_subject = no\n")
  }
}
