/*
 * describe.c - in a few words, what a value is: the end of texts like "expects a
 * number, got the string 'a'".
 *
 * The values look as the notebook shows them, cut short. No JS runs: getters are not
 * called, and of a proxy its target is shown.
 */
#include "internal.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

enum { SHOWN_CHARACTERS = 60, SHOWN_ELEMENTS = 6 };

/* Where the text is written; `end` is the place of the final 0. */
typedef struct {
    JSContext *ctx;
    char *at, *end;
} Words;

/* How much of an object is shown. */
typedef enum { CONTENTS, NAME_ONLY } Depth;

static void write_value(Words *words, JSValueConst value, Depth depth);

/* ---- text --------------------------------------------------------------- */

static void write_bytes(Words *words, const char *text, size_t length)
{
    size_t room = (size_t)(words->end - words->at);

    if (length > room) {
        length = room;
        while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
            length--; /* not within a character */
        memcpy(words->at, text, length);
        words->at += length;
        words->end = words->at; /* and nothing behind it */
        return;
    }
    memcpy(words->at, text, length);
    words->at += length;
}

static void write_text(Words *words, const char *text)
{
    write_bytes(words, text, strlen(text));
}

static void __attribute__((format(printf, 2, 3))) write_format(Words *words,
                                                               const char *format, ...)
{
    char text[64];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    write_text(words, text);
}

/* A number, BigInt, ... as String(value) has it. */
static void write_primitive(Words *words, JSValueConst value)
{
    const char *text = JS_ToCString(words->ctx, value);

    if (text == NULL) {
        JS_FreeValue(words->ctx, JS_GetException(words->ctx));
        return;
    }
    write_text(words, text);
    JS_FreeCString(words->ctx, text);
}

/* Whether a lone surrogate stands there: three bytes that are no UTF-8. */
static bool is_surrogate(const char *text)
{
    return (unsigned char)text[0] == 0xED && (unsigned char)text[1] >= 0xA0;
}

static void write_surrogate(Words *words, const char *text)
{
    write_format(words, "\\u%04X",
                 0xD000 | (text[1] & 0x3F) << 6 | (text[2] & 0x3F));
}

static void write_escaped(Words *words, unsigned char unit, char quote)
{
    static const char names[] = "btnvfr"; /* 8 to 13 */

    if (unit >= 8 && unit <= 13)
        write_format(words, "\\%c", names[unit - 8]);
    else if (unit == (unsigned char)quote || unit == '\\')
        write_format(words, "\\%c", unit);
    else
        write_format(words, "\\x%02X", unit);
}

/* The first characters of a string in quotes that it does not contain. */
static void write_string(Words *words, JSValueConst value)
{
    size_t length, i, shown = 0, rest = 0;
    const char *text = JS_ToCStringLen(words->ctx, &length, value);
    char quote = '\'';

    if (text == NULL) {
        JS_FreeValue(words->ctx, JS_GetException(words->ctx));
        return;
    }
    if (memchr(text, '\'', length) && !memchr(text, '"', length))
        quote = '"';
    write_bytes(words, &quote, 1);
    for (i = 0; i < length; i++) {
        unsigned char unit = (unsigned char)text[i];
        size_t bytes = 1;
        while (i + bytes < length && ((unsigned char)text[i + bytes] & 0xC0) == 0x80)
            bytes++;
        if (shown == SHOWN_CHARACTERS)
            rest++;
        else if (unit < ' ' || unit == 0x7F || unit == (unsigned char)quote ||
                 unit == '\\')
            write_escaped(words, unit, quote), shown++;
        else if (is_surrogate(text + i))
            write_surrogate(words, text + i), shown++;
        else
            write_bytes(words, text + i, bytes), shown++;
        i += bytes - 1;
    }
    write_bytes(words, &quote, 1);
    if (rest > 0)
        write_format(words, "... %zu more character%s", rest, rest == 1 ? "" : "s");
    JS_FreeCString(words->ctx, text);
}

static void write_number(Words *words, JSValueConst value)
{
    if (JS_TAG_IS_FLOAT64(JS_VALUE_GET_TAG(value)) &&
        JS_VALUE_GET_FLOAT64(value) == 0 && signbit(JS_VALUE_GET_FLOAT64(value)))
        write_text(words, "-0");
    else
        write_primitive(words, value);
}

/* ---- properties, without running JS -------------------------------------- */

typedef enum { NO_VALUE, ACCESSOR, DATA } Found;

/* A property of the object itself; *value is to be freed if it is DATA. */
static Found own_property(JSContext *ctx, JSValueConst object, JSAtom key,
                          JSValue *value)
{
    JSPropertyDescriptor descriptor;
    int found = JS_IsProxy(object) ? 0
                                   : JS_GetOwnProperty(ctx, &descriptor, object, key);

    if (found <= 0) {
        if (found < 0)
            JS_FreeValue(ctx, JS_GetException(ctx));
        return NO_VALUE;
    }
    JS_FreeValue(ctx, descriptor.getter);
    JS_FreeValue(ctx, descriptor.setter);
    if (descriptor.flags & JS_PROP_GETSET) {
        JS_FreeValue(ctx, descriptor.value);
        return ACCESSOR;
    }
    *value = descriptor.value;
    return DATA;
}

static Found own_named(JSContext *ctx, JSValueConst object, const char *name,
                       JSValue *value)
{
    JSAtom key = JS_NewAtom(ctx, name);
    Found found = NO_VALUE;

    if (key != JS_ATOM_NULL)
        found = own_property(ctx, object, key, value);
    JS_FreeAtom(ctx, key);
    return found;
}

/* The property as text, to be freed with JS_FreeCString; NULL unless it is a string. */
static const char *own_text(JSContext *ctx, JSValueConst object, const char *name)
{
    JSValue value;
    const char *text = NULL;

    if (own_named(ctx, object, name, &value) != DATA)
        return NULL;
    if (JS_IsString(value)) {
        text = JS_ToCString(ctx, value);
        if (text == NULL)
            JS_FreeValue(ctx, JS_GetException(ctx));
    }
    JS_FreeValue(ctx, value);
    return text;
}

/* Name of the class of an object, to be freed with JS_FreeCString; NULL if it has none
 * that can be found. */
static const char *class_name(JSContext *ctx, JSValueConst object)
{
    JSValue prototype = JS_GetPrototype(ctx, object), constructor;
    const char *name = NULL;

    if (JS_IsException(prototype))
        JS_FreeValue(ctx, JS_GetException(ctx));
    if (JS_IsObject(prototype) &&
        own_named(ctx, prototype, "constructor", &constructor) == DATA) {
        if (JS_IsFunction(ctx, constructor))
            name = own_text(ctx, constructor, "name");
        JS_FreeValue(ctx, constructor);
    }
    JS_FreeValue(ctx, prototype);
    return name;
}

static void write_class_name(Words *words, JSValueConst object, const char *otherwise)
{
    const char *name = class_name(words->ctx, object);

    write_text(words, name && *name ? name : otherwise);
    JS_FreeCString(words->ctx, name);
}

/* ---- objects ------------------------------------------------------------ */

static void write_property(Words *words, JSValueConst object, JSAtom key)
{
    JSValue value;

    switch (own_property(words->ctx, object, key, &value)) {
    case DATA:
        write_value(words, value, NAME_ONLY);
        JS_FreeValue(words->ctx, value);
        break;
    case ACCESSOR:
        write_text(words, "[Getter]");
        break;
    case NO_VALUE:
        write_text(words, "<empty>");
    }
}

static void write_elements(Words *words, JSValueConst array, int64_t length)
{
    int64_t i;

    if (length == 0) {
        write_text(words, "[]");
        return;
    }
    write_text(words, "[ ");
    for (i = 0; i < length && i < SHOWN_ELEMENTS; i++) {
        JSAtom key = JS_NewAtomUInt32(words->ctx, (uint32_t)i);
        if (i > 0)
            write_text(words, ", ");
        write_property(words, array, key);
        JS_FreeAtom(words->ctx, key);
    }
    if (i < length)
        write_format(words, ", ... %lld more item%s", (long long)(length - i),
                     length - i == 1 ? "" : "s");
    write_text(words, " ]");
}

static void write_key(Words *words, JSAtom key)
{
    const char *text = JS_AtomToCString(words->ctx, key);

    write_text(words, text ? text : "");
    JS_FreeCString(words->ctx, text);
}

static void write_symbol(Words *words, JSValueConst symbol)
{
    JSAtom key = JS_ValueToAtom(words->ctx, symbol);

    write_text(words, "Symbol(");
    if (key != JS_ATOM_NULL)
        write_key(words, key);
    write_text(words, ")");
    JS_FreeAtom(words->ctx, key);
}

static void write_properties(Words *words, JSValueConst object)
{
    JSPropertyEnum *keys;
    uint32_t i, count;

    if (JS_GetOwnPropertyNames(words->ctx, &keys, &count, object,
                               JS_GPN_STRING_MASK | JS_GPN_ENUM_ONLY) < 0) {
        JS_FreeValue(words->ctx, JS_GetException(words->ctx));
        return;
    }
    write_text(words, count == 0 ? "{}" : "{ ");
    for (i = 0; i < count && i < SHOWN_ELEMENTS; i++) {
        if (i > 0)
            write_text(words, ", ");
        write_key(words, keys[i].atom);
        write_text(words, ": ");
        write_property(words, object, keys[i].atom);
    }
    if (i < count)
        write_text(words, ", ...");
    if (count > 0)
        write_text(words, " }");
    JS_FreePropertyEnum(words->ctx, keys, count);
}

static void write_ordinary(Words *words, JSValueConst object, Depth depth)
{
    const char *name = class_name(words->ctx, object);
    bool is_plain = name && strcmp(name, "Object") == 0;

    if (depth == NAME_ONLY) {
        write_format(words, "[%s]", name && *name ? name : "Object");
    } else {
        if (!is_plain)
            write_format(words, "%s ", name ? name : "[Object: null prototype]");
        write_properties(words, object);
    }
    JS_FreeCString(words->ctx, name);
}

static void write_function(Words *words, JSValueConst function)
{
    const char *name = own_text(words->ctx, function, "name");

    if (name && *name)
        write_format(words, "[Function: %s]", name);
    else
        write_text(words, "[Function (anonymous)]");
    JS_FreeCString(words->ctx, name);
}

static void write_date(Words *words, JSValueConst date)
{
    double milliseconds = jsvm__engine_date_value(date), seconds;
    struct tm parts;
    time_t time;
    int year;

    if (isnan(milliseconds)) {
        write_text(words, "Invalid Date");
        return;
    }
    seconds = floor(milliseconds / 1000);
    time = (time_t)seconds;
    if (gmtime_r(&time, &parts) == NULL)
        return;
    year = parts.tm_year + 1900;
    write_format(words, year >= 0 && year <= 9999 ? "%04d" : "%+07d", year);
    write_format(words, "-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_mon + 1,
                 parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                 (int)(milliseconds - seconds * 1000));
}

static void write_error(Words *words, JSValueConst error)
{
    const char *message = own_text(words->ctx, error, "message");

    write_class_name(words, error, "Error");
    if (message && *message) {
        write_text(words, ": ");
        write_text(words, message);
    }
    JS_FreeCString(words->ctx, message);
}

static void write_array(Words *words, JSValueConst array, Depth depth)
{
    int64_t length = 0;

    JS_GetLength(words->ctx, array, &length);
    if (depth == NAME_ONLY && length > 0)
        write_text(words, "[Array]");
    else
        write_elements(words, array, length);
}

static void write_object(Words *words, JSValueConst object, Depth depth)
{
    JSVMBufferInfo buffer;
    JSVMViewInfo view;
    size_t size;

    if (JS_IsFunction(words->ctx, object)) {
        write_function(words, object);
    } else if (JS_IsArray(object)) {
        write_array(words, object, depth);
    } else if (JS_IsProxy(object)) {
        write_text(words, "[Proxy]");
    } else if (jsvm__engine_is_ordinary(object)) {
        write_ordinary(words, object, depth);
    } else if (jsvm__engine_view_info(object, &view)) {
        write_class_name(words, object, "TypedArray");
        write_format(words, "(%zu)", view.count);
        if (depth == CONTENTS && view.type >= 0) {
            write_text(words, " ");
            write_elements(words, object, (int64_t)view.count);
        }
    } else if (jsvm__engine_buffer_info(object, &buffer)) {
        if (buffer.detached)
            write_text(words, "ArrayBuffer (detached)");
        else
            write_format(words, "ArrayBuffer(%zu)", buffer.length);
    } else if (JS_IsDate(object)) {
        write_date(words, object);
    } else if (JS_IsError(object)) {
        write_error(words, object);
    } else {
        write_class_name(words, object, "Object");
        if (jsvm__engine_collection_size(object, &size))
            write_format(words, "(%zu)", size);
    }
}

static void write_value(Words *words, JSValueConst value, Depth depth)
{
    if (JS_IsObject(value)) {
        write_object(words, value, depth);
    } else if (JS_IsString(value)) {
        write_string(words, value);
    } else if (JS_IsNumber(value)) {
        write_number(words, value);
    } else if (JS_IsSymbol(value)) {
        write_symbol(words, value);
    } else {
        write_primitive(words, value);
        if (JS_IsBigInt(value))
            write_text(words, "n");
    }
}

/* ---- the whole ---------------------------------------------------------- */

static const char *article(JSContext *ctx, JSValueConst value)
{
    if (JS_IsNumber(value))
        return "the number ";
    if (JS_IsString(value))
        return "the string ";
    if (JS_IsBool(value))
        return "the boolean ";
    if (JS_IsBigInt(value))
        return "the BigInt ";
    if (JS_IsSymbol(value))
        return "the symbol ";
    if (!JS_IsObject(value))
        return "";
    if (JS_IsFunction(ctx, value))
        return "the function ";
    return JS_IsArray(value) ? "the array " : "the object ";
}

static void write_proxy(Words *words, JSValueConst proxy)
{
    JSValue target = JS_GetProxyTarget(words->ctx, proxy);

    if (JS_IsObject(target)) {
        write_text(words, "the proxy ");
        write_value(words, target, CONTENTS);
    } else {
        JS_FreeValue(words->ctx, JS_GetException(words->ctx));
        write_text(words, "a revoked proxy");
    }
    JS_FreeValue(words->ctx, target);
}

/* Make UTF-8 of a text that has lone surrogates in names: U+FFFD is as long. */
static void replace_surrogates(char *text)
{
    for (; *text; text++) {
        if (is_surrogate(text))
            memcpy(text, "\xEF\xBF\xBD", 3);
    }
}

void jsvm__describe(JSContext *ctx, JSValueConst value, char *text, size_t size)
{
    Words words = { ctx, text, text + size - 1 };

    if (JS_IsProxy(value)) {
        write_proxy(&words, value);
    } else {
        write_text(&words, article(ctx, value));
        write_value(&words, value, CONTENTS);
    }
    *words.at = '\0';
    replace_surrogates(text);
}

JSVM_Status JSVMX_DescribeValue(JSVM_Env env, JSVM_Value value, char *text, size_t size)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, text);
    JSVM_CHECK(env, size > 0, JSVM_INVALID_ARG);
    jsvm__describe(env->ctx, jsvm__get(value), text, size);
    return jsvm__ok(env);
}
