/// A code signature as its parts, for where they are kept one by one: extended attributes, AppleDouble files, a folder.
extension CodeSignatureSpec {
  package typealias Part = (name: String, octets: [UInt8])

  /// Names of Apple's slots; further code directories go by the name of requirements with a number.
  private static let partNames: [Int: String] = {
    var names = [
      0: "CodeDirectory", 2: "CodeRequirements", 3: "CodeResources", 4: "CodeTopDirectory", 5: "CodeEntitlements",
      6: "CodeRepSpecific", 7: "CodeEntitlementDER", 8: "LaunchConstraintSelf", 9: "LaunchConstraintParent",
      10: "LaunchConstraintResponsible", 11: "LibraryConstraint", 0x10000: "CodeSignature",
    ]
    for number in 0..<5 { names[0x1000 + number] = "CodeRequirements-\(number + 1)" }
    return names
  }()

  /// The CMS stands bare, all else with its blob's header; a sealed list of resources as the file it is.
  package func parts(over content: [UInt8]) -> [Part] {
    let whole = encode(over: content)
    var parts: [Part] = []
    for index in 0..<BigEndian.read(whole, 8) {
      let (slot, start) = (BigEndian.read(whole, 12 + 8 * index), BigEndian.read(whole, 16 + 8 * index))
      let blob = Array(whole[start..<(start + BigEndian.read(whole, start + 4))])
      guard let name = CodeSignatureSpec.partNames[slot] else { continue }
      parts.append((name, slot == 0x10000 ? Array(blob.dropFirst(8)) : blob))
    }
    if let resources { parts.append(("CodeResources", resources)) }
    return parts
  }

  /// As attributes of their names.
  package func attributes(over content: [UInt8]) -> [Part] { parts(over: content).map { ("com.apple.cs." + $0.name, $0.octets) } }

  /// What a script's signature is by default: one page of 4 KiB after another, no flags of programs.
  package static func script(_ identity: TestIdentity?, identifier: String = "Sample") -> CodeSignatureSpec {
    var spec = CodeSignatureSpec(identity)
    spec.identifier = identifier
    spec.version = 0x20200
    return spec
  }
}

/// Scripts to be signed.
package enum AppleScriptSpec {
  /// Looks like what `osacompile` writes; what is between beginning and end is nobody's program.
  package static func compiled(byteCount: Int = 5_000, seed: Int = 1) -> [UInt8] {
    let head = Array("FasdUAS 1.101.10".utf8) + [0x0E, 0, 0, 0, 0x04, 0x0F, 0xFF, 0xFF, 0xFF, 0xFE]
    let body = (0..<max(0, byteCount - head.count - 4)).map { UInt8(truncatingIfNeeded: ($0 &* 29 &+ seed &* 13) >> 2) }
    return head + body + [0xFA, 0xDE, 0xDE, 0xAD]
  }
  package static let text = Array("tell application \"Finder\"\n  display dialog \"Hello\"\nend tell\n".utf8)
  package static let executable = Array("#!/usr/bin/osascript -l JavaScript\nconsole.log(\"Hello\")\n".utf8)
  package static let shell = Array("#!/bin/sh\necho Hello\n".utf8)
}
