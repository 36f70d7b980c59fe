/* error.c - last error, exceptions, error objects. */
#include "internal.h"

#include <stdarg.h>
#include <stdio.h>

/* ---- last error --------------------------------------------------------- */

static const char *const status_texts[] = {
    [JSVM_OK] = NULL,
    [JSVM_INVALID_ARG] = "Invalid argument",
    [JSVM_OBJECT_EXPECTED] = "An object was expected",
    [JSVM_STRING_EXPECTED] = "A string was expected",
    [JSVM_NAME_EXPECTED] = "A string or symbol was expected",
    [JSVM_FUNCTION_EXPECTED] = "A function was expected",
    [JSVM_NUMBER_EXPECTED] = "A number was expected",
    [JSVM_BOOLEAN_EXPECTED] = "A boolean was expected",
    [JSVM_ARRAY_EXPECTED] = "An array was expected",
    [JSVM_GENERIC_FAILURE] = "Unknown failure",
    [JSVM_PENDING_EXCEPTION] = "An exception is pending",
    [JSVM_CANCELLED] = "The async work item was cancelled",
    [JSVM_ESCAPE_CALLED_TWICE] = "OH_JSVM_EscapeHandle already called on scope",
    [JSVM_HANDLE_SCOPE_MISMATCH] = "Invalid handle scope usage",
    [JSVM_CALLBACK_SCOPE_MISMATCH] = "Invalid callback scope usage",
    [JSVM_QUEUE_FULL] = "Thread-safe function queue is full",
    [JSVM_CLOSING] = "Thread-safe function handle is closing",
    [JSVM_BIGINT_EXPECTED] = "A bigint was expected",
    [JSVM_DATE_EXPECTED] = "A date was expected",
    [JSVM_ARRAYBUFFER_EXPECTED] = "An arraybuffer was expected",
    [JSVM_DETACHABLE_ARRAYBUFFER_EXPECTED] = "A detachable arraybuffer was expected",
    [JSVM_WOULD_DEADLOCK] = "Main thread would deadlock",
    [JSVM_NO_EXTERNAL_BUFFERS_ALLOWED] = "External buffers are not allowed",
    [JSVM_CANNOT_RUN_JS] = "Cannot run JavaScript",
    [JSVM_INVALID_TYPE] = "Invalid type",
    [JSVM_JIT_MODE_EXPECTED] = "Cannot run in Jitless Mode",
};

JSVM_Status jsvm__fail(JSVM_Env env, JSVM_Status status)
{
    env->last_error.errorCode = status;
    env->last_error.engineErrorCode = 0;
    env->last_error.errorMessage = status_texts[status];
    return status;
}

JSVM_Status jsvm__fail_with(JSVM_Env env, JSVM_Status status, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(env->error_text, sizeof(env->error_text), format, arguments);
    va_end(arguments);
    jsvm__fail(env, status);
    env->last_error.errorMessage = env->error_text;
    return status;
}

JSVM_Status jsvm__fail_no_memory(JSVM_Env env)
{
    return jsvm__fail_with(env, JSVM_GENERIC_FAILURE, "Out of memory");
}

JSVM_Status jsvm__fail_with_exception(JSVM_Env env, JSVM_Status status)
{
    JSValue exception = JS_GetException(env->ctx);

    /* The engine throws null when it has no memory for an error object; an exception
     * that is "uninitialized" would mean none here. */
    if (JS_IsUninitialized(exception))
        exception = JS_NULL;
    JS_FreeValue(env->ctx, env->exception);
    env->exception = exception;
    return jsvm__fail(env, status);
}

JSVM_Status jsvm__fail_quietly(JSVM_Env env, JSVM_Status status)
{
    JSContext *ctx = env->ctx;
    JSValue exception = JS_GetException(ctx);
    JSValue message = JS_UNDEFINED;
    const char *text = NULL;

    if (JS_IsError(exception))
        message = JS_GetPropertyStr(ctx, exception, "message");
    if (JS_IsString(message))
        text = JS_ToCString(ctx, message);
    jsvm__fail_with(env, status, "%s", text ? text : "Out of memory");
    if (text)
        JS_FreeCString(ctx, text);
    JS_FreeValue(ctx, message);
    JS_FreeValue(ctx, exception);
    JS_FreeValue(ctx,
                 JS_GetException(ctx)); /* of the look at it, when memory is short */
    return status;
}

JSVM_Status OH_JSVM_GetLastErrorInfo(JSVM_Env env,
                                     const JSVM_ExtendedErrorInfo **result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    *result = &env->last_error;
    return JSVM_OK;
}

/* ---- exceptions --------------------------------------------------------- */

JSVM_Status OH_JSVM_IsExceptionPending(JSVM_Env env, bool *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    *result = jsvm__is_exception_pending(env);
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_GetAndClearLastException(JSVM_Env env, JSVM_Value *result)
{
    JSValue exception;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    if (!jsvm__is_exception_pending(env))
        return jsvm__return_value(env, JS_UNDEFINED, result);
    exception = env->exception;
    env->exception = JS_UNINITIALIZED;
    return jsvm__return_value(env, exception, result);
}

JSVM_Status OH_JSVM_Throw(JSVM_Env env, JSVM_Value error)
{
    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, error);
    env->exception = JS_DupValue(env->ctx, jsvm__get(error));
    return jsvm__ok(env);
}

/* ---- error objects ------------------------------------------------------ */

typedef JSValue ErrorMaker(JSContext *ctx, const char *format, ...);

/* The engine formats messages into a buffer of fixed size, so the message is set
 * afterwards, whole. message and code are taken over; code may be JS_UNDEFINED. */
static JSValue make_error(JSContext *ctx, ErrorMaker *maker, JSValue code,
                          JSValue message)
{
    JSValue error = JS_EXCEPTION;

    if (!JS_IsException(message) && !JS_IsException(code))
        error = maker(ctx, "%s", "");
    if (JS_IsException(error)) {
        JS_FreeValue(ctx, message);
        JS_FreeValue(ctx, code);
        return JS_EXCEPTION;
    }
    if (JS_DefinePropertyValueStr(ctx, error, "message", message,
                                  JS_PROP_CONFIGURABLE | JS_PROP_WRITABLE) < 0) {
        JS_FreeValue(ctx, code);
        goto fail;
    }
    if (!JS_IsUndefined(code) &&
        JS_DefinePropertyValueStr(ctx, error, "code", code, JS_PROP_C_W_E) < 0)
        goto fail;
    return error;
fail:
    JS_FreeValue(ctx, error);
    return JS_EXCEPTION;
}

JSValue jsvm__throw(JSContext *ctx, JSVMErrorKind kind, const char *format, ...)
{
    char text[1000];
    va_list args;
    JSValue error;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    error = make_error(
        ctx, kind == JSVM_TYPE_ERROR ? JS_NewTypeError : JS_NewRangeError, JS_UNDEFINED,
        JS_NewString(ctx, text));
    return JS_IsException(error) ? error : JS_Throw(ctx, error);
}

static JSVM_Status throw_error(JSVM_Env env, ErrorMaker *maker, const char *code,
                               const char *message)
{
    JSContext *ctx;
    JSValue error;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, message);
    ctx = env->ctx;
    error = make_error(ctx, maker, code ? JS_NewString(ctx, code) : JS_UNDEFINED,
                       JS_NewString(ctx, message));
    if (JS_IsException(error))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    env->exception = error;
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_ThrowError(JSVM_Env env, const char *code, const char *msg)
{
    return throw_error(env, JS_NewPlainError, code, msg);
}

JSVM_Status OH_JSVM_ThrowTypeError(JSVM_Env env, const char *code, const char *msg)
{
    return throw_error(env, JS_NewTypeError, code, msg);
}

JSVM_Status OH_JSVM_ThrowRangeError(JSVM_Env env, const char *code, const char *msg)
{
    return throw_error(env, JS_NewRangeError, code, msg);
}

JSVM_Status OH_JSVM_ThrowSyntaxError(JSVM_Env env, const char *code, const char *msg)
{
    return throw_error(env, JS_NewSyntaxError, code, msg);
}

static JSVM_Status create_error(JSVM_Env env, ErrorMaker *maker, JSVM_Value code,
                                JSVM_Value message, JSVM_Value *result)
{
    JSContext *ctx;
    JSValue error;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, message);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, JS_IsString(jsvm__get(message)), JSVM_STRING_EXPECTED);
    JSVM_CHECK(env, code == NULL || JS_IsString(jsvm__get(code)), JSVM_STRING_EXPECTED);
    ctx = env->ctx;
    error =
        make_error(ctx, maker, code ? JS_DupValue(ctx, jsvm__get(code)) : JS_UNDEFINED,
                   JS_DupValue(ctx, jsvm__get(message)));
    return jsvm__return_plain(env, error, result);
}

JSVM_Status OH_JSVM_CreateError(JSVM_Env env, JSVM_Value code, JSVM_Value msg,
                                JSVM_Value *result)
{
    return create_error(env, JS_NewPlainError, code, msg, result);
}

JSVM_Status OH_JSVM_CreateTypeError(JSVM_Env env, JSVM_Value code, JSVM_Value msg,
                                    JSVM_Value *result)
{
    return create_error(env, JS_NewTypeError, code, msg, result);
}

JSVM_Status OH_JSVM_CreateRangeError(JSVM_Env env, JSVM_Value code, JSVM_Value msg,
                                     JSVM_Value *result)
{
    return create_error(env, JS_NewRangeError, code, msg, result);
}

JSVM_Status OH_JSVM_CreateSyntaxError(JSVM_Env env, JSVM_Value code, JSVM_Value msg,
                                      JSVM_Value *result)
{
    return create_error(env, JS_NewSyntaxError, code, msg, result);
}

JSVM_Status OH_JSVM_IsError(JSVM_Env env, JSVM_Value value, bool *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, result);
    *result = JS_IsError(jsvm__get(value));
    return jsvm__ok(env);
}
