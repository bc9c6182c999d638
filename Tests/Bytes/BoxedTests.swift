import AssayBytes
import Testing

struct BoxedTests {
  @Test func aChangeIsTheOwnersAlone() {
    var one = Boxed([1, 2, 3])
    let other = one
    one.value.append(4)
    #expect(one.value == [1, 2, 3, 4])
    #expect(other.value == [1, 2, 3])
    one.value[0] = 9
    #expect(one.value == [9, 2, 3, 4])
    #expect(other.value == [1, 2, 3])
  }

  @Test(arguments: [
    ("plain", "plain", 5), ("", "", 0), ("a\u{0}b", "a", 1), ("Grüße", "Grüße", 5), ("😀", "😀", 2),
  ])
  func littleEndianTextUpToAZero(written: String, read: String, count: Int) {
    let bytes = written.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    let found = UTF16Text.decode([7, 7] + bytes + [0x41][...])
    #expect(UTF16Text.decode(bytes[...]) == (read, count))
    // An odd octet at the end is no unit, and a slice begins where it begins.
    #expect(UTF16Text.decode((([7, 7] + bytes + [0x41])[2...])) == (read, count))
    #expect(found.text.unicodeScalars.first?.value == 0x0707)
  }

  @Test func aHalfOfAPairIsReplaced() {
    #expect(UTF16Text.decode([0x00, 0xD8, 0x41, 0x00][...]) == ("\u{FFFD}A", 2))
  }
}
