import AssayBytes
import AssayPKI
import Foundation

/// A vector file of Wycheproof, schemas rsassa_pkcs1_*, rsassa_pss_*, ecdsa_verify, eddsa_verify, mldsa_verify and dsa_verify.
struct WycheproofFile: Decodable {
  struct Group: Decodable {
    let type: String
    let publicKeyDer: String?
    let keyDer: String?
    let sha: String?
    let mgf: String?
    let mgfSha: String?
    let sLen: Int?
    let tests: [Vector]
  }
  struct Vector: Decodable {
    let tcId: Int
    let comment: String
    let msg: String?
    let sig: String
    let ctx: String?
    let result: String
    let flags: [String]
  }
  let numberOfTests: Int
  let testGroups: [Group]
}

/// How our interface is asked about one group.
struct WycheproofQuestion {
  enum Form { case digest(DigestAlgorithm), message, foreign }
  let key: PublicKey
  /// As a certificate names it.
  let algorithm: AlgorithmIdentifier
  /// As CMS names it, with the digest apart; nil for algorithms without a digest.
  let bare: AlgorithmIdentifier?
  let form: Form

  init?(_ group: WycheproofFile.Group) {
    guard let spki = (group.publicKeyDer ?? group.keyDer).flatMap(Hex.decode) else { return nil }
    key = PublicKey(spki: spki[...])
    let digest = group.sha.flatMap(Self.digest)
    func plain(_ oid: OID?) -> AlgorithmIdentifier { AlgorithmIdentifier(algorithm: oid ?? "0.0", parameters: nil) }
    switch group.type {
    case "RsassaPkcs1Verify", "RsassaPkcs1Generate":
      algorithm = AlgorithmIdentifier(algorithm: Self.rsa[digest ?? .md2] ?? "0.0", parameters: [5, 0])
      bare = AlgorithmIdentifier(algorithm: "1.2.840.113549.1.1.1", parameters: [5, 0])
      form = digest.map(Form.digest) ?? .foreign
    case "EcdsaVerify":
      let shake: OID = group.sha == "SHAKE128" ? "1.3.6.1.5.5.7.6.32" : "1.3.6.1.5.5.7.6.33"
      algorithm = plain(digest == nil ? shake : Self.ecdsa[digest ?? .md2])
      bare = digest == nil ? nil : plain("1.2.840.10045.2.1")
      form = digest.map(Form.digest) ?? .foreign
    case "RsassaPssVerify", "RsassaPssWithParametersVerify":
      if let digest, let mask = group.mgfSha.flatMap(Self.digest), group.mgf == "MGF1" {
        let parameters = Self.pss(digest, mask, salt: group.sLen ?? 20)
        algorithm = AlgorithmIdentifier(algorithm: "1.2.840.113549.1.1.10", parameters: parameters[...])
        bare = algorithm
        form = .digest(digest)
      } else {
        algorithm = plain(group.sha == "SHAKE128" ? "1.3.6.1.5.5.7.6.30" : "1.3.6.1.5.5.7.6.31")
        bare = nil
        form = .foreign
      }
    case "EddsaVerify":
      let is25519 = spki.count == 44
      algorithm = plain(is25519 ? "1.3.101.112" : "1.3.101.113")
      bare = nil
      form = is25519 ? .message : .foreign
    case "MlDsaVerify":
      // The key's own AlgorithmIdentifier names the parameter set; ML-DSA has one identifier for both.
      algorithm = plain(
        ["ML-DSA-44": "2.16.840.1.101.3.4.3.17", "ML-DSA-65": "2.16.840.1.101.3.4.3.18"][key.description]
          ?? "2.16.840.1.101.3.4.3.19")
      bare = nil
      form = .message
    case "DsaVerify":
      algorithm = plain(group.sha == "SHA-224" ? "2.16.840.1.101.3.4.3.1" : "2.16.840.1.101.3.4.3.2")
      bare = plain("1.2.840.10040.4.1")
      form = digest.map(Form.digest) ?? .foreign
    default: return nil
    }
  }

  /// Every answer that our entry points give; they must agree.
  func answers(_ vector: WycheproofFile.Vector) throws -> [SignatureCheck] {
    guard let message = Hex.decode(vector.msg ?? "")?[...], let signature = Hex.decode(vector.sig)?[...] else { return [] }
    var budget = Budget()
    var answers = [try key.verify(signature: signature, algorithm: algorithm, message: message, &budget)]
    if case .digest(let digest) = form, let bare {
      answers.append(try key.verify(signature: signature, digest: digest, algorithm: bare, message: message, &budget))
      let value = digest.digest(message)
      answers.append(try key.verify(signature: signature, digest: digest, algorithm: bare, digestValue: value, &budget))
    }
    return answers
  }

  private static func digest(_ name: String) -> DigestAlgorithm? {
    let names: [String: DigestAlgorithm] = [
      "MD5": .md5, "SHA-1": .sha1, "SHA-224": .sha224, "SHA-256": .sha256, "SHA-384": .sha384, "SHA-512": .sha512,
      "SHA-512/224": .sha512_224, "SHA-512/256": .sha512_256, "SHA3-224": .sha3_224, "SHA3-256": .sha3_256,
      "SHA3-384": .sha3_384, "SHA3-512": .sha3_512,
    ]
    return names[name]
  }

  private static let rsa: [DigestAlgorithm: OID] = [
    .sha1: "1.2.840.113549.1.1.5", .sha224: "1.2.840.113549.1.1.14", .sha256: "1.2.840.113549.1.1.11",
    .sha384: "1.2.840.113549.1.1.12", .sha512: "1.2.840.113549.1.1.13", .sha512_224: "1.2.840.113549.1.1.15",
    .sha512_256: "1.2.840.113549.1.1.16", .sha3_224: "2.16.840.1.101.3.4.3.13", .sha3_256: "2.16.840.1.101.3.4.3.14",
    .sha3_384: "2.16.840.1.101.3.4.3.15", .sha3_512: "2.16.840.1.101.3.4.3.16",
  ]
  private static let ecdsa: [DigestAlgorithm: OID] = [
    .sha224: "1.2.840.10045.4.3.1", .sha256: "1.2.840.10045.4.3.2", .sha384: "1.2.840.10045.4.3.3",
    .sha512: "1.2.840.10045.4.3.4", .sha3_224: "2.16.840.1.101.3.4.3.9", .sha3_256: "2.16.840.1.101.3.4.3.10",
    .sha3_384: "2.16.840.1.101.3.4.3.11", .sha3_512: "2.16.840.1.101.3.4.3.12",
  ]

  private static func tlv(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] { [tag, UInt8(content.count)] + content }

  private static func pss(_ digest: DigestAlgorithm, _ mask: DigestAlgorithm, salt: Int) -> [UInt8] {
    func identifier(_ oid: OID, _ parameters: [UInt8] = [5, 0]) -> [UInt8] { tlv(0x30, tlv(6, Array(oid.content)) + parameters) }
    let saltOctets = salt > 127 ? [0, UInt8(salt)] : [UInt8(salt)]
    return tlv(
      0x30,
      tlv(0xA0, identifier(digest.oid)) + tlv(0xA1, identifier("1.2.840.113549.1.1.8", identifier(mask.oid)))
        + tlv(0xA2, tlv(2, saltOctets)))
  }
}
