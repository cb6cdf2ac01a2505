import Passwords
import Testing

@Suite struct PasswordPolicyTests {
    private let policy = PasswordPolicy(serviceNames: ["tessera", "id.example"])

    private func code(_ password: String, username: String = "wanderer") -> PasswordViolation.Code? {
        policy.violation(of: Password(password), username: username)?.code
    }

    @Test func `twelve code points are enough and eleven are not, counted in normal form`() {
        #expect(code("kMw7 tq/Zbf") == .tooShort)
        #expect(code("kMw7 tq/Zbf.") == nil)
        // Twelve code points as typed, eleven when composed.
        #expect(code("kMw7 tq/Zbe\u{301}") == .tooShort)
        #expect(code("kMw7 tq/Zbée\u{301}") == nil)
        // One visible character of many code points counts as what it is made of.
        #expect(code("kMw7👩‍👩‍👧‍👦x") == nil)
    }

    @Test func `long passwords are always accepted, up to 1,024 bytes`() {
        let words = (0..<200).map { "w\($0 * 7919 % 977)" }.joined(separator: " ")
        for length in [64, 65, 128, 500] {
            #expect(code(String(words.prefix(length))) == nil)
        }
        #expect(code(String(repeating: words, count: 3)) == .tooLong)
        #expect(PasswordPolicy(minimumLength: 500).minimumLength == 64)
    }

    @Test func `there are no rules of composition`() {
        #expect(code("lowercase words only") == nil)
        #expect(code("8430 1729 6053") == nil)
        #expect(code("сложный но запоминаемый") == nil)
        #expect(code("            trailing tabs and spaces ") == nil)
    }

    @Test func `a NUL is refused`() {
        #expect(code("kMw7 tq/\0Zbf.") == .containsNUL)
    }

    @Test(arguments: [
        "password1234", "Password2024!", "P@ssw0rd2024", "passwordpassword", "letmein123456", "Administrator",
        "administrator1", "iloveyou1234", "Summer2025!!", "welcome2026!", "welcome123456", "qwertyuiop123",
        "correcthorsebatterystaple", "CorrectHorseBatteryStaple", "!!password123!!", "changeme123456", "superman123456",
        "michael123456", "dragonballz123",
    ])
    func `the commonest passwords are refused`(password: String) {
        #expect(code(password) == .common)
    }

    @Test(arguments: [
        "aaaaaaaaaaaa", "aaaabbbbcccc", "abcabcabcabcabc", "abcdefghijklm", "zyxwvutsrqpo", "qwertyuiopasdf",
        "1qaz2wsx3edc", "1357913579135791", "12345678901234567890", "0987 0987 0987 ", "poiuytrewqlkjh",
        "hunter2hunter2",
        "ababababababa", "....................", "mnbvcxzlkjhg",
    ])
    func `what repeats, counts or walks along the keyboard is refused`(password: String) {
        let code = code(password)
        #expect(code == .predictable || code == .common)
    }

    @Test(arguments: [
        "violet tractor 88 lamps", "k3Rv-92qq-mMz0", "my aunt sells 3 hats", "reverberating otters", "Xq8#mmL2vvT1p",
        "three blind mice sang", "Gr33n-t0mato-Vine", "correct pony battery clip",
    ])
    func `good passwords pass`(password: String) {
        #expect(code(password) == nil)
    }

    @Test func `the user name is refused, in any case, alone or inside`() {
        #expect(code("thewanderer-99", username: "wanderer") == .containsUsername)
        #expect(code("WANDERER sleeps", username: "wanderer") == .containsUsername)
        #expect(code("zoë plays tuba", username: "Zo\u{65}\u{308} plays") == .containsUsername)
        #expect(code("kMw7 tq/Zbf.", username: "kMw7 tq/Zbf.") == .containsUsername)
        // A short name is part of too many words.
        #expect(code("violet banister 8", username: "ban") == nil)
        #expect(code("violet banister 8", username: "") == nil)
    }

    @Test func `the service's names are refused`() {
        #expect(code("my Tessera login 4") == .containsServiceName)
        #expect(code("in at id.example 4") == .containsServiceName)
    }

    @Test func `the reason never quotes the password`() throws {
        let violation = try #require(policy.violation(of: Password("P@ssw0rd2024"), username: "wanderer"))
        #expect(violation.code.rawValue == "password_common")
        #expect(!violation.reason.contains("P@ss"))
        #expect(violation.description.hasPrefix("password_common: "))
    }
}
