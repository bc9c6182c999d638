import AssayBytes
import AssayPKI

/// Dates that Gatekeeper goes by.
enum GatekeeperDates {
  /// When the developer's account was made, in a leaf of Developer ID.
  static let accountMarker: OID = "1.2.840.113635.100.6.1.33"
  /// 2019-04-08T00:00:00Z: accounts from then on must notarize (Security.framework, legacydevid.cpp, whose comment says the 7th).
  static let legacyAccount = Moment(secondsSince1970: 576_374_400 + 978_307_200)
  /// 2019-06-01T00:00:00Z: what is timestamped from then on must be notarized (the same).
  static let legacyTimestamp = Moment(secondsSince1970: 581_040_000 + 978_307_200)
}
