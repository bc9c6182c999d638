import AssayMaker

/// Scripts and other files with the signature beside them, each in a tar archive that carries both, and scripts without any.
enum AppleScriptFixtures {
  private static let vendor = AppleTestCA.developer()
  private static let compiled = AppleScriptSpec.compiled()
  private static let signature = CodeSignatureSpec.script(vendor).with {
    $0.team = "ASSAYTEAM1"
    $0.time = Demo.signed2025
  }

  static func all() -> [Fixture] { bare() + good() + damaged() + files() + archives() }

  private static func made(
    _ name: String, _ state: String, _ why: String, format: String = "applescript", file: String = "Sample.tar",
    _ fill: (inout PaxSpec) -> Void
  ) -> Fixture {
    var archive = PaxSpec()
    fill(&archive)
    return Fixture(format: format, name: name, file: file, state: state, why: why, octets: archive.encode())
  }

  private static func bare() -> [Fixture] {
    func plain(_ name: String, _ file: String, _ state: String, _ why: String, _ octets: [UInt8]) -> Fixture {
      Fixture(format: "applescript", name: name, file: file, state: state, why: why, octets: octets)
    }
    return [
      plain("unsigned", "Sample.scpt", "unsigned", "compiled, nothing beside it", compiled),
      plain("unsigned-text", "Sample.applescript", "unsigned", "text, nothing beside it", AppleScriptSpec.text),
      plain("unsigned-executable", "sample", "unsigned", "text that osascript runs", AppleScriptSpec.executable),
      plain("unsigned-cut", "Sample.scpt", "unsigned", "compiled and cut off", Array(compiled.dropLast(9))),
    ]
  }

  private static func good() -> [Fixture] {
    let text = AppleScriptSpec.text
    return [
      made("good", "trusted", "attributes in an extended header") {
        $0.add("Sample.scpt", compiled, attributes: signature.attributes(over: compiled))
      },
      made("good-schily", "trusted", "attributes as GNU tar writes them") {
        $0.add("Sample.scpt", compiled, attributes: signature.attributes(over: compiled), style: .schily)
      },
      made("good-user", "trusted", "attributes of Linux's name space for users") {
        $0.add(
          "Sample.scpt", compiled, attributes: signature.attributes(over: compiled).map { ("user." + $0.name, $0.octets) },
          style: .schily)
      },
      made("good-double", "trusted", "an AppleDouble file beside the script") {
        $0.add("folder/._Sample.scpt", AppleDoubleSpec(signature.attributes(over: compiled)).encode())
        $0.add("folder/Sample.scpt", compiled)
      },
      made("good-folder", "trusted", "the signature's parts in a folder beside the script") {
        $0.add("Sample.scpt", compiled)
        for part in signature.parts(over: compiled) { $0.add("Sample.scpt.cs/\(part.name)", part.octets) }
      },
      made("good-text", "trusted", "text") { $0.add("Sample.applescript", text, attributes: signature.attributes(over: text)) },
      made("good-two-directories", "trusted", "SHA-1 and SHA-256, the second by the name of requirements") {
        let both = signature.with { $0.hashTypes = [1, 2] }
        $0.add("Sample.scpt", compiled, attributes: both.attributes(over: compiled))
      },
      made("adhoc", "untrusted", "signed ad hoc") {
        $0.add("Sample.scpt", compiled, attributes: CodeSignatureSpec.script(nil).attributes(over: compiled))
      },
      made("self-signed", "untrusted", "self-signed") {
        $0.add(
          "Sample.scpt", compiled, attributes: CodeSignatureSpec.script(TestCA.selfSigned()).attributes(over: compiled))
      },
    ]
  }

  private static func damaged() -> [Fixture] {
    let attributes = signature.attributes(over: compiled)
    let other = AppleScriptSpec.compiled(seed: 5)
    var flipped = compiled
    flipped[3_000] ^= 1
    func edited(_ name: String, _ change: ([UInt8]) -> [UInt8]) -> [CodeSignatureSpec.Part] {
      attributes.map { $0.name.hasSuffix(name) ? ($0.name, change($0.octets)) : $0 }
    }
    return [
      made("stripped", "unsigned", "packed without attributes") { $0.add("Sample.scpt", compiled) },
      made("tampered", "tampered", "one bit of the script") { $0.add("Sample.scpt", flipped, attributes: attributes) },
      made("copied", "tampered", "the signature of another script of the same length") {
        $0.add("Sample.scpt", other, attributes: attributes)
      },
      made("copied-shorter", "tampered", "the signature of a longer script") {
        $0.add("Sample.scpt", AppleScriptSpec.compiled(byteCount: 900), attributes: attributes)
      },
      made("appended", "tampered", "text after the script") { $0.add("Sample.scpt", compiled + [0x0A], attributes: attributes) },
      made("copied-double", "tampered", "the AppleDouble file of another script") {
        $0.add("._Sample.scpt", AppleDoubleSpec(attributes).encode())
        $0.add("Sample.scpt", other)
      },
      made("requirements-changed", "tampered", "other requirements than were signed") {
        $0.add("Sample.scpt", compiled, attributes: edited("CodeRequirements") { $0.dropLast() + [1] })
      },
      made("signature-missing", "malformed", "no CMS, and not ad hoc") {
        $0.add("Sample.scpt", compiled, attributes: attributes.filter { !$0.name.hasSuffix("CodeSignature") })
      },
      made("directory-missing", "malformed", "no code directory") {
        $0.add("Sample.scpt", compiled, attributes: attributes.filter { !$0.name.hasSuffix("CodeDirectory") })
      },
      made("double-cut", "malformed", "an AppleDouble file that is cut off") {
        $0.add("._Sample.scpt", Array(AppleDoubleSpec(attributes).encode().dropLast(40)))
        $0.add("Sample.scpt", compiled)
      },
    ]
  }

  private static func files() -> [Fixture] {
    let shell = AppleScriptSpec.shell
    let attributes = CodeSignatureSpec.script(vendor, identifier: "run").attributes(over: shell)
    return [
      made("good", "trusted", "a shell script", format: "signed-file", file: "run.tar") {
        $0.add("run", shell, attributes: attributes)
      },
      made("good-double", "trusted", "a shell script with an AppleDouble file", format: "signed-file", file: "run.tar") {
        $0.add("._run", AppleDoubleSpec(attributes).encode())
        $0.add("run", shell)
      },
      made("tampered", "tampered", "another shell script", format: "signed-file", file: "run.tar") {
        $0.add("run", Array("#!/bin/sh\necho hello\n".utf8), attributes: attributes)
      },
      made("unsigned", "unsigned", "a signed shell script and a text that nobody signed", format: "signed-file", file: "run.tar") {
        $0.add("run", shell, attributes: attributes)
        $0.add("Other.applescript", AppleScriptSpec.text)
      },
      made("directory-missing", "malformed", "no code directory", format: "signed-file", file: "run.tar") {
        $0.add("run", shell, attributes: attributes.filter { !$0.name.hasSuffix("CodeDirectory") })
      },
      made("stripped", "not-assessed", "without attributes: nothing of Apple's", format: "signed-file", file: "run.tar") {
        $0.add("run", shell)
      },
    ]
  }

  private static func archives() -> [Fixture] {
    let attributes = signature.attributes(over: compiled)
    func archive(_ name: String, _ state: String, _ why: String, _ fill: (inout PaxSpec) -> Void) -> Fixture {
      made(name, state, why, format: "tar") {
        $0.add("Sample.scpt", compiled, attributes: attributes)
        fill(&$0)
      }
    }
    return [
      archive("good", "trusted", "a signed script and a text that is no code") { $0.add("README", Array("text".utf8)) },
      archive("unsigned", "unsigned", "a program that nobody signed beside a signed script") {
        $0.add("tool", MachOSpec().build())
      },
      archive("tampered", "tampered", "a second script with the first one's signature") {
        $0.add("Other.scpt", AppleScriptSpec.compiled(seed: 3), attributes: attributes)
      },
      archive("name-twice", "malformed", "a second member of the same name") { $0.add("Sample.scpt", compiled) },
      archive("below-a-file", "malformed", "a member below a file") { $0.add("Sample.scpt/tool", [1]) },
      archive("folder-over-file", "malformed", "a folder of a file's name") { $0.add("Sample.scpt/", [], kind: "5") },
      archive("escape", "malformed", "a name that leads out") { $0.add("../Other.scpt", compiled, attributes: attributes) },
      archive("no-end", "malformed", "no end of the archive") { $0.hasEnd = false },
      archive("attribute-conflict", "malformed", "the two forms of an attribute differ") {
        $0.add(
          "Other.scpt", compiled,
          records: PaxSpec.record("SCHILY.xattr.com.apple.cs.CodeSignature", [1])
            + PaxSpec.record("LIBARCHIVE.xattr.com.apple.cs.CodeSignature", Array("Ag".utf8)))
      },
      archive("sparse", "not-assessed", "a sparse member") { $0.add("Other.scpt", compiled, kind: "S") },
    ]
  }
}
