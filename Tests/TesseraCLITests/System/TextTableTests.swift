import Testing

@testable import TesseraCLI

@Suite struct TextTableTests {
    @Test func `columns are aligned and lines have no trailing blanks`() {
        var table = TextTable(["NAME", "ID", "NOTE"])
        table.add(["a", "12345", ""])
        table.add(["longer name", "1", "x"])
        #expect(table.text == "NAME         ID     NOTE\na            12345\nlonger name  1      x")
    }

    @Test func `a table without a heading has only its rows`() {
        var table = TextTable()
        #expect(table.text.isEmpty)
        table.add(["id", "1"])
        #expect(table.text == "id  1")
    }

    @Test func `a cell cannot steer the terminal`() {
        var table = TextTable()
        table.add(["a\u{1B}[31mb\nc"])
        #expect(table.text == "a\\u{1b}[31mb\\u{a}c")
    }
}
