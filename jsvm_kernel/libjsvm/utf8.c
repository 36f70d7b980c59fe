/* utf8.c - see utf8.h. */
#include "utf8.h"

#include <string.h>

enum { REPLACEMENT = 0xfffd };

/* Whether all of the eight bytes are ASCII. */
static bool is_ascii_block(const void *bytes)
{
    uint64_t block;

    memcpy(&block, bytes, sizeof(block));
    return (block & 0x8080808080808080u) == 0;
}

/* ---- encoding ----------------------------------------------------------- */

size_t jsvm__utf8_from_latin1(const uint8_t *units, size_t length, char *out,
                              size_t capacity)
{
    size_t written = 0;

    for (size_t i = 0; i < length;) {
        if (length - i >= 8 && capacity - written >= 8 && is_ascii_block(units + i)) {
            if (out)
                memcpy(out + written, units + i, 8);
            i += 8;
            written += 8;
            continue;
        }
        uint8_t unit = units[i++];
        size_t size = unit < 0x80 ? 1 : 2;
        if (size > capacity - written)
            break;
        if (out && size == 1) {
            out[written] = (char)unit;
        } else if (out) {
            out[written] = (char)(0xc0 | unit >> 6);
            out[written + 1] = (char)(0x80 | (unit & 0x3f));
        }
        written += size;
    }
    return written;
}

/* The code point at *position, which moves behind it. */
static uint32_t next_of_utf16(const uint16_t *units, size_t length, size_t *position)
{
    uint32_t unit = units[(*position)++];

    if (unit < 0xd800 || unit > 0xdfff)
        return unit;
    if (unit < 0xdc00 && *position < length) {
        uint32_t low = units[*position];
        if (low >= 0xdc00 && low <= 0xdfff) {
            ++*position;
            return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        }
    }
    return REPLACEMENT;
}

size_t jsvm__utf8_from_utf16(const uint16_t *units, size_t length, char *out,
                             size_t capacity)
{
    size_t written = 0;

    for (size_t i = 0; i < length;) {
        uint32_t c = next_of_utf16(units, length, &i);
        size_t size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        if (size > capacity - written)
            break;
        if (out) {
            char *p = out + written;
            if (size == 1)
                *p++ = (char)c;
            else if (size == 2)
                *p++ = (char)(0xc0 | c >> 6);
            else if (size == 3)
                *p++ = (char)(0xe0 | c >> 12);
            else
                *p++ = (char)(0xf0 | c >> 18);
            for (size_t rest = size - 1; rest > 0; rest--)
                *p++ = (char)(0x80 | (c >> (6 * (rest - 1)) & 0x3f));
        }
        written += size;
    }
    return written;
}

/* ---- decoding ----------------------------------------------------------- */

#define MALFORMED UINT32_MAX

/* The code point at *position, or MALFORMED; *position moves behind what was used up.
 */
static uint32_t next_of_utf8(const uint8_t *bytes, size_t length, size_t *position)
{
    const uint8_t lead = bytes[(*position)++];
    uint8_t low = 0x80, high = 0xbf; /* limits of the next byte */
    uint32_t c;
    int more;

    if (lead < 0x80)
        return lead;
    if (lead >= 0xc2 && lead <= 0xdf) {
        more = 1;
        c = lead & 0x1f;
    } else if (lead >= 0xe0 && lead <= 0xef) {
        more = 2;
        c = lead & 0x0f;
        low = lead == 0xe0 ? 0xa0 : low;   /* no longer form than needed */
        high = lead == 0xed ? 0x9f : high; /* no surrogates */
    } else if (lead >= 0xf0 && lead <= 0xf4) {
        more = 3;
        c = lead & 0x07;
        low = lead == 0xf0 ? 0x90 : low;
        high = lead == 0xf4 ? 0x8f : high; /* nothing beyond U+10FFFF */
    } else {
        return MALFORMED;
    }
    while (more-- > 0) {
        if (*position == length || bytes[*position] < low || bytes[*position] > high)
            return MALFORMED;
        c = c << 6 | (bytes[(*position)++] & 0x3f);
        low = 0x80;
        high = 0xbf;
    }
    return c;
}

bool jsvm__utf8_is_valid(const char *text, size_t length)
{
    const uint8_t *bytes = (const uint8_t *)text;

    for (size_t i = 0; i < length;) {
        if (length - i >= 8 && is_ascii_block(bytes + i))
            i += 8;
        else if (next_of_utf8(bytes, length, &i) == MALFORMED)
            return false;
    }
    return true;
}

size_t jsvm__utf8_decode(const char *text, size_t length, uint16_t *units)
{
    const uint8_t *bytes = (const uint8_t *)text;
    size_t count = 0;

    for (size_t i = 0; i < length;) {
        uint32_t c = next_of_utf8(bytes, length, &i);
        if (c == MALFORMED)
            c = REPLACEMENT;
        if (c < 0x10000) {
            units[count++] = (uint16_t)c;
        } else {
            units[count++] = (uint16_t)(0xd800 + ((c - 0x10000) >> 10));
            units[count++] = (uint16_t)(0xdc00 + (c & 0x3ff));
        }
    }
    return count;
}
