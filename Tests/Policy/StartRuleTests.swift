import AssayBytes
import AssayCore
import AssayMaker
import AssayPKI
import AssayPolicy
import AssayTrustData
import Testing

private func judge(
  _ target: String, _ roles: [Role], _ state: State = .trusted, _ signatures: [SignatureFacts] = [], format: String = "pe",
  beside programs: [FolderFacts.Program] = [], change: (inout ReportFacts) -> Void = { _ in }
) throws -> Verdict {
  var facts = ReportFacts(target: target, state: state)
  facts.format = format
  facts.platform = "windows"
  facts.roles = roles
  facts.signatures = signatures
  change(&facts)
  var folder = FolderFacts()
  folder.trustedPrograms = programs
  return try #require(CompiledPolicy.builtin("m1045", names: .windows)).judge(facts, beside: folder)
}

/// Signed by Microsoft under one of its roots, with usages.
private func microsoft(
  _ usages: [String], root name: String = "Microsoft Root Certificate Authority 2010", digest: DigestAlgorithm = .sha256
) throws -> SignatureFacts {
  var root = CertificateFacts.Saved()
  root.subject = ["CN": [name]]
  return try signature(
    organization: "Microsoft Corporation", bundle: "microsoft",
    leaf: { $0.extensions = [.keyUsage(.digitalSignature), .extendedKeyUsage(["1.3.6.1.5.5.7.3.3"] + usages)] },
    change: {
      $0.chain = $0.chain.map { [$0[0], CertificateFacts(root)] }
      $0.digest = digest
    })
}

/// Signed by the maker of the driver himself, under a certificate issued on that day.
private func maker(_ year: Int, _ month: Int, _ day: Int, digest: DigestAlgorithm = .sha256) throws -> SignatureFacts {
  try signature(
    leaf: { $0.notBefore = MakerTime(year, month, day) },
    change: {
      $0.digest = digest
      $0.claimed = $0.chain ?? []
    })
}

/// Kernel-mode rules, Windows 10 1607 and later.
@Suite struct DriverRuleTests {
  private static let whql = "1.3.6.1.4.1.311.10.3.5"

  private func judged(_ signatures: [SignatureFacts], state: State = .trusted) throws -> Verdict {
    try judge("C/Windows/System32/drivers/x.sys", [.kernelDriver], state, signatures)
  }

  @Test(arguments: [
    ([whql], Decision.accept), ([whql + ".1"], .accept), (["1.3.6.1.4.1.311.10.3.6"], .accept),
    (["1.3.6.1.4.1.311.61.4.1"], .accept), ([], .reject), (["1.3.6.1.4.1.311.76.3.1"], .reject),
  ]) func theUsageTellsWhoSignsDrivers(_ usages: [String], _ decision: Decision) throws {
    let verdict = try judged([try microsoft(usages)])
    #expect(verdict.decision == decision, "\(verdict.reason)")
    #expect(verdict.findings.map(\.code) == [decision == .accept ? "driver.signer.kind" : "driver.signer.not-portal"])
    #expect(verdict.attack.contains("T1543.003"))
  }

  /// Code of Microsoft's that ends in another of its roots runs above the kernel.
  @Test func theRootMustBeOneOfTheKernels() throws {
    let verdict = try judged([try microsoft([Self.whql], root: "Microsoft Root Certificate Authority 2011")])
    #expect(verdict.decision == .reject && verdict.findings.map(\.code) == ["driver.signer.not-portal"])
  }

  /// The usage alone proves nothing: anybody may write it into a certificate.
  @Test func theUsageUnderAnotherRootIsNobodys() throws {
    let signer = try signature(
      leaf: { $0.extensions = [.extendedKeyUsage(["1.3.6.1.5.5.7.3.3", Self.whql])] }, change: { $0.digest = .sha256 })
    let verdict = try judged([signer])
    #expect(verdict.decision == .reject && verdict.findings.map(\.code).contains("driver.cross-signed.after-cutoff"))
  }

  @Test(arguments: [
    (2015, 7, 28, Decision.accept), (2015, 7, 29, .reject), (2010, 1, 1, .accept), (2025, 1, 1, .reject),
  ]) func theCutOff(_ year: Int, _ month: Int, _ day: Int, _ decision: Decision) throws {
    let verdict = try judged([try maker(year, month, day)])
    #expect(verdict.decision == decision, "\(verdict.reason)")
    let codes = verdict.findings.map(\.code)
    #expect(
      codes
        == (decision == .accept
          ? ["driver.cross-signed.legacy"] : ["driver.signer.not-portal", "driver.cross-signed.after-cutoff"]))
    #expect(verdict.findings.allSatisfy { $0.attack == ["T1543", "T1543.003"] })
  }

  /// Dual signatures: the maker's own beside Microsoft's is no harm.
  @Test func oneSignatureThroughThePortalIsEnough() throws {
    let verdict = try judged([try maker(2025, 1, 1), try microsoft([Self.whql + ".1"])])
    #expect(verdict.decision == .accept && verdict.findings.map(\.code) == ["driver.signer.kind"])
  }

  /// Attack 25: the kernel takes SHA-2 alone.
  @Test func overSHA1Alone() throws {
    for signature in [try microsoft([Self.whql], digest: .sha1), try maker(2014, 1, 1, digest: .sha1)] {
      let verdict = try judged([signature])
      #expect(verdict.decision == .reject && verdict.findings.map(\.code).contains("driver.digest.weak"))
    }
    let both = try judged([try microsoft([Self.whql], digest: .sha1), try microsoft([Self.whql])])
    #expect(both.decision == .accept)
  }

  /// Attack 24: a leaked certificate of before the cut-off, ended, with a time that nobody trusted attests.
  @Test func aLeakedCertificateWithAForgedTime() throws {
    var stolen = try maker(2014, 1, 1)
    stolen.state = .expired
    stolen.isVerified = false
    let verdict = try judged([stolen], state: .expired)
    #expect(verdict.decision == .reject && verdict.findings.map(\.code).contains("driver.cross-signed.untimed"))
    #expect(verdict.attack.contains("T1553.002"))
    stolen = try maker(2020, 1, 1)
    stolen.state = .expired
    stolen.isVerified = false
    #expect(try !judged([stolen], state: .expired).findings.map(\.code).contains("driver.cross-signed.untimed"))
  }

  @Test func aBootDriverCarriesItsSignature() throws {
    for (starts, isFromCatalog) in [(true, true), (true, false), (false, true)] {
      var signature = try microsoft([Self.whql])
      signature.isFromCatalog = isFromCatalog
      let verdict = try judge("C/Windows/System32/drivers/x.sys", [.kernelDriver], .trusted, [signature]) {
        $0.startsAtBoot = starts
      }
      #expect(verdict.decision == .accept)
      #expect(verdict.findings.contains { $0.code == "driver.boot.catalog-only" } == (starts && isFromCatalog))
    }
  }

  @Test func whatIsNoDriverIsNotJudgedSo() throws {
    let verdict = try judge("x.exe", [.executable], .trusted, [try maker(2025, 1, 1)])
    #expect(verdict.decision == .accept && verdict.findings.isEmpty)
  }

  /// A saved report does not tell usages.
  @Test func aFactThatIsMissingIsUndecided() throws {
    var saved = try microsoft([])
    saved.chain = saved.chain.map { [CertificateFacts(CertificateFacts.Saved()), $0[1]] }
    #expect(try judged([saved]).decision == .undecided)
  }
}

/// What starts by itself: each row with a good file, an unsigned one, a tampered one, one of another publisher.
@Suite struct StartRuleTests {
  @Test(arguments: [
    (Role.windowsService, "C/Program Files/App/svc.exe", "pe", ["T1543", "T1543.003"]),
    (.iisModule, "C/App/module.dll", "pe", ["T1505", "T1505.004"]),
    (.transportAgent, "C/App/agent.dll", "pe", ["T1505", "T1505.002"]), (.serverModule, "C/App/module.dll", "pe", ["T1505"]),
    (.powershellProfile, "C/Users/x/Documents/WindowsPowerShell/profile.ps1", "powershell", ["T1546.013"]),
  ]) func everyRow(_ role: Role, _ target: String, _ format: String, _ attack: [String]) throws {
    let roles = [format == "pe" ? Role.library : .script, role]
    let good = try judge(target, roles, .trusted, [try signature()], format: format)
    #expect(good.decision == .accept && good.findings.isEmpty && Set(attack).isSubset(of: good.attack))
    for state in [State.unsigned, .tampered, .untrusted, .expired, .malformed] {
      var broken = try signature()
      broken.state = state
      broken.isVerified = false
      let verdict = try judge(target, roles, state, state == .unsigned ? [] : [broken], format: format)
      let finding = try #require(verdict.findings.first { $0.code == "policy.start.untrusted" })
      #expect(verdict.decision == .reject && finding.attack == attack && finding.found == state.rawValue)
      #expect(Set(attack).isSubset(of: verdict.attack))
    }
    // Says that it is Microsoft's: what ships in an application's folder is warned about, what the system starts is refused.
    guard format == "pe" else { return }
    let claimed = try judge(target, roles, .trusted, [try signature()]) { $0.companyName = "Microsoft Corporation" }
    #expect(claimed.decision == .reject && claimed.findings.map(\.code) == ["policy.publisher.vendor"])
    #expect(Set(attack).isSubset(of: claimed.attack))
  }

  @Test func theWebServersFolderIsMicrosofts() throws {
    let target = "C/Windows/System32/inetsrv/evil.dll"
    let verdict = try judge(target, [.library, .iisModule], .trusted, [try signature()])
    #expect(verdict.decision == .reject && verdict.findings.map(\.code) == ["policy.start.publisher"])
    #expect(try judge(target, [.library, .iisModule], .trusted, [try microsoft([])]).decision == .accept)
    #expect(try judge("C/inetpub/x.dll", [.library, .iisModule], .trusted, [try signature()]).decision == .accept)
  }
}

/// Libraries beside programs (T1554, T1574.001).
@Suite struct ComponentRuleTests {
  private static let app = FolderFacts.Program(name: "app.exe", publisher: "Other Ltd")

  @Test func aLibraryOfAnotherPublisherIsWarnedAbout() throws {
    let verdict = try judge("C/App/codec.dll", [.library], .trusted, [try signature()], beside: [Self.app])
    #expect(verdict.decision == .accept && verdict.findings.map(\.code) == ["policy.component.publisher"])
    #expect(verdict.findings[0].severity == .warning && verdict.findings[0].attack == ["T1554"])
  }

  @Test func whereItIsUsualNothingIsSaid() throws {
    let own = FolderFacts.Program(name: "a.exe", publisher: "CORP, Ltd.")
    #expect(try judge("C/App/codec.dll", [.library], .trusted, [try signature()], beside: [own]).findings.isEmpty)
    // A folder of many publishers, Microsoft's own libraries, a folder without programs.
    #expect(try judge("C/App/codec.dll", [.library], .trusted, [try signature()], beside: [Self.app, own]).findings.isEmpty)
    #expect(try judge("C/App/vcruntime140.dll", [.library], .trusted, [try microsoft([])], beside: [Self.app]).findings.isEmpty)
    #expect(try judge("C/App/codec.dll", [.library], .trusted, [try signature()]).findings.isEmpty)
  }

  /// Attack: a library under a system library's name beside a program that will look for it there.
  @Test func aSystemLibrarysNameBesideAProgramOfAnother() throws {
    let planted = try judge("C/App/version.dll", [.library], .trusted, [try signature()], beside: [Self.app])
    #expect(planted.decision == .reject)
    let finding = try #require(planted.findings.first { $0.code == "policy.name.publisher" })
    #expect(finding.attack == ["T1036.005", "T1574.001"] && finding.message.contains("app.exe"))
    let alone = try judge("C/App/version.dll", [.library], .trusted, [try signature()])
    #expect(alone.findings.first?.attack == ["T1036.005"])
    let moved = try judge("C/Program Files/App/version.dll", [.library], .trusted, [try microsoft([])], beside: [Self.app])
    #expect(moved.decision == .reject && moved.findings.map(\.code) == ["policy.name.location"])
    #expect(moved.findings[0].attack == ["T1036.005", "T1574.001"])
  }
}
