package import AssayBytes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The only reader of the clock. The heart takes time as a value.
package enum SystemClock {
  package static func now() -> Moment { Moment(secondsSince1970: Int64(time(nil))) }

  /// A clock that only goes forward, for durations.
  package static func monotonicMilliseconds() -> Int {
    var now = timespec()
    guard clock_gettime(CLOCK_MONOTONIC, &now) == 0 else { return 0 }
    return Int(now.tv_sec) * 1_000 + Int(now.tv_nsec) / 1_000_000
  }
}
