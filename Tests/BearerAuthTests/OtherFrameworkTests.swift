import Foundation
import Testing

/// The page about other frameworks and the example it is taken from.
struct OtherFrameworkTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")

    @Test func `the page about other frameworks shows the example's file as it is`() throws {
        let page = Self.root.appending(path: "Sources/BearerAuth/Documentation.docc/OtherFrameworks.md")
        let file = Self.root.appending(path: "Examples/FlyingFoxAPI/Protected.swift")
        let example = try String(contentsOf: file, encoding: .utf8)
        #expect(example.contains("HTTPHandler"))
        #expect(try String(contentsOf: page, encoding: .utf8).contains("```swift\n\(example)```\n"))
    }
}
