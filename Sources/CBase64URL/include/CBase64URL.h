// Base64url (RFC 4648 §5) by 32 characters, which are 24 bytes, where the processor has AVX2: Swift has no word for a
// table in a register. What these leave, and all of it on another processor, is done in Swift.
#ifndef TESSERA_CBASE64URL_H
#define TESSERA_CBASE64URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Decodes the whole blocks of 32 characters at the beginning of a text.
///
/// @param text The characters.
/// @param count How many there are.
/// @param bytes Where the bytes go: 24 a block, and nothing behind them is touched.
/// @param valid Becomes false where a character is outside of the alphabet; all are looked at, whatever is wrong.
/// @return How many characters were taken: a multiple of 32.
size_t tessera_base64url_decode(const uint8_t *text, size_t count, uint8_t *bytes, bool *valid);

/// Encodes the whole blocks of 24 bytes at the beginning of a memory.
///
/// @param bytes The bytes.
/// @param count How many there are.
/// @param text Where the characters go: 32 a block, and nothing behind them is touched.
/// @return How many bytes were taken: a multiple of 24.
size_t tessera_base64url_encode(const uint8_t *bytes, size_t count, uint8_t *text);

#endif
