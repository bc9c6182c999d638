import AssayMaker

/// Bundles whose signature is kept as files, each in a tar archive.
enum BundleFixtures {
  static func all() -> [Fixture] {
    let good = BundleSpec(signer: Demo.vendor)
    let tree = good.build()
    func changed(_ change: (inout [String: BundleSpec.Node]) -> Void) -> [String: BundleSpec.Node] {
      var copy = tree
      change(&copy)
      return copy
    }
    let inner = BundleSpec(signer: Demo.vendor).with {
      $0.identifier = "com.example.assay.inner"
      $0.info = BundleSpec.info("com.example.assay.inner")
    }
    let place = "PlugIns/Inner.bundle"
    func holding(_ nested: BundleSpec, _ requirement: String = "identifier \"com.example.assay.inner\"") -> [String: BundleSpec
      .Node]
    {
      good.sealing(inner, at: place, requirement: requirement).build(with: [place: nested])
    }
    func file(_ text: String) -> BundleSpec.Node { .file(Array(text.utf8)) }
    let cases: [(String, String, String, [String: BundleSpec.Node])] = [
      ("good", "trusted", "signed, seal of version 2", tree), ("adhoc", "untrusted", "signed ad hoc", BundleSpec().build()),
      ("self-signed", "untrusted", "self-signed", BundleSpec(signer: TestCA.selfSigned()).build()),
      ("unsigned", "unsigned", "no signature", ["Contents/Info.plist": .file(good.info), "Contents/Resources/a": file("a")]),
      ("altered", "tampered", "a resource has another text", changed { $0["Contents/Resources/main.txt"] = file("Text\n") }),
      ("missing", "tampered", "a resource is gone", changed { $0["Contents/Resources/main.txt"] = nil }),
      ("added", "tampered", "a resource more", changed { $0["Contents/Resources/new"] = file("new") }),
      ("sidecar", "tampered", "an AppleDouble file more", changed { $0["Contents/Resources/._main.txt"] = file("x") }),
      ("link-moved", "tampered", "a link leads elsewhere", changed { $0["Contents/Resources/alias"] = .link("de.lproj") }),
      ("link-to-file", "tampered", "a file in place of a link", changed { $0["Contents/Resources/alias"] = file("text\n") }),
      (
        "info-swapped", "tampered", "another Info.plist",
        changed { $0["Contents/Info.plist"] = .file(BundleSpec.info("com.example.other")) }
      ),
      (
        "seal-swapped", "tampered", "the seal of another bundle",
        changed { $0["Contents/_CodeSignature/CodeResources"] = .file(BundleSpec().with { $0.nodes = [:] }.seal) }
      ),
      ("seal-missing", "tampered|malformed", "no seal", changed { $0["Contents/_CodeSignature/CodeResources"] = nil }),
      ("root-extra", "malformed", "a file beside Contents", changed { $0["run.sh"] = file("#!/bin/sh\n") }),
      (
        "signature-extra", "malformed", "a file beside the signature", changed { $0["Contents/_CodeSignature/payload"] = file("x") }
      ),
      (
        "rules-weak", "malformed", "a rule leaves code out",
        good.with { $0.rules2.append(("^Helpers/", "<dict><key>omit</key><true/><key>weight</key><real>5000</real></dict>")) }
          .build()
      ), ("envelope-1", "malformed", "a seal of version 1", good.with { $0.sealVersion = 1 }.build()),
      (
        "link-escape", "malformed", "a sealed link leads out of the bundle",
        good.with { $0.nodes["Resources/alias"] = .link("../../../etc/passwd") }.build()
      ),
      ("nested", "trusted", "another bundle inside, sealed with a requirement", holding(inner)),
      (
        "nested-swapped", "tampered", "other code in the place of the bundle inside",
        holding(inner.with { $0.identifier = "com.example.assay.other" })
      ), ("nested-requirement", "tampered", "the seal's requirement has no end", holding(inner, "identifier")),
    ]
    return cases.map { name, state, why, tree in
      Fixture(format: "bundle", name: name, file: "Sample.bundle.tar", state: state, why: why, octets: TarSpec.encode(tree))
    }
  }
}
