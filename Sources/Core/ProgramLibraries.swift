/// One library that an image asks for, and where dyld would find it.
package struct LibraryEdge: Hashable, Sendable {
  package enum Answer: Hashable, Sendable {
    /// Below the root of the tree.
    case found(String)
    /// A path of the system's own that is not on the disk: since macOS 11 such libraries are in dyld's shared cache alone.
    case system
    case missing
    /// It cannot be known from here, and why.
    case unknown(String)
  }
  /// The image that asks, below the tree's root.
  package var asker: String
  /// As written: `@rpath/x.dylib`.
  package var name: String
  /// `load`, `weak`, `reexport`, `lazy`, `upward`, `delayed`.
  package var kind: String
  package var answer: Answer
  /// By which of dyld's rules.
  package var rule: String
  /// Places that dyld looks at before and where nothing is, the system's own aside.
  package var absent: [String] = []

  package init(asker: String, name: String, kind: String, answer: Answer, rule: String, absent: [String] = []) {
    self.asker = asker
    self.name = name
    self.kind = kind
    self.answer = answer
    self.rule = rule
    self.absent = absent
  }
}

/// The libraries that a program loads at start, with what is known of each.
package struct ProgramLibraries: Sendable {
  /// A library as it was judged where it was found.
  package struct Library: Hashable, Sendable {
    package var path: String
    /// Nil where it could not be opened.
    package var state: State?
    /// Vouched for by its signer; nil for ad hoc and unsigned code.
    package var teamID: String?
    /// Apple signed it as its own.
    package var isApple: Bool
    /// The verified signer's name.
    package var signer: String?
    package init(path: String, state: State?, teamID: String?, isApple: Bool, signer: String?) {
      self.path = path
      self.state = state
      self.teamID = teamID
      self.isApple = isApple
      self.signer = signer
    }
  }

  /// Below the tree's root; as the Mac writes it where the tree is one.
  package var program: String
  /// An executable; a library by itself does not know who loads it.
  package var isProgram: Bool
  /// It stands on a Mac's volume, and paths begin there.
  package var isOnVolume = false
  /// In the order of loading.
  package var edges: [LibraryEdge]
  /// False where there was more than is followed.
  package var isComplete: Bool
  /// About the graph: what is missing, what can be taken over. Never failures.
  package var findings: [Finding]
  /// In the order of their paths.
  package var libraries: [Library] = []
  /// State of the program's own signature, and who vouches for it.
  package var state: State?
  package var teamID: String?
  package var isApple = false
  /// The system refuses to load libraries of others: library validation or the hardened runtime, and no entitlement against it.
  package var validatesLibraries = false
  /// Entitlements by which the program gives protection away.
  package var weakening: [String] = []

  package init(program: String, isProgram: Bool, edges: [LibraryEdge], isComplete: Bool, findings: [Finding]) {
    self.program = program
    self.isProgram = isProgram
    self.edges = edges
    self.isComplete = isComplete
    self.findings = findings
  }
}

extension LibraryEdge {
  /// The answer for a person.
  package var words: String {
    switch answer {
    case .found(let path): path
    case .system: "the system's own, in the shared cache"
    case .missing: "not there"
    case .unknown(let why): "not known: \(why)"
    }
  }
}
