/*
 * utf8.h - UTF-8 to and from the engine's two kinds of text, Latin-1 and UTF-16.
 */
#ifndef JSVM_UTF8_H
#define JSVM_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The encoders write at most `capacity` bytes, whole characters only, and give the
 * number written; with `out` NULL they count. An unpaired surrogate becomes U+FFFD. */
size_t jsvm__utf8_from_latin1(const uint8_t *units, size_t length, char *out,
                              size_t capacity);
size_t jsvm__utf8_from_utf16(const uint16_t *units, size_t length, char *out,
                             size_t capacity);

bool jsvm__utf8_is_valid(const char *text, size_t length);

/* Decodes into `units`, which has room for `length` of them, and gives their number.
 * Each malformed part, as the Encoding standard cuts them, becomes U+FFFD. */
size_t jsvm__utf8_decode(const char *text, size_t length, uint16_t *units);

#endif
