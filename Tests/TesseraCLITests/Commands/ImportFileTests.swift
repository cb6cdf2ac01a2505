import JOSE
import TesseraCore
import Testing

@testable import TesseraCLI

@Suite struct ImportFileTests {
    /// What a row says, as it would travel.
    private func rows(_ text: String) throws -> [String] {
        try ImportFile(parsing: Array(text.utf8)).entries.map { entry in
            "\(entry.line) \(try JSONValue(encoding: entry.row).text)"
        }
    }

    private func rejections(_ text: String) -> [String] {
        ImportFile(parsing: Array(text.utf8)).rejections.map { "\($0.line) \($0.reason)" }
    }

    @Test func `a table without a heading is read by position`() throws {
        let found = try rows("alice,$2b$x\nbob,$2b$y,b@x.example,admin editor\n")
        #expect(
            found == [
                #"1 {"username":"alice","passwordHash":"$2b$x","roles":[]}"#,
                #"2 {"username":"bob","passwordHash":"$2b$y","email":"b@x.example","roles":["admin","editor"]}"#,
            ]
        )
    }

    @Test func `a heading may order the columns`() throws {
        let found = try rows("email,password_hash,username\r\na@x.example,h,alice\r\n")
        #expect(found == [#"2 {"username":"alice","passwordHash":"h","email":"a@x.example","roles":[]}"#])
    }

    @Test func `quoted fields hold commas, quotes and line feeds`() throws {
        let found = try rows("alice,\"$argon2id$v=19$m=19456,t=2,p=1$a$b\"\n\"b\"\"ob\n\",h\ncarol,h\n")
        #expect(found.count == 3)
        #expect(found[0].contains("m=19456,t=2,p=1"))
        #expect(found[1].hasPrefix(#"2 {"username":"b\"ob\n""#))
        #expect(found[2].hasPrefix(#"4 {"username":"carol""#))
    }

    @Test func `JSON lines are read and empty lines skipped`() throws {
        let text = """
            {"username":"alice","password_hash":"h","email":null}

            {"username":"bob","password_hash":"h","roles":["admin"]}
            {"username":"carol","password_hash":"h","roles":"admin,editor"}
            """
        let found = try rows(text)
        #expect(found.map { $0.prefix(1) } == ["1", "3", "4"])
        #expect(found[1].contains(#""roles":["admin"]"#))
        #expect(found[2].contains(#""roles":["admin","editor"]"#))
    }

    @Test(arguments: [
        ("alice\n", "1 expected username,password_hash,email,roles, got 1 fields"),
        ("a,b,c,d,e\n", "1 expected username,password_hash,email,roles, got 5 fields"),
        ("ok,h\n\"open,h\n", "2 a quotation mark is not closed"),
        ("{\"username\":\"a\"}\n", "1 there is no password_hash"),
        ("{\"password_hash\":\"a\"}\n", "1 there is no username"),
        (
            "{\"username\":\"a\",\"password_hash\":\"h\",\"role\":[]}\n",
            "1 unknown member \"role\"; did you mean roles?"
        ),
        ("{\"username\":\"a\",\"password_hash\":\"h\",\"roles\":1}\n", "1 expected roles to be a list of names"),
        ("{\"username\":\"a\",\"password_hash\":\"h\",\"email\":1}\n", "1 expected email to be text"),
        ("{\"username\":\"a\"\n", "1 expected one JSON object"),
    ])
    func `a line that cannot be read is rejected by its number`(text: String, expected: String) {
        let found = rejections(text)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix(expected) == true, "\(found)")
    }

    @Test func `a spreadsheet's byte order mark is no part of the first name`() throws {
        #expect(try rows("\u{FEFF}alice,h").first?.contains(#""username":"alice""#) == true)
    }

    @Test func `an empty file holds nothing`() throws {
        #expect(try rows("").isEmpty)
        #expect(try rows("\n\n").isEmpty)
    }
}
