/*
 * regexp.c - regular expressions.
 *
 * JSVM_REGEXP_LINEAR has no letter in JavaScript: it asks for an expression that can be
 * matched in time linear to the text, or a SyntaxError. The engine backtracks; what is
 * kept of the promise is which patterns are refused: those with back-references and
 * with lookaround, for which there is no linear algorithm.
 */
#include "internal.h"

enum { LARGEST_FLAGS = 16 };

/* The letters of the flags; an unknown bit becomes a letter that the engine refuses. */
static void spell_flags(int flags, char letters[LARGEST_FLAGS])
{
    static const struct {
        int flag;
        char letter;
    } table[] = {
        { JSVM_REGEXP_HAS_INDICES, 'd' },  { JSVM_REGEXP_GLOBAL, 'g' },
        { JSVM_REGEXP_IGNORE_CASE, 'i' },  { JSVM_REGEXP_MULTILINE, 'm' },
        { JSVM_REGEXP_DOT_ALL, 's' },      { JSVM_REGEXP_UNICODE, 'u' },
        { JSVM_REGEXP_UNICODE_SETS, 'v' }, { JSVM_REGEXP_STICKY, 'y' },
    };

    flags &= ~JSVM_REGEXP_LINEAR;
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        if (flags & table[i].flag)
            *letters++ = table[i].letter;
        flags &= ~table[i].flag;
    }
    if (flags)
        *letters++ = '?';
    *letters = 0;
}

/* Whether the text behind a `\` outside of a class refers back to a group. */
static bool is_back_reference(const char *text)
{
    return (text[0] >= '1' && text[0] <= '9') || (text[0] == 'k' && text[1] == '<');
}

/* Whether the text behind a `(` begins an assertion. */
static bool is_lookaround(const char *text)
{
    if (*text++ != '?')
        return false;
    if (*text == '<')
        text++;
    return *text == '=' || *text == '!';
}

static bool is_linear(const char *pattern)
{
    int classes = 0; /* open at this place; with the flag v they nest */

    for (; *pattern; pattern++) {
        if (*pattern == '\\') {
            if (classes == 0 && is_back_reference(pattern + 1))
                return false;
            if (*++pattern == 0)
                break;
        } else if (*pattern == '[') {
            classes++;
        } else if (*pattern == ']' && classes > 0) {
            classes--;
        } else if (*pattern == '(' && classes == 0 && is_lookaround(pattern + 1)) {
            return false;
        }
    }
    return true;
}

JSVM_Status OH_JSVM_CreateRegExp(JSVM_Env env, JSVM_Value value, JSVM_RegExpFlags flags,
                                 JSVM_Value *result)
{
    char letters[LARGEST_FLAGS];
    JSValue regexp;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, JS_IsString(jsvm__get(value)), JSVM_STRING_EXPECTED);
    if ((int)flags & JSVM_REGEXP_LINEAR) {
        const char *pattern = JS_ToCString(env->ctx, jsvm__get(value));
        bool linear = pattern && is_linear(pattern);

        JS_FreeCString(env->ctx, pattern);
        if (pattern && !linear)
            JS_ThrowSyntaxError(env->ctx, "regular expression cannot be matched in "
                                          "linear time");
        if (!linear)
            return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    }
    spell_flags((int)flags, letters);
    regexp = jsvm__engine_new_regexp(env->ctx, jsvm__get(value), letters);
    if (JS_IsException(regexp))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    return jsvm__return_value(env, regexp, result);
}
