import AssayBytes
import AssayContainers
package import AssayCore

/// Scheduled tasks of a Windows disk: `System32\Tasks` with its folders, and the older `Tasks\*.job`.
package struct TaskInventory {
  package static let fileLimit = 50_000
  package static let depthLimit = 32

  private let disk: WindowsDisk
  private let text: ConfigurationText
  private let classFile: (String) -> String?
  private var inventory = SystemInventory()
  private var files = 0

  /// `classFile`: the server of a COM class by its id in braces, as the registry has it.
  package static func take(_ disk: WindowsDisk, classFile: @escaping (String) -> String? = { _ in nil }) -> SystemInventory {
    var taker = TaskInventory(disk: disk, text: ConfigurationText(disk: disk), classFile: classFile)
    if let folder = disk.tree.folder("System32/Tasks", from: disk.root.windows) { taker.walk(folder, depth: 0) }
    if let folder = disk.tree.folder("Tasks", from: disk.root.windows) { taker.jobs(folder) }
    return taker.inventory
  }

  private init(disk: WindowsDisk, text: ConfigurationText, classFile: @escaping (String) -> String?) {
    self.disk = disk
    self.text = text
    self.classFile = classFile
  }

  private mutating func walk(_ folder: String, depth: Int) {
    for entry in disk.tree.list(folder) {
      let path = WindowsTree.join(folder, entry.name)
      switch entry.kind {
      case .folder:
        guard depth < TaskInventory.depthLimit else {
          note(path, ParseError("limit.depth", "tasks are nested deeper than \(TaskInventory.depthLimit) folders"))
          continue
        }
        walk(path, depth: depth + 1)
      case .file:
        guard counted(path) else { return }
        read(path) { (text) throws(ParseError) in try ScheduledTask(try text.document(path).root) }
      case .link, .special: continue
      }
    }
  }

  private mutating func jobs(_ folder: String) {
    for entry in disk.tree.list(folder) where entry.kind == .file && WindowsCase.hasSuffix(entry.name, ".job") {
      let path = WindowsTree.join(folder, entry.name)
      guard counted(path) else { return }
      read(path) { (text) throws(ParseError) in try ScheduledTask(job: try text.bytes(path)) }
    }
  }

  private mutating func counted(_ path: String) -> Bool {
    files += 1
    if files == TaskInventory.fileLimit + 1 {
      note(
        path,
        ParseError("limit.nodes", "there are more than \(TaskInventory.fileLimit) tasks; this one and those after it are not read"))
    }
    return files <= TaskInventory.fileLimit
  }

  private mutating func note(_ path: String, _ error: ParseError) {
    inventory.findings.append((path: path, finding: Finding(error)))
  }

  private mutating func read(_ path: String, _ parse: (ConfigurationText) throws(ParseError) -> ScheduledTask) {
    text.reading(path, &inventory) { (inventory) throws(ParseError) in
      let task = try parse(text)
      for action in task.actions { inventory.entries += entries(action, of: task, path) }
    }
  }

  private func entries(_ action: ScheduledTask.Action, of task: ScheduledTask, _ path: String) -> [InventoryEntry] {
    let name = path.utf8.split(separator: 0x2F).last.map { String(decoding: $0, as: UTF8.self) } ?? path
    var entry = InventoryEntry(.scheduledTask, name: name, origin: path, command: "", path: nil, isPresent: false)
    entry.facts = [task.isEnabled ? "enabled" : "not enabled"]
    if task.isHidden { entry.facts.append("hidden") }
    if let user = task.user { entry.facts.append("as \(user)") }
    switch action {
    case .program(let command, let arguments):
      let isQuoted = command.utf8.first == 0x22
      let program = disk.program(isQuoted ? command : "\"\(command)\"")
      entry.command = arguments.isEmpty ? command : "\(command) \(arguments)"
      entry.path = program.place?.path
      entry.isPresent = program.place?.isPresent ?? false
      return [entry] + HostedFile.entries(of: entry, arguments: arguments, disk, base: nil)
    case .handler(let id):
      entry.command = id
      entry.facts.append("COM class \(id)")
      // A class that the registry does not tell is no missing file.
      guard let file = classFile(id), let place = disk.locate(file, WindowsPathContext(.library)) else { return [] }
      (entry.path, entry.isPresent) = (place.path, place.isPresent)
      return [entry]
    }
  }
}
