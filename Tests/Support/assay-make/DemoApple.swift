import AssayMaker

/// The small Mac's disk that `assay demo apple` scans: launch items, a login item, a table of cron, and what they start; programs with
/// libraries that are as they should be, planted, missing, or another's.
enum DemoApple {
  static let team = "ASSAYTEAM1"
  static let vendor = AppleTestCA.developer()
  static let other = AppleTestCA.developer("Unrelated Software GmbH", unit: "OTHERTEAM1")

  static func write(to folder: OutputFolder) throws(OutputError) {
    try folder.write("trust/root.pem", TestCA.codeRoot.pem + TestCA.timeRoot.pem)
    try writeItems(folder)
    try writePrograms(folder)
    try writeApplication(folder)
  }

  private static func signature(_ identifier: String, isHardened: Bool = true) -> CodeSignatureSpec {
    CodeSignatureSpec(vendor).with {
      ($0.identifier, $0.team, $0.flags) = (identifier, team, isHardened ? 0x10000 : 0)
    }
  }

  private static func program(_ seed: Int, _ dylibs: [String] = [], rpaths: [String] = []) -> MachOSpec {
    MachOSpec().with {
      $0.seed = seed
      $0.dylibs += dylibs.map { MachOSpec.Dylib($0) }
      $0.searchPaths = rpaths
    }
  }

  private static func library(_ seed: Int, _ installName: String) -> MachOSpec {
    MachOSpec().with {
      ($0.seed, $0.fileType) = (seed, 6)
      $0.dylibs.insert(.init(installName, command: 0x0D), at: 0)
    }
  }

  // MARK: - What starts

  private static func item(_ label: String, _ words: [String], _ more: String = "") -> [UInt8] {
    let arguments = words.map { "<string>\($0)</string>" }.joined()
    return BundleSpec.plist(
      "<key>Label</key><string>\(label)</string><key>ProgramArguments</key><array>\(arguments)</array><key>RunAtLoad</key><true/>\(more)"
    )
  }

  private static func writeItems(_ folder: OutputFolder) throws(OutputError) {
    let daemons = "disk/Library/LaunchDaemons"
    try folder.write(
      "\(daemons)/com.example.agentd.plist", item("com.example.agentd", ["/Library/Application Support/Example/agentd", "--serve"]))
    try folder.write("\(daemons)/com.example.gone.plist", item("com.example.gone", ["/opt/example/gone"]))
    try folder.write("\(daemons)/com.apple.update.plist", item("com.apple.update", ["/Users/Shared/.update"]))
    try folder.write("\(daemons)/com.example.torn.plist", Array("<?xml version=\"1.0\"?><plist version=\"1.0\"><dict><key>La".utf8))
    try folder.write(
      "disk/Library/LaunchAgents/com.example.nightly.plist", item("com.example.nightly", ["/bin/sh", "/usr/local/bin/nightly.sh"]))
    try folder.write(
      "disk/Users/ann/Library/LaunchAgents/com.example.insert.plist",
      item(
        "com.example.insert", ["/usr/local/bin/tool"],
        "<key>EnvironmentVariables</key><dict><key>DYLD_INSERT_LIBRARIES</key><string>/Users/ann/Library/insert.dylib</string></dict>"
      ))
    try folder.write(
      "disk/Library/Preferences/com.apple.loginwindow.plist",
      BundleSpec.plist("<key>LoginHook</key><string>/usr/local/bin/nightly.sh</string>"))
    try folder.write(
      "disk/private/etc/crontab", "# min hour mday month wday who command\n0 3 * * * root /usr/local/bin/tool --sweep\n")
    try folder.write("disk/usr/local/bin/nightly.sh", "#!/bin/sh\necho nightly\n")
  }

  // MARK: - Programs and libraries

  private static func writePrograms(_ folder: OutputFolder) throws(OutputError) {
    let bin = "disk/usr/local/bin"
    let lib = "disk/usr/local/lib"
    try folder.write("\(bin)/tool", program(21).sign(signature("com.example.tool")))
    try folder.write("disk/Library/Application Support/Example/agentd", program(23).sign(signature("com.example.agentd")))
    try folder.write("disk/Users/Shared/.update", program(25).build())
    try folder.write("disk/Users/ann/Library/insert.dylib", library(27, "insert.dylib").sign(CodeSignatureSpec()))

    // Its own search path comes first and is empty; what it finds behind is nobody's.
    try folder.write("\(lib)/libplanted.dylib", library(31, "@rpath/libplanted.dylib").build())
    let hijacked = program(33, ["@rpath/libplanted.dylib"], rpaths: ["/opt/example/lib", "/usr/local/lib"])
    try folder.write("\(bin)/hijacked", hijacked.sign(signature("com.example.hijacked", isHardened: false)))

    // Hardened, and one of its libraries is of another team.
    let foreign = CodeSignatureSpec(other).with { ($0.identifier, $0.team) = ("libforeign", "OTHERTEAM1") }
    try folder.write("\(lib)/libforeign.dylib", library(35, "/usr/local/lib/libforeign.dylib").sign(foreign))
    try folder.write(
      "\(bin)/mixed", program(37, ["/usr/local/lib/libforeign.dylib"]).sign(signature("com.example.mixed")))

    // A load command was put in after signing, and nothing signed anew.
    try folder.write("\(bin)/patched", inserting("/Users/Shared/evil.dylib", program(39).sign(signature("com.example.patched"))))

    // A weak library that is not there: whoever puts it there is loaded.
    let weak = program(41).with { $0.dylibs.append(.init("/usr/local/lib/libabsent.dylib", command: 0x8000_0018)) }
    try folder.write("\(bin)/weak", weak.sign(signature("com.example.weak")))
  }

  /// The image with an LC_LOAD_DYLIB behind its other commands.
  private static func inserting(_ name: String, _ image: [UInt8]) -> [UInt8] {
    func word(_ place: Int) -> Int { (0..<4).reduce(0) { $0 | Int(image[place + $1]) << (8 * $1) } }
    func octets(_ number: Int) -> [UInt8] { BigEndian.word(number).reversed() }
    let text = Array(name.utf8) + [UInt8](repeating: 0, count: 8 - name.utf8.count % 8)
    let command = octets(0x0C) + octets(24 + text.count) + octets(24) + octets(2) + octets(0) + octets(0) + text
    let end = 32 + word(20)
    return Array(image[..<16]) + octets(word(16) + 1) + octets(word(20) + command.count) + image[24..<end] + command
      + image[(end + command.count)...]
  }

  // MARK: - An application

  /// A sealed application with a library of its own; and the same after its program was patched and signed ad hoc.
  private static func writeApplication(_ folder: OutputFolder) throws(OutputError) {
    let name = "@rpath/libexample.dylib"
    let inner = library(43, name).sign(signature("libexample"))
    let main = program(45, [name], rpaths: ["@executable_path/../Frameworks"])
    for (application, isPatched) in [("Example", false), ("Patched", true)] {
      let info = BundleSpec.plist(
        "<key>CFBundleIdentifier</key><string>com.example.\(application)</string><key>CFBundlePackageType</key><string>APPL</string>"
          + "<key>CFBundleExecutable</key><string>\(application)</string>")
      var spec = BundleSpec(signer: vendor)
      spec.info = info
      spec.extraSeals = [
        (
          "Frameworks/libexample.dylib",
          "<dict><key>cdhash</key><data>\(Base64.encode(cdhash(inner)))</data><key>requirement</key><string>identifier libexample</string></dict>"
        )
      ]
      let base = "disk/Applications/\(application).app/Contents"
      for (path, node) in spec.nodes {
        if case .file(let octets) = node { try folder.write("\(base)/\(path)", octets) }
      }
      spec.nodes = spec.nodes.filter { if case .file = $0.value { true } else { false } }
      try folder.write("\(base)/Info.plist", info)
      try folder.write("\(base)/_CodeSignature/CodeResources", spec.seal)
      try folder.write("\(base)/Frameworks/libexample.dylib", inner)
      let seal = spec.seal
      var signature = isPatched ? CodeSignatureSpec() : signature("com.example.\(application)")
      signature.identifier = "com.example.\(application)"
      (signature.info, signature.resources) = (info, seal)
      let image = isPatched ? main.with { $0.editCode = { inserting("/Users/Shared/evil.dylib", $0) } } : main
      try folder.write("\(base)/MacOS/\(application)", image.sign(signature))
    }
  }

  /// SHA-256 of the first code directory, cut to 20 octets.
  private static func cdhash(_ image: [UInt8]) -> [UInt8] {
    let magic = BigEndian.word(0xFADE_0CC0)
    guard let start = image.firstRange(of: magic)?.lowerBound else { return [] }
    let place = start + BigEndian.read(image, start + 16)
    return Array(Hash.sha256(Array(image[place..<(place + BigEndian.read(image, place + 4))])).prefix(20))
  }
}
