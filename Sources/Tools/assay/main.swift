import AssaySystem

ProcessMemory.keepFreed()
Launch.leave(with: Launch.run(Array(CommandLine.arguments.dropFirst())))
