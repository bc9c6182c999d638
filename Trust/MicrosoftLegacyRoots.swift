// swift-format-ignore-file
// Made by Scripts/trust-microsoft; change that, not this.

/// Roots older than the list and not in it, which Windows trusts for old code and old timestamps, each for a few usages.
/// Origin: PyPI signify 0.9.3, legacy-certs.pem and cert_store.py, less those that the list has; generated 2026-11-23.
/// Wheel SHA-256 c67f327e34e480e18ff7c4d56f48703dc40e12bd77a4cccfebc0fd0e1fd4e3da.
enum MicrosoftLegacyRoots {
  static let origin = "PyPI signify 0.9.3, legacy-certs.pem"
  static let count = 2

  /// One anchor a line, sorted: first half of SHA-256 of the subject, name, SHA-1, SHA-256, TBS digests (SHA-1, SHA-256, SHA-384),
  /// subject, public key, limits. Binary values in base64.
  static let table: StaticString = #"""
74787900672203db|Copyright (c) 1997 Microsoft Corp.|245c97df7514e7cf2df8be72ae957b9e04741e85|6ef914723f089d2adaff98d470a3651ccf1768e559fbdcc0faaa640aa12e5753|i1B6XAGsU8vD2fiPZu4jZlr4yUN++9DqClMGhiJ3UuQSoK0fD6VEdP/wKbdhl8JJt0chfCW8OWYnGvlnW9tPHPYCXVuVIBPUr3gVQJ1yPcS8lIzzpg4QC7JMFAfHuKjQdmgBpw==|MIGeMSAwHgYDVQQKExdNaWNyb3NvZnQgVHJ1c3QgTmV0d29yazEeMBwGA1UECxMVTWljcm9zb2Z0IENvcnBvcmF0aW9uMS0wKwYDVQQLEyRNaWNyb3NvZnQgVGltZSBTdGFtcGluZyBTZXJ2aWNlIFJvb3QxKzApBgNVBAsTIkNvcHlyaWdodCAoYykgMTk5NyBNaWNyb3NvZnQgQ29ycC4=|MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC3Wjj1HzfMqUPE3CQYvvKFUrQdW18YuQuPS22o/81AUGzToNNcR8K594bkzX01BWk3H6893R/9jxU0wsR5zFl0im+MDsPoEeuEOEeYU+HxDA3kAQzwGx4g2ip6PcIVUo6K/3syv1geJZiDJsuKycQHFCS8SZ7XerOHGiUzvG0IRwIDAQAB|allowed=1.3.6.1.5.5.7.3.8
cc82b1602b7570b6|Microsoft Authenticode(tm) Root Authority|7f88cd7223f3c813818c994614a89c99fa3b5247|4898b1749717a594a2030f47c83c272bd14bae3dceb2eae382174ef2ec1c75c9|clpWhOirQPIVW716RJCj+7D6dHtnbE6E5yf1AEwQu1IBdnb0a9VNaUmQF+n9WCcew0HXOZLEVKnSNfIIesA6CIm1G/yWU5Ey6+FKAqB9kodHOiGwpliGSW72iHjfIUIjGAZChA==|MFAxCzAJBgNVBAYTAlVTMQ0wCwYDVQQKEwRNU0ZUMTIwMAYDVQQDEylNaWNyb3NvZnQgQXV0aGVudGljb2RlKHRtKSBSb290IEF1dGhvcml0eQ==|MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA3wi64z9uZJv1ia8olkoHjxsuiz4d/LiAaaOhztvfsI5siXYpT8pgNTmtcjLgC64pPUwW2Us8ndrF09EJySxvpsJgU0XdS9FVzQMc0llWJPPleNgHzNizH5A/wBpxUB0tpxIIbXywhmzHuoUyB+Fhb68DxW3l1qGPNvbBC9E+aZdIcsl/pMjCSkx+odGUptfc6wVGLrgYtFcdhknbaUosIfVeD1QtWkOpen5qjlBNJVehvxsVBUN7LAWNvT0DjJMifWPqClcFBgrbYZhlLUdJqOfmVnVcuGQIY6kwQGay+bbjNOhnMOFDC4f/yb5yEF4j8JunSGW/CYh7zXK8LnmbewIDAQAB|allowed=1.3.6.1.5.5.7.3.4,1.3.6.1.5.5.7.3.3
"""#
}
