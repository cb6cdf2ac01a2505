import JOSE
import Testing

@Suite struct `An Ed25519 key` {
    static func faults(_ bytes: [UInt8]) -> [KeyError.Code?] {
        let jwk = JWK(members: [
            "kty": "OKP", "crv": "Ed25519", "alg": "Ed25519", "x": .string(Base64URL.encode(bytes)),
        ])
        let algorithm = DER.sequence(DER.element(6, [0x2B, 0x65, 0x70]))
        let pem = DER.pem("PUBLIC KEY", DER.sequence(algorithm, DER.element(3, [0] + bytes)))
        return [
            keyFault { () throws(KeyError) in try VerifyingKey(jwk: jwk) }?.code,
            keyFault { () throws(KeyError) in try VerifyingKey(pem: pem, algorithm: .ed25519) }?.code,
        ]
    }

    @Test(arguments: [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ])
    func `of low order is refused, whatever its sign`(_ y: String) throws {
        var bytes = stride(from: 0, to: 64, by: 2).compactMap { offset in
            let start = y.index(y.startIndex, offsetBy: offset)
            return UInt8(y[start..<y.index(start, offsetBy: 2)], radix: 16)
        }
        try #require(bytes.count == 32)
        #expect(Self.faults(bytes) == [.weak, .weak])
        bytes[31] |= 0x80
        #expect(Self.faults(bytes) == [.weak, .weak])
    }

    @Test func `whose y is not reduced is refused, and one just below it is not`() {
        let tail = [UInt8](repeating: 0xFF, count: 30)
        for low in UInt8(0xED)...0xFF {
            #expect(Self.faults([low] + tail + [0x7F]) == [.invalid, .invalid])
            #expect(Self.faults([low] + tail + [0xFF]) == [.invalid, .invalid])
        }
        #expect(Self.faults([0xEB] + tail + [0x7F]) == [nil, nil])
        #expect(Self.faults([0xED, 0xFE] + tail.dropFirst() + [0x7F]) == [nil, nil])
        #expect(Self.faults([0xED] + tail + [0x7E]) == [nil, nil])
    }

    @Test func `of another length is refused`() {
        for count in [0, 1, 31, 33, 64] {
            #expect(Self.faults([UInt8](repeating: 9, count: count)) == [.invalid, .invalid])
        }
    }
}
