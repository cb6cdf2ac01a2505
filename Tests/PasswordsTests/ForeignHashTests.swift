import Passwords
import Testing

@Suite struct ForeignHashTests {
    private let hasher = PasswordHasher(memory: 64, passes: 1)

    @Test(arguments: ForeignHashes.all.keys.sorted())
    func `hashes of passlib, Django, bcrypt and argon2-cffi verify, with the right password only`(name: String) throws {
        let hash = try PasswordHash(parsing: #require(ForeignHashes.all[name]))
        #expect(hasher.verify(Password(ForeignHashes.password), hash))
        #expect(!hasher.verify(Password(ForeignHashes.password + "9"), hash))
        #expect(!hasher.verify(Password("Correct horse Battery 9"), hash))
        #expect(!hasher.verify(Password(""), hash))
        #expect(hasher.needsRehash(hash))
    }

    @Test func `a hash whose last digits are altered verifies nothing`() throws {
        for (name, text) in ForeignHashes.all where !text.hasSuffix("=") {
            // The third digit from the end carries no padding in any scheme.
            let index = text.index(text.endIndex, offsetBy: -3)
            let altered = text.replacingCharacters(in: index, with: text[index] == "A" ? "B" : "A")
            let hash = try PasswordHash(parsing: altered)
            #expect(!hasher.verify(Password(ForeignHashes.password), hash), "\(name)")
        }
    }

    @Test func `bcrypt verifies 72 bytes, and fails at 73 instead of cutting`() throws {
        let hash = try PasswordHash(parsing: ForeignHashes.bcryptOf72x)
        #expect(hasher.verify(Password(String(repeating: "x", count: 72)), hash))
        #expect(!hasher.verify(Password(String(repeating: "x", count: 73)), hash))
    }

    @Test func `bcrypt fails at a NUL instead of stopping there`() throws {
        let hash = try PasswordHash(parsing: #require(ForeignHashes.all["bcrypt 2b"]))
        #expect(!hasher.verify(Password(ForeignHashes.password + "\0"), hash))
        #expect(!hasher.verify(Password(ForeignHashes.password + "\0more"), hash))
    }

    @Test func `a bcrypt hash whose salt carries idle bits verifies`() throws {
        // The last digit of the salt has four idle bits; some old libraries left them set.
        let text = try #require(ForeignHashes.all["bcrypt 2b"])
        let index = text.index(text.startIndex, offsetBy: 28)
        #expect(text[index] == "u")
        let hash = try PasswordHash(parsing: text.replacingCharacters(in: index, with: "v"))
        #expect(hasher.verify(Password(ForeignHashes.password), hash))
    }

    @Test func `a decomposed password verifies against the hash of its bytes and of its normal form`() throws {
        let password = Password(ForeignHashes.decomposed)
        #expect(hasher.verify(password, try PasswordHash(parsing: ForeignHashes.bcryptOfDecomposed)))
        #expect(hasher.verify(password, try PasswordHash(parsing: ForeignHashes.bcryptOfComposed)))
        #expect(
            !hasher.verify(Password("Zoe is not at home"), try PasswordHash(parsing: ForeignHashes.bcryptOfComposed))
        )
    }
}

extension String {
    fileprivate func replacingCharacters(in index: String.Index, with character: Character) -> String {
        var text = self
        text.replaceSubrange(index...index, with: [character])
        return text
    }
}
