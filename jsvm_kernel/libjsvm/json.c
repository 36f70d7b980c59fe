/* json.c - JSON text to values and back. */
#include "internal.h"

JSVM_Status OH_JSVM_JsonParse(JSVM_Env env, JSVM_Value jsonString, JSVM_Value *result)
{
    const char *text;
    size_t length;
    JSValue value;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, jsonString);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, JS_IsString(jsvm__get(jsonString)), JSVM_STRING_EXPECTED);
    text = JS_ToCStringLen(env->ctx, &length, jsvm__get(jsonString));
    if (text == NULL)
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    value = JS_ParseJSON(env->ctx, text, length, "<input>");
    JS_FreeCString(env->ctx, text);
    if (JS_IsException(value))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    return jsvm__return_value(env, value, result);
}

JSVM_Status OH_JSVM_JsonStringify(JSVM_Env env, JSVM_Value jsonObject,
                                  JSVM_Value *result)
{
    JSValue text;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, jsonObject);
    JSVM_CHECK_ARG(env, result);
    jsvm__begin_js(env->vm); /* toJSON, getters, proxies */
    text =
        JS_JSONStringify(env->ctx, jsvm__get(jsonObject), JS_UNDEFINED, JS_UNDEFINED);
    jsvm__end_js(env->vm);
    if (JS_IsUndefined(text)) /* what JSON has no text for is still a string here */
        text = jsvm__engine_new_latin1(env->ctx, "undefined", strlen("undefined"));
    if (JS_IsException(text))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    return jsvm__return_value(env, text, result);
}
