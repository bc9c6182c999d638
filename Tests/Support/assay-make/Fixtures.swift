import AssayMaker
enum Fixtures { static func write(to folder: OutputFolder) throws(OutputError) {} }
