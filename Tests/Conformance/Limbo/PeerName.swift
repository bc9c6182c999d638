import AssayPKI

/// Peer names against subjectAltName (RFC 9525 6). The common name is not looked at.
enum PeerName {
  static func mismatches(_ test: LimboCase, _ certificate: Certificate) -> [String] {
    let names = certificate.subjectAlternativeNames ?? []
    let expected = (test.expected_peer_name.map { [$0] } ?? []) + test.expected_peer_names
    if test.validation_kind == "SERVER", expected.isEmpty, names.isEmpty { return ["no subjectAltName"] }
    return expected.filter { peer in !names.contains { matches(peer, $0) } }.map { "no subjectAltName is \($0.value)" }
  }

  private static func matches(_ peer: LimboPeer, _ name: GeneralName) -> Bool {
    switch (peer.kind, name) {
    case (.dns, .dns(let pattern)): host(Array(peer.value.utf8), Array(pattern))
    case (.ip, .ip(let octets)): address(peer.value) == Array(octets)
    case (.email, .rfc822(let mailbox)): Array(peer.value.utf8) == Array(mailbox)
    default: false
    }
  }

  /// A wildcard is a whole first label and stands for exactly one label.
  private static func host(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
    let wanted = labels(name)
    let offered = labels(pattern)
    guard wanted.count == offered.count, wanted.allSatisfy({ !$0.isEmpty }) else { return false }
    if offered[0] == [0x2A] {
      return offered.count > 2 && wanted.dropFirst().elementsEqual(offered.dropFirst())
    }
    return wanted == offered
  }

  private static func labels(_ name: [UInt8]) -> [[UInt8]] {
    name.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }.split(separator: 0x2E, omittingEmptySubsequences: false).map {
      Array($0)
    }
  }

  /// Octets of an address in text, RFC 4291 2.2 or dotted decimal.
  static func address(_ text: String) -> [UInt8]? {
    if !text.contains(":") {
      let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
      return parts.count == 4 && parts.allSatisfy { $0 != nil } ? parts.compactMap { $0 } : nil
    }
    let halves = text.components(by: "::")
    guard halves.count <= 2 else { return nil }
    func groups(_ half: Substring) -> [UInt16?] {
      half.isEmpty ? [] : half.split(separator: ":", omittingEmptySubsequences: false).map { UInt16($0, radix: 16) }
    }
    let head = groups(halves[0])
    let tail = halves.count == 2 ? groups(halves[1]) : []
    guard halves.count == 2 ? head.count + tail.count < 8 : head.count == 8 else { return nil }
    let all = head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
    guard all.allSatisfy({ $0 != nil }) else { return nil }
    return all.compactMap { $0 }.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
  }
}

extension String {
  fileprivate func components(by separator: String) -> [Substring] { split(separator: separator, omittingEmptySubsequences: false) }
}
