/*
 * script.c - classic scripts: compile, run, retain.
 *
 * A JSVM_Script lives as long as the handle scope it was compiled in, unless it is
 * retained.
 */
#include "internal.h"

#include <stdio.h>

struct JSVM_Script__ {
    JSValue code; /* compiled function; each run makes a closure of its own */
    bool retained;
    struct JSVM_Script__ *next; /* in the scope's list while not retained */
    struct JSVM_HandleScope__ *scope;
};

static void free_script(JSVM_Env env, JSVM_Script script)
{
    JS_FreeValue(env->ctx, script->code);
    free(script);
    jsvm__count(JSVM_LIVE_SCRIPTS, -1);
}

void jsvm__free_scripts(JSVM_Env env, struct JSVM_HandleScope__ *scope)
{
    while (scope->scripts) {
        JSVM_Script script = scope->scripts;
        scope->scripts = script->next;
        free_script(env, script);
    }
}

void jsvm__hand_scripts_up(JSVM_Env env, struct JSVM_HandleScope__ *scope)
{
    (void)env;
    while (scope->scripts) {
        JSVM_Script script = scope->scripts;
        scope->scripts = script->next;
        script->scope = scope->parent;
        script->next = scope->parent->scripts;
        scope->parent->scripts = script;
    }
}

/* ---- compiling ---------------------------------------------------------- */

/* Where a script says it comes from. */
typedef struct {
    const char *name;
    int line;             /* number of its first line, from 1 */
    size_t column_offset; /* of its first line */
} Origin;

/* Longer first lines exist only by mistake. */
enum { MAX_COLUMN_OFFSET = 1 << 20 };

static bool is_valid_origin(const JSVM_ScriptOrigin *origin)
{
    return origin->resourceLineOffset < INT32_MAX - 1 &&
           origin->resourceColumnOffset <= MAX_COLUMN_OFFSET;
}

static Origin origin_of(const JSVM_ScriptOrigin *origin)
{
    return (Origin){ origin->resourceName, (int)origin->resourceLineOffset + 1,
                     origin->resourceColumnOffset };
}

/* The source as UTF-8, to be freed. Blanks in front stand for the column offset: the
 * engine can be told of a line only. NULL with the last error set. */
static char *positioned_text(JSVM_Env env, JSVM_Value source, size_t column_offset,
                             size_t *length)
{
    size_t source_length;
    const char *utf8 = JS_ToCStringLen(env->ctx, &source_length, jsvm__get(source));
    char *text;

    if (utf8 == NULL) {
        jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
        return NULL;
    }
    *length = column_offset + source_length;
    text = malloc(*length + 1);
    if (text) {
        memset(text, ' ', column_offset);
        memcpy(text + column_offset, utf8, source_length + 1);
    } else {
        jsvm__fail_no_memory(env);
    }
    JS_FreeCString(env->ctx, utf8);
    return text;
}

static JSVM_Status compile(JSVM_Env env, JSVM_Value source, Origin origin,
                           JSVM_Script *result)
{
    JSEvalOptions options = {
        .version = JS_EVAL_OPTIONS_VERSION,
        .eval_flags = JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY,
        .filename = origin.name,
        .line_num = origin.line,
    };
    JSVM_Script script;
    size_t length;
    char *text = positioned_text(env, source, origin.column_offset, &length);
    JSValue code;

    if (text == NULL)
        return JSVM_GENERIC_FAILURE;
    jsvm__begin_js(env->vm);
    code = JS_Eval2(env->ctx, text, length, &options);
    jsvm__end_js(env->vm);
    free(text);
    if (JS_IsException(code))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    script = malloc(sizeof(*script));
    if (script == NULL) {
        JS_FreeValue(env->ctx, code);
        return jsvm__fail_no_memory(env);
    }
    script->code = code;
    script->retained = false;
    script->scope = env->scope;
    script->next = env->scope->scripts;
    env->scope->scripts = script;
    jsvm__count(JSVM_LIVE_SCRIPTS, 1);
    *result = script;
    return jsvm__ok(env);
}

/* A default name, one more for each script. */
static Origin next_origin(JSVM_Env env, char *name, size_t size)
{
    snprintf(name, size, "script_%u", env->vm->script_number++);
    return (Origin){ name, 1, 0 };
}

/* No code cache is accepted yet: a rejected cache means that the source is compiled. */
static void reject_cache(const uint8_t *cache, bool *rejected)
{
    if (cache && rejected)
        *rejected = true;
}

JSVM_Status OH_JSVM_CompileScript(JSVM_Env env, JSVM_Value script,
                                  const uint8_t *cachedData, size_t cacheDataLength,
                                  bool eagerCompile, bool *cacheRejected,
                                  JSVM_Script *result)
{
    char name[32];

    (void)cacheDataLength;
    (void)eagerCompile; /* everything is compiled at once */
    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, script);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, JS_IsString(jsvm__get(script)), JSVM_STRING_EXPECTED);
    reject_cache(cachedData, cacheRejected);
    return compile(env, script, next_origin(env, name, sizeof(name)), result);
}

JSVM_Status OH_JSVM_CompileScriptWithOrigin(JSVM_Env env, JSVM_Value script,
                                            const uint8_t *cachedData,
                                            size_t cacheDataLength, bool eagerCompile,
                                            bool *cacheRejected,
                                            JSVM_ScriptOrigin *origin,
                                            JSVM_Script *result)
{
    (void)cacheDataLength;
    (void)eagerCompile;
    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, script);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK_ARG(env, origin);
    JSVM_CHECK_ARG(env, origin->resourceName);
    JSVM_CHECK(env, JS_IsString(jsvm__get(script)), JSVM_STRING_EXPECTED);
    JSVM_CHECK(env, is_valid_origin(origin), JSVM_INVALID_ARG);
    reject_cache(cachedData, cacheRejected);
    return compile(env, script, origin_of(origin), result);
}

/* What an option array says, as far as this library acts on it. */
typedef struct {
    int mode;
    const JSVM_CodeCache *cache;
    const JSVM_ScriptOrigin *origin;
    bool *rejected;
} CompileOptions;

static CompileOptions read_options(size_t count, const JSVM_CompileOptions *options)
{
    CompileOptions read = { .mode = JSVM_COMPILE_MODE_DEFAULT };
    size_t i;

    for (i = 0; i < count; i++) {
        switch (options[i].id) {
        case JSVM_COMPILE_MODE:
            read.mode = options[i].content.num;
            break;
        case JSVM_COMPILE_CODE_CACHE:
            read.cache = options[i].content.ptr;
            break;
        case JSVM_COMPILE_SCRIPT_ORIGIN:
            read.origin = options[i].content.ptr;
            break;
        case JSVM_COMPILE_CODE_CACHE_REJECTED:
            read.rejected = options[i].content.ptr;
            break;
        default: /* hints for another engine, and ids of later versions */
            break;
        }
    }
    return read;
}

JSVM_Status OH_JSVM_CompileScriptWithOptions(JSVM_Env env, JSVM_Value script,
                                             size_t optionCount,
                                             JSVM_CompileOptions options[],
                                             JSVM_Script *result)
{
    CompileOptions read;
    char name[32];
    Origin origin;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, script);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, optionCount == 0 || options != NULL, JSVM_INVALID_ARG);
    JSVM_CHECK(env, JS_IsString(jsvm__get(script)), JSVM_STRING_EXPECTED);
    read = read_options(optionCount, options);
    JSVM_CHECK(env,
               read.mode >= JSVM_COMPILE_MODE_DEFAULT &&
                   read.mode <= JSVM_COMPILE_MODE_CONSUME_COMPILE_PROFILE,
               JSVM_INVALID_ARG);
    JSVM_CHECK(env, read.mode != JSVM_COMPILE_MODE_CONSUME_CODE_CACHE || read.cache,
               JSVM_INVALID_ARG);
    origin = next_origin(env, name, sizeof(name));
    if (read.origin) {
        JSVM_CHECK_ARG(env, read.origin->resourceName);
        JSVM_CHECK(env, is_valid_origin(read.origin), JSVM_INVALID_ARG);
        origin = origin_of(read.origin);
    }
    if (read.cache)
        reject_cache(read.cache->cache, read.rejected);
    return compile(env, script, origin, result);
}

/* ---- running ------------------------------------------------------------ */

JSVM_Status OH_JSVM_RunScript(JSVM_Env env, JSVM_Script script, JSVM_Value *result)
{
    JSValue value;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, script);
    JSVM_CHECK_ARG(env, result);
    jsvm__begin_js(env->vm);
    value = JS_EvalFunction(env->ctx, JS_DupValue(env->ctx, script->code));
    jsvm__end_js(env->vm);
    if (JS_IsException(value))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    return jsvm__return_value(env, value, result);
}

/* ---- lifetime ----------------------------------------------------------- */

JSVM_Status OH_JSVM_RetainScript(JSVM_Env env, JSVM_Script script)
{
    JSVM_Script *link;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, script);
    JSVM_CHECK(env, !script->retained, JSVM_INVALID_ARG);
    link = &script->scope->scripts;
    while (*link != script)
        link = &(*link)->next;
    *link = script->next;
    script->retained = true;
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_ReleaseScript(JSVM_Env env, JSVM_Script script)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, script);
    JSVM_CHECK(env, script->retained, JSVM_INVALID_ARG);
    free_script(env, script);
    return jsvm__ok(env);
}
