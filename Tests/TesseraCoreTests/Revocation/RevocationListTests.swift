import Testing

@testable import TesseraCore

struct RevocationListTests {
    let now = Timestamp(seconds: 1_800_000_000)

    private func isRevoked(
        _ list: RevocationList,
        jti: String = "j",
        sid: String? = "s",
        sub: String = "u",
        client: String = "c",
        iat: Int64?
    ) -> Bool {
        list.isRevoked(tokenID: jti, sessionID: sid, subject: sub, clientID: client, issuedAt: iat)
    }

    @Test func `an entry for a session refuses its tokens and no others`() {
        let list = RevocationList()
        list.add([Revocation(.session("s"), keepUntil: now)])
        #expect(isRevoked(list, iat: now.seconds))
        #expect(!isRevoked(list, sid: "t", iat: now.seconds))
        #expect(!isRevoked(list, sid: nil, iat: now.seconds))
    }

    @Test func `an entry for a token refuses that token alone`() {
        let list = RevocationList()
        list.add([Revocation(.token("j"), keepUntil: now)])
        #expect(isRevoked(list, iat: 0))
        #expect(!isRevoked(list, jti: "k", iat: 0))
    }

    @Test func `an entry for an account refuses up to and including its second`() {
        let list = RevocationList()
        list.add([Revocation(.account("u", issuedUpTo: 100), keepUntil: now)])
        #expect(isRevoked(list, iat: 99))
        #expect(isRevoked(list, iat: 100))
        #expect(!isRevoked(list, iat: 101))
        #expect(isRevoked(list, iat: nil))
    }

    @Test func `an entry for a client refuses up to and including its second`() {
        let list = RevocationList()
        list.add([Revocation(.client("c", issuedUpTo: 100), keepUntil: now)])
        #expect(isRevoked(list, sid: nil, iat: 100))
        #expect(!isRevoked(list, sid: nil, iat: 101))
    }

    @Test func `a second entry never narrows the first`() {
        let list = RevocationList()
        list.add([Revocation(.account("u", issuedUpTo: 100), keepUntil: now)])
        list.add([Revocation(.account("u", issuedUpTo: 50), keepUntil: now.adding(.seconds(-10)))])
        list.prune(at: now.adding(.seconds(-5)))
        #expect(isRevoked(list, iat: 100))
    }

    @Test func `an entry is kept until the longest token and the largest leeway have passed`() {
        let list = RevocationList()
        list.add([Revocation(.session("s"), at: now, accessTokenLifetime: .seconds(1800))])
        list.prune(at: now.adding(.seconds(1800 + 299)))
        #expect(list.count == 1)
        list.prune(at: now.adding(.seconds(1800 + 302)))
        #expect(list.count == 0)
    }
}
