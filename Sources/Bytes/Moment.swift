/// A point in time in whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
package struct Moment: Hashable, Comparable, Sendable {
  package let secondsSince1970: Int64
  package init(secondsSince1970: Int64) { self.secondsSince1970 = secondsSince1970 }
  package static func < (left: Moment, right: Moment) -> Bool { left.secondsSince1970 < right.secondsSince1970 }

  /// From a civil date in UTC (proleptic Gregorian); nil when a field is out of its range. Second 60 is read as 59.
  package init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    guard (0...9999).contains(year), (1...12).contains(month), day >= 1, day <= Moment.days(inMonth: month, of: year),
      (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
    else { return nil }
    let days = Moment.daysSince1970(year: year, month: month, day: day)
    secondsSince1970 = Int64(days * 86_400 + hour * 3_600 + minute * 60 + min(second, 59))
  }

  /// RFC 3339 (`2026-11-23T00:00:00Z`, offsets and fractions allowed), or a date alone, taken as its first second in UTC.
  package init?(rfc3339 text: String) {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int? {
      guard range.upperBound <= bytes.count else { return nil }
      var value = 0
      for byte in bytes[range] {
        guard byte >= 0x30, byte <= 0x39 else { return nil }
        value = value * 10 + Int(byte - 0x30)
      }
      return value
    }
    guard bytes.count >= 10, bytes[4] == 0x2D, bytes[7] == 0x2D, let year = number(0..<4), let month = number(5..<7),
      let day = number(8..<10)
    else { return nil }
    if bytes.count == 10 {
      self.init(year: year, month: month, day: day)
      return
    }
    guard bytes.count >= 20, [0x54, 0x74, 0x20].contains(bytes[10]), bytes[13] == 0x3A, bytes[16] == 0x3A,
      let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
      let local = Moment(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    else { return nil }
    var rest = 19
    if bytes[rest] == 0x2E {
      rest += 1
      while rest < bytes.count, bytes[rest].isDigit { rest += 1 }
      guard rest > 20 else { return nil }
    }
    guard rest < bytes.count else { return nil }
    if bytes[rest] == 0x5A || bytes[rest] == 0x7A {
      guard rest == bytes.count - 1 else { return nil }
      self = local
      return
    }
    guard bytes[rest] == 0x2B || bytes[rest] == 0x2D, bytes.count == rest + 6, bytes[rest + 3] == 0x3A,
      let hours = number((rest + 1)..<(rest + 3)), let minutes = number((rest + 4)..<(rest + 6)), hours < 24, minutes < 60
    else { return nil }
    let shift = Int64(hours * 3_600 + minutes * 60)
    self.init(secondsSince1970: local.secondsSince1970 + (bytes[rest] == 0x2B ? -shift : shift))
  }

  /// Windows FILETIME: 100 ns units since 1601-01-01T00:00:00Z.
  package init(fileTime: UInt64) {
    secondsSince1970 = Int64(fileTime / 10_000_000) - 11_644_473_600
  }

  /// `2026-11-23T00:00:00Z`; years outside 0 to 9999 are clamped.
  package var rfc3339: String {
    let clamped = min(max(secondsSince1970, -62_167_219_200), 253_402_300_799)
    let days = Int((clamped >= 0 ? clamped : clamped - 86_399) / 86_400)
    let second = Int(clamped) - days * 86_400
    // Howard Hinnant's civil-from-days, shifted to an era that starts on 1 March of year 0.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func pad(_ value: Int, _ width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
    return
      "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T\(pad(second / 3_600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))Z"
  }

  /// Moved by seconds, saturating.
  package func adding(seconds: Int64) -> Moment {
    let (sum, overflow) = secondsSince1970.addingReportingOverflow(seconds)
    return Moment(secondsSince1970: overflow ? (seconds < 0 ? .min : .max) : sum)
  }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return month == 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
