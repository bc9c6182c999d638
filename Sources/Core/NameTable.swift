package import AssayBytes

/// Whose signature a name demands: facts for the rows of M1045 about masquerading. The data lives in `Trust/`.
package struct NameTable: Sendable {
  /// A file that Windows itself ships under this name.
  package struct SystemFile: Hashable, Sendable {
    /// Lower case, with extension: `svchost.exe`.
    package let name: String
    /// Folders it lives in, below the system volume, lower case with `/`: `windows/system32`. A folder below counts where it
    /// ends in `/**`.
    package let folders: [String]
    package init(name: String, folders: [String]) {
      self.name = name
      self.folders = folders
    }
  }

  /// A company and the words by which its signatures are known.
  package struct Vendor: Hashable, Sendable {
    /// For messages: `Microsoft`.
    package let name: String
    /// A version resource whose CompanyName holds one of these, as whole words in lower case, claims to be the vendor's.
    package let claims: [String]
    /// The verified signer's organization or common name must hold one of these, as whole words in lower case.
    package let signers: [String]
    package init(name: String, claims: [String], signers: [String]) {
      self.name = name
      self.claims = claims
      self.signers = signers
    }
  }

  /// What Windows asks of code that runs in the kernel (Windows 10 1607 and later, Secure Boot on).
  package struct Drivers: Sendable {
    package let origin: String
    package let date: String
    /// Subjects (common names) of the system's anchors that drivers may end in.
    package let anchors: [String]
    /// Usages of certificates that sign drivers for Microsoft, dotted, with their names.
    package let usages: [(id: String, name: String)]
    /// A driver that the maker signed himself counts only under a certificate issued before then.
    package let crossSignedBefore: Moment
    package init(
      origin: String, date: String, anchors: [String], usages: [(id: String, name: String)], crossSignedBefore: Moment
    ) {
      self.origin = origin
      self.date = date
      self.anchors = anchors
      self.usages = usages
      self.crossSignedBefore = crossSignedBefore
    }
  }

  /// What on Apple's systems is Apple's alone.
  package struct AppleNames: Sendable {
    package let origin: String
    package let date: String
    /// Names of programs, as they are written.
    package let programs: [String]
    /// Folders from the root that hold nothing but the system's own.
    package let folders: [String]
    /// Beginnings of identifiers that Apple's tools give to what others make.
    package let lentIdentifiers: [String]
    package init(
      origin: String = "", date: String = "", programs: [String] = [], folders: [String] = [], lentIdentifiers: [String] = []
    ) {
      self.origin = origin
      self.date = date
      self.programs = programs
      self.folders = folders
      self.lentIdentifiers = lentIdentifiers
    }
  }

  package let apple: AppleNames
  package let drivers: Drivers
  /// Words of company names that identify nobody: legal forms, `software`, `systems`. Lower case.
  package let commonWords: [String]
  /// Common names of signers that sign for every vendor, as Microsoft does for tested drivers.
  package let certifiers: [String]
  /// Folders below the system volume where copies of any system file are kept by the system, as in `SystemFile.folders`.
  package let storeFolders: [String]
  /// Subjects (common names) of the anchors that the system's own code ends in.
  package let systemAnchors: [String]
  /// Where the facts were taken from.
  package let origin: String
  /// ISO 8601 date of the table.
  package let date: String
  package let systemFiles: [SystemFile]
  /// Whose signature a system name demands: organizations, as they stand in the certificate.
  package let systemPublishers: [String]
  /// The bundle that the anchor of such a signature must come from.
  package let systemBundle: String
  package let vendors: [Vendor]

  package init(
    origin: String, date: String, systemFiles: [SystemFile], systemPublishers: [String], systemBundle: String,
    systemAnchors: [String], storeFolders: [String], vendors: [Vendor], certifiers: [String], commonWords: [String],
    drivers: Drivers, apple: AppleNames = AppleNames()
  ) {
    self.apple = apple
    self.drivers = drivers
    self.systemAnchors = systemAnchors
    self.storeFolders = storeFolders
    self.certifiers = certifiers
    self.commonWords = commonWords
    self.origin = origin
    self.date = date
    self.systemFiles = systemFiles
    self.systemPublishers = systemPublishers
    self.systemBundle = systemBundle
    self.vendors = vendors
  }
}

/// ATT&CK's techniques as data, with the version that they were taken from. No tactics: their names move.
package struct AttackMap: Sendable {
  package struct Technique: Hashable, Sendable {
    /// `T1036.001`.
    package let id: String
    package let name: String
    /// The page of the technique.
    package let url: String
    package init(id: String, name: String) {
      self.id = id
      self.name = name
      url = "https://attack.mitre.org/techniques/" + String(id.map { $0 == "." ? "/" : $0 }) + "/"
    }
  }
  /// `18.1`
  package let version: String
  package let date: String
  package let origin: String
  /// What the map is about; reports give a denominator for each.
  package let techniques: [Technique]
  /// Others that findings point to, for their names.
  package let others: [Technique]
  package init(version: String, date: String, origin: String, techniques: [Technique], others: [Technique] = []) {
    self.version = version
    self.date = date
    self.origin = origin
    self.techniques = techniques
    self.others = others
  }
  package func technique(_ id: String) -> Technique? { techniques.first { $0.id == id } ?? others.first { $0.id == id } }
}
