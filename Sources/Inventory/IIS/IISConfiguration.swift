import AssayBytes
import AssayContainers
import AssayCore

/// Something that IIS loads or starts, as its configuration writes it.
struct IISRecord: Hashable, Sendable {
  /// Where a site's own files begin: relative paths and managed assemblies are looked for there.
  enum Kind: Hashable, Sendable {
    /// A native library, by path.
    case library
    /// A program with arguments.
    case program
    /// `Namespace.Class, Assembly, Version=...`
    case managedType
  }
  var kind: Kind
  var section: String
  var name: String
  var command: String
  /// `<location path>`; nil for the whole.
  var location: String?
  var is32Bit = false
  var facts: [String] = []
}

/// applicationHost.config or a web.config, taken apart (IIS configuration reference, MicrosoftDocs/iis-docs, iis/configuration:
/// system.webServer and system.applicationHost).
///
/// `<remove>` and `<clear>` take a module from one scope and leave it to others, so every `<add>` counts.
struct IISConfiguration: Sendable {
  private(set) var records: [IISRecord] = []
  /// Folders that sites serve, as written.
  private(set) var siteFolders: [(site: String, folder: String)] = []
  /// `ISAPI libraries`, `CGI programs`: what may run without being listed, and for which location.
  private(set) var unlisted: [(what: String, location: String?)] = []
  /// Sections that stand in files of their own (`configSource`), as written.
  private(set) var elsewhere: [(section: XMLText, file: String, location: String?)] = []

  /// `root`: `<configuration>`, or the section itself where the file is one that `configSource` names.
  init(_ root: XMLElement, section: (name: XMLText, location: String?)? = nil) {
    if let section, root.name.lowered == section.name.lowered {
      webServer(section: root, location: section.location)
      return
    }
    configuration(root, location: nil)
  }

  private mutating func configuration(_ element: XMLElement, location: String?) {
    for child in element.elements {
      switch child.name.lowered {
      // A location does not stand in another one.
      case "location" where location == nil: configuration(child, location: child.value("path") ?? ".")
      case "system.webserver": for section in child.elements { webServer(section: section, location: location) }
      case "system.web":
        for name: XMLText in ["httpModules", "httpHandlers"] {
          for section in child.named(name) { managed(section, "system.web/\(name.string)", location) }
        }
      case "system.applicationhost": applicationHost(child)
      default: break
      }
    }
  }

  private mutating func webServer(section: XMLElement, location: String?) {
    if let file = section.value("configSource") {
      elsewhere.append((section: section.name, file: file, location: location))
    }
    let path = "system.webServer/\(section.name.string)"
    switch section.name.lowered {
    case "globalmodules":
      for add in section.named("add") { library(add, path, add.value("image"), location) }
    case "isapifilters":
      for filter in section.named("filter") { library(filter, path, filter.value("path"), location) }
    case "security":
      for list in section.named("isapiCgiRestriction") {
        if let file = list.value("configSource") { elsewhere.append((section: list.name, file: file, location: location)) }
        restriction(list, location)
      }
    case "isapicgirestriction": restriction(section, location)
    case "handlers":
      for add in section.named("add") { handler(add, path, location) }
    case "modules": managed(section, path, location)
    case "fastcgi":
      for application in section.named("application") {
        guard let file = application.value("fullPath") else { continue }
        program(application, path, file, application.value("arguments"), location, name: file)
      }
    case "aspnetcore", "httpplatform":
      if let file = section.value("processPath") {
        program(section, path, file, section.value("arguments"), location, name: section.name.string)
      }
    default: break
    }
  }

  private mutating func library(_ element: XMLElement, _ section: String, _ file: String?, _ location: String?) {
    guard let file else { return }
    var record = IISRecord(kind: .library, section: section, name: element.value("name") ?? file, command: file, location: location)
    conditions(element, &record)
    records.append(record)
  }

  private mutating func program(
    _ element: XMLElement, _ section: String, _ file: String, _ arguments: String?, _ location: String?, name: String
  ) {
    // A path with spaces is one path here: the attribute holds nothing else.
    let isQuoted = file.utf8.first == 0x22
    let command = (isQuoted ? file : "\"\(file)\"") + (arguments.map { " " + $0 } ?? "")
    var record = IISRecord(kind: .program, section: section, name: name, command: command, location: location)
    conditions(element, &record)
    records.append(record)
  }

  /// The path may have arguments, and `allowed` says whether requests may name it: false by default, as for what is not listed.
  private mutating func restriction(_ list: XMLElement, _ location: String?) {
    for (name, what): (XMLText, String) in [
      ("notListedIsapisAllowed", "ISAPI libraries"), ("notListedCgisAllowed", "CGI programs"),
    ] where XMLElement.isTrue(list.value(name)) { unlisted.append((what: what, location: location)) }
    for add in list.named("add") {
      guard let file = add.value("path") else { continue }
      let isLibrary = XMLText(file).lowered.octets.suffix(4).elementsEqual(Array(".dll".utf8))
      var record = IISRecord(
        kind: isLibrary ? .library : .program, section: "system.webServer/security/isapiCgiRestriction",
        name: add.value("description") ?? file, command: file, location: location)
      record.facts.append(XMLElement.isTrue(add.value("allowed")) ? "allowed" : "not allowed")
      records.append(record)
    }
  }

  /// `scriptProcessor`: a library, or a program with its arguments behind `|`. `type`: a managed handler.
  private mutating func handler(_ add: XMLElement, _ section: String, _ location: String?) {
    let name = add.value("name") ?? add.value("path") ?? "handler"
    if let processor = add.value("scriptProcessor") {
      let parts = processor.utf8.split(separator: 0x7C, maxSplits: 1).map { String(decoding: $0, as: UTF8.self) }
      guard let file = parts.first else { return }
      let isLibrary = XMLText(file).lowered.octets.suffix(4).elementsEqual(Array(".dll".utf8))
      let command = isLibrary ? file : "\"\(file)\"" + (parts.count > 1 ? " " + parts[1] : "")
      var record = IISRecord(
        kind: isLibrary ? .library : .program, section: section, name: name, command: command, location: location)
      conditions(add, &record)
      records.append(record)
    }
    if let type = add.value("type") {
      var record = IISRecord(kind: .managedType, section: section, name: name, command: type, location: location)
      conditions(add, &record)
      records.append(record)
    }
  }

  private mutating func managed(_ section: XMLElement, _ path: String, _ location: String?) {
    for add in section.named("add") {
      guard let type = add.value("type") else { continue }
      var record = IISRecord(kind: .managedType, section: path, name: add.value("name") ?? type, command: type, location: location)
      conditions(add, &record)
      records.append(record)
    }
  }

  private func conditions(_ element: XMLElement, _ record: inout IISRecord) {
    if let condition = element.value("preCondition") {
      record.facts.append("only if \(condition)")
      record.is32Bit = XMLText(condition).lowered.string.utf8.split(separator: 0x2C).contains {
        $0.elementsEqual("bitness32".utf8)
      }
    }
    if XMLElement.isFalse(element.value("enabled")) { record.facts.append("not enabled") }
  }

  /// Sites with their folders, the programs that a worker's end starts, the libraries of listeners and what is loaded before requests.
  private mutating func applicationHost(_ element: XMLElement) {
    for list in element.named("listenerAdapters") {
      for add in list.named("add") {
        library(add, "system.applicationHost/listenerAdapters", add.value("protocolManagerDll"), nil)
      }
    }
    for list in element.named("serviceAutoStartProviders") {
      managed(list, "system.applicationHost/serviceAutoStartProviders", nil)
    }
    for sites in element.named("sites") {
      for site in sites.named("site") {
        for application in site.named("application") {
          for folder in application.named("virtualDirectory") {
            guard let path = folder.value("physicalPath") else { continue }
            siteFolders.append((site: site.value("name") ?? "site", folder: path))
          }
        }
      }
    }
    for pools in element.named("applicationPools") {
      for pool in pools.elements {
        for failure in pool.named("failure") {
          for attribute: XMLText in ["orphanActionExe", "autoShutdownExe"] {
            guard let file = failure.value(attribute) else { continue }
            let parameters: XMLText = attribute == "orphanActionExe" ? "orphanActionParams" : "autoShutdownParams"
            let name = "\(pool.value("name") ?? pool.name.string) \(attribute.string)"
            program(failure, "system.applicationHost/applicationPools", file, failure.value(parameters), nil, name: name)
          }
        }
      }
    }
  }
}
