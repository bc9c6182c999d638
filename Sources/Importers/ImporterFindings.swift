package import AssayCore

/// Findings that foreign policies and lists raise.
package enum ImporterFindings {
  package static let all: [FindingCode] = []
}
