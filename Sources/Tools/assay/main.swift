import AssaySystem

Launch.leave(with: Launch.run(Array(CommandLine.arguments.dropFirst())))
