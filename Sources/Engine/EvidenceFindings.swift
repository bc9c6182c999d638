package import AssayCore

/// Findings of the rooms that speak RFC words and know no finding: keys, certificates, paths, CMS, timestamps, revocation, lists.
package enum EvidenceFindings {
  package static let all: [FindingCode] = paths + timeStamps + structures + certificates + keys + lists

  private static func table(_ remedy: String, _ rows: [(String, String)]) -> [FindingCode] {
    rows.map { FindingCode($0.0, $0.1, remedy: remedy) }
  }

  private static let paths: [FindingCode] =
    table(
      "give the missing issuer with --certs, or trust its root with --trust if your policy allows it",
      [
        ("pki.path.issuer-missing", "no certificate at hand issued the last one of the path"),
        ("pki.path.root-untrusted", "the path ends at a root that is no anchor in use"),
        ("pki.path.self-signed", "the signer's certificate is signed by itself and is no anchor"),
      ])
    + table(
      "do not trust it; ask the publisher for a file that is signed again",
      [
        ("pki.path.signature-invalid", "a certificate's signature does not hold under its issuer's key"),
        ("pki.path.signature-unsupported", "a certificate is signed by an algorithm that cannot be checked"),
        ("pki.path.algorithm-mismatch", "a certificate names two different signature algorithms"),
        ("pki.path.revoked", "a certificate of the path was revoked at or before the time that counts"),
        ("pki.path.disallowed", "a certificate or key of the path is on a deny list"),
        ("pki.path.cert-sign", "an issuer's key usage does not allow it to sign certificates"),
        ("pki.path.not-a-ca", "an issuer is no certification authority"),
        ("pki.path.length", "the path is longer than an issuer allows"),
        ("pki.path.name-constraint", "a name is outside what an issuer may name"),
        ("pki.path.policy", "the path has no valid certificate policy where one is required"),
        ("pki.path.critical-extension", "a certificate holds a critical extension that is not known"),
        ("pki.path.extension-unreadable", "an extension that matters cannot be read"),
        ("pki.path.extensions-unreadable", "the extensions of a certificate cannot be read"),
        ("pki.path.irregular", "a certificate breaks its encoding's rules"),
        ("pki.path.weak", "the path rests on an algorithm or key that is weak"),
        ("pki.path.weak-key", "a key of the path is too short"),
        ("pki.path.weak-signature", "a certificate of the path is signed by a weak algorithm"),
      ])
    + table(
      "the certificate is for other work: ask the publisher for a file signed by one for code signing",
      [
        ("pki.path.extended-key-usage", "the certificate's extended key usage does not include the purpose"),
        ("pki.path.key-usage", "the certificate's key usage does not include signing"),
        ("pki.path.issuer-usage", "an issuer's extended key usage does not include the purpose"),
        ("pki.path.usage-not-sole", "a time-stamping certificate has other usages, or the usage is not critical"),
        ("pki.path.anchor-usage", "the anchor's programme does not allow it to vouch for this purpose"),
      ])
    + table(
      "judge as of another time with --at only if you know when it was signed",
      [
        ("pki.path.expired", "a certificate was not valid any more at the time that counts"),
        ("pki.path.not-yet-valid", "a certificate was not valid yet at the time that counts"),
        ("pki.path.anchor-disabled", "the anchor's programme disabled it before the time that counts"),
        ("pki.path.anchor-issued-after", "the anchor's programme does not accept certificates issued so late"),
      ])
    + table(
      "see Docs/Limits.md",
      [
        ("pki.path.limit", "building a path needs more work than the budget"),
        ("limit.paths", "there are more paths to try than the budget"),
      ])
    + table(
      "add CRLs or OCSP responses with --crl",
      [("pki.revocation.not-established", "no CRL or OCSP response at hand covers the whole path")])

  private static let timeStamps: [FindingCode] = table(
    "ask the publisher for a file with a good timestamp; until then the signature counts only while its certificate is valid",
    [
      ("pki.timestamp.content-missing", "the timestamp token has no content"),
      ("pki.timestamp.content-type", "the timestamp token's content is no TSTInfo"),
      ("pki.timestamp.malformed", "the timestamp token cannot be read"),
      ("pki.timestamp.not-established", "a timestamp could not be checked"),
      ("pki.timestamp.note", "something about a timestamp is worth a look"),
      ("pki.timestamp.refused", "the authority's answer is no timestamp"),
      ("pki.timestamp.attributes", "the countersignature's signed attributes are not as they must be"),
      ("pki.timestamp.certificate-binding", "the token names another certificate than the one that verifies it"),
      ("pki.timestamp.certificate-missing", "the authority's certificate is not at hand"),
      ("pki.timestamp.digest", "the timestamp uses a digest algorithm that is not offered"),
      ("pki.timestamp.extension", "the token holds a critical extension that is not known"),
      ("pki.timestamp.future", "the timestamp is later than the time of judging"),
      ("pki.timestamp.imprint", "the timestamp was made for another signature"),
      ("pki.timestamp.limit", "checking the timestamp needs more work than the budget"),
      ("pki.timestamp.message-digest", "the timestamp's content is not what its authority signed"),
      ("pki.timestamp.signature", "the authority's signature does not hold"),
      ("pki.timestamp.signers", "the token has not exactly one signer"),
      ("pki.timestamp.time-missing", "the countersignature has no single signingTime"),
      ("pki.timestamp.usage", "the authority's certificate is not for time stamping"),
      ("pki.timestamp.version", "the token's version is not 1"),
    ]
      // What is wrong with the authority's own path.
      + paths.filter { $0.name.hasPrefix("pki.path.") }.map {
        ("pki.timestamp.path-" + $0.name.dropFirst("pki.path.".count), "time-stamping authority: " + $0.summary)
      })

  private static let broken = "get the file again from its publisher; a structure that breaks its rules is not believed"

  private static let structures: [FindingCode] = table(
    broken,
    [
      ("asn1.bitstring.invalid", "a BIT STRING breaks its encoding"), ("asn1.boolean.invalid", "a BOOLEAN breaks its encoding"),
      ("asn1.element.missing", "an element is missing"), ("asn1.form.constructed", "a constructed form stands where none may"),
      ("asn1.form.primitive", "a primitive form stands where none may"), ("asn1.integer.empty", "an INTEGER has no content"),
      ("asn1.integer.large", "an INTEGER is larger than its use allows"), ("asn1.integer.padded", "an INTEGER is padded"),
      ("asn1.length.indefinite", "an indefinite length stands where DER is required"),
      ("asn1.length.overrun", "a length is more than what is left"), ("asn1.length.padded", "a length is not minimal"),
      ("asn1.oid.invalid", "an OBJECT IDENTIFIER breaks its encoding"), ("asn1.tag.invalid", "a tag breaks its encoding"),
      ("asn1.tag.unexpected", "another tag was required here"), ("asn1.time.invalid", "a time breaks its encoding"),
      ("asn1.trailing", "something follows where nothing may"), ("asn1.truncated", "the bytes end inside an element"),
      ("cms.certificate.other", "the SignedData holds a certificate of another kind"),
      ("cms.content.empty", "the SignedData has no content"),
      ("cms.digest-algorithm.undeclared", "a signer's digest algorithm is not among those declared"),
      ("cms.revocation.other", "the SignedData holds revocation information of another kind"),
      ("cms.signed-data.trailing", "something follows the SignedData"),
      ("cms.type.unexpected", "the ContentInfo holds no SignedData"), ("cms.version.unexpected", "the CMS version does not fit"),
      ("pe.imports.truncated", "the import table runs past its section"),
      ("pe.resources.truncated", "the resource table runs past its section"),
      ("pe.version.invalid", "the version resource breaks its rules"), ("pe.version.truncated", "the version resource is cut off"),
    ])

  private static let certificates: [FindingCode] = table(
    "a certificate that breaks RFC 5280 or DER is read where the platform reads it; ask its issuer",
    [
      ("x509.algorithm.malformed", "an algorithm identifier cannot be read"),
      ("x509.basic-constraints.path-length", "a path length stands where none may"),
      ("x509.encoding.ber", "the certificate is not DER"), ("x509.encoding.bits", "a BIT STRING is not minimal"),
      ("x509.encoding.default", "a default value is encoded"), ("x509.encoding.trailing", "something follows the certificate"),
      ("x509.extension.critical", "an extension's critical flag breaks its encoding"),
      ("x509.extension.criticality", "an extension is critical or not against its rule"),
      ("x509.extension.duplicate", "an extension stands twice"), ("x509.extension.empty", "an extension is empty"),
      ("x509.extension.malformed", "an extension cannot be read"),
      ("x509.extension.range", "a value of an extension is out of range"),
      ("x509.extension.tag", "an extension holds another type than it must"),
      ("x509.extensions.empty", "the list of extensions is empty"),
      ("x509.extensions.malformed", "the list of extensions cannot be read"),
      ("x509.general-name.unknown", "a general name of an unknown kind"), ("x509.issuer.empty", "the issuer's name is empty"),
      ("x509.issuer.malformed", "the issuer's name cannot be read"),
      ("x509.subject.malformed", "the subject's name cannot be read"),
      ("x509.key-usage.cert-sign", "keyCertSign stands without a CA"), ("x509.key-usage.empty", "keyUsage has no bit set"),
      ("x509.name-constraints.criticality", "name constraints are not critical"),
      ("x509.name-constraints.end-entity", "name constraints stand in an end entity's certificate"),
      ("x509.policies.duplicate", "a certificate policy stands twice"),
      ("x509.serial.long", "the serial number is longer than 20 bytes"),
      ("x509.serial.malformed", "the serial number cannot be read"), ("x509.serial.negative", "the serial number is negative"),
      ("x509.serial.zero", "the serial number is zero"), ("x509.signature.malformed", "the signature value cannot be read"),
      ("x509.subject.empty", "the subject's name is empty"),
      ("x509.validity.form", "a time has a form that RFC 5280 does not allow"),
      ("x509.validity.malformed", "the validity cannot be read"), ("x509.version.default", "the default version is encoded"),
      ("x509.version.fields", "fields stand that the version does not have"),
      ("x509.version.malformed", "the version cannot be read"),
      ("x509.version.range", "the version is out of range"),
    ])

  private static let keys: [FindingCode] = table(
    "a key that cannot be used proves nothing; ask the publisher for a file signed with another",
    [
      ("key.algorithm", "the key's algorithm is not known"), ("key.bits", "the key's bits cannot be read"),
      ("key.ec.curve", "the curve is not known"), ("key.ec.explicit", "the curve is given by parameters and not by name"),
      ("key.ec.point", "the point is not on the curve"), ("key.ed25519", "the Ed25519 key cannot be read"),
      ("key.dsa", "the DSA key cannot be read"), ("key.mldsa", "the ML-DSA key cannot be read"),
      ("key.parameters", "the key's parameters cannot be read"),
      ("key.pss.digest", "the PSS digest is not known"), ("key.pss.mask", "the PSS mask function is not known"),
      ("key.pss.salt", "the PSS salt length is out of range"), ("key.pss.trailer", "the PSS trailer is not known"),
      ("key.rsa.exponent", "the RSA exponent is out of range"), ("key.rsa.modulus", "the RSA modulus is out of range"),
      ("key.rsa.negative", "the RSA modulus is negative"), ("key.rsa.size", "the RSA key is larger than the limit"),
    ])

  private static let lists: [FindingCode] =
    table(
      "get a fresh CRL or OCSP response from its issuer",
      [
        ("crl.version.unknown", "the CRL's version is not known"),
        ("ocsp.status.unsuccessful", "the OCSP responder gave no answer"),
        ("ocsp.type.unknown", "the OCSP response's type is not known"),
        ("ocsp.version.unknown", "the OCSP response's version is not known"),
      ])
    + table(
      "get the newest authroot.stl or disallowedcert.stl from Microsoft",
      [
        ("trust.list.format", "the file is no trust list of Microsoft's"), ("trust.list.future", "the list's date is to come"),
        ("trust.list.older", "the list is older than the one in force"),
        ("trust.list.signature", "the list is not signed by Microsoft's list signer, or was changed"),
      ])
}
