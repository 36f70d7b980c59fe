/*
 * direct.c - direct functions: C functions of numbers and arrays, called without
 * handles.
 *
 * The signature drives the checks and conversions here, so that a generated thunk holds
 * nothing but the call itself, and every module reports wrong arguments in the same
 * words.
 */
#include "internal.h"

#include <math.h>
#include <stdio.h>

enum { MAX_PARAMETERS = 64 };

#define MAX_SAFE_INTEGER 9007199254740991.0

typedef struct {
    char *name;
    size_t count;
    int64_t bits;
    int64_t values[];
} Enum;

typedef struct {
    JSVMX_Thunk thunk;
    JSVMFallible *fallible; /* NULL unless it may fail */
    int parameter_count;
    JSVMX_Type result_type;
    char *name;   /* as it stands in error texts */
    char **names; /* of the parameters */
    Enum **enums; /* of the parameters */
    uint64_t constants; /* bit i: the array of parameter i is only read */
    JSVMX_Type types[];
} DirectFunction;

/* How a type is called, and the range of an integer type. */
static const struct {
    const char *name;
    double minimum, maximum;
} type_info[] = {
    [JSVMX_TYPE_VOID] = { "nothing", 0, 0 },
    [JSVMX_TYPE_BOOL] = { "a boolean", 0, 0 },
    [JSVMX_TYPE_INT8] = { "an int8", INT8_MIN, INT8_MAX },
    [JSVMX_TYPE_INT16] = { "an int16", INT16_MIN, INT16_MAX },
    [JSVMX_TYPE_INT32] = { "an int32", INT32_MIN, INT32_MAX },
    [JSVMX_TYPE_INT64] = { "an int64", -MAX_SAFE_INTEGER, MAX_SAFE_INTEGER },
    [JSVMX_TYPE_UINT8] = { "a uint8", 0, UINT8_MAX },
    [JSVMX_TYPE_UINT16] = { "a uint16", 0, UINT16_MAX },
    [JSVMX_TYPE_UINT32] = { "a uint32", 0, UINT32_MAX },
    [JSVMX_TYPE_UINT64] = { "a uint64", 0, MAX_SAFE_INTEGER },
    [JSVMX_TYPE_FLOAT32] = { "a number", 0, 0 },
    [JSVMX_TYPE_FLOAT64] = { "a number", 0, 0 },
    [JSVMX_TYPE_ENUM] = { "a value of the enum ", 0, 0 },
    [JSVMX_TYPE_INT8_ARRAY] = { "an Int8Array", 0, 0 },
    [JSVMX_TYPE_INT16_ARRAY] = { "an Int16Array", 0, 0 },
    [JSVMX_TYPE_INT32_ARRAY] = { "an Int32Array", 0, 0 },
    [JSVMX_TYPE_INT64_ARRAY] = { "a BigInt64Array", 0, 0 },
    [JSVMX_TYPE_UINT8_ARRAY] = { "a Uint8Array", 0, 0 },
    [JSVMX_TYPE_UINT16_ARRAY] = { "a Uint16Array", 0, 0 },
    [JSVMX_TYPE_UINT32_ARRAY] = { "a Uint32Array", 0, 0 },
    [JSVMX_TYPE_UINT64_ARRAY] = { "a BigUint64Array", 0, 0 },
    [JSVMX_TYPE_FLOAT32_ARRAY] = { "a Float32Array", 0, 0 },
    [JSVMX_TYPE_FLOAT64_ARRAY] = { "a Float64Array", 0, 0 },
};

/* The parameter type whose memory a typed array of the engine has. */
static const JSVMX_Type array_types[] = {
    [JS_TYPED_ARRAY_UINT8C] = JSVMX_TYPE_UINT8_ARRAY,
    [JS_TYPED_ARRAY_INT8] = JSVMX_TYPE_INT8_ARRAY,
    [JS_TYPED_ARRAY_UINT8] = JSVMX_TYPE_UINT8_ARRAY,
    [JS_TYPED_ARRAY_INT16] = JSVMX_TYPE_INT16_ARRAY,
    [JS_TYPED_ARRAY_UINT16] = JSVMX_TYPE_UINT16_ARRAY,
    [JS_TYPED_ARRAY_INT32] = JSVMX_TYPE_INT32_ARRAY,
    [JS_TYPED_ARRAY_UINT32] = JSVMX_TYPE_UINT32_ARRAY,
    [JS_TYPED_ARRAY_BIG_INT64] = JSVMX_TYPE_INT64_ARRAY,
    [JS_TYPED_ARRAY_BIG_UINT64] = JSVMX_TYPE_UINT64_ARRAY,
    [JS_TYPED_ARRAY_FLOAT16] = JSVMX_TYPE_VOID, /* C has no such type */
    [JS_TYPED_ARRAY_FLOAT32] = JSVMX_TYPE_FLOAT32_ARRAY,
    [JS_TYPED_ARRAY_FLOAT64] = JSVMX_TYPE_FLOAT64_ARRAY,
};

static bool is_integer_type(JSVMX_Type type)
{
    return type >= JSVMX_TYPE_INT8 && type <= JSVMX_TYPE_UINT64;
}

static bool is_array_type(JSVMX_Type type)
{
    return type >= JSVMX_TYPE_INT8_ARRAY && type <= JSVMX_TYPE_FLOAT64_ARRAY;
}

/* ---- wrong arguments ---------------------------------------------------- */

enum { SHOWN_TEXT = 400 };

/* What a parameter expects, but for the name of an enum. */
static const char *expected(const DirectFunction *function, int i)
{
    return type_info[function->types[i]].name;
}

static const char *enum_name(const DirectFunction *function, int i)
{
    return function->enums[i] ? function->enums[i]->name : "";
}

static JSValue throw_wrong_type(JSContext *ctx, const DirectFunction *function, int i,
                                JSValueConst value, const char *more)
{
    char shown[SHOWN_TEXT];

    jsvm__describe(ctx, value, shown, sizeof(shown));
    return jsvm__throw(ctx, JSVM_TYPE_ERROR,
                       "%s: parameter '%s' expects %s%s, got %s%s", function->name,
                       function->names[i], expected(function, i),
                       enum_name(function, i), shown, more);
}

/* Whether an integer beyond 2^53 could be given as a BigInt. */
static bool fits_as_bigint(JSVMX_Type type, JSValueConst value)
{
    double number = JS_VALUE_GET_FLOAT64(value);

    if (type == JSVMX_TYPE_INT64)
        return number >= -0x1p63 && number < 0x1p63;
    return type == JSVMX_TYPE_UINT64 && number >= 0 && number < 0x1p64;
}

/* The range of an integer type as text; of the widest for BigInts. */
static const char *range_text(JSVMX_Type type, char *text, size_t size)
{
    if (type == JSVMX_TYPE_INT64)
        return "-9223372036854775808 to 9223372036854775807";
    if (type == JSVMX_TYPE_UINT64)
        return "0 to 18446744073709551615";
    snprintf(text, size, "%.0f to %.0f", type_info[type].minimum,
             type_info[type].maximum);
    return text;
}

static JSValue throw_out_of_range(JSContext *ctx, const DirectFunction *function, int i,
                                  JSValueConst value)
{
    JSVMX_Type type = function->types[i];
    char shown[SHOWN_TEXT], range[50];

    jsvm__describe(ctx, value, shown, sizeof(shown));
    if (type == JSVMX_TYPE_ENUM)
        return jsvm__throw(ctx, JSVM_RANGE_ERROR,
                           "%s: parameter '%s' expects %s%s, got %s", function->name,
                           function->names[i], expected(function, i),
                           enum_name(function, i), shown);
    if (JS_TAG_IS_FLOAT64(JS_VALUE_GET_TAG(value)) && fits_as_bigint(type, value))
        return jsvm__throw(
            ctx, JSVM_RANGE_ERROR,
            "%s: parameter '%s' expects %s, got %s, which is out of "
            "range (a Number must be a safe integer; use a BigInt)",
            function->name, function->names[i], expected(function, i), shown);
    return jsvm__throw(
        ctx, JSVM_RANGE_ERROR, "%s: parameter '%s' expects %s from %s, got %s",
        function->name, function->names[i], expected(function, i),
        range_text(type, range, sizeof(range)), shown);
}

/* ---- conversions -------------------------------------------------------- */

typedef enum { CONVERTED, WRONG_TYPE, OUT_OF_RANGE, DETACHED, IMMUTABLE } Conversion;

static Conversion convert_bigint(JSValueConst value, JSVMX_Type type,
                                 JSVMX_DirectValue *out)
{
    uint64_t word = 0;
    int negative;
    size_t words = jsvm__engine_bigint_words(value, &negative, &word, 1);

    if (words > 1)
        return OUT_OF_RANGE;
    if (type == JSVMX_TYPE_UINT64) {
        if (negative)
            return OUT_OF_RANGE;
        out->u64 = word;
        return CONVERTED;
    }
    if (word > (uint64_t)INT64_MAX + (negative ? 1 : 0))
        return OUT_OF_RANGE;
    out->i64 = (int64_t)(negative ? 0 - word : word);
    return CONVERTED;
}

static Conversion convert_integer(JSValueConst value, JSVMX_Type type,
                                  JSVMX_DirectValue *out)
{
    double number;

    if (JS_VALUE_GET_TAG(value) == JS_TAG_INT) {
        number = JS_VALUE_GET_INT(value);
    } else if (JS_TAG_IS_FLOAT64(JS_VALUE_GET_TAG(value))) {
        number = JS_VALUE_GET_FLOAT64(value);
        if (number != floor(number)) /* NaN too */
            return WRONG_TYPE;
    } else if (JS_IsBigInt(value) &&
               (type == JSVMX_TYPE_INT64 || type == JSVMX_TYPE_UINT64)) {
        return convert_bigint(value, type, out);
    } else {
        return WRONG_TYPE;
    }
    if (!(number >= type_info[type].minimum && number <= type_info[type].maximum))
        return OUT_OF_RANGE;
    out->i64 = (int64_t)number; /* the same bits for an unsigned type */
    return CONVERTED;
}

static Conversion convert_enum(JSValueConst value, const Enum *members,
                               JSVMX_DirectValue *out)
{
    Conversion integer;
    size_t i;

    if (JS_IsBigInt(value))
        return WRONG_TYPE;
    integer = convert_integer(value, JSVMX_TYPE_INT64, out);
    if (integer != CONVERTED)
        return integer;
    for (i = 0; i < members->count; i++) {
        if (members->values[i] == out->i64)
            return CONVERTED;
    }
    if (members->bits != 0 && (out->i64 & ~members->bits) == 0)
        return CONVERTED;
    return OUT_OF_RANGE;
}

static Conversion convert_array(JSValueConst value, JSVMX_Type type, bool only_read,
                                JSVMX_DirectValue *out)
{
    JSVMBufferInfo buffer;
    JSVMViewInfo view;

    if (!jsvm__engine_view_info(value, &view) || view.type < 0 ||
        array_types[view.type] != type)
        return WRONG_TYPE;
    if (view.data == NULL)
        return DETACHED;
    if (!only_read && jsvm__engine_buffer_info(view.buffer, &buffer) &&
        buffer.immutable)
        return IMMUTABLE;
    out->array.data = view.data;
    out->array.length = view.count;
    return CONVERTED;
}

static bool is_const(const DirectFunction *function, int i)
{
    return function->constants >> i & 1;
}

static inline Conversion convert(const DirectFunction *function, int i,
                                 JSValueConst value, JSVMX_DirectValue *out)
{
    JSVMX_Type type = function->types[i];

    switch (type) {
    case JSVMX_TYPE_FLOAT64:
    case JSVMX_TYPE_FLOAT32:
        if (JS_TAG_IS_FLOAT64(JS_VALUE_GET_TAG(value)))
            out->f64 = JS_VALUE_GET_FLOAT64(value);
        else if (JS_VALUE_GET_TAG(value) == JS_TAG_INT)
            out->f64 = JS_VALUE_GET_INT(value);
        else
            return WRONG_TYPE;
        return CONVERTED;
    case JSVMX_TYPE_BOOL:
        if (!JS_IsBool(value))
            return WRONG_TYPE;
        out->i64 = JS_VALUE_GET_BOOL(value);
        return CONVERTED;
    case JSVMX_TYPE_ENUM:
        return convert_enum(value, function->enums[i], out);
    default:
        if (is_array_type(type))
            return convert_array(value, type, is_const(function, i), out);
        return convert_integer(value, type, out);
    }
}

static JSValue convert_result(JSContext *ctx, JSVMX_Type type, JSVMX_DirectValue value)
{
    switch (type) {
    case JSVMX_TYPE_VOID:
        return JS_UNDEFINED;
    case JSVMX_TYPE_BOOL:
        return JS_NewBool(ctx, value.i64 != 0);
    case JSVMX_TYPE_FLOAT32:
    case JSVMX_TYPE_FLOAT64:
        return JS_NewNumber(ctx, value.f64);
    case JSVMX_TYPE_UINT8:
    case JSVMX_TYPE_UINT16:
    case JSVMX_TYPE_UINT32:
        return JS_NewInt64(ctx, (int64_t)value.u64);
    case JSVMX_TYPE_UINT64:
        return value.u64 <= (uint64_t)MAX_SAFE_INTEGER
                   ? JS_NewInt64(ctx, value.i64)
                   : JS_NewBigUint64(ctx, value.u64);
    case JSVMX_TYPE_ENUM:
    case JSVMX_TYPE_INT64:
        return value.i64 <= (int64_t)MAX_SAFE_INTEGER &&
                       value.i64 >= -(int64_t)MAX_SAFE_INTEGER
                   ? JS_NewInt64(ctx, value.i64)
                   : JS_NewBigInt64(ctx, value.i64);
    default:
        return JS_NewInt32(ctx, (int32_t)value.i64);
    }
}

/* ---- the call ----------------------------------------------------------- */

static JSValue call_direct(JSContext *ctx, JSValueConst this_value,
                           JSValueConst new_target, int argc, JSValueConst *argv,
                           void *data)
{
    const DirectFunction *function = data;
    JSVMX_Type result_type = function->result_type;
    JSVMX_DirectValue values[MAX_PARAMETERS], result = { .u64 = 0 };
    JSValue failure;
    int i;

    (void)this_value;
    (void)new_target;
    if (argc < function->parameter_count)
        return jsvm__throw(
            ctx, JSVM_TYPE_ERROR,
            "%s: parameter '%s' is missing (%d of %d arguments given)",
            function->name, function->names[argc], argc, function->parameter_count);
    for (i = 0; i < function->parameter_count; i++) {
        switch (convert(function, i, argv[i], &values[i])) {
        case CONVERTED:
            break;
        case WRONG_TYPE:
            return throw_wrong_type(ctx, function, i, argv[i], "");
        case DETACHED:
            return throw_wrong_type(ctx, function, i, argv[i],
                                    ", whose memory is gone (its buffer was detached "
                                    "or made smaller)");
        case IMMUTABLE:
            return throw_wrong_type(ctx, function, i, argv[i],
                                    ", whose memory is immutable");
        case OUT_OF_RANGE:
            return throw_out_of_range(ctx, function, i, argv[i]);
        }
    }
    /* The last use of function: C may exchange it. */
    if (function->fallible == NULL)
        function->thunk(values, &result);
    else if (!jsvm__run_fallible(ctx, function->fallible, values, &result, &failure))
        return failure;
    return convert_result(ctx, result_type, result);
}

/* ---- making one --------------------------------------------------------- */

static void free_definition(DirectFunction *function)
{
    int i;

    for (i = 0; function->names && i < function->parameter_count; i++)
        free(function->names[i]);
    for (i = 0; function->enums && i < function->parameter_count; i++) {
        if (function->enums[i])
            free(function->enums[i]->name);
        free(function->enums[i]);
    }
    free(function->fallible); /* the caller still owns its data */
    free(function->names);
    free(function->enums);
    free(function->name);
    free(function);
}

static void release_definition(JSRuntime *rt, void *data)
{
    DirectFunction *function = data;

    (void)rt;
    if (function->fallible)
        jsvm__drop_fallible(function->fallible);
    function->fallible = NULL;
    free_definition(function);
}

static Enum *copy_enum(const JSVMX_Enum *members)
{
    size_t size = members->count * sizeof(int64_t);
    Enum *copy = malloc(sizeof(*copy) + size);

    if (copy == NULL)
        return NULL;
    copy->name = strdup(members->name);
    if (copy->name == NULL) {
        free(copy);
        return NULL;
    }
    copy->count = members->count;
    copy->bits = members->bits;
    memcpy(copy->values, members->values, size);
    return copy;
}

static DirectFunction *copy_definition(const JSVMX_DirectFunction *definition)
{
    size_t i, count = definition->parameterCount;
    DirectFunction *function =
        calloc(1, sizeof(*function) + count * sizeof(JSVMX_Type));

    if (function == NULL)
        return NULL;
    function->thunk = definition->thunk;
    function->result_type = definition->resultType;
    function->parameter_count = (int)count;
    function->name = strdup(definition->name);
    function->names = calloc(count + 1, sizeof(char *));
    function->enums = calloc(count + 1, sizeof(Enum *));
    if (function->name == NULL || function->names == NULL || function->enums == NULL)
        goto fail;
    if (definition->fallible) {
        function->fallible = jsvm__copy_fallible(definition->fallible);
        if (function->fallible == NULL)
            goto fail;
    }
    for (i = 0; i < count; i++) {
        function->types[i] = definition->parameterTypes[i];
        function->names[i] = strdup(definition->parameterNames[i]);
        if (function->names[i] == NULL)
            goto fail;
        if (definition->parameterIsConst && definition->parameterIsConst[i])
            function->constants |= (uint64_t)1 << i;
        if (function->types[i] == JSVMX_TYPE_ENUM) {
            function->enums[i] = copy_enum(definition->parameterEnums[i]);
            if (function->enums[i] == NULL)
                goto fail;
        }
    }
    return function;
fail:
    free_definition(function);
    return NULL;
}

static bool is_value_type(JSVMX_Type type)
{
    return type == JSVMX_TYPE_BOOL || type == JSVMX_TYPE_FLOAT32 ||
           type == JSVMX_TYPE_FLOAT64 || type == JSVMX_TYPE_ENUM ||
           is_integer_type(type);
}

static bool is_valid_parameter(const JSVMX_DirectFunction *definition, size_t i)
{
    const JSVMX_Enum *members;

    if (!definition->parameterNames[i])
        return false;
    if (definition->parameterTypes[i] != JSVMX_TYPE_ENUM)
        return is_value_type(definition->parameterTypes[i]) ||
               is_array_type(definition->parameterTypes[i]);
    members = definition->parameterEnums ? definition->parameterEnums[i] : NULL;
    return members && members->name && members->count > 0 && members->values;
}

static bool has_code(const JSVMX_DirectFunction *definition)
{
    const JSVMX_Fallible *fallible = definition->fallible;

    return fallible ? fallible->thunk && fallible->failed : definition->thunk != NULL;
}

static bool is_valid(const JSVMX_DirectFunction *definition)
{
    size_t i, count = definition->parameterCount;

    if (!definition->name || !has_code(definition) || count > MAX_PARAMETERS ||
        (count > 0 && (!definition->parameterNames || !definition->parameterTypes)) ||
        (definition->resultType != JSVMX_TYPE_VOID &&
         !is_value_type(definition->resultType)))
        return false;
    for (i = 0; i < count; i++) {
        if (!is_valid_parameter(definition, i))
            return false;
    }
    return true;
}

JSVM_Status JSVMX_CreateDirectFunction(JSVM_Env env,
                                       const JSVMX_DirectFunction *definition,
                                       JSVM_Value *result)
{
    DirectFunction *function;
    const char *short_name;
    JSVM_Value handle;
    JSValue func;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, definition);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, is_valid(definition), JSVM_INVALID_ARG);
    /* What can fail comes first: a function that was made and dropped would finalize
     * data that the caller, told of a failure, still owns. */
    handle = jsvm__push(env, JS_UNDEFINED);
    function = handle ? copy_definition(definition) : NULL;
    JSVM_CHECK_MEMORY(env, function);
    short_name = strrchr(definition->name, '.');
    short_name = short_name ? short_name + 1 : definition->name;
    func = jsvm__engine_new_native(env->ctx, call_direct, function, release_definition,
                                   short_name, strlen(short_name),
                                   function->parameter_count, false);
    if (JS_IsException(func)) {
        free_definition(function);
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    }
    if (function->fallible)
        jsvm__adopt_fallible(function->fallible);
    handle->value = func;
    *result = handle;
    return jsvm__ok(env);
}
