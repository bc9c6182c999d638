/// A distinguished name, one attribute a relative name.
package struct Name: Sendable, Equatable {
  package struct Attribute: Sendable, Equatable {
    package var oid: String
    /// The whole value, tag included, so that any string type can be written.
    package var value: [UInt8]

    package init(_ oid: String, _ value: [UInt8]) {
      self.oid = oid
      self.value = value
    }
  }

  package var attributes: [Attribute]

  package init(_ attributes: [Attribute]) { self.attributes = attributes }

  /// Name in the usual order C, ST, L, O, OU, CN; country is a PrintableString, the rest UTF8String.
  package init(
    commonName: String? = nil, organization: String? = nil, unit: String? = nil, locality: String? = nil, state: String? = nil,
    country: String? = nil
  ) {
    attributes = []
    if let country { attributes.append(Attribute("2.5.4.6", DER.printable(country))) }
    if let state { attributes.append(Attribute("2.5.4.8", DER.utf8(state))) }
    if let locality { attributes.append(Attribute("2.5.4.7", DER.utf8(locality))) }
    if let organization { attributes.append(Attribute("2.5.4.10", DER.utf8(organization))) }
    if let unit { attributes.append(Attribute("2.5.4.11", DER.utf8(unit))) }
    if let commonName { attributes.append(Attribute("2.5.4.3", DER.utf8(commonName))) }
  }

  package var der: [UInt8] {
    DER.seq(attributes.map { DER.value(0x31, DER.seq(DER.oid($0.oid), $0.value)) })
  }
}
