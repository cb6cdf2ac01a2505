import Foundation
import Testing

/// The pages' examples are regions of the tests beside this file, so that each one is compiled and run.
struct DocumentationTests {
    private static let here = URL(filePath: #filePath).deletingLastPathComponent()
    private static let catalogue = here.appending(path: "../../../Sources/JOSE/Documentation.docc").standardizedFileURL

    @Test func `every Swift example of the documentation is compiled and run by a test`() throws {
        let examples = try Self.files(in: Self.catalogue, ending: "md").flatMap { try Self.examples(of: $0) }
        let compiled = try Self.files(in: Self.here, ending: "swift").flatMap { try Self.snippets(of: $0) }
        #expect(examples.count >= 25)
        for example in examples { #expect(compiled.contains(example), "no test has this example:\n\(example)") }
        for snippet in compiled { #expect(examples.contains(snippet), "no page has this snippet:\n\(snippet)") }
    }

    @Test func `every page that a page refers to is there`() throws {
        let pages = try Self.files(in: Self.catalogue, ending: "md")
        let names = Set(pages.map { $0.deletingPathExtension().lastPathComponent })
        for page in pages {
            for match in try String(contentsOf: page, encoding: .utf8).matches(of: /<doc:([A-Za-z]+)>/) {
                #expect(names.contains(String(match.1)), "\(page.lastPathComponent) refers to \(match.1)")
            }
        }
    }

    private static func files(in folder: URL, ending: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == ending }
    }

    private static func examples(of page: URL) throws -> [String] {
        try regions(of: page, from: { $0 == "```swift" }, to: { $0 == "```" })
    }

    private static func snippets(of file: URL) throws -> [String] {
        try regions(
            of: file,
            from: { $0.drop { $0 == " " } == "// snippet" },
            to: { $0.drop { $0 == " " } == "// end" }
        )
    }

    /// The lines between two marks, without the indentation that they share.
    private static func regions(
        of file: URL,
        from isStart: (Substring) -> Bool,
        to isEnd: (Substring) -> Bool
    ) throws -> [String] {
        var regions: [String] = []
        var lines: [Substring]?
        let text = try String(contentsOf: file, encoding: .utf8)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let open = lines, isEnd(line) {
                let indent = open.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
                regions.append(open.map { $0.dropFirst(min(indent, $0.count)) }.joined(separator: "\n"))
                lines = nil
            } else if lines != nil {
                lines?.append(line)
            } else if isStart(line) {
                lines = []
            }
        }
        #expect(lines == nil, "a region of \(file.lastPathComponent) has no end")
        return regions
    }
}
