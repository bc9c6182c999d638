import AssayCore
import AssayRender
import Foundation
import Testing

@Suite struct NavigatorTests {
  private func layer(_ reports: [JudgedReport]) throws -> [String: Any] {
    let text = Samples.render(.navigator, reports)
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func isALayerOfItsVersionWithoutTactics() throws {
    let layer = try layer(try Samples.mixed())
    #expect((layer["versions"] as? [String: String]) == ["attack": "18", "navigator": "5.1.0", "layer": "4.5"])
    #expect(layer["domain"] as? String == "enterprise-attack" && layer["name"] is String)
    let techniques = try #require(layer["techniques"] as? [[String: Any]])
    #expect(techniques.allSatisfy { $0["tactic"] == nil })
    #expect(((layer["gradient"] as? [String: Any])?["colors"] as? [String])?.count == 3)
    #expect((layer["legendItems"] as? [[String: String]])?.allSatisfy { $0["label"] != nil && $0["color"] != nil } == true)
  }

  @Test func scoresAreSharesWithDenominators() throws {
    let techniques = try #require(try layer(try Samples.mixed())["techniques"] as? [[String: Any]])
    #expect(techniques.map { $0["techniqueID"] as? String } == ["T1036.001", "T1554"])
    #expect(techniques.map { $0["score"] as? Int } == [0, 33])
    #expect(techniques[1]["comment"] as? String == "1 of 3 objects rejected, 1 of 3 not assessed: io.denied 1")
  }

  @Test func aRowWithoutObjectsHasNoScore() throws {
    let techniques = try #require(try layer([])["techniques"] as? [[String: Any]])
    #expect(techniques.count == 2)
    #expect(techniques.allSatisfy { $0["score"] == nil && $0["comment"] as? String == "no object of this row was seen" })
  }
}
