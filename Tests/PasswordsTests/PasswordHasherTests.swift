import Passwords
import Testing

@Suite struct PasswordHasherTests {
    private let hasher = PasswordHasher()

    @Test func `a new hash is argon2id of 19 MiB, two passes and one lane`() throws {
        let hash = try hasher.hash(Password("a rather long password"))
        #expect(hash.encoded.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(hash.family == "argon2id")
        #expect(hasher.verify(Password("a rather long password"), hash))
        #expect(!hasher.verify(Password("a rather long passwore"), hash))
        #expect(!hasher.needsRehash(hash))
        #expect(try PasswordHash(parsing: hash.encoded) == hash)
    }

    @Test func `two hashes of one password differ`() throws {
        let quick = PasswordHasher(memory: 64, passes: 1)
        #expect(try quick.hash(Password("a rather long password")) != quick.hash(Password("a rather long password")))
    }

    @Test func `a hash of other parameters or another spelling wants to be made anew`() throws {
        let quick = PasswordHasher(memory: 64, passes: 1)
        let hash = try quick.hash(Password("a rather long password"))
        #expect(!quick.needsRehash(hash))
        #expect(hasher.needsRehash(hash))
        #expect(PasswordHasher(memory: 64, passes: 2).needsRehash(hash))
        #expect(quick.needsRehash(try PasswordHash(parsing: "argon2" + hash.encoded)))
    }

    @Test func `composed and decomposed spellings are one password`() throws {
        let quick = PasswordHasher(memory: 64, passes: 1)
        let hash = try quick.hash(Password("Zoe\u{301} is not at home"))
        #expect(quick.verify(Password("Zo\u{E9} is not at home"), hash))
        #expect(quick.verify(Password("Zoe\u{301} is not at home"), hash))
    }

    @Test func `more than 1,024 bytes are refused before hashing, and 1,024 are hashed whole`() throws {
        let quick = PasswordHasher(memory: 64, passes: 1)
        let longest = String(repeating: "x", count: 1024)
        let hash = try quick.hash(Password(longest))
        #expect(quick.verify(Password(longest), hash))
        #expect(!quick.verify(Password(String(longest.dropLast()) + "y"), hash))
        #expect(!quick.verify(Password(longest + "x"), hash))
        let error = #expect(throws: PasswordError.self) { try quick.hash(Password(longest + "x")) }
        #expect(error?.code == .passwordTooLong)
    }

    @Test func `a NUL is refused`() {
        let error = #expect(throws: PasswordError.self) { try hasher.hash(Password("a rather\0long password")) }
        #expect(error?.code == .containsNUL)
    }

    @Test func `the hash for unknown users costs the same and fits no password`() throws {
        let decoy = try hasher.decoy()
        #expect(!hasher.needsRehash(decoy))
        #expect(!hasher.verify(Password(""), decoy))
        #expect(try decoy != hasher.decoy())
    }

    @Test func `secrets and hashes print as nothing`() throws {
        let canary = "canary-7f3a-canary"
        let hash = try PasswordHasher(memory: 64, passes: 1).hash(Password(canary))
        let salt = try #require(hash.encoded.split(separator: "$").last)
        struct Holder {
            let secret: Secret
            let password: Password
            let hash: PasswordHash
            let optional: Secret?
        }
        let holder = Holder(secret: Secret(canary), password: Password(canary), hash: hash, optional: Secret(canary))
        var dumped = ""
        dump(holder, to: &dumped)
        let bytes = "\(Array(canary.utf8).prefix(4))".dropFirst().dropLast()
        for text in [
            dumped, "\(holder)", String(reflecting: holder), "\(holder.secret) \(holder.password) \(holder.hash)",
        ] {
            #expect(!text.contains(canary))
            #expect(!text.contains(salt))
            #expect(!text.contains(bytes))
            #expect(!text.contains("99, 97, 110, 97"))
        }
        #expect(Mirror(reflecting: holder.secret).children.isEmpty)
        #expect(Mirror(reflecting: holder.password).children.isEmpty)
        #expect("\(holder.secret)" == "<redacted>")
        #expect(holder.secret.revealed == canary)
    }
}
