package import AssayPKI

/// Object identifiers of Authenticode (wintrust.h, "Windows Authenticode Portable Executable Signature Format").
package enum SpcOID {
  package static let indirectData: OID = "1.3.6.1.4.1.311.2.1.4"
  package static let opusInfo: OID = "1.3.6.1.4.1.311.2.1.12"
  package static let statementType: OID = "1.3.6.1.4.1.311.2.1.11"
  package static let individualStatement: OID = "1.3.6.1.4.1.311.2.1.21"
  package static let commercialStatement: OID = "1.3.6.1.4.1.311.2.1.22"
  package static let peImageData: OID = "1.3.6.1.4.1.311.2.1.15"
  package static let cabData: OID = "1.3.6.1.4.1.311.2.1.25"
  /// SPC_LINK_OBJID, which Microsoft's own tools put into the signature of a cabinet.
  package static let link: OID = "1.3.6.1.4.1.311.2.1.28"
  package static let sipInfo: OID = "1.3.6.1.4.1.311.2.1.30"
  package static let pageHashesV1: OID = "1.3.6.1.4.1.311.2.3.1"
  package static let pageHashesV2: OID = "1.3.6.1.4.1.311.2.3.2"
  package static let nestedSignature: OID = "1.3.6.1.4.1.311.2.4.1"
  package static let relaxedMarker: OID = "1.3.6.1.4.1.311.2.6.1"
  /// Catalogs: usage of the list, subjectAlgorithm of members by version, and a pair of name and value.
  package static let catalogList: OID = "1.3.6.1.4.1.311.12.1.1"
  package static let catalogMemberV1: OID = "1.3.6.1.4.1.311.12.1.2"
  package static let catalogMemberV2: OID = "1.3.6.1.4.1.311.12.1.3"
  package static let catalogNameValue: OID = "1.3.6.1.4.1.311.12.2.1"
  /// EKU: the signature ends with the certificate, timestamp or not.
  package static let lifetimeSigning: OID = "1.3.6.1.4.1.311.10.3.13"
  package static let timeStamping: OID = "1.3.6.1.5.5.7.3.8"
  package static let signingTime: OID = "1.2.840.113549.1.9.5"
  package static let countersignature: OID = "1.2.840.113549.1.9.6"
  package static let ecPublicKey: OID = "1.2.840.10045.2.1"

  /// Unsigned attributes with a meaning for Windows: timestamps, nested and sealing signatures.
  package static let knownUnsignedAttributes: Set<OID> = [
    countersignature, SignerInfo.authenticodeTokenAttribute, nestedSignature, "1.3.6.1.4.1.311.2.4.3", "1.3.6.1.4.1.311.2.4.4",
    relaxedMarker,
  ]
}
