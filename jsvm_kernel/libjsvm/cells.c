/* cells.c - notebook cells: run, check, names. */
#include "internal.h"

/* The engine's parser wants a 0 behind the text. The caller frees the copy. */
static char *terminated(const char *source, size_t length)
{
    char *copy = malloc(length + 1);

    if (copy) {
        memcpy(copy, source, length);
        copy[length] = 0;
    }
    return copy;
}

static size_t text_length(const char *text, size_t length)
{
    return length == JSVM_AUTO_LENGTH ? strlen(text) : length;
}

JSVM_Status JSVMX_RunCell(JSVM_Env env, const char *source, size_t length,
                          const char *name, JSVM_Value *result)
{
    JSValue promise;
    char *text;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, source);
    JSVM_CHECK_ARG(env, name);
    JSVM_CHECK_ARG(env, result);
    length = text_length(source, length);
    text = terminated(source, length);
    JSVM_CHECK_MEMORY(env, text);
    jsvm__begin_js(env->vm);
    promise = jsvm__engine_run_cell(env->ctx, text, length, name);
    jsvm__end_js(env->vm);
    free(text);
    if (JS_IsException(promise))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    return jsvm__return_value(env, promise, result);
}

JSVM_Status JSVMX_CheckSyntax(JSVM_Env env, const char *source, size_t length,
                              JSVMX_Completeness *result)
{
    JSVMSyntax syntax;
    char *text;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, source);
    JSVM_CHECK_ARG(env, result);
    length = text_length(source, length);
    text = terminated(source, length);
    JSVM_CHECK_MEMORY(env, text);
    if (env->vm->depth == 0)
        JS_UpdateStackTop(env->vm->rt);
    syntax = jsvm__engine_check_syntax(env->ctx, text, length);
    free(text);
    switch (syntax) {
    case JSVM_SYNTAX_COMPLETE:
        *result = JSVMX_SOURCE_COMPLETE;
        break;
    case JSVM_SYNTAX_INCOMPLETE:
        *result = JSVMX_SOURCE_INCOMPLETE;
        break;
    case JSVM_SYNTAX_INVALID:
        *result = JSVMX_SOURCE_INVALID;
        break;
    case JSVM_SYNTAX_NO_MEMORY:
        return jsvm__fail_with(env, JSVM_GENERIC_FAILURE,
                               "Out of memory while parsing");
    }
    return jsvm__ok(env);
}

JSVM_Status JSVMX_GetLexicalNames(JSVM_Env env, JSVM_Value *result)
{
    JSValue names;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, result);
    names = jsvm__engine_lexical_names(env->ctx);
    if (JS_IsException(names))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    return jsvm__return_value(env, names, result);
}
