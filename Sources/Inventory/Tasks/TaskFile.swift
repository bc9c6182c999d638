import AssayBytes
import AssayContainers

/// A scheduled task: what it does, and whether it may.
struct ScheduledTask: Hashable, Sendable {
  enum Action: Hashable, Sendable {
    case program(command: String, arguments: String)
    /// A COM class, in braces.
    case handler(classID: String)
  }
  var actions: [Action] = []
  var isEnabled = true
  var isHidden = false
  var user: String?
  var author: String?

  /// Task Scheduler's XML (MS-TSCH 2.5.1), in any of its versions.
  init(_ root: XMLElement) throws(ParseError) {
    guard root.name.lowered == "task" else {
      throw ParseError("inventory.task.form", "is no task: its root is \(root.name)", offset: root.offset)
    }
    for settings in root.named("Settings") {
      if XMLElement.isFalse(settings.content("Enabled")) { isEnabled = false }
      if XMLElement.isTrue(settings.content("Hidden")) { isHidden = true }
    }
    author = root.named("RegistrationInfo").first?.content("Author")
    let principal = root.named("Principals").first?.named("Principal").first
    user = principal?.content("UserId") ?? principal?.content("GroupId")
    for action in root.named("Actions").flatMap(\.elements) {
      switch action.name.lowered {
      case "exec":
        guard let command = action.content("Command") else { continue }
        actions.append(.program(command: command, arguments: action.content("Arguments") ?? ""))
      case "comhandler":
        guard let id = action.content("ClassId") else { continue }
        actions.append(.handler(classID: id))
      default: continue
      }
    }
  }

  /// The older `.job` (MS-TSCH 2.4): a fixed part of 68 octets (2.4.1), then texts with their counts of UTF-16 units.
  init(job bytes: [UInt8]) throws(ParseError) {
    var reader = ByteReader(bytes[...], truncated: "inventory.task.truncated")
    try reader.seek(to: 20)
    let offset = Int(try reader.little(UInt16.self))
    // After the state of the last run at 0x2C.
    try reader.seek(to: 0x30)
    let flags = try reader.little(UInt32.self)
    isEnabled = flags & 0x4 == 0
    isHidden = flags & 0x200 != 0
    try reader.seek(to: offset)
    let command = try ScheduledTask.text(&reader)
    let arguments = try ScheduledTask.text(&reader)
    _ = try ScheduledTask.text(&reader)
    author = try ScheduledTask.text(&reader)
    if !command.isEmpty { actions.append(.program(command: command, arguments: arguments)) }
  }

  private static func text(_ reader: inout ByteReader) throws(ParseError) -> String {
    let count = Int(try reader.little(UInt16.self))
    return UTF16Text.decode(try reader.take(count * 2)).text
  }
}
