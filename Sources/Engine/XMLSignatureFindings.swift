package import AssayCore

/// Findings of reading XML signatures, which PKI throws and has no list for.
package enum XMLSignatureFindings {
  private static let remedy = "get the file anew from its publisher; a signature that cannot be read is not believed"

  package static let all: [FindingCode] = [
    FindingCode("xmldsig.structure", "an XML signature lacks an element or has one twice", remedy: remedy),
    FindingCode("xmldsig.base64", "a value in an XML signature is no base64", remedy: remedy),
    FindingCode("xmldsig.reference.missing", "an XML signature refers to nothing", remedy: remedy),
  ]
}
