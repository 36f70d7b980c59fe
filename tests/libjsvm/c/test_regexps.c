/* test_regexps.c - regular expressions. */
#include "harness.h"

static JSVM_Value regexp_of(JSVM_Env env, const char *pattern, int flags)
{
    JSVM_Value regexp;

    OK(OH_JSVM_CreateRegExp(env, text_of(env, pattern), (JSVM_RegExpFlags)flags,
                            &regexp));
    set_global(env, "r", regexp);
    return regexp;
}

TEST(a_regexp_has_its_pattern_and_no_flags)
{
    bool is_regexp;

    OK(OH_JSVM_IsRegExp(env, regexp_of(env, "a(b+)", JSVM_REGEXP_NONE), &is_regexp));
    CHECK(is_regexp);
    CHECK(holds(env, "r.source === 'a(b+)' && r.flags === '' && r.lastIndex === 0"));
    CHECK(holds(env, "r instanceof RegExp && r.exec('xabb')[1] === 'bb'"));
}

TEST(an_empty_pattern_matches_everywhere)
{
    regexp_of(env, "", JSVM_REGEXP_NONE);
    CHECK(holds(env, "r.source === '(?:)' && r.test('')"));
}

TEST(each_flag_has_its_letter)
{
    const struct {
        int flags;
        const char *letters;
    } cases[] = {
        { JSVM_REGEXP_GLOBAL, "r.flags === 'g'" },
        { JSVM_REGEXP_IGNORE_CASE, "r.flags === 'i'" },
        { JSVM_REGEXP_MULTILINE, "r.flags === 'm'" },
        { JSVM_REGEXP_STICKY, "r.flags === 'y'" },
        { JSVM_REGEXP_UNICODE, "r.flags === 'u'" },
        { JSVM_REGEXP_DOT_ALL, "r.flags === 's'" },
        { JSVM_REGEXP_HAS_INDICES, "r.flags === 'd'" },
        { JSVM_REGEXP_UNICODE_SETS, "r.flags === 'v'" },
        { JSVM_REGEXP_LINEAR, "r.flags === ''" },
        { JSVM_REGEXP_GLOBAL | JSVM_REGEXP_IGNORE_CASE | JSVM_REGEXP_MULTILINE |
              JSVM_REGEXP_STICKY | JSVM_REGEXP_UNICODE | JSVM_REGEXP_DOT_ALL |
              JSVM_REGEXP_LINEAR | JSVM_REGEXP_HAS_INDICES,
          "r.flags === 'dgimsuy'" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        regexp_of(env, "a.b", cases[i].flags);
        CHECK(holds(env, cases[i].letters));
    }
}

TEST(bad_patterns_and_flags_are_syntax_errors)
{
    const struct {
        const char *pattern;
        int flags;
    } cases[] = {
        { "(", JSVM_REGEXP_NONE },
        { "[", JSVM_REGEXP_LINEAR },
        { "*", JSVM_REGEXP_NONE },
        { "\\p{Nonsense}", JSVM_REGEXP_UNICODE },
        { "a", JSVM_REGEXP_UNICODE | JSVM_REGEXP_UNICODE_SETS },
        { "a", 1 << 9 },
    };
    JSVM_Value regexp;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        EXPECT(JSVM_GENERIC_FAILURE,
               OH_JSVM_CreateRegExp(env, text_of(env, cases[i].pattern),
                                    (JSVM_RegExpFlags)cases[i].flags, &regexp));
        THROWN("SyntaxError");
    }
}

TEST(linear_expressions_refer_to_nothing_and_look_nowhere)
{
    const char *refused[] = { "(a)\\1", "(?<n>a)\\k<n>", "a(?=b)", "a(?!b)",
                              "(?<=a)b", "(?<!a)b" };
    const char *accepted[] = { "(a|b)*c", "(?:a)", "(?<n>a)", "[(?=]", "\\(?=a",
                               "[\\1]", "\\\\1" };
    JSVM_Value regexp;

    for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
        EXPECT(JSVM_GENERIC_FAILURE,
               OH_JSVM_CreateRegExp(env, text_of(env, refused[i]), JSVM_REGEXP_LINEAR,
                                    &regexp));
        THROWN("SyntaxError");
        regexp_of(env, refused[i], JSVM_REGEXP_NONE);
    }
    for (size_t i = 0; i < sizeof(accepted) / sizeof(*accepted); i++)
        regexp_of(env, accepted[i], JSVM_REGEXP_LINEAR);
}

TEST(creating_a_regexp_checks_its_arguments)
{
    JSVM_Value text = text_of(env, "a"), regexp;

    CHECK(OH_JSVM_CreateRegExp(NULL, text, JSVM_REGEXP_NONE, &regexp) ==
          JSVM_INVALID_ARG);
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CreateRegExp(env, NULL, JSVM_REGEXP_NONE, &regexp));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateRegExp(env, text, JSVM_REGEXP_NONE, NULL));
    EXPECT(JSVM_STRING_EXPECTED,
           OH_JSVM_CreateRegExp(env, number_of(env, 1), JSVM_REGEXP_NONE, &regexp));
    OK(OH_JSVM_ThrowError(env, NULL, "pending"));
    EXPECT(JSVM_PENDING_EXCEPTION,
           OH_JSVM_CreateRegExp(env, text, JSVM_REGEXP_NONE, &regexp));
    THROWN("Error");
}

TEST(regexps_do_not_ask_the_global_regexp)
{
    run(env, "globalThis.RegExp = null");
    regexp_of(env, "a\xc3\xa4", JSVM_REGEXP_UNICODE);
    CHECK(holds(env, "r.test('xa\\u00e4')"));
}

SCENARIO(regexps_under_failing_allocations)
{
    JSVM_Value text, regexp;

    TRY(OH_JSVM_CreateStringUtf8(env, "(a|b)+[c-e]{2,5}", JSVM_AUTO_LENGTH, &text));
    TRY(OH_JSVM_CreateRegExp(env, text,
                             (JSVM_RegExpFlags)(JSVM_REGEXP_LINEAR |
                                                JSVM_REGEXP_GLOBAL),
                             &regexp));
    return true;
}
