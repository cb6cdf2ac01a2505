/// SHA-256 (FIPS 180-4 §6.2) of what fits into one block, on the stack.
///
/// An identifier is hashed at each request, and the library's hash asks for heap memory each time. Nothing here is
/// secret; longer texts are for the library.
enum OneBlockSHA256 {
    /// The most bytes that fit beside the padding and the length.
    static let longest = 55

    /// The first 16 bytes of the hash as two numbers in this machine's order; nil for a longer text.
    static func prefix(of text: UnsafeBufferPointer<UInt8>) -> (UInt64, UInt64)? {
        guard text.count <= longest else { return nil }
        return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
            fill(schedule, with: text)
            let (a, b, c, d) = compress(schedule)
            let first = UInt64(a) << 32 | UInt64(b)
            let second = UInt64(c) << 32 | UInt64(d)
            return (first.bigEndian, second.bigEndian)
        }
    }

    /// The message schedule (§6.2.2, step 1) of the padded text.
    private static func fill(_ schedule: UnsafeMutableBufferPointer<UInt32>, with text: UnsafeBufferPointer<UInt8>) {
        schedule.initialize(repeating: 0)
        for (index, byte) in text.enumerated() {
            schedule[index >> 2] |= UInt32(byte) << UInt32(24 &- (index & 3) &* 8)
        }
        schedule[text.count >> 2] |= 0x80 << UInt32(24 &- (text.count & 3) &* 8)
        schedule[15] = UInt32(truncatingIfNeeded: text.count &* 8)
        for t in 16..<64 {
            let (x, y) = (schedule[t &- 15], schedule[t &- 2])
            let sigma0 = rotate(x, 7) ^ rotate(x, 18) ^ (x &>> 3)
            let sigma1 = rotate(y, 17) ^ rotate(y, 19) ^ (y &>> 10)
            schedule[t] = sigma1 &+ schedule[t &- 7] &+ sigma0 &+ schedule[t &- 16]
        }
    }

    /// The first four words of the hash.
    private static func compress(_ schedule: UnsafeMutableBufferPointer<UInt32>) -> (UInt32, UInt32, UInt32, UInt32) {
        var (a, b, c, d) = (initial.0, initial.1, initial.2, initial.3)
        var (e, f, g, h): (UInt32, UInt32, UInt32, UInt32) = (0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19)
        constants.withUnsafeBufferPointer { constants in
            for t in 0..<64 {
                let sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
                let first = h &+ sum1 &+ ((e & f) ^ (~e & g)) &+ constants[t] &+ schedule[t]
                let sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
                let second = sum0 &+ ((a & b) ^ (a & c) ^ (b & c))
                (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
            }
        }
        return (initial.0 &+ a, initial.1 &+ b, initial.2 &+ c, initial.3 &+ d)
    }

    @inline(__always)
    private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
        word &>> count | word &<< (32 &- count)
    }

    private static let initial: (UInt32, UInt32, UInt32, UInt32) = (0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a)

    /// The constants of §4.2.2.
    private static let constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
