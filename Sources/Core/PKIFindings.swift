/// Finding codes of the rooms that speak only the standards' words and do not know `FindingCode`: PKI, and reading trust lists.
package enum PKIFindings {
  package static let all: [FindingCode] = encoding + certificates + path + timeStamp + timeStampPath + revocation

  private static func codes(_ prefix: String, otherwise remedy: String, _ rows: [(String, String, String?)]) -> [FindingCode] {
    rows.map { FindingCode(prefix + $0.0, $0.1, remedy: $0.2 ?? remedy) }
  }

  /// A path that fails may be the signer's or the time-stamping authority's.
  private static let timeStampPath = path.map { code in
    FindingCode(
      "pki.timestamp.path-" + code.name.dropFirst("pki.path.".count), "of the time-stamping authority: " + code.summary,
      remedy: code.remedy)
  }

  private static let encoding = codes(
    "", otherwise: "tell the publisher; the signature has to be made again",
    [
      ("asn1.bitstring.invalid", "a BIT STRING breaks its form", nil),
      ("asn1.boolean.invalid", "a BOOLEAN breaks its form", nil),
      ("asn1.element.missing", "a required element is missing", nil),
      ("asn1.form.constructed", "an element is constructed where it must be primitive", nil),
      ("asn1.form.primitive", "an element is primitive where it must be constructed", nil),
      ("asn1.integer.empty", "an INTEGER has no octets", nil),
      ("asn1.integer.large", "an INTEGER is too large for its meaning", nil),
      ("asn1.integer.padded", "an INTEGER is not in its shortest form", nil),
      ("asn1.length.indefinite", "an indefinite length is not allowed here or never closed", nil),
      ("asn1.length.overrun", "a length runs past the bytes that there are", nil),
      ("asn1.length.padded", "a length is not in its shortest form", nil),
      ("asn1.oid.invalid", "an object identifier breaks its form", nil),
      ("asn1.tag.invalid", "a tag breaks its form", nil),
      ("asn1.tag.unexpected", "an element is of another type than the standard says", nil),
      ("asn1.time.invalid", "a time breaks its form or names no moment", nil),
      ("asn1.trailing", "bytes follow the last element of a structure", nil),
      ("asn1.truncated", "an element is cut off", nil),
      ("cms.certificate.other", "an entry among the certificates is no X.509 certificate", nil),
      ("cms.content.empty", "the signed content is present and empty", nil),
      ("cms.digest-algorithm.undeclared", "a signer's digest algorithm is not in the list before the content", nil),
      ("cms.revocation.other", "revocation information of an unknown format", nil),
      ("cms.signed-data.trailing", "elements follow the signers", nil),
      ("cms.type.unexpected", "the message is no SignedData", nil),
      ("cms.version.unexpected", "a version number does not fit what follows", nil),
      ("limit.paths", "more paths than are judged", "see Docs/Limits.md"),
    ])

  private static let certificates = codes(
    "", otherwise: "nothing to do where the finding is a note; --strict refuses it",
    [
      ("x509.algorithm.malformed", "a certificate's signature algorithm cannot be read", nil),
      ("x509.basic-constraints.path-length", "a path length limit where none may be", nil),
      ("x509.encoding.ber", "a certificate is not in DER", nil),
      ("x509.encoding.bits", "a bit string encodes trailing zero bits", nil),
      ("x509.encoding.default", "a default value is encoded", nil),
      ("x509.encoding.trailing", "bytes follow a certificate", nil),
      ("x509.extension.criticality", "an extension is critical and must not be, or the reverse", nil),
      ("x509.extension.duplicate", "an extension occurs twice", nil),
      ("x509.extension.empty", "an extension is empty", nil),
      ("x509.extension.malformed", "an extension cannot be read", nil),
      ("x509.extension.range", "a value in an extension is out of its range", nil),
      ("x509.extension.tag", "a name in an extension is of an unknown kind", nil),
      ("x509.extensions.empty", "the list of extensions is empty", nil),
      ("x509.extensions.malformed", "the list of extensions cannot be read", nil),
      ("x509.general-name.unknown", "a name is of an unknown kind", nil),
      ("x509.issuer.empty", "a certificate names no issuer", nil),
      ("x509.key-usage.cert-sign", "the right to sign certificates in a certificate of no authority", nil),
      ("x509.key-usage.empty", "a key usage that names no usage", nil),
      ("x509.name-constraints.criticality", "name constraints are not critical", nil),
      ("x509.name-constraints.end-entity", "name constraints in a certificate of no authority", nil),
      ("x509.policies.duplicate", "a certificate policy occurs twice", nil),
      ("x509.serial.long", "a serial number is longer than 20 octets", nil),
      ("x509.serial.malformed", "a serial number cannot be read", nil),
      ("x509.serial.negative", "a serial number is negative", nil),
      ("x509.serial.zero", "a serial number is zero", nil),
      ("x509.signature.malformed", "a certificate's signature value cannot be read", nil),
      ("x509.subject.empty", "a certificate names no subject", nil),
      ("x509.validity.form", "a time of validity is in another form than RFC 5280 wants", nil),
      ("x509.validity.malformed", "the validity cannot be read", nil),
      ("x509.version.default", "the default version is encoded", nil),
      ("x509.version.fields", "a certificate has fields that its version does not have", nil),
      ("x509.version.malformed", "the version cannot be read", nil),
      ("x509.version.range", "a certificate is of an unknown version", nil),
    ])

  private static let path = codes(
    "pki.path.", otherwise: "tell the publisher; the certificate has to be issued again",
    [
      ("algorithm-mismatch", "a certificate names two signature algorithms, inside and outside", nil),
      ("anchor-disabled", "the anchor's programme stopped trusting it", nil),
      ("anchor-issued-after", "the anchor is not trusted for certificates that begin so late", nil),
      ("anchor-usage", "the anchor is not trusted for this use", "trust it for this use on purpose with --trust FILE"),
      ("cert-sign", "an issuer's key usage does not let it sign certificates", nil),
      ("critical-extension", "a critical extension is not understood", "judge it with the tool that the extension is made for"),
      ("disallowed", "a certificate is on the platform's list of refused ones", "do not run it; get a copy signed with another certificate"),
      ("expired", "a certificate was no longer valid at the time that counts", "get a newer or timestamped copy; --at judges as of another moment"),
      ("extended-key-usage", "a certificate's extended key usage does not allow this use", "get a copy signed with a certificate for this use"),
      ("extension-unreadable", "an extension of a certificate cannot be read", nil),
      ("extensions-unreadable", "the extensions of a certificate cannot be read", nil),
      ("irregular", "a certificate breaks the encoding rules, which the profile refuses", nil),
      ("issuer-missing", "an issuer's certificate is not at hand and it is no anchor in use", "add it with --certs, or its root with --trust if you know whose it is"),
      ("issuer-usage", "an issuer's extended key usage does not include this use", nil),
      ("key-usage", "the certificate's key usage does not allow signatures", nil),
      ("length", "the path is longer than an issuer allows", nil),
      ("limit", "path building reached its limit", "see Docs/Limits.md"),
      ("name-constraint", "a name is outside what an issuer may vouch for", nil),
      ("not-a-ca", "an issuer is no certification authority", "do not trust it: an end entity's certificate was used as an issuer"),
      ("not-yet-valid", "a certificate was not yet valid at the time that counts", "check the clock, or give the moment with --at"),
      ("policy", "no certificate policy is valid along the path", nil),
      ("revoked", "a certificate was revoked at or before the time that counts", "do not run it; ask the publisher and get a newer copy"),
      ("root-untrusted", "the path ends in a root that is no anchor in use", "trust it with --trust FILE if you know whose it is"),
      ("self-signed", "the signer's certificate is self-signed and no anchor in use", "trust it with --trust FILE if you know whose it is"),
      ("signature-invalid", "a certificate's signature does not fit its issuer's key", "do not trust it: the named issuer did not issue it"),
      ("signature-unsupported", "a certificate is signed with an algorithm that is not offered", "judge it with the platform's own tool; see Docs/Limits.md"),
      ("usage-not-sole", "a time stamping certificate has other uses, or its usage is not critical", nil),
      ("weak", "the path has a weak key or digest", "ask the publisher for a signature with a stronger one"),
      ("weak-key", "a key on the path is too short", "ask the publisher for a signature with a stronger one"),
      ("weak-signature", "a certificate is signed over a broken digest", "ask the publisher for a signature with a stronger one"),
    ])

  private static let timeStamp = codes(
    "pki.timestamp.", otherwise: "ask the publisher for a signature with a good timestamp",
    [
      ("attributes", "the timestamp's signed attributes are missing or wrong", nil),
      ("certificate-binding", "the token does not name its signer's certificate rightly", nil),
      ("certificate-missing", "the timestamp does not hold its signer's certificate", nil),
      ("content-missing", "a timestamp token holds no content", nil),
      ("content-type", "a timestamp token holds something else than a time", nil),
      ("digest", "the timestamp's digest algorithm is not offered", nil),
      ("extension", "a critical extension of the token is not understood", nil),
      ("future", "the timestamp is later than the time of judging", "check the clock, or give the moment with --at"),
      ("imprint", "the timestamp was made for another signature", nil),
      ("limit", "judging the timestamp reached a limit", "see Docs/Limits.md"),
      ("malformed", "the timestamp breaks its form", nil),
      ("message-digest", "the timestamp's content is not what its authority signed", nil),
      ("not-established", "the timestamp could not be established", nil),
      ("note", "something worth a look in a timestamp", "nothing to do"),
      ("refused", "the authority's answer is a refusal and no token", nil),
      ("signature", "the timestamp's signature does not hold", nil),
      ("signers", "the timestamp has not exactly one signer", nil),
      ("time-missing", "the countersignature has no single signing time", nil),
      ("usage", "the authority's certificate is not for time stamping", nil),
      ("version", "the token is of an unknown version", nil),
    ])

  private static let revocation = codes(
    "", otherwise: "tell whoever issued the list or the answer; use another",
    [
      ("crl.version.unknown", "a CRL is of an unknown version", nil),
      ("ocsp.status.unsuccessful", "an OCSP answer is a refusal", nil),
      ("ocsp.type.unknown", "an OCSP answer is of an unknown type", nil),
      ("ocsp.version.unknown", "an OCSP answer is of an unknown version", nil),
      ("pki.revocation.not-established", "no revocation evidence at hand covers the path", "add CRLs or OCSP answers with --crl"),
      ("ctl.content.missing", "a certificate trust list holds no content", nil),
      ("ctl.property.repeated", "a property of a trust list has more than one value", nil),
      ("ctl.property.time", "a time in a trust list breaks its form", nil),
      ("ctl.type.unexpected", "the message is no certificate trust list", nil),
      ("ctl.version.unexpected", "a certificate trust list is of an unknown version", nil),
      ("trust.list.format", "a trust list cannot be read", "take the list from its publisher again"),
      ("trust.list.future", "a trust list is dated after the clock", "check the clock"),
      ("trust.list.older", "a trust list is older than the one in use", "take a newer list"),
      ("trust.list.signature", "a trust list's own signature does not hold", "take the list from its publisher again"),
    ])
}
