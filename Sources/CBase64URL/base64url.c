#include "CBase64URL.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

// The same sixteen bytes in both halves of a vector: what a shuffle looks up, four bits an index.
#define TWICE(...) _mm256_broadcastsi128_si256(_mm_setr_epi8(__VA_ARGS__))

// Writes the first bytes of a block, fewer than all of it: two stores that overlap where one would be too long.
__attribute__((target("avx2"))) static void store(__m256i block, size_t count, uint8_t *bytes) {
    uint64_t first = (uint64_t)_mm256_extract_epi64(block, 0);
    uint64_t second = (uint64_t)_mm256_extract_epi64(block, 1);
    if (count >= 16) {
        _mm_storeu_si128((__m128i *)bytes, _mm256_castsi256_si128(block));
        bytes += 8, count -= 8, first = second, second = (uint64_t)_mm256_extract_epi64(block, 2);
    }
    if (count >= 8) {
        memcpy(bytes, &first, 8);
        size_t over = 8 * (count - 8);
        if (over > 0) first = first >> over | second << (64 - over);
        memcpy(bytes + count - 8, &first, 8);
    } else if (count >= 4) {
        uint32_t last = (uint32_t)(first >> 8 * (count - 4));
        memcpy(bytes, &first, 4);
        memcpy(bytes + count - 4, &last, 4);
    } else {
        for (size_t index = 0; index < count; index++) bytes[index] = (uint8_t)(first >> 8 * index);
    }
}

// Up to 31 characters at the end of a text that has at least four, and an A, which stands for zeros, for each that is missing.
__attribute__((target("avx2"))) static __m256i lastCharacters(const uint8_t *text, size_t count) {
    const __m256i places = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    __m256i whole = _mm256_set1_epi32((int)(count / 4));
    __m256i isWhole = _mm256_cmpgt_epi32(whole, places);
    // The characters that make no four, read as the end of a four.
    uint32_t last = 0x41414141;
    if (count % 4 > 0) {
        uint32_t end;
        memcpy(&end, text + count - 4, 4);
        last = end >> 8 * (4 - count % 4) | last << 8 * (count % 4);
    }
    __m256i others = _mm256_blendv_epi8(
        _mm256_set1_epi8('A'), _mm256_set1_epi32((int)last), _mm256_cmpeq_epi32(whole, places));
    return _mm256_blendv_epi8(others, _mm256_maskload_epi32((const int *)text, isWhole), isWhole);
}

__attribute__((target("avx2"))) static bool decode(const uint8_t *text, size_t count, uint8_t *bytes) {
    // Characters by their upper four bits: a bit for each kind of row of ASCII, and how far the row is from its values.
    const __m256i row = TWICE(32, 32, 1, 2, 4, 8, 4, 16, 32, 32, 32, 32, 32, 32, 32, 32);
    const __m256i distance = TWICE(0, 0, 62 - '-', 52 - '0', -'A', -'A', 26 - 'a', 26 - 'a', 0, 0, 0, 0, 0, 0, 0, 0);
    // By their lower four bits: the rows that have no character of the alphabet there.
    const __m256i gaps = TWICE(1 | 4 | 32, 1 | 32, 1 | 32, 1 | 32, 1 | 32, 1 | 32, 1 | 32, 1 | 32, 1 | 32, 1 | 32,
                               1 | 2 | 32, 1 | 2 | 8 | 16 | 32, 1 | 2 | 8 | 16 | 32, 2 | 8 | 16 | 32,
                               1 | 2 | 8 | 16 | 32, 1 | 2 | 16 | 32);
    const __m256i low = _mm256_set1_epi8(15);
    const __m256i line = _mm256_set1_epi8('_');
    // The three bytes of each 32-bit number, the upper first, side by side.
    const __m256i order = TWICE(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
    const __m256i together = _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7);
    __m256i wrong = _mm256_setzero_si256();
    for (size_t taken = 0; taken < count; taken += 32, bytes += 24) {
        size_t left = count - taken;
        __m256i characters = left >= 32 ? _mm256_loadu_si256((const __m256i *)(text + taken))
                                        : lastCharacters(text + taken, left);
        __m256i upper = _mm256_and_si256(_mm256_srli_epi16(characters, 4), low);
        __m256i lower = _mm256_and_si256(characters, low);
        wrong = _mm256_or_si256(
            wrong, _mm256_and_si256(_mm256_shuffle_epi8(row, upper), _mm256_shuffle_epi8(gaps, lower)));
        // The line stands in a row of letters.
        __m256i extra = _mm256_and_si256(_mm256_cmpeq_epi8(characters, line), _mm256_set1_epi8(63 - '_' + 'A'));
        __m256i values =
            _mm256_add_epi8(characters, _mm256_add_epi8(_mm256_shuffle_epi8(distance, upper), extra));
        __m256i pairs = _mm256_maddubs_epi16(values, _mm256_set1_epi16(0x0140));
        __m256i fours = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00011000));
        __m256i packed = _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(fours, order), together);
        if (left < 32) {
            size_t rest = left / 4 * 3 + (left % 4 > 0 ? left % 4 - 1 : 0);
            store(packed, rest, bytes);
            // Whatever bits the last character has over must be zeros.
            uint32_t zeros = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(packed, _mm256_setzero_si256()));
            if (~zeros >> rest != 0) return false;
            break;
        }
        _mm_storeu_si128((__m128i *)bytes, _mm256_castsi256_si128(packed));
        _mm_storel_epi64((__m128i *)(bytes + 16), _mm256_extracti128_si256(packed, 1));
    }
    return _mm256_testz_si256(wrong, wrong) != 0;
}

__attribute__((target("avx2"))) static size_t encode(const uint8_t *bytes, size_t count, uint8_t *text) {
    // Three bytes to a 32-bit number, in the order in which the multiplications find their bits.
    const __m256i order = TWICE(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
    // How far the values of a run lie from its characters: a to z, the ten digits, the dash, the line, and A to Z.
    const __m256i distance =
        TWICE('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
              '0' - 52, '-' - 62, '_' - 63, 'A', 0, 0);
    size_t taken = 0;
    for (; count - taken >= 24; taken += 24, text += 32) {
        __m128i first = _mm_loadu_si128((const __m128i *)(bytes + taken));
        // Its last twelve bytes, so that nothing behind the block is read.
        __m128i second = _mm_srli_si128(_mm_loadu_si128((const __m128i *)(bytes + taken + 8)), 4);
        __m256i groups = _mm256_shuffle_epi8(_mm256_set_m128i(second, first), order);
        __m256i odd = _mm256_mulhi_epu16(
            _mm256_and_si256(groups, _mm256_set1_epi32(0x0FC0FC00)), _mm256_set1_epi32(0x04000040));
        __m256i even = _mm256_mullo_epi16(
            _mm256_and_si256(groups, _mm256_set1_epi32(0x003F03F0)), _mm256_set1_epi32(0x01000010));
        __m256i values = _mm256_or_si256(odd, even);
        // 0 for the small letters, 1 to 12 for what follows them, 13 for the capitals.
        __m256i run = _mm256_or_si256(
            _mm256_subs_epu8(values, _mm256_set1_epi8(51)),
            _mm256_and_si256(_mm256_cmpgt_epi8(_mm256_set1_epi8(26), values), _mm256_set1_epi8(13)));
        __m256i characters = _mm256_add_epi8(values, _mm256_shuffle_epi8(distance, run));
        _mm256_storeu_si256((__m256i *)text, characters);
    }
    return taken;
}

bool tessera_base64url_decode(const uint8_t *text, size_t count, uint8_t *bytes, bool *valid) {
    if (count < 4 || !__builtin_cpu_supports("avx2")) return false;
    *valid = decode(text, count, bytes);
    return true;
}

size_t tessera_base64url_encode(const uint8_t *bytes, size_t count, uint8_t *text) {
    return __builtin_cpu_supports("avx2") ? encode(bytes, count, text) : 0;
}

#else

bool tessera_base64url_decode(const uint8_t *text, size_t count, uint8_t *bytes, bool *valid) { return false; }
size_t tessera_base64url_encode(const uint8_t *bytes, size_t count, uint8_t *text) { return 0; }

#endif
