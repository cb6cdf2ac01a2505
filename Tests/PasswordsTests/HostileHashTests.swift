import Passwords
import Testing

@Suite struct HostileHashTests {
    private static let salt = "c2FsdHNhbHRzYWx0"
    private static let key = "HXHDZ1eFBSx5dhKHGl/eBAfvCbyKlfVVZDNF0XKFCT8"

    @Test(arguments: [
        ("$argon2id$v=19$m=262145,t=2,p=1$\(salt)$\(key)", "argon2 m"),
        ("$argon2id$v=19$m=4294967295,t=2,p=1$\(salt)$\(key)", "argon2 m"),
        ("$argon2id$v=19$m=7,t=2,p=1$\(salt)$\(key)", "argon2 m"),
        ("$argon2id$v=19$m=1024,t=11,p=1$\(salt)$\(key)", "argon2 t"),
        ("$argon2id$v=19$m=1024,t=0,p=1$\(salt)$\(key)", "argon2 t"),
        ("$argon2id$v=19$m=1024,t=2,p=5$\(salt)$\(key)", "argon2 p"),
        ("$argon2i$v=19$m=1024,t=2,p=0$\(salt)$\(key)", "argon2 p"),
        (ForeignHashes.djangoArgon2OfEightLanes, "argon2 p"),
        ("$2b$15$o9TjDnE0xbgub6SEj4CG7uvJdWevUrAW90/qVTC21hhfnoFfmbPBy", "bcrypt cost"),
        ("$2b$31$o9TjDnE0xbgub6SEj4CG7uvJdWevUrAW90/qVTC21hhfnoFfmbPBy", "bcrypt cost"),
        ("$2b$03$o9TjDnE0xbgub6SEj4CG7uvJdWevUrAW90/qVTC21hhfnoFfmbPBy", "bcrypt cost"),
        ("$pbkdf2-sha256$2000001$\(salt)$\(key)", "pbkdf2 iterations"),
        ("$pbkdf2-sha256$0$\(salt)$\(key)", "pbkdf2 iterations"),
        ("$pbkdf2-sha256$i=9999999999$\(salt)$\(key)", "pbkdf2 iterations"),
        ("pbkdf2_sha256$2000001$salt$\(key)", "pbkdf2 iterations"),
        ("pbkdf2_sha1$1000001$salt$\(key)", "pbkdf2 iterations"),
        ("$scrypt$ln=22,r=8,p=1$\(salt)$\(key)", "scrypt ln"),
        ("$scrypt$ln=19,r=8,p=1$\(salt)$\(key)", "scrypt N"),
        ("$scrypt$ln=16,r=8,p=17$\(salt)$\(key)", "scrypt p"),
        ("$scrypt$ln=18,r=8,p=5$\(salt)$\(key)", "scrypt N"),
        ("$scrypt$ln=4,r=4096,p=1$\(salt)$\(key)", "scrypt r"),
        ("$scrypt$ln=4,r=0,p=1$\(salt)$\(key)", "scrypt r"),
        ("scrypt$1048576$salt$8$1$\(key)", "scrypt N"),
    ])
    func `a hash with a parameter outside its bounds is refused, and the bound is named`(text: String, bound: String) {
        let error = #expect(throws: PasswordError.self) { try PasswordHash(parsing: text) }
        #expect(error?.code == .parameterOutOfBounds)
        #expect(error?.reason.hasPrefix(bound) == true, "\(error?.reason ?? "")")
    }

    @Test(arguments: [
        "$argon2id$v=19$m=1024,t=2,p=1$\(salt)$\(key)",
        "$pbkdf2-sha256$2000000$\(salt)$HXHDZ1eFBSx5dhKHGl/eBAfvCbyKlfVVZDNF0XKFCT8",
        "pbkdf2_sha256$1000000$salt$\(key)",
        "$scrypt$ln=18,r=8,p=1$\(salt)$\(key)",
        "$argon2id$v=19$m=262144,t=10,p=4$\(salt)$\(key)",
        "$2b$14$o9TjDnE0xbgub6SEj4CG7uvJdWevUrAW90/qVTC21hhfnoFfmbPBy",
    ])
    func `a hash at its bounds is read, and kept as it came`(text: String) throws {
        #expect(try PasswordHash(parsing: text).encoded == text)
    }

    @Test(arguments: [
        "", "$", "$$$$$", "plain", "md5$salt$d41d8cd98f00b204e9800998ecf8427e", "$apr1$salt$x", "{SHA}deadbeef",
        "$5$rounds=5000$salt$x", "$argon2d$v=19$m=1024,t=2,p=1$\(salt)$\(key)",
        "$2x$04$" + String(repeating: "a", count: 53),
        "$argon2id$v=16$m=1024,t=2,p=1$\(salt)$\(key)", "$argon2id$m=1024,t=2,p=1$\(salt)$\(key)",
        "$pbkdf2-md5$10$\(salt)$\(key)",
    ])
    func `an unknown scheme is refused`(text: String) {
        #expect(throws: PasswordError.self) { try PasswordHash(parsing: text) }
    }

    @Test(arguments: [
        "$argon2id$v=19$m=1024,t=2$\(salt)$\(key)", "$argon2id$v=19$t=2,m=1024,p=1$\(salt)$\(key)",
        "$argon2id$v=19$m=+1024,t=2,p=1$\(salt)$\(key)", "$argon2id$v=19$m=01024,t=2,p=1$\(salt)$\(key)",
        "$argon2id$v=19$m=99999999999999999999,t=2,p=1$\(salt)$\(key)", "$argon2id$v=19$m=1024,t=2,p=1$\(salt)",
        "$argon2id$v=19$m=1024,t=2,p=1$c2Fs$\(key)", "$argon2id$v=19$m=1024,t=2,p=1$\(salt)$c2Fs",
        "$argon2id$v=19$m=1024,t=2,p=1$\(salt)$\(key)$", "$argon2id$v=19$m=1024,t=2,p=1,keyid=a$\(salt)$\(key)",
        "$argon2id$v=19$m=1024,t=2,p=1$!!!!!!!!!!!!$\(key)", "$2b$04$tooshort",
        "$2b$0x$o9TjDnE0xbgub6SEj4CG7uvJdWevUrAW90/qVTC21hhfnoFfmbPBy",
        "$2b$04$o9TjDnE0xbgub6SEj4CG7uvJdWevUrAW90/qVTC21hhfnoFfmbP+y",
        "$pbkdf2-sha256$$\(salt)$\(key)", "$pbkdf2-sha256$-1$\(salt)$\(key)", "$pbkdf2-sha256$1000$\(salt)$",
        "$pbkdf2-sha256$i=1000,l=20$\(salt)$\(key)", "pbkdf2_sha256$1000$salt$AAAA", "pbkdf2_sha256$1000$\(key)",
        "$scrypt$ln=10,r=8$\(salt)$\(key)", "scrypt$1000$salt$8$1$\(key)", "scrypt$1024$salt$8$\(key)",
        "$argon2id$v=19$m=1024,t=2,p=1$\(salt)$\(key) ", "$argon2id$v=19$m=1024,t=2,p=1$\(salt)$\(key)\n",
        "$argon2id$v=19$m=1024,t=2,p=1$\(salt)$\(key)\0", "$pbkdf2-sha256$1000$sält$\(key)",
    ])
    func `a malformed hash is refused`(text: String) {
        let error = #expect(throws: PasswordError.self) { try PasswordHash(parsing: text) }
        #expect(error?.code == .malformedHash)
    }

    @Test func `a very long hash is refused before it is read`() {
        let long = "$pbkdf2-sha256$1000$" + String(repeating: "A", count: 1_000_000) + "$\(Self.key)"
        #expect(throws: PasswordError.self) { try PasswordHash(parsing: long) }
    }
}
