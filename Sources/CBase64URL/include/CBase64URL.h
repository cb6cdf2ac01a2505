// Base64url (RFC 4648 §5) by 32 characters, which are 24 bytes, where the processor has AVX2: Swift has no word for a
// table in a register. What these leave, and all of it on another processor, is done in Swift.
#ifndef TESSERA_CBASE64URL_H
#define TESSERA_CBASE64URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Decodes a text.
///
/// @param text The characters.
/// @param count How many there are; not one more than a multiple of four, which no text has.
/// @param bytes Where the bytes go: as many as the characters hold, and nothing behind them is touched.
/// @param valid Becomes whether all characters are of the alphabet, and the bits that the last has over are zeros.
/// @return Whether it was done: not on another processor, nor for fewer than four characters.
bool tessera_base64url_decode(const uint8_t *text, size_t count, uint8_t *bytes, bool *valid);

/// Encodes the whole blocks of 24 bytes at the beginning of a memory.
///
/// @param bytes The bytes.
/// @param count How many there are.
/// @param text Where the characters go: 32 a block, and nothing behind them is touched.
/// @return How many bytes were taken: a multiple of 24.
size_t tessera_base64url_encode(const uint8_t *bytes, size_t count, uint8_t *text);

#endif
