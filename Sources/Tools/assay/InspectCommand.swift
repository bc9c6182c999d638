import ArgumentParser
import AssayBytes
import AssayCore
import AssayEngine
import AssayRender
import AssaySystem

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Print what the signature of a file says, decoded, with no judgement.",
    discussion: "Nothing that it prints is verified. Exit code 0 if the file could be read as one of the formats, else 3.")

  @Argument(help: "The file, or - for standard input.")
  var target: String

  @Option(help: "What standard input is called: its ending may say what it is.")
  var name: String?

  @Option(help: "How to print: \(ListingFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: ListingFormat = .text

  @Flag(help: "Print the requirements in each signature of Apple code alone, in Apple's language.")
  var requirements = false

  func run() throws {
    let item = try Target(RawArguments.path(target), standardInputName: name).item
    let output = OutputSink.standardOutput()
    var budget = Budget()
    var isKnown = false
    do throws(ParseError) {
      let artifact = try item.artifact()
      if requirements {
        let listings = try Inspector.requirements(artifact, &budget)
        output.write(
          format == .json
            ? InspectRenderer.json(listings, target: item.target) : InspectRenderer.text(listings, target: item.target))
        isKnown = !listings.isEmpty
        if !isKnown { StandardError.write("assay: \(item.target): no code signature of Apple's\n") }
      } else {
        let lines = try Inspector.inspect(artifact, &budget)
        output.write(
          format == .json
            ? InspectRenderer.json(lines, target: item.target) : InspectRenderer.text(lines, target: item.target, .current))
        isKnown = FormatRegistry.all.contains { $0.recognizes(artifact.probe) }
      }
    } catch {
      let place = error.offset.map { " at offset \($0)" } ?? ""
      StandardError.write("assay: \(item.target): \(error.message)\(place) (\(error.code))\n")
    }
    try output.finish()
    if !isKnown { throw ExitStatus.undecided }
  }
}

/// How lists are printed.
enum ListingFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json
}

/// Text from files for a person.
enum InspectionText {
  /// Control characters as `\u{..}`: a name from a file must not steer a terminal.
  static func shown(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
    var shown = ""
    for scalar in text.unicodeScalars {
      if isUnsafe(scalar) { shown += "\\u{\(String(scalar.value, radix: 16))}" } else { shown.unicodeScalars.append(scalar) }
    }
    return shown
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
    default: false
    }
  }
}
