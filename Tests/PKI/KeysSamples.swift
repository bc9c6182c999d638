import AssayBytes
import AssayPKI

/// Keys and signatures over `assay`, made with OpenSSL 3.0.22 (`genrsa`, `ecparam`, `dgst -sign`), base64.
struct SignedSample: Sendable {
  let key: String
  let digest: DigestAlgorithm
  let spki: [UInt8]
  let signature: [UInt8]

  init(_ key: String, _ digest: DigestAlgorithm, _ spki: String, _ signature: String) {
    self.key = key
    self.digest = digest
    self.spki = Base64.decode(spki.utf8, ignoringSpace: true) ?? []
    self.signature = Base64.decode(signature.utf8, ignoringSpace: true) ?? []
  }

  static let all: [SignedSample] = [
    SignedSample(
      "RSA 512", .md5,
      """
      MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALbLm9pJNYfJh48AP7QZU9fD6E3jIt2+qWZjJ33fbkOi3nb4CexG8hNpTR7NHviDkE7nQ0tfUzCD0of7PolI0D0C
      AwEAAQ==
      """,
      """
      ovpxyMzTrXN9F6sN2ArYUigMFJZUxZf44+E+h7XdEh/YUWIPx2wUh2rHyT732QnwDVSnxoYE/MzY4iSiYg7kVg==
      """),
    SignedSample(
      "RSA 768", .sha1,
      """
      MHwwDQYJKoZIhvcNAQEBBQADawAwaAJhALCH96srKNzFylElwR4Zxf9/v0oVgTAUU+b4bgxApW1Eo3LKt8peHWQl992cxjegmnqDPFXpwn5iL1coVTeCCXiD
      mSvZIwIk0Ecf1eGODajD43l8lhzE8oInkf6SMJJeDwIDAQAB
      """,
      """
      N+P3+RMt75crcYpElFD7qv5SxKFpgikt0b501BxK8SMCCJb3dYCkfyBJLsOw4nbMMPrkVbrBWfNmkT7YilAogEY+FMSXqin51RwEr1shX+nQxvZvUb0lJ2YE
      4LhzlEj3
      """),
    SignedSample(
      "RSA 1023", .sha256,
      """
      MIGeMA0GCSqGSIb3DQEBAQUAA4GMADCBiAKBgGhfCwLl0G8AoQPXkTHDrGrTkZDJSOhcjT9loIVjzh2hYSrnIzCu64nsrkIfs8M1BlrInVFxNN+VtKIed6YW
      ZozdZB3b+o2oXr2b4/3S+oT0IVKHpI40SYMiVAKBK9L7Nu9k2tL2jLQC6xvN46XTwdGntUqQq2oG55j6QsBhq9nXAgMBAAE=
      """,
      """
      Fn/P4I53YG6DLsakdFb3UC7V6KtbryA2RTgGZ3sWMR/kRPkWIWZwml0yAjYQ3teDccb4I9lz+1o1GpPVWA2Ya333aalA0oe7OtWF9wnq28E2sMOUx+pxcEx9
      UZvfyNcvts3hoKfHVajkuyJ6z+/+qblw2mHuj7wEPJaM1F8vlrI=
      """),
    SignedSample(
      "RSA 2048", .sha3_256,
      """
      MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAlF8pf7GjQeK9RsqbfRT7MUdsBCjrxbv3h9lcZA1AOkcbZzy7hDnmG1Efavto4dJ7VxGsu/gAw4NW
      eESotDKT2ZsaK+ggtvKSC9Ga4kqiuBtBOeQdpq6DRfdeAP0XlrHLgtiS2RE+TB9CB9mbdtrHD2vOlDC4MFMA+GJcAG4z3d/LsCO2ziom1PeiA9fJpuBgHhrH
      d8Xc4bdpd4QE89nusvbmJ2BI3pysUu5iquMcxaJOCbgRCEpLII6qTmNrKrdWNj5cgtaSQRls9GznFeJTXTa6tRacIKPpEow1eI+J4THK0JVHHSgPeSNWPMsl
      UgLvjo52fE+hjwAiyKSNSjNPrQIDAQAB
      """,
      """
      SwV5BIADc4zQDINfqg6T4iDzAgZc3xZad8XSrdcFa4330j6/H9oZelco4g5rfMIfRveiUjPrNKs4CK0+f9JV5PiMDYrfbeFbWn94fWAG7g/cMa3LC+VNxYOr
      nk2fd32j0vjuvhwm2jglLnULB7XIPSvV8/lPBSdEBuhOgJsCHmAQstTxfuTqYFDes47L9Xr2TuFtEdXX3O97aUM6ZeOwE4pTGfI1cjFh55UP390UU350wVbH
      6e64bBpOCo+4d8MTJHRbbMFR/XN/6Na7ZRo5Lav2qhvIoZEQ2H+IcCondj5PyoXS2txXfeSg+QGFu24iht0a5LIWF+A3te6DA3OhQg==
      """),
    SignedSample(
      "EC P-224", .sha512,
      """
      ME4wEAYHKoZIzj0CAQYFK4EEACEDOgAE6O4XJhH6fkizdn7WsBTpyl/livOqzvx1qgAkqBxkIG7RZItndEdnBsbc5g2PMQ6gPc+JQQRaKg0=
      """,
      """
      MD0CHQCmSlEfxFiy8ypbgRzT3X3RnQ0ui9f61SgSyxuvAhwcl7imTFzB26aRSePsEAledz16Ju5rve6MqoR8
      """),
    SignedSample(
      "EC P-256", .sha512,
      """
      MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEzBQX2bY4BWTzcT3ftDkcjzWaD9dX869MohvAz/HPFRzEkROhDRv2h3d+3URmY7Ru7cYB+ovvk1i6sjRQDZvI
      sQ==
      """,
      """
      MEUCIHOi4mPvXU6l99370lFYiL3K9PA+Uxh9uKgmJeHbsgM+AiEAr861HyJc8ue6yRvEU70qlitYuIy3YtX2xi8a5N+5KtQ=
      """),
    SignedSample(
      "EC P-256", .sha512,
      """
      MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgADzBQX2bY4BWTzcT3ftDkcjzWaD9dX869MohvAz/HPFRw=
      """,
      """
      MEUCIHOi4mPvXU6l99370lFYiL3K9PA+Uxh9uKgmJeHbsgM+AiEAr861HyJc8ue6yRvEU70qlitYuIy3YtX2xi8a5N+5KtQ=
      """),
    SignedSample(
      "EC P-384", .sha512,
      """
      MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEoZVhgPT0lkdOK8kTkl7tBrpYRk7CpR4/7PCg5GirRX6tk8IuZLeakf8W7QLKcdw7JmtKHfYbAxzhCTnCt5Obfkpb
      c44SmsMHj9r89wcQIcP14UH98IEMYaI4t7YyUiyF
      """,
      """
      MGYCMQD1Kzl8jkKUtMGAjHTt2Ro5Hn2IFrVpELN+eTLStYDsUfCjOjVyZwaHpX8ZvcFc78cCMQDSAZaxsSjTo+gReVz0dVUuE1bHAAcwt20szlFLmKU/jaGa
      V1WTf/Ecgt/91CUP3P4=
      """),
    SignedSample(
      "EC P-521", .sha512,
      """
      MIGbMBAGByqGSM49AgEGBSuBBAAjA4GGAAQAMeTZ3uygOcO7jAj28//qEXRZ1UlfmqwNkqX2M1P9w8xA5JHID6Dh4u6bJGPug4zKmhM/lMYNFKjLgF4grWEN
      LWEBmxZAPCZ/FDggQEOgShr+BqqpVQ8nQaA0+6Fx4bTU3kFdjE+ihP9fGUc55m9SmG/9JuMhJhEUkXIduiL5sHetrow=
      """,
      """
      MIGIAkIAwEqrWYUGwPFr95+zfOjEHHG56DXF09hfgyMmzJuB+szPhtchE1mbSIRtaCTYtbw1nxPpgMeSfeyUUqfoGrgY/lYCQgCQlRWy6/gF7uWZPB6yaStN
      +nelNYsIYAMxLNNpKWCidzUIDZ8YiStUwnH5uIygCn7eNUGuwuhbSNcL4bDfjAkWqg==
      """),
  ]

  /// A curve written out in full, as in CVE-2020-0601.
  static let explicitCurve = SignedSample(
    "", .sha256,
    """
    MIIBSzCCAQMGByqGSM49AgEwgfcCAQEwLAYHKoZIzj0BAQIhAP////8AAAABAAAAAAAAAAAAAAAA////////////////MFsEIP////8AAAABAAAAAAAAAAAA
    AAAA///////////////8BCBaxjXYqjqT57PrvVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMVAMSdNgiG5wSTamZ44ROdJreBn36QBEEEaxfR8uEsQkf4vOblY6RA
    8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9QIhAP////8AAAAA//////////+85vqtpxeehPO5ysL8YyVRAgEBA0IA
    BMwUF9m2OAVk83E937Q5HI81mg/XV/OvTKIbwM/xzxUcxJEToQ0b9od3ft1EZmO0bu3GAfqL75NYurI0UA2byLE=
    """, "")
  static let secp256k1 = SignedSample(
    "", .sha512,
    """
    MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEnvwBtj5gYgQdKXOI2h5rt3WKyIufq504ELnAQQJuVNUV9JCks03L3DjjJLeXosQrPKnbz/Kq7XjGH6E8pmTmHg==
    """,
    """
    MEUCIDiqM0Ag91Ii02ai0saW6DjkL0hRPLLoybHTSZ8gg/ITAiEArxmj9KEcrrzXrVqQ/sQ4R17iA2ZjSevDq/ch/+NDo2Y=
    """)

  /// By the Mersenne prime 2^9689 - 1 as modulus and 65537 as exponent, SHA-256: a key beyond BoringSSL's 8192 bits that can be
  /// written down.
  static let mersenneSignature = SignedSample(
    "", .sha256, "",
    """
    AVar6Dk+iGhytZXuTFHxJ90hvnLtfEhEDgwazr07mpHP3RLbNLi8cHacKc9aT/ePye2e+KrQEKrtcn9klaTX2yHiBdQYFmAzS2kLZVlgSdzjs2kPF1sY+Y0d
    +bsdsFUJcAtBmJhBVkk4Jjfjd/5H+M8zWeDmwBDK+HlslmlSi3qacA0hPMYCACzlPmRqjjuK7a2u/+3+2fGiT61/2wp8vXQaS19iz9KZ6wgMPEQGDjzl/phB
    VM4fzWESXdRaDsV32rxwbyd7FItGQdAzoj+cqjqrLqguJ/Q8RmVwSyBUZvnMNPacBOfxTMnuY2QA2IBIBw/3Ekv+zwAh2SXzYMmqOd6bIToIKv0KRVsF91EY
    WK52uVHJmFFr/uekp2Z9LdtB5/n2PdqBiRqXeUuMZCzyGm2niv4XB46t6Rvd+FFJ9UqvsaJyPWbITGXREo3YrEf8XRjNMgMD4E4MCQog51W/kR+LeO5LVKS9
    JMZ1wAskLHc73rxP0hilMvI3Ck1fiThGRs/7j+XQSvyBHAJeanj2wqtd2W7EIdqGf5GaDYPbTovoINXG5GE/s7ThIJRmghWIIGxY6RY2eVhmCUaCPo0iwkwt
    Isdn/0cY70M2nNIa8d4UTgnL0gDYHweXENifb6IYMezu7uIlRYhJFuao14qdmkesCWT9gTCWIvE4lw5qZOXF9a5aKdX6sexpD9Y91/7QFgsjrbfgtAqa+TP3
    9fVUjukZuhI3TxBAsuO6pSsBhmO9pCgKEphx8ubKBFcmvo/xb29KmmVDHFdlpbaXbSOJKmZSiLSuwX2yewawm5DSuEH1J7jtMBe8VEpahjtFqlQB4KyJbzZw
    Ud6KgS1XzibYDO+BIxNPc7yA3fYpeeDXkBk6XPGyYHxx3GKtqNEu0rp/DmEgT7606dfbuGj73dtPytZyvzdxN6q+MWcXGj3IFASxvS+VE2xtl+zOUS5YeefA
    CyOt5kYoQ9yKyod1Jt7Wn0VFd5Y/nVFDuKv5zEdOCJKuRA3h+kWgY+7fkHTrJhhVMbcEZewZE39fwDvlO3yyYA/xMaaSUUJdZsqiqu+0vUGw3OgpIwnQ4H6T
    pX2daHeflmbs5WVx5mVtLAEKGGEXf07c49zdkAxY7xC3sKxm25Gj/wHvx/841CGh9pmQbZKTKYQP+smOcTlxzJoIlN+Kn+mkZh/n0IqD/f5ltHRQGw/pO43I
    7HnbjuHGtM8Gpmx+fwPLFV2z9cf8wDaRTQwvcEMUPMIl74Jdw9eYXAC3nRJxRTmkBBXXOkptG+TfhGA4TSwH2DKCS32RlNtyPBaqiKw5wrc3yqyTfw1uvhbE
    B44M3x1TISPIv+EK+wbEzljqacvHOaIEjcpILYHivQ7yn8QEErzd9KOsB6awG6NwBId0inlcIzki+gls9z1U8sgFg/ZK10gH6AhhBhDy/OgB+I9JSfP+2jS5
    SekSjPi/43Y9yG+uwlTA1PE/useZZ1D0SplEB9ihfixs1FMVsDI9TZIBpUdjR83fy+oIJWoc7oBwCFo/sVYiSq9QLcPRSezWC3jESpQAWTGFmiF9uCH3ilrE
    RpvX+wfC3CyL38dgaAJcCzhLJVPKCy8zgI27vrwHGUkueuJcboHA/cRD
    """
  ).signature
}
