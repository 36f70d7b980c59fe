/* test_strings.c - strings made from and read as Latin-1, UTF-8 and UTF-16. */
#include "harness.h"

/* Whether the string has these UTF-16 units. */
static bool has_units(JSVM_Env env, JSVM_Value value, const char16_t *units,
                      size_t count)
{
    char16_t buffer[64];
    size_t length;

    OK(OH_JSVM_GetValueStringUtf16(env, value, buffer, 64, &length));
    return length == count && buffer[count] == 0 &&
           (count == 0 || memcmp(buffer, units, count * sizeof(*units)) == 0);
}

#define UNITS(...)                     \
    (const char16_t[]){ __VA_ARGS__ }, \
        sizeof((const char16_t[]){ __VA_ARGS__ }) / sizeof(char16_t)

static JSVM_Value from_utf8(JSVM_Env env, const char *bytes, size_t length)
{
    JSVM_Value value;

    OK(OH_JSVM_CreateStringUtf8(env, bytes, length, &value));
    return value;
}

/* ---- making -------------------------------------------------------------- */

TEST(latin1_bytes_are_characters)
{
    JSVM_Value value;

    OK(OH_JSVM_CreateStringLatin1(env, "a\xe4\xff", JSVM_AUTO_LENGTH, &value));
    CHECK(has_units(env, value, UNITS('a', 0xe4, 0xff)));
    OK(OH_JSVM_CreateStringLatin1(env, "a\0b", 3, &value));
    CHECK(has_units(env, value, UNITS('a', 0, 'b')));
    OK(OH_JSVM_CreateStringLatin1(env, NULL, 0, &value));
    CHECK(has_units(env, value, NULL, 0));
}

TEST(utf8_is_decoded)
{
    CHECK(has_units(env, from_utf8(env, "a\xc3\xa4\xe2\x82\xac", JSVM_AUTO_LENGTH),
                    UNITS('a', 0xe4, 0x20ac)));
    CHECK(has_units(env, from_utf8(env, "\xf0\x9f\x98\x80", 4), UNITS(0xd83d, 0xde00)));
    CHECK(has_units(env, from_utf8(env, "a\0\xc3\xa4", 4), UNITS('a', 0, 0xe4)));
}

TEST(malformed_utf8_becomes_replacement_characters)
{
    CHECK(has_units(env,
                    from_utf8(env,
                              "a\xff"
                              "b",
                              3),
                    UNITS('a', 0xfffd, 'b')));
    CHECK(has_units(env, from_utf8(env, "\xe2\x82", 2), UNITS(0xfffd)));
    CHECK(has_units(env,
                    from_utf8(env,
                              "\xe2\x82"
                              "a",
                              3),
                    UNITS(0xfffd, 'a')));
    CHECK(has_units(env, from_utf8(env, "\xf0\x9f\x98", 3), UNITS(0xfffd)));
    CHECK(has_units(env, from_utf8(env, "\xc0\x80", 2), UNITS(0xfffd, 0xfffd)));
    CHECK(has_units(env, from_utf8(env, "\xed\xa0\x80", 3),
                    UNITS(0xfffd, 0xfffd, 0xfffd)));
    CHECK(has_units(env, from_utf8(env, "\xf4\x90\x80\x80", 4),
                    UNITS(0xfffd, 0xfffd, 0xfffd, 0xfffd)));
}

TEST(utf16_units_are_kept)
{
    JSVM_Value value;

    OK(OH_JSVM_CreateStringUtf16(env, UNITS('a', 0xd800, 'b'), &value));
    CHECK(has_units(env, value, UNITS('a', 0xd800, 'b')));
    OK(OH_JSVM_CreateStringUtf16(env, (const char16_t[]){ 0xe4, 'x', 0 },
                                 JSVM_AUTO_LENGTH, &value));
    CHECK(has_units(env, value, UNITS(0xe4, 'x')));
    set_global(env, "s", value);
    CHECK(holds(env, "s === 'äx' && ({äx: 1})[s] === 1 && new Set(['äx']).has(s)"));
    OK(OH_JSVM_CreateStringUtf16(env, NULL, 0, &value));
    CHECK(is_text(env, value, ""));
}

TEST(texts_with_wrong_lengths_are_refused)
{
    const size_t huge = (size_t)INT32_MAX + 1;
    JSVM_Value value;

    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateStringLatin1(env, NULL, 1, &value));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateStringUtf8(env, NULL, 1, &value));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateStringUtf16(env, NULL, 1, &value));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CreateStringUtf8(env, NULL, JSVM_AUTO_LENGTH, &value));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateStringLatin1(env, "a", huge, &value));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateStringUtf8(env, "a", huge, &value));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CreateStringUtf16(env, (const char16_t[]){ 0 }, huge, &value));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateStringLatin1(env, "a", 1, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateStringUtf8(env, "a", 1, NULL));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CreateStringUtf16(env, (const char16_t[]){ 0 }, 0, NULL));
}

/* ---- reading ------------------------------------------------------------- */

TEST(lengths_are_counted_in_the_readers_units)
{
    JSVM_Value value = run(env, "'aä€😀'");
    size_t length;

    OK(OH_JSVM_GetValueStringLatin1(env, value, NULL, 0, &length));
    CHECK(length == 5);
    OK(OH_JSVM_GetValueStringUtf8(env, value, NULL, 0, &length));
    CHECK(length == 1 + 2 + 3 + 4);
    OK(OH_JSVM_GetValueStringUtf16(env, value, NULL, 0, &length));
    CHECK(length == 5);
    OK(OH_JSVM_GetValueStringUtf8(env, run(env, "'aäb'"), NULL, 0, &length));
    CHECK(length == 4);
}

TEST(latin1_reading_cuts_to_the_low_byte)
{
    char buffer[8];
    size_t length;

    OK(OH_JSVM_GetValueStringLatin1(env, run(env, "'ä\\u0141'"), buffer, 8, &length));
    CHECK(length == 2 && memcmp(buffer, "\xe4\x41", 3) == 0);
    OK(OH_JSVM_GetValueStringLatin1(env, text_of(env, "abcd"), buffer, 3, &length));
    CHECK(length == 2 && strcmp(buffer, "ab") == 0);
}

TEST(utf8_reading_never_splits_a_character)
{
    JSVM_Value value = run(env, "'aä€😀'");
    const char *whole = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80";
    const size_t fits[] = { 0, 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10 };
    char buffer[16];
    size_t length;

    for (size_t size = 1; size <= 12; size++) {
        memset(buffer, '?', sizeof(buffer));
        OK(OH_JSVM_GetValueStringUtf8(env, value, buffer, size, &length));
        CHECK(length == fits[size]);
        CHECK(memcmp(buffer, whole, length) == 0 && buffer[length] == 0);
        CHECK(buffer[size] == '?');
    }
    OK(OH_JSVM_GetValueStringUtf8(env, run(env, "'xä'"), buffer, 3, &length));
    CHECK(length == 1 && strcmp(buffer, "x") == 0);
}

TEST(long_ascii_and_latin1_texts_come_out_whole)
{
    JSVM_Value value =
        run(env, "globalThis.t = 'abcdefgh'.repeat(9) + 'ä' + 'x'.repeat(31)");
    char buffer[200];
    size_t length;

    OK(OH_JSVM_GetValueStringUtf8(env, value, NULL, 0, &length));
    CHECK(length == 72 + 2 + 31);
    OK(OH_JSVM_GetValueStringUtf8(env, value, buffer, sizeof(buffer), NULL));
    CHECK(strlen(buffer) == length);
    set_global(env, "back", text_of(env, buffer));
    CHECK(holds(env, "back === t"));
    for (size_t size = 1; size <= length; size++) {
        size_t copied;
        OK(OH_JSVM_GetValueStringUtf8(env, value, buffer, size, &copied));
        CHECK(copied == (size == 74 ? 72 : size - 1));
    }
}

TEST(unpaired_surrogates_are_read_as_replacement_characters)
{
    char buffer[16];
    size_t length;

    OK(OH_JSVM_GetValueStringUtf8(env, run(env, "'\\ud800a\\udc00'"), buffer, 16,
                                  &length));
    CHECK(length == 7 && strcmp(buffer, "\xef\xbf\xbd"
                                        "a\xef\xbf\xbd") == 0);
}

TEST(concatenated_strings_are_read_whole)
{
    JSVM_Value value =
        run(env, "let r = ''; for (let i = 0; i < 3000; i++) r += 'line ' + i"
                 " + '\\n'; globalThis.r2 = r; r");
    size_t length, again;

    OK(OH_JSVM_GetValueStringUtf8(env, value, NULL, 0, &length));
    CHECK(length == 3000 * 6 + 10 + 90 * 2 + 900 * 3 + 2000 * 4);
    OK(OH_JSVM_GetValueStringUtf16(env, value, NULL, 0, &again));
    CHECK(again == length);
    set_global(env, "n", number_of(env, (double)length));
    CHECK(holds(env, "r === r2 && r.length === n"));
}

TEST(a_concatenation_that_only_its_handle_holds_is_read)
{
    JSVM_Value value = run(env, "'x'.repeat(9000) + 'y'.repeat(9000)");
    char buffer[18001];
    size_t length;

    OK(OH_JSVM_GetValueStringUtf8(env, value, buffer, sizeof(buffer), &length));
    CHECK(length == 18000 && buffer[0] == 'x' && buffer[9000] == 'y' && buffer[17999] == 'y');
    OK(OH_JSVM_GetValueStringLatin1(env, value, buffer, sizeof(buffer), &length));
    CHECK(length == 18000 && buffer[8999] == 'x' && buffer[17999] == 'y');
}

/* A long concatenation is a rope inside the engine; here only the handle holds it. */
TEST(a_concatenated_string_reads_whole)
{
    JSVM_Value text = run(env, "'a'.repeat(9000) + 'b'.repeat(9000)");
    char buffer[18001];
    size_t length;

    OK(OH_JSVM_GetValueStringUtf8(env, text, buffer, sizeof(buffer), &length));
    CHECK(length == 18000 && buffer[8999] == 'a' && buffer[9000] == 'b');
    CHECK(buffer[17999] == 'b' && buffer[18000] == 0);
}

TEST(reading_without_room_writes_nothing)
{
    JSVM_Value value = text_of(env, "abc");
    char buffer[4] = "?";
    char16_t wide[4] = { '?' };
    size_t length = 7;

    OK(OH_JSVM_GetValueStringUtf8(env, value, buffer, 0, &length));
    CHECK(length == 0 && buffer[0] == '?');
    OK(OH_JSVM_GetValueStringLatin1(env, value, buffer, 0, NULL));
    OK(OH_JSVM_GetValueStringUtf16(env, value, wide, 0, &length));
    CHECK(wide[0] == '?');
    OK(OH_JSVM_GetValueStringUtf8(env, value, buffer, 1, &length));
    CHECK(length == 0 && buffer[0] == 0);
}

TEST(string_readers_check_their_arguments)
{
    JSVM_Value number = number_of(env, 1), text = text_of(env, "a");
    char buffer[4];
    char16_t wide[4];
    size_t length;

    EXPECT(JSVM_STRING_EXPECTED,
           OH_JSVM_GetValueStringLatin1(env, number, buffer, 4, &length));
    EXPECT(JSVM_STRING_EXPECTED,
           OH_JSVM_GetValueStringUtf8(env, number, buffer, 4, &length));
    EXPECT(JSVM_STRING_EXPECTED,
           OH_JSVM_GetValueStringUtf16(env, number, wide, 4, &length));
    EXPECT(JSVM_STRING_EXPECTED,
           OH_JSVM_GetValueStringUtf8(env, run(env, "new String('a')"), buffer, 4,
                                      &length));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetValueStringUtf8(env, NULL, buffer, 4, &length));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetValueStringUtf8(env, text, NULL, 4, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetValueStringLatin1(env, text, NULL, 4, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetValueStringUtf16(env, text, NULL, 4, NULL));
}
