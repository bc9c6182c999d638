/// Names and subjects that somebody made to do harm where they are shown.
enum Hostile {
  static let all = [
    "line\nbreak\r\n\ttab", "escape \u{1B}[2J\u{1B}]0;title\u{7}", "c1 \u{9B}31m", "del \u{7F} nul \u{0}",
    "bidi \u{202E}exe.txt\u{202C} \u{2066}x\u{2069} \u{200F}", "zero\u{200B}width \u{FEFF} soft\u{AD}hyphen",
    "line \u{2028} para \u{2029}",
    "\"quoted\" back\\slash 'single'", "<script>alert(1)</script>", "</script><img src=x onerror=alert(1)>", "]]> & &lt; --> <!--",
    "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "comma,semicolon;", "emoji 👩‍👩‍👧 combining e\u{301} \u{E9}",
    "tag \u{E0041}\u{10FFFF}",
    "replaced \u{FFFD}",
  ]

  /// What steers a terminal or reverses the reading order.
  static func moves(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x0A, 0x0B..<0x20, 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }
}
