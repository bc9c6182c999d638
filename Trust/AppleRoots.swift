// swift-format-ignore-file
// Made by Scripts/trust-apple; change that, not this.

/// Apple's root for code and timestamps, as signed code carries it.
/// Origin: PyPI uv 0.13.9 (macosx_11_0_arm64); SHA-256 as on apple.com/certificateauthority; generated 2026-11-23.
/// Wheel SHA-256 66c512266d633bef48384a1f53003f41f2a8e7b36fe6e7fbfd3e0fd52d96fa63.
enum AppleRoots {
  static let origin = "PyPI uv 0.13.9, signed programs"
  static let date = "2026-11-23T00:00:00Z"
  static let count = 1

  /// One anchor a line, as in MicrosoftRoots.
  static let table: StaticString = #"""
a6d511601747074f|Apple Root CA|611e5b662c593a08ff58d14ae22452d198df6c60|b0b1730ecbc7ff4505142c49f1295e6eda6bcaed7e2c68c5be91b5a11001f024|TvTIFwNJo2JMHzm8o7pbHZUoj9pWwDkNrBbw4+d2lv9Ctug+9m93/vh4ulBbEFcfZMn/RC2W23OagjxJ9t+ZXF8oOeAvE42dQXZwGJnkHJipBDZQUwwQhZjt/jkpnQQp16FhgQ==|MGIxCzAJBgNVBAYTAlVTMRMwEQYDVQQKEwpBcHBsZSBJbmMuMSYwJAYDVQQLEx1BcHBsZSBDZXJ0aWZpY2F0aW9uIEF1dGhvcml0eTEWMBQGA1UEAxMNQXBwbGUgUm9vdCBDQQ==|MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA5JGpCR+R2x5HUOsF7V55hC3rNqJXTFXsixmJ3vlLbPUHqyIwAugYPvhQCdN/QaiY+dHKZpwkaxHQo7vkGyrDH5WeegykR4tb1BY3M8vED03OFGnRyRly9V0O1X9fm/IlA7pVj01dDfFkNSMVSxVZHbOU9/acns9QusFYUGePCLQg98usLCBvcLY/ATCMt0PPD5098ytJKBrI/s61uQ7ZXhzWyz21Oq30Dw4AkguxIRYudNU8DdtiFqujcZJHU1XBry9Bs/j743DN5qNMRX4fTGtQlkGJxHRiCxCDQYczioGxMFjsWgQyjGizjx3eZXP/Z15lvEnYdp8zFGWhd5TJLQIDAQAB|
"""#
}
