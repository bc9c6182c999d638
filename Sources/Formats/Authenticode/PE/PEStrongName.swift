import AssayBytes
import AssayContainers
import AssayCore
import AssayPKI

/// The strong name of a .NET image (ECMA-335 II.6.2.1.3): an RSA signature by the bare key that is part of the assembly's own name.
///
/// It keeps versions of a library apart. Who has the key nobody attests, runtimes since .NET Core do not look at it, and so it gives no
/// trust and takes none away: what is said of it are notes, and a warning where it does not fit.
struct PEStrongName: Sendable {
  enum Standing: Hashable, Sendable {
    /// No signature and no room for one, though the header says that there is one.
    case missing
    /// Room of zeros: the assembly was to be signed later, or names a key that its maker did not have.
    case delaySigned(isPublic: Bool)
    /// It can be checked over this digest.
    case checkable(DigestAlgorithm)
    /// It is there and is not checked.
    case unchecked(String)
  }

  let standing: Standing
  /// File offsets of the signature.
  let place: Range<Int>?
  let assembly: CLRAssembly?
  let key: StrongNameKey?
  /// Whether the header says that the assembly is signed.
  let isDeclared: Bool

  /// Nil for an image that has and claims no strong name.
  init?(_ header: PECLRHeader, _ image: PEImage, _ source: any ByteSource, _ notes: inout [Finding], _ budget: inout Budget) {
    do throws(ParseError) {
      assembly = try CLRAssembly(header, source, &budget)
    } catch {
      assembly = nil
      notes.append(Finding(error.code, .note, "the .NET metadata cannot be read: \(error.message)", offset: error.offset))
    }
    place = header.strongName
    isDeclared = header.saysStrongName
    let blob = assembly?.publicKey ?? []
    key = StrongNameKey(blob)
    guard place != nil else {
      guard isDeclared else { return nil }
      standing = .missing
      return
    }
    if header.isStrongNameEmpty {
      standing = .delaySigned(isPublic: isDeclared)
    } else if assembly?.namesSignatureKey == true {
      standing = .unchecked("it is made with another key, which AssemblySignatureKeyAttribute names (enhanced strong name)")
    } else if blob.isEmpty {
      standing = .unchecked("the assembly has no public key")
    } else if let key {
      standing = PEStrongName.checkable(key, image)
    } else {
      standing = .unchecked("its key is no RSA key")
    }
  }

  private static func checkable(_ key: StrongNameKey, _ image: PEImage) -> Standing {
    let digest: DigestAlgorithm
    switch key.hashAlgorithm {
    case 0, 0x8004: digest = .sha1
    case 0x800C: digest = .sha256
    case 0x800D: digest = .sha384
    case 0x800E: digest = .sha512
    default: return .unchecked("its digest algorithm 0x\(String(key.hashAlgorithm, radix: 16)) is not known")
    }
    var end = image.headersEnd
    for section in image.sections where section.rawSize > 0 {
      guard section.isInFile(of: image.byteCount) else { return .unchecked("section \(section.name) is not inside the file") }
      guard section.rawOffset >= end else { return .unchecked("sections overlap or are not in the order of the file") }
      end = section.rawRange.upperBound
    }
    return .checkable(digest)
  }

  /// The name of the key: the last eight octets of the SHA-1 of its blob, reversed.
  var token: String? {
    guard let blob = assembly?.publicKey, !blob.isEmpty else { return nil }
    return Hex.encode(Array(DigestAlgorithm.sha1.digest(blob[...]).suffix(8).reversed()))
  }

  /// What is known before the bytes are measured.
  var finding: Finding? {
    switch standing {
    case .missing:
      Finding("pe.strong-name.missing", .note, "the .NET header says that there is a strong name, but none is kept", found: token)
    case .delaySigned(false):
      Finding(
        "pe.strong-name.delay-signed", .note, "room for a strong name was left, but it was never signed",
        offset: place?.lowerBound, found: token)
    case .delaySigned(true):
      Finding(
        "pe.strong-name.public-signed", .note, "the .NET header says that there is a strong name, and its room holds zeros alone",
        offset: place?.lowerBound, found: token)
    case .unchecked(let reason):
      Finding(
        assembly?.namesSignatureKey == true ? "pe.strong-name.enhanced" : "pe.strong-name.unverified", .note,
        "a .NET strong name of \(place?.count ?? 0) bytes, not verified: \(reason)", offset: place?.lowerBound, found: token)
    case .checkable: nil
    }
  }

  /// After the bytes were measured. Throws `limit.*`.
  func check(
    _ digest: [UInt8], _ algorithm: DigestAlgorithm, _ source: any ByteSource, _ budget: inout Budget
  ) throws(ParseError) -> Finding? {
    guard let key, let place else { return nil }
    // Little endian, as the modulus.
    let signature = Array(try source.bytes(place).reversed())
    let rsa = PublicKey(rsaModulus: key.modulus, exponent: key.exponent)
    let outcome = try rsa.verify(
      signature: signature[...], digest: algorithm,
      algorithm: AlgorithmIdentifier(algorithm: "1.2.840.113549.1.1.1", parameters: nil), digestValue: digest, &budget)
    let words = "key \(token ?? "")" + (key.isNeutral ? " (which stands for Microsoft's)" : "")
    switch outcome {
    case .valid:
      return Finding(
        "pe.strong-name.intact", .note,
        "the .NET strong name by \(words) fits; it names a key and no publisher, and gives no trust", offset: place.lowerBound,
        found: token)
    case .invalid where !isDeclared:
      return Finding(
        "pe.strong-name.delay-signed", .note,
        "the .NET header says that there is no strong name yet, and what stands in its room is not by \(words)",
        offset: place.lowerBound, found: token)
    case .invalid:
      return Finding(
        "pe.strong-name.mismatch", .warning,
        "the .NET strong name is not by \(words) over this content: the assembly was changed after its name was given",
        offset: place.lowerBound, found: token)
    case .unsupported(let reason):
      return Finding(
        "pe.strong-name.unverified", .note, "a .NET strong name of \(place.count) bytes, not verified: \(reason)",
        offset: place.lowerBound, found: token)
    }
  }
}

/// The bytes that a strong name covers, as they pass by: the headers with checksum and certificate directory as zeros, then every
/// section's bytes but the strong name's own.
struct PEStrongNamePass {
  /// Past it nothing is covered.
  let end: Int
  private let pieces: [Range<Int>]
  private var hasher: DigestHasher
  private var piece = 0

  /// Nil where the strong name is not to be checked.
  init?(_ name: PEStrongName?, _ image: PEImage, _ source: any ByteSource) throws(ParseError) {
    guard let name, let place = name.place, case .checkable(let algorithm) = name.standing else { return nil }
    var head = try source.bytes(0..<image.headersEnd)
    let fields =
      [image.checksumOffset..<(image.checksumOffset + 4)] + (image.certificateEntryOffset.map { [$0..<($0 + 8)] } ?? [])
    for field in fields where field.upperBound <= head.count {
      head.replaceSubrange(field, with: [UInt8](repeating: 0, count: field.count))
    }
    hasher = DigestHasher(algorithm)
    hasher.update(head[...])
    var pieces: [Range<Int>] = []
    for section in image.sections where section.rawSize > 0 {
      let range = section.rawRange
      let left = range.lowerBound..<max(range.lowerBound, min(place.lowerBound, range.upperBound))
      let right = max(range.lowerBound, min(place.upperBound, range.upperBound))..<range.upperBound
      pieces += place.overlaps(range) ? [left, right].filter { !$0.isEmpty } : [range]
    }
    self.pieces = pieces
    end = pieces.last?.upperBound ?? image.headersEnd
  }

  mutating func update(_ offset: Int, _ chunk: UnsafeRawBufferPointer) {
    let passed = offset + chunk.count
    while piece < pieces.count {
      let part = pieces[piece].clamped(to: offset..<passed)
      if !part.isEmpty {
        hasher.update(UnsafeRawBufferPointer(rebasing: chunk[(part.lowerBound - offset)..<(part.upperBound - offset)]))
      }
      guard pieces[piece].upperBound <= passed else { return }
      piece += 1
    }
  }

  mutating func finish() -> [UInt8] { hasher.finalize() }
}
