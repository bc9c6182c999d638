import AssayBytes
import AssayCore
import AssayMaker
import Foundation
import Testing

/// Attacks 36 and 37 of the list of Apple code signing, on disk images: one thing is changed against an image that is trusted.
struct AttacksOnDiskImages {
  static let signature = CodeSignatureSpec(AppleTestCA.developer()).with {
    $0.team = "ASSAYTEAM1"
    $0.time = MakerTime(2026, 3, 2)
  }
  static let image = DiskImageSpec()
  static let good = image.sign(signature)

  struct Attack: Sendable, CustomStringConvertible {
    let description: String
    let state: State
    let code: String
    let bytes: [UInt8]
    init(_ description: String, _ state: State, _ code: String, _ bytes: [UInt8]) {
      (self.description, self.state, self.code, self.bytes) = (description, state, code, bytes)
    }
  }

  /// The trailer with a number written into it before it is covered.
  private static func covered(_ place: Int, _ number: Int) -> [UInt8] {
    image.with { $0.editTrailer = { Array($0[..<place]) + BigEndian.wide(number) + Array($0[(place + 8)...]) } }.sign(signature)
  }

  /// The same with all 64 bits.
  private static func covered(_ place: Int, ones: Int) -> [UInt8] {
    image.with {
      $0.editTrailer = { Array($0[..<place]) + [UInt8](repeating: 0xFF, count: ones) + Array($0[(place + ones)...]) }
    }.sign(signature)
  }

  private static func written(_ place: Int, _ octets: [UInt8]) -> [UInt8] {
    let start = good.count - 512 + place
    return Array(good[..<start]) + octets + Array(good[(start + octets.count)...])
  }

  static let attacks: [Attack] = {
    let content = image.build().count - 512
    let length = good.count - 512 - content
    return [
      Attack("one bit of the data", .tampered, "apple.pages.mismatch", good.flipping(100)),
      Attack("one bit of the property list", .tampered, "apple.pages.mismatch", good.flipping(content - 3)),
      Attack(
        "bytes between data and signature, not covered", .malformed, "apple.directory.limit",
        image.with { $0.filler = [1] }.sign(signature.with { $0.codeLimit = content })),
      Attack("bytes between signature and trailer", .malformed, "dmg.signature.place", image.with { $0.gap = [1] }.sign(signature)),
      Attack(
        "the same, and the trailer counts them", .malformed, "dmg.signature.length",
        image.with {
          $0.gap = [UInt8](repeating: 0, count: 16)
          $0.editSigned = { Array($0[..<304]) + BigEndian.wide(length + 16) + Array($0[312...]) }
        }.sign(signature)),
      Attack(
        "the signature's length is one too small", .malformed, "dmg.signature.place", written(304, BigEndian.wide(length - 1))),
      Attack("the signature's length is none", .malformed, "dmg.signature.place", written(304, BigEndian.wide(0))),
      Attack(
        "the signature's length is 2^64 - 1", .malformed, "dmg.signature.place", written(304, [UInt8](repeating: 255, count: 8))),
      Attack(
        "the signature's place is behind the trailer", .malformed, "dmg.signature.place", written(296, BigEndian.wide(good.count))),
      Attack(
        "the signature's place is 2^64 - 1", .malformed, "dmg.signature.place", written(296, [UInt8](repeating: 255, count: 8))),
      Attack(
        "the signature's place is another", .malformed, "apple.superblob.magic",
        written(296, BigEndian.wide(content + 8) + BigEndian.wide(length - 8))),
      Attack("the signature is hidden", .unsigned, "dmg.signature.place", written(296, BigEndian.wide(0))),
      Attack(
        "the trailer is not covered", .malformed, "apple.slot.unsealed", image.with { $0.coversTrailer = false }.sign(signature)),
      Attack(
        "the signature brings its own trailer", .malformed, "dmg.signature.header",
        image.sign(signature.with { $0.editBlobs = { $0 + [(6, BigEndian.blob(0xFADE_0B01, [1, 2, 3]))] } })),
      Attack(
        "a gap in the signature", .malformed, "apple.superblob.gap",
        image.sign(
          signature.with {
            $0.editBlobs = { blobs in
              // One blob is longer than it says.
              var last = blobs
              last[last.count - 1].octets += [0, 0, 0, 0]
              return last
            }
          })),
      Attack("the data fork reaches past the data", .malformed, "dmg.fork.range", covered(32, content + 1)),
      Attack("the data fork's length is 2^64 - 1", .malformed, "dmg.fork.range", covered(32, ones: 8)),
      Attack("the data fork begins behind everything", .malformed, "dmg.fork.range", covered(24, ones: 8)),
      Attack("the resource fork lies outside", .malformed, "dmg.fork.range", covered(48, content + 1)),
      Attack("the property list lies outside", .malformed, "dmg.fork.range", covered(224, content)),
      Attack("the resource fork lies in the data fork", .malformed, "dmg.fork.overlap", covered(48, 8)),
      Attack("the version is another", .malformed, "dmg.trailer.version", written(4, BigEndian.word(5))),
      Attack("the trailer's size is another", .malformed, "dmg.trailer.version", written(8, BigEndian.word(511))),
      Attack("the image's flags were changed", .tampered, "apple.slot.mismatch", written(12, BigEndian.word(3))),
      Attack("the number of sectors was changed", .tampered, "apple.slot.mismatch", written(492, BigEndian.wide(9))),
      Attack("the data fork was moved", .tampered, "apple.slot.mismatch", written(24, BigEndian.wide(16) + BigEndian.wide(64))),
      Attack("bytes after the trailer", .unsigned, "dmg.trailer.missing", good + [0]),
      Attack(
        "a ticket for other code", .malformed, "apple.ticket.foreign",
        image.with { $0.ticket = { _ in TestTicket.naming([Hash.sha1([9])]) } }.sign(signature)),
      Attack(
        "a ticket for the first 19 bytes of the digest", .malformed, "apple.ticket.foreign",
        image.with { $0.ticket = { TestTicket.naming([$0.dropLast() + [$0[19] ^ 1]]) } }.sign(signature)),
      Attack("an empty ticket", .malformed, "apple.ticket.foreign", image.with { $0.ticket = { _ in [] } }.sign(signature)),
      Attack(
        "no marker in the leaf", .wrongUsage, "apple.signer.profile",
        image.sign(signature.with { $0.identity = AppleTestCA.developer(markers: []) })),
      Attack("ad hoc", .untrusted, "apple.signer.adhoc", image.sign(CodeSignatureSpec())),
    ]
  }()

  @Test(arguments: attacks) func attack(_ attack: Attack) {
    let report = MachOJudging()(attack.bytes, name: "x.dmg")
    #expect(report.state == attack.state && report.allCodes.contains(attack.code), "\(report.state) \(report.allCodes.sorted())")
    #expect(report.format == "dmg")
    #expect(report.signatures.allSatisfy { $0.signer == nil })
  }

  @Test func goodOnesAreTrusted() {
    let others = [
      Self.good, Self.image.sign(Self.signature.with { $0.hashTypes = [1, 2] }),
      Self.image.sign(Self.signature.with { $0.pageBits = 0 }), Self.image.with { $0.dataBytes = 0 }.sign(Self.signature),
      Self.image.with { $0.ticket = { TestTicket.naming([Hash.sha1([1]), $0]) } }.sign(Self.signature),
    ]
    for (index, bytes) in others.enumerated() {
      let report = MachOJudging()(bytes, name: index == 0 ? "no-extension" : "x.dmg")
      #expect(report.state == .trusted && report.format == "dmg", "\(index): \(report.state) \(report.allCodes.sorted())")
      #expect(report.signatures.first?.signer != nil && report.signatures.first?.teamID == "ASSAYTEAM1")
      #expect(report.digests.contains { $0.name == "cdhash" && $0.value.count == 40 })
    }
  }

  /// What a ticket says is never taken for more than it is.
  @Test func ticketIsNotEstablished() {
    let report = MachOJudging()(Self.image.with { $0.ticket = { TestTicket.naming([$0]) } }.sign(Self.signature), name: "x.dmg")
    let rung = report.signatures.first?.ladder.rungs.first { $0.name == "ticket" }
    #expect(rung?.outcome == .notEstablished)
    #expect(report.allCodes.contains("apple.ticket.not-established"))
  }

  @Test func encryptedImagesAreNotAssessed() {
    for bytes in [Array("encrcdsa".utf8) + [0, 0, 0, 2], [UInt8](repeating: 5, count: 600) + Array("cdsaencr".utf8)] {
      let report = MachOJudging()(bytes, name: "any")
      #expect(report.state == .notAssessed && report.allCodes == ["dmg.image.encrypted"])
    }
  }

  @Test func unsignedImagesAreToldByTheirChecksum() {
    let judge = MachOJudging()
    #expect(judge(Self.image.build(), name: "x.dmg").allCodes == ["dmg.contents.not-read"])
    let broken = judge(Self.image.build().flipping(77), name: "x.dmg")
    #expect(broken.state == .unsigned && broken.allCodes == ["dmg.checksum.mismatch", "dmg.contents.not-read"])
  }

  /// Every byte before the signature, and every byte of the trailer; the signature's own in steps: some of its octets only declare, and
  /// none of those changes who signed what.
  @Test func everyByteCounts() {
    let judge = MachOJudging()
    let small = Self.image.with { $0.dataBytes = 600 }
    let bytes = small.sign(Self.signature)
    let content = small.build().count - 512
    let whole = judge(bytes, name: "x.dmg")
    #expect(whole.state == .trusted)
    for place in Array(0..<content) + Array((bytes.count - 512)..<bytes.count) {
      #expect(judge(bytes.flipping(place), name: "x.dmg").state > .trusted, "byte \(place)")
    }
    var refused = 0
    let places = stride(from: content, to: bytes.count - 512, by: 13)
    for place in places {
      let report = judge(bytes.flipping(place), name: "x.dmg")
      if report.state > .trusted { refused += 1 } else { #expect(report.vouchesNoMore(than: whole), "byte \(place)") }
    }
    #expect(refused * 2 > places.underestimatedCount, "\(refused) of \(places.underestimatedCount)")
    for count in stride(from: 0, to: bytes.count, by: 7) {
      #expect(judge(Array(bytes[..<count]), name: "x.dmg").state > .trusted, "cut at \(count)")
    }
  }

  /// Genuine images of another maker, unsigned: read as they are, and their checksum is the one that this tool computes.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["ASSAY_CORPUS"] != nil, "ASSAY_CORPUS is not set: no genuine images"))
  func genuineImages() throws {
    let folder = URL(fileURLWithPath: ProcessInfo.processInfo.environment["ASSAY_CORPUS"] ?? "").appendingPathComponent(
      "apple/images")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".dmg") }
    #expect(names.count >= 2)
    for name in names {
      let report = MachOJudging()([UInt8](try Data(contentsOf: folder.appendingPathComponent(name))), name: name)
      #expect(
        report.format == "dmg" && report.state == .unsigned && report.allCodes == ["dmg.contents.not-read"],
        "\(name): \(report.state) \(report.allCodes)")
    }
  }
}

extension MachOJudging {
  /// The same for a file of another name.
  func callAsFunction(_ bytes: [UInt8], name: String) -> Report { judged(bytes, name: name) }
}
