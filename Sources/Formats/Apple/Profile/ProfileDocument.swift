package import AssayBytes
import AssayContainers
package import AssayPKI

/// A profile's property list, and the SignedData around it where it has one. Read, not believed.
package struct ProfileDocument: Sendable {
  /// Larger profiles are not read; the largest known have a few hundred kB of certificates.
  package static let byteLimit = 16 << 20

  /// Nil: the plain form, which nobody signed.
  package let signed: SignedData?
  let content: PlistValue
  /// Octets behind the SignedData.
  package let trailingCount: Int

  /// Throws `profile.content.*`, `plist.*` and what the readers of ASN.1 and CMS throw.
  package init(_ bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    guard bytes.first == 0x30 else {
      signed = nil
      trailingCount = 0
      content = try ProfileDocument.dictionary(bytes, &budget)
      return
    }
    let data = try SignedData(contentInfo: bytes, &budget)
    guard data.contentType == "1.2.840.113549.1.7.1" else {
      throw ParseError(
        "profile.content.type", "the signed content is of type \(data.contentType), must be data", offset: bytes.startIndex)
    }
    guard let octets = data.contentOctets else {
      throw ParseError("profile.content.detached", "the signature brings no profile with it", offset: bytes.startIndex)
    }
    signed = data
    trailingCount = bytes.count - data.encodedCount
    content = try ProfileDocument.dictionary(octets, &budget)
  }

  private static func dictionary(_ octets: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) -> PlistValue {
    let value = try PlistValue(parsing: octets, &budget)
    guard value.members != nil else {
      throw ParseError("profile.content.type", "the profile is no dictionary", offset: octets.startIndex)
    }
    return value
  }

  func text(_ key: String) -> String? { content[key]?.text }

  /// When a provisioning profile ends.
  var expiry: Moment? {
    guard case .date(let seconds)? = content["ExpirationDate"], seconds.isFinite, abs(seconds) < 1e11 else { return nil }
    return Moment(secondsSince1970: 978_307_200 + Int64(seconds))
  }
  var teams: [[UInt8]] { content["TeamIdentifier"]?.items?.compactMap(\.octets) ?? [] }
  var developerCertificates: [[UInt8]] { content["DeveloperCertificates"]?.items?.compactMap(\.data) ?? [] }

  /// `TEAM.identifier`, where the identifier may end in a star.
  var applicationIdentifier: [UInt8]? {
    let entitlements = content["Entitlements"]
    return (entitlements?["com.apple.application-identifier"] ?? entitlements?["application-identifier"])?.octets
  }

  /// Whether the profile is for this program: its identifier behind the team's or the prefix' name.
  func covers(_ identifier: [UInt8]) -> Bool {
    guard let pattern = applicationIdentifier, let dot = pattern.firstIndex(of: UInt8(ascii: ".")) else { return false }
    let wanted = pattern[(dot + 1)...]
    guard wanted.last == UInt8(ascii: "*") else { return wanted.elementsEqual(identifier) }
    return identifier.starts(with: wanted.dropLast())
  }
}
