import AssayBytes
import AssayContainers
package import AssayCore

/// Scheduled tasks of a Windows disk: `System32\Tasks` with its folders, and the older `Tasks\*.job`.
package struct TaskInventory {
  package static let fileLimit = 50_000
  package static let depthLimit = 32
  private static let attack = ["T1053.005"]

  private let system: WindowsSystem
  private let text: ConfigurationText
  private var inventory = SystemInventory()
  private var files = 0

  package static func take(_ system: WindowsSystem) -> SystemInventory {
    let disk = system.disk
    var taker = TaskInventory(system: system, text: ConfigurationText(disk: disk))
    if let folder = disk.tree.folder("System32/Tasks", from: disk.root.windows) { taker.walk(folder, depth: 0) }
    if let folder = disk.tree.folder("Tasks", from: disk.root.windows) { taker.jobs(folder) }
    return taker.inventory
  }

  private init(system: WindowsSystem, text: ConfigurationText) {
    self.system = system
    self.text = text
  }

  private var disk: WindowsDisk { system.disk }

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
    do throws(ParseError) {
      let task = try parse(text)
      for action in task.actions { take(action, of: task, path) }
    } catch {
      note(path, error)
    }
  }

  private mutating func take(_ action: ScheduledTask.Action, of task: ScheduledTask, _ path: String) {
    let name = path.lastName
    var facts = [task.isEnabled ? "enabled" : "not enabled"]
    if task.isHidden { facts.append("hidden") }
    if let user = task.user { facts.append("as \(user)") }
    var found: [InventoryEntry]
    switch action {
    case .program(let command, let arguments):
      // The element holds a path and nothing else, with or without quotes.
      let program = command.utf8.first == 0x22 ? command : "\"\(command)\""
      found = system.entries(
        ofCommand: arguments.isEmpty ? program : "\(program) \(arguments)", name: name, origin: path, role: .scheduledTask,
        context: WindowsPathContext(), attack: TaskInventory.attack)
    case .handler(let id):
      // A class that the registry does not tell is no missing file.
      guard let file = server(of: id) else {
        let finding = Finding(
          "inventory.task.class-unknown", .note,
          "the task starts a COM class that SOFTWARE does not register: what runs is not known here", found: id,
          attack: TaskInventory.attack)
        inventory.findings.append((path: path, finding: finding))
        return
      }
      facts.append("COM class \(id)")
      found = [
        system.entry(
          ofFile: file, name: name, origin: path, role: .scheduledTask, context: WindowsPathContext(.library),
          attack: TaskInventory.attack)
      ]
    }
    for index in found.indices { found[index].facts = facts }
    inventory.entries += found
  }

  /// The library of a COM class, as the machine registers it.
  private func server(of id: String) -> String? {
    for view in ["Classes", "WOW6432Node\\Classes", "Classes\\WOW6432Node"] {
      if let file = system.software?.key("\(view)\\CLSID\\\(id)\\InprocServer32")?.value("")?.string, !file.isEmpty { return file }
    }
    return nil
  }
}
