/// Who signs: a leaf, the intermediates that go along with it, and the root that a verifier would have to know.
package struct TestIdentity: Sendable {
  package var leaf: TestCertificate
  /// Leaf's issuer first; the root is not among them.
  package var intermediates: [TestCertificate]
  package var root: TestCertificate

  package init(leaf: TestCertificate, intermediates: [TestCertificate], root: TestCertificate) {
    self.leaf = leaf
    self.intermediates = intermediates
    self.root = root
  }

  /// Certificates as a signer puts them into the signature: leaf and intermediates.
  package var chain: [[UInt8]] { [leaf.der] + intermediates.map(\.der) }
}

/// The house authority: a root and an intermediate for code, another pair for time, and a look-alike that nobody trusts.
package enum TestCA {
  package static let codeRoot = root("Assay Test Code Root", key: 0)
  package static let codeIntermediate = intermediate("Assay Test Code Signing CA", key: 1, under: codeRoot, Purpose.codeSigning)
  package static let timeRoot = root("Assay Test Time Root", key: 2)
  package static let timeIntermediate = intermediate("Assay Test Time Stamping CA", key: 3, under: timeRoot, Purpose.timeStamping)
  /// The same names as the real pair, other keys.
  package static let rogueRoot = root("Assay Test Code Root", key: 4)
  package static let rogueIntermediate = intermediate("Assay Test Code Signing CA", key: 5, under: rogueRoot, Purpose.codeSigning)

  /// A root, valid 2018 to 2049.
  package static func root(_ name: String, key: Int) -> TestCertificate {
    let spec = CertificateSpec(subject: Name(commonName: name, organization: "Assay Test", country: "XX")).with {
      $0.notBefore = MakerTime(2018, 1, 1)
      $0.notAfter = MakerTime(2049, 12, 31)
      $0.extensions = [.basicConstraints(ca: true), .keyUsage(.keyCertSign, .cRLSign)]
    }
    return .issue(spec, key: .fixed(key))
  }

  package static func intermediate(_ name: String, key: Int, under parent: TestCertificate, _ purpose: String) -> TestCertificate {
    let spec = CertificateSpec(subject: Name(commonName: name, organization: "Assay Test", country: "XX")).with {
      $0.notBefore = MakerTime(2018, 1, 1)
      $0.notAfter = MakerTime(2049, 12, 1)
      $0.extensions = [
        .basicConstraints(ca: true, pathLength: 0), .keyUsage(.keyCertSign, .cRLSign), .extendedKeyUsage([purpose]),
      ]
    }
    return .issue(spec, key: .fixed(key), by: parent)
  }

  /// A code signer of `organization`; `change` breaks what a test wants broken. Default key: fixed key 6.
  package static func code(
    _ organization: String = "Assay Example Ltd", key: TestKey = .fixed(6), change: (inout CertificateSpec) -> Void = { _ in }
  ) -> TestIdentity {
    leaf(codeSpec(organization).with(change), key, codeIntermediate, codeRoot)
  }

  /// The same, issued by the look-alike that no verifier trusts.
  package static func rogueCode(
    _ organization: String = "Assay Example Ltd", key: TestKey = .fixed(7), change: (inout CertificateSpec) -> Void = { _ in }
  ) -> TestIdentity {
    leaf(codeSpec(organization).with(change), key, rogueIntermediate, rogueRoot)
  }

  /// Self-signed code signer.
  package static func selfSigned(
    _ organization: String = "Assay Example Ltd", key: TestKey = .fixed(8), change: (inout CertificateSpec) -> Void = { _ in }
  ) -> TestIdentity {
    let certificate = TestCertificate.issue(codeSpec(organization).with(change), key: key)
    return TestIdentity(leaf: certificate, intermediates: [], root: certificate)
  }

  /// A time-stamping authority.
  package static func time(
    _ name: String = "Assay Test Time Stamp Authority", key: TestKey = .fixed(9), change: (inout CertificateSpec) -> Void = { _ in }
  ) -> TestIdentity {
    leaf(timeSpec(name).with(change), key, timeIntermediate, timeRoot)
  }

  /// What a time-stamping authority's certificate says, for an issuer of the caller's choice.
  package static func timeSpec(_ name: String) -> CertificateSpec {
    CertificateSpec(subject: Name(commonName: name, organization: "Assay Test", country: "XX")).with {
      $0.notBefore = MakerTime(2018, 6, 1)
      $0.notAfter = MakerTime(2049, 6, 1)
      $0.extensions = [
        .basicConstraints(ca: false), .keyUsage(.digitalSignature), .extendedKeyUsage([Purpose.timeStamping], critical: true),
      ]
    }
  }

  private static func codeSpec(_ organization: String) -> CertificateSpec {
    CertificateSpec(subject: Name(commonName: organization, organization: organization, locality: "Berlin", country: "DE")).with {
      $0.extensions = [
        .basicConstraints(ca: false), .keyUsage(.digitalSignature), .extendedKeyUsage([Purpose.codeSigning]),
      ]
    }
  }

  private static func leaf(
    _ spec: CertificateSpec, _ key: TestKey, _ parent: TestCertificate, _ root: TestCertificate
  ) -> TestIdentity {
    TestIdentity(leaf: .issue(spec, key: key, by: parent), intermediates: [parent], root: root)
  }
}
