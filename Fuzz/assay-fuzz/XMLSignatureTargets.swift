import AssayBytes
import AssayContainers
import AssayCore
import AssayEngine
import AssayPKI

let xmlSignatureFuzzTargets: [FuzzTarget] = [
  FuzzTarget(name: "clickonce") { bytes in assess(bytes, name: "x.application") },
  // Canonical XML is read back as the same canonical XML, whatever the document.
  FuzzTarget(name: "c14n") { bytes in
    var budget = Budget()
    guard let document = try? XMLDocument(parsing: bytes, &budget) else { return }
    for method in [CanonicalXML.Method.inclusive, .exclusive(prefixes: [])] {
      guard let canonical = try? CanonicalXML.octets(of: document.root, method, &budget) else { continue }
      var again = Budget()
      guard let reread = try? XMLDocument(parsing: canonical[...], &again) else { preconditionFailure("canonical XML is no XML") }
      precondition((try? CanonicalXML.octets(of: reread.root, method, &again)) == canonical, "canonical XML is not canonical")
    }
  },
]
