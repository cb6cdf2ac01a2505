import JOSE
import Testing

/// Published answers for the parts that messages are made of.
@Suite struct `Known answers` {
    /// The bytes of a hexadecimal text.
    static func bytes(_ text: String) -> [UInt8] {
        let digits = text.filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    @Test(arguments: [
        (
            "000102030405060708090A0B0C0D0E0F", "00112233445566778899AABBCCDDEEFF",
            "1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5"
        ),
        (
            "000102030405060708090A0B0C0D0E0F1011121314151617", "00112233445566778899AABBCCDDEEFF",
            "96778B25AE6CA435F92B5B97C050AED2468AB8A17AD84E5D"
        ),
        (
            "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", "00112233445566778899AABBCCDDEEFF",
            "64E8C3F9CE0F5BA263E9777905818A2A93C8191E7D6E8AE7"
        ),
        (
            "000102030405060708090A0B0C0D0E0F1011121314151617", "00112233445566778899AABBCCDDEEFF0001020304050607",
            "031D33264E15D33268F24EC260743EDCE1C6C7DDEE725A936BA814915C6762D2"
        ),
        (
            "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
            "00112233445566778899AABBCCDDEEFF0001020304050607",
            "A8F9BC1612C68B3FF6E6F4FBE30E71E4769C8B80A32CB8958CD5D17D6B254DA1"
        ),
        (
            "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
            "00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F",
            "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21"
        ),
    ])
    func `of RFC 3394 §4: AES Key Wrap`(_ wrappingKey: String, _ key: String, _ wrapped: String) throws {
        let wrappingKey = Self.bytes(wrappingKey)
        var wrapped = Self.bytes(wrapped)
        #expect(try AESKeyWrap.wrap(Self.bytes(key), with: wrappingKey) == wrapped)
        #expect(AESKeyWrap.unwrap(wrapped, with: wrappingKey) == Self.bytes(key))
        for count in 0..<wrapped.count {
            #expect(AESKeyWrap.unwrap(Array(wrapped[..<count]), with: wrappingKey) == nil)
        }
        wrapped[0] ^= 1
        #expect(AESKeyWrap.unwrap(wrapped, with: wrappingKey) == nil)
    }

    @Test func `of RFC 7518 appendix C: Concat KDF`() throws {
        let alice = #"{"alg":"ECDH-ES","enc":"A128GCM","apu":"QWxpY2U","apv":"Qm9i"}"#
        let secret: [UInt8] = [
            158, 86, 217, 29, 129, 113, 53, 211, 114, 131, 66, 131, 191, 132, 38, 156, 251, 49, 110, 163, 218, 128, 106,
            72, 246, 218, 167, 121, 140, 254, 144, 196,
        ]
        let header = try JSONObject(parsing: alice)
        let key = ConcatKDF.derive(
            from: secret,
            algorithm: header["enc"]?.stringValue ?? "",
            producer: Base64URL.decode(header["apu"]?.stringValue ?? "") ?? [],
            recipient: Base64URL.decode(header["apv"]?.stringValue ?? "") ?? [],
            byteCount: 16
        )
        #expect(Base64URL.encode(key) == "VqqN6vgjbSBcIijNcacQGg")
    }

    @Test func `of Concat KDF in two rounds, of which the first is the shorter key's`() {
        func derive(_ count: Int) -> [UInt8] {
            ConcatKDF.derive(from: [1, 2, 3], algorithm: "x", producer: [], recipient: [], byteCount: count)
        }
        #expect([16, 24, 32, 48, 64].allSatisfy { derive($0).count == $0 })
        // The length is part of what is hashed: no key begins another.
        #expect(derive(64).prefix(32) != derive(32)[...])
        #expect(derive(64).prefix(32) != derive(64).suffix(32))
    }

    static let plaintext = bytes(
        """
        41 20 63 69 70 68 65 72 20 73 79 73 74 65 6d 20 6d 75 73 74 20 6e 6f 74 20 62 65 20 72 65 71 75
        69 72 65 64 20 74 6f 20 62 65 20 73 65 63 72 65 74 2c 20 61 6e 64 20 69 74 20 6d 75 73 74 20 62
        65 20 61 62 6c 65 20 74 6f 20 66 61 6c 6c 20 69 6e 74 6f 20 74 68 65 20 68 61 6e 64 73 20 6f 66
        20 74 68 65 20 65 6e 65 6d 79 20 77 69 74 68 6f 75 74 20 69 6e 63 6f 6e 76 65 6e 69 65 6e 63 65
        """
    )

    @Test(arguments: [
        (
            32,
            """
            c8 0e df a3 2d df 39 d5 ef 00 c0 b4 68 83 42 79 a2 e4 6a 1b 80 49 f7 92 f7 6b fe 54 b9 03 a9 c9
            a9 4a c9 b4 7a d2 65 5c 5f 10 f9 ae f7 14 27 e2 fc 6f 9b 3f 39 9a 22 14 89 f1 63 62 c7 03 23 36
            09 d4 5a c6 98 64 e3 32 1c f8 29 35 ac 40 96 c8 6e 13 33 14 c5 40 19 e8 ca 79 80 df a4 b9 cf 1b
            38 4c 48 6f 3a 54 c5 10 78 15 8e e5 d7 9d e5 9f bd 34 d8 48 b3 d6 95 50 a6 76 46 34 44 27 ad e5
            4b 88 51 ff b5 98 f7 f8 00 74 b9 47 3c 82 e2 db
            """,
            "65 2c 3f a3 6b 0a 7c 5b 32 19 fa b3 a3 0b c1 c4"
        ),
        (
            48,
            """
            ea 65 da 6b 59 e6 1e db 41 9b e6 2d 19 71 2a e5 d3 03 ee b5 00 52 d0 df d6 69 7f 77 22 4c 8e db
            00 0d 27 9b dc 14 c1 07 26 54 bd 30 94 42 30 c6 57 be d4 ca 0c 9f 4a 84 66 f2 2b 22 6d 17 46 21
            4b f8 cf c2 40 0a dd 9f 51 26 e4 79 66 3f c9 0b 3b ed 78 7a 2f 0f fc bf 39 04 be 2a 64 1d 5c 21
            05 bf e5 91 ba e2 3b 1d 74 49 e5 32 ee f6 0a 9a c8 bb 6c 6b 01 d3 5d 49 78 7b cd 57 ef 48 49 27
            f2 80 ad c9 1a c0 c4 e7 9c 7b 11 ef c6 00 54 e3
            """,
            "84 90 ac 0e 58 94 9b fe 51 87 5d 73 3f 93 ac 20 75 16 80 39 cc c7 33 d7"
        ),
        (
            64,
            """
            4a ff aa ad b7 8c 31 c5 da 4b 1b 59 0d 10 ff bd 3d d8 d5 d3 02 42 35 26 91 2d a0 37 ec bc c7 bd
            82 2c 30 1d d6 7c 37 3b cc b5 84 ad 3e 92 79 c2 e6 d1 2a 13 74 b7 7f 07 75 53 df 82 94 10 44 6b
            36 eb d9 70 66 29 6a e6 42 7e a7 5c 2e 08 46 a1 1a 09 cc f5 37 0d c8 0b fe cb ad 28 c7 3f 09 b3
            a3 b7 5e 66 2a 25 94 41 0a e4 96 b2 e2 e6 60 9e 31 e6 e0 2c c8 37 f0 53 d2 1f 37 ff 4f 51 95 0b
            be 26 38 d0 9d d7 a4 93 09 30 80 6d 07 03 b1 f6
            """,
            "4d d3 b4 c0 88 a7 f4 5c 21 68 39 64 5b 20 12 bf 2e 62 69 a8 c5 6a 81 6d bc 1b 26 77 61 95 5b c5"
        ),
    ])
    func `of RFC 7518 appendix B: AES-CBC and HMAC`(_ keyByteCount: Int, _ ciphertext: String, _ tag: String) throws {
        let key = (0..<keyByteCount).map { UInt8($0) }
        let iv = Self.bytes("1a f3 8c 2d c2 b9 6f fd d8 66 94 09 23 41 bc 04")
        let additionalData = Array("The second principle of Auguste Kerckhoffs".utf8)
        let sealed = try Self.plaintext.withUnsafeBufferPointer {
            try AESCBCHMAC.seal($0, key: key, iv: iv, authenticating: additionalData)
        }
        #expect(sealed.ciphertext == Self.bytes(ciphertext))
        #expect(sealed.tag == Self.bytes(tag))
        func open(_ ciphertext: [UInt8], _ tag: [UInt8], _ iv: [UInt8], _ additionalData: [UInt8]) -> [UInt8]? {
            AESCBCHMAC.open(ciphertext, tag: tag, key: key, iv: iv, authenticating: additionalData)
        }
        #expect(open(sealed.ciphertext, sealed.tag, iv, additionalData) == Self.plaintext)
        #expect(open(sealed.ciphertext, Array(sealed.tag.dropLast()), iv, additionalData) == nil)
        #expect(open(sealed.ciphertext, sealed.tag, iv, additionalData.dropLast()) == nil)
        #expect(open(sealed.ciphertext, sealed.tag, [0] + iv.dropFirst(), additionalData) == nil)
        #expect(open(Array(sealed.ciphertext.dropLast(16)), sealed.tag, iv, additionalData) == nil)
    }
}
