import AssayBytes
import AssayCore
import AssayMaker
import AssayPKI
import AssayPolicy
import Testing

func certificate(_ made: TestCertificate) throws -> Certificate {
  var budget = Budget()
  return try Certificate(encoded: made.der[...], &budget)
}

/// A verified signature by the house authority's code signer; `change` breaks what a test wants broken.
func signature(
  organization: String = "Corp Ltd", bundle: String? = "corp", leaf: (inout CertificateSpec) -> Void = { _ in },
  change: (inout SignatureFacts) -> Void = { _ in }
) throws -> SignatureFacts {
  let identity = TestCA.code(organization, change: leaf)
  var facts = SignatureFacts(label: "embedded signature 0", state: .trusted, isVerified: true, revocation: .good)
  facts.chain = try ([identity.leaf] + identity.intermediates + [identity.root]).map { CertificateFacts(try certificate($0)) }
  facts.anchorBundle = bundle
  facts.organization = organization
  change(&facts)
  return facts
}

private func value(_ text: String, _ facts: SignatureFacts) throws -> Ternary {
  try Requirement(parsing: text).evaluate(facts).value
}

@Suite struct TernaryTests {
  @Test func truthTables() {
    let all: [Ternary] = [.true, .false, .unknown]
    #expect(all.map { !$0 } == [.false, .true, .unknown])
    let and: [[Ternary]] = [[.true, .false, .unknown], [.false, .false, .false], [.unknown, .false, .unknown]]
    let or: [[Ternary]] = [[.true, .true, .true], [.true, .false, .unknown], [.true, .unknown, .unknown]]
    for (row, left) in all.enumerated() {
      #expect(all.map { left & $0 } == and[row])
      #expect(all.map { left | $0 } == or[row])
    }
  }

  /// The same tables through the language; `notarized` is unknown here.
  @Test func inRequirements() throws {
    let terms = [(Ternary.true, "always"), (.false, "never"), (.unknown, "notarized")]
    let known = try signature()
    for (left, first) in terms {
      #expect(try value("!\(first)", known) == !left)
      for (right, second) in terms {
        #expect(try value("\(first) and \(second)", known) == left & right)
        #expect(try value("\(first) or \(second)", known) == left | right)
      }
    }
  }
}

@Suite struct RequirementValueTests {
  @Test(arguments: [
    ("anchor corp", Ternary.true), ("anchor Corp", .false), ("anchor other", .false), ("anchor trusted", .true),
    ("anchor apple generic", .false), ("anchor apple", .false), ("anchor apple custom", .unknown), ("anchor \"corp\"", .true),
    ("certificate leaf[subject.O] = \"Corp Ltd\"", .true), ("certificate leaf[subject.O] = \"corp ltd\"", .false),
    ("certificate leaf[subject.O] = Corp*", .true), ("certificate leaf[subject.O] = *Corp", .false),
    ("certificate leaf[subject.O] = *Ltd", .true), ("certificate leaf[subject.O] ~ \"p L\"", .true),
    ("certificate leaf[subject.O] ~ \"p  L\"", .false), ("certificate leaf[subject.O] = \"Corp*\"", .false),
    ("certificate leaf[subject.O] exists", .true), ("certificate leaf[subject.O] absent", .false),
    ("certificate leaf[subject.UID] exists", .false), ("certificate leaf[subject.UID] absent", .false),
    ("certificate leaf[subject.UID] = x", .false), ("!certificate leaf[subject.UID] = x", .true),
    ("certificate 1[subject.CN] = \"Assay Test Code Signing CA\"", .true), ("certificate 2[subject.O] = \"Assay Test\"", .true),
    ("certificate root[subject.CN] = \"Assay Test Code Root\"", .true),
    ("certificate -1[subject.CN] = \"Assay Test Code Root\"", .true),
    ("certificate -2[subject.CN] = \"Assay Test Code Signing CA\"", .true), ("certificate 3[subject.O] exists", .false),
    ("certificate 3[subject.O] absent", .false), ("certificate -4[subject.O] exists", .false),
    ("certificate 2147483647[subject.O] exists", .false), ("certificate -2147483647[subject.O] exists", .false),
    ("certificate leaf[eku.1.3.6.1.5.5.7.3.3] exists", .true), ("certificate leaf[eku.1.3.6.1.5.5.7.3.8]", .false),
    ("certificate root[eku.1.3.6.1.5.5.7.3.3]", .false), ("certificate leaf[eku.1.3.6.1.5.5.7.3.8] absent", .true),
    ("certificate leaf[field.2.5.29.37]", .true), ("certificate leaf[field.2.5.29.99]", .false),
    ("certificate leaf[field.2.5.29.37] = x", .false), ("certificate leaf[policy.1.2.3.4]", .true),
    ("certificate leaf[policy.1.2.3.5]", .false), ("certificate 1[policy.1.2.3.4]", .false),
    ("certificate leaf[email] = \"a@corp.example\"", .true), ("certificate leaf[email] ~ \"@other\"", .false),
    ("certificate leaf[timestamp.1.2.3.9] < timestamp \"20190408000001Z\"", .true),
    ("certificate leaf[timestamp.1.2.3.9] < timestamp \"20190408000000Z\"", .false),
    ("certificate leaf[timestamp.1.2.3.9] <= timestamp \"20190408000000Z\"", .true),
    ("certificate leaf[timestamp.1.2.3.9] = timestamp \"20190408000000Z\"", .true),
    ("certificate leaf[timestamp.1.2.3.9] > timestamp \"20190407235959Z\"", .true),
    ("certificate leaf[timestamp.1.2.3.9] >= timestamp \"20190408000001Z\"", .false),
    ("certificate leaf[timestamp.1.2.3.9] = \"20190408000000Z\"", .false), ("certificate leaf[timestamp.1.2.3.9]", .true),
    ("certificate leaf[timestamp.1.2.3.10] < timestamp \"20190408000001Z\"", .false),
    ("certificate leaf[timestamp.1.2.3.10] absent", .true), ("certificate leaf[timestamp.1.2.3.11]", .unknown),
    ("certificate leaf trusted", .false), ("certificate root trusted", .true), ("certificate 2 trusted", .true),
    ("certificate 5 trusted", .false), ("certificate root = H\"0000000000000000000000000000000000000000\"", .false),
    ("key H\"\(String(repeating: "00", count: 32))\"", .false), ("identifier x", .unknown), ("!identifier x", .unknown),
    ("cdhash H\"0000000000000000000000000000000000000000\"", .unknown), ("info[CFBundleVersion] > 1", .unknown),
    ("entitlement[x]", .unknown), ("platform = 1", .unknown), ("notarized", .unknown), ("legacy", .unknown), ("(name)", .unknown),
  ])
  func terms(text: String, expected: Ternary) throws {
    let known = try signature(leaf: {
      $0.extensions += [
        .certificatePolicies(["1.2.3.4"]), .subjectAlternativeName([.rfc822("a@corp.example")]),
        CertificateExtension("1.2.3.9", [0x0C, 0x0F] + Array("20190408000000Z".utf8)),
        CertificateExtension("1.2.3.11", [0x0C, 0x01, 0x41]),
      ]
    })
    #expect(try value(text, known) == expected)
  }

  @Test func hashesOfTheRealCertificate() throws {
    let identity = TestCA.code("Corp Ltd")
    let leaf = try certificate(identity.leaf)
    let known = try signature()
    #expect(try value("certificate leaf = H\"\(Hex.encode(leaf.fingerprint(.sha1)))\"", known) == .true)
    #expect(try value("certificate 1 = H\"\(Hex.encode(leaf.fingerprint(.sha1)))\"", known) == .false)
    let key = Hex.encode(DigestAlgorithm.sha256.digest(leaf.publicKey.spki))
    #expect(try value("key H\"\(key)\"", known) == .true)
  }

  @Test func nothingHoldsWithoutAVerifiedSigner() throws {
    let claimed = try signature(change: { $0.isVerified = false })
    for text in ["always", "!never", "anchor corp", "notarized", "!notarized", "certificate leaf[subject.O] = \"Corp Ltd\""] {
      #expect(try value(text, claimed) == .false)
    }
  }

  @Test func aMissingPathIsUnknown() throws {
    let bare = try signature(bundle: nil, change: { $0.chain = nil })
    for text in ["anchor corp", "certificate leaf[subject.O] exists", "certificate leaf trusted", "anchor apple"] {
      #expect(try value(text, bare) == .unknown)
    }
  }

  @Test func identityIsOctets() throws {
    let decomposed = try signature(organization: "Cafe\u{301}")
    #expect("Cafe\u{301}" == "Caf\u{E9}")
    #expect(try value("certificate leaf[subject.O] = \"Caf\u{E9}\"", decomposed) == .false)
    #expect(try value("certificate leaf[subject.O] = \"Cafe\u{301}\"", decomposed) == .true)
  }

  @Test func appleOwnCodeNeedsIntermediateAndMarker() throws {
    #expect(try value("anchor apple generic", try signature(bundle: "apple")) == .true)
    #expect(try value("anchor apple", try signature(bundle: "apple")) == .false)
  }

  @Test(arguments: [
    ("anchor corp and notarized and never", "never"), ("anchor corp and notarized", "notarized"),
    ("never or notarized", "notarized"), ("never or anchor corp", "anchor corp"), ("!anchor corp", "!anchor corp"),
    ("never or anchor x", "never or anchor x"), ("anchor corp and (never or identifier x)", "identifier \"x\""),
  ])
  func theTermThatDecides(text: String, term: String) throws {
    #expect(try Requirement(parsing: text).evaluate(try signature()).term.description == term)
  }

  @Test(arguments: [
    ("10.9", "10.10", -1), ("10.10", "10.9", 1), ("1", "1", 0), ("01", "1", 0), ("a", "b", -1), ("a2", "a10", -1), ("", "a", -1),
    ("1", "1.0", -1), ("99999999999999999999999999", "100000000000000000000000000", -1), ("2a", "2", 1),
  ])
  func versionOrder(left: String, right: String, order: Int) throws {
    let known = try signature(organization: left)
    for (symbol, holds) in [("<", order < 0), (">", order > 0), ("<=", order <= 0), (">=", order >= 0)] {
      #expect(try value("certificate leaf[subject.O] \(symbol) \"\(right)\"", known) == Ternary(holds))
    }
  }
}
