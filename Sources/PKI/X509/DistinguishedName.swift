package import AssayBytes

/// Name (RFC 5280 4.1.2.4): its encoding and what it says.
package struct DistinguishedName: Hashable, Sendable {
  package struct Attribute: Hashable, Sendable {
    package let type: OID
    /// The value's whole encoding.
    package let encoded: ArraySlice<UInt8>
    /// Nil when it is no character string or not valid in its encoding.
    package let text: String?
    /// Index of the RDN that it stands in (a multi-valued RDN gives several attributes one index).
    package let rdn: Int
  }
  package let encoded: ArraySlice<UInt8>
  package let attributes: [Attribute]
  /// True where the name could not be read: kept raw with no attributes.
  package let isOpaque: Bool

  /// Lenient: never throws for strange values.
  package init(encoded: ArraySlice<UInt8>) { fatalError("unimplemented") }

  /// First value of the attribute type, as text.
  package func first(_ type: OID) -> String? { attributes.first { $0.type == type }?.text }
  package var commonName: String? { first("2.5.4.3") }
  package var organization: String? { first("2.5.4.10") }
  package var organizationalUnit: String? { first("2.5.4.11") }
  package var country: String? { first("2.5.4.6") }

  /// RFC 4514: most specific first, `CN=...,O=...,C=US`, escaped.
  package var description: String { fatalError("unimplemented") }

  /// RFC 5280 7.1 comparison (case-folded, white space folded, string types compared by characters).
  package func matches(_ other: DistinguishedName) -> Bool { fatalError("unimplemented") }

  package static func == (left: DistinguishedName, right: DistinguishedName) -> Bool { left.encoded == right.encoded }
  package func hash(into hasher: inout Hasher) { hasher.combine(encoded) }
}
