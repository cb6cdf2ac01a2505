import Testing

@testable import TesseraHTTP

struct FormDecoderTests {
    private func decode(_ text: String) throws(FormError) -> Form {
        try FormDecoder().decode(Array(text.utf8))
    }

    @Test func `a form gives its fields with escapes and pluses undone`() throws {
        let form = try decode("username=alice%40example.org&password=a+b%2Bc%26%3D%C3%A9&flag")
        #expect(form["username"] == "alice@example.org")
        #expect(form["password"] == "a b+c&=é")
        #expect(form["flag"] == nil)
        #expect(form["absent"] == nil)
    }

    @Test func `an empty value counts as absent`() throws {
        let form = try decode("scope=&client_id=&username=a")
        #expect(form["scope"] == nil)
        #expect(form["client_id"] == nil)
    }

    @Test func `brackets in names mean nothing`() throws {
        let form = try decode("a%5Bb%5D=1&a[b][c]=2")
        #expect(form["a[b]"] == "1")
        #expect(form["a[b][c]"] == "2")
        #expect(form["a"] == nil)
    }

    @Test func `a parameter sent twice is refused, but resource may repeat`() throws {
        #expect(throws: FormError.repeatedField) { try decode("scope=a&scope=b") }
        #expect(throws: FormError.repeatedField) { try decode("scope=&scope=b") }
        #expect(throws: FormError.repeatedField) { try decode("scope=a&%73cope=b") }
        #expect(try decode("resource=a&resource=b").values("resource") == ["a", "b"])
    }

    @Test(arguments: ["a=%", "a=%4", "a=%zz", "a=%4g", "%=a"])
    func `a malformed percent escape is refused`(text: String) {
        #expect(throws: FormError.malformedEscape) { try decode(text) }
    }

    @Test(arguments: ["a=%ff", "a=%c3%28", "a=%ed%a0%80", "a=%c0%af", "%ff=a"])
    func `what is not UTF-8 is refused`(text: String) {
        #expect(throws: FormError.invalidUTF8) { try decode(text) }
    }

    @Test(arguments: ["a=b%00c", "a%00=b", "a=\u{0}"])
    func `a NUL is refused`(text: String) {
        #expect(throws: FormError.containsNUL) { try decode(text) }
    }

    @Test func `64 fields are read and 65 are refused`() throws {
        let fields = (0..<65).map { "f\($0)=1" }
        #expect(try decode(fields.prefix(64).joined(separator: "&"))["f3"] == "1")
        #expect(throws: FormError.tooManyFields) { try decode(fields.joined(separator: "&")) }
    }

    @Test func `an empty form has no fields, and empty pairs between ampersands count for nothing`() throws {
        #expect(try decode("")["a"] == nil)
        #expect(try decode("&&a=1&")["a"] == "1")
    }

    @Test func `look-alike names are different names`() throws {
        // Two spellings of é that are canonically equivalent.
        let form = try decode("%C3%A9=1&e%CC%81=2")
        #expect(form["\u{e9}"] == "1")
    }
}
