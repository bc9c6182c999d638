package import AssayBytes

extension Requirement {
  /// A time literal, `YYYYMMDDHHMMSSZ` (GeneralizedTime without fraction).
  package struct Instant: Hashable, Sendable {
    package let moment: Moment
    package init(_ moment: Moment) { self.moment = moment }

    /// Nil when it is no such time.
    package init?(_ text: some Collection<UInt8>) {
      let bytes = Array(text)
      guard bytes.count == 15, bytes[14] == 0x5A, bytes.dropLast().allSatisfy(\.isDigit) else { return nil }
      func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 * 10 + Int($1 - 0x30) } }
      guard
        let moment = Moment(
          year: number(0..<4), month: number(4..<6), day: number(6..<8), hour: number(8..<10), minute: number(10..<12),
          second: number(12..<14))
      else { return nil }
      self.moment = moment
    }

    /// `20190408000000Z`
    package var text: String { String(moment.rfc3339.filter { !"-:T".contains($0) }) }
  }
}
