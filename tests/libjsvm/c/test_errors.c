/* test_errors.c - last error, exceptions, error objects. */
#include "harness.h"

static const char *last_text(JSVM_Env env)
{
    const JSVM_ExtendedErrorInfo *info;

    CHECK(OH_JSVM_GetLastErrorInfo(env, &info) == JSVM_OK);
    return info->errorMessage ? info->errorMessage : "";
}

TEST(the_last_error_is_that_of_the_last_call)
{
    const JSVM_ExtendedErrorInfo *info;
    JSVM_Value value;

    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateObject(env, NULL));
    CHECK(strcmp(last_text(env), "Invalid argument") == 0);
    CHECK(OH_JSVM_GetLastErrorInfo(env, &info) == JSVM_OK);
    CHECK(info->errorCode == JSVM_INVALID_ARG && info->engineErrorCode == 0 &&
          info->engineReserved == NULL);
    OK(OH_JSVM_CreateObject(env, &value));
    CHECK(OH_JSVM_GetLastErrorInfo(env, NULL) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_GetLastErrorInfo(NULL, &info) == JSVM_INVALID_ARG);
}

TEST(statuses_have_fixed_texts)
{
    JSVM_Value object = run(env, "({})"), value;
    double number;
    bool boolean;
    size_t length;

    EXPECT(JSVM_NUMBER_EXPECTED, OH_JSVM_GetValueDouble(env, object, &number));
    CHECK(strcmp(last_text(env), "A number was expected") == 0);
    EXPECT(JSVM_BOOLEAN_EXPECTED, OH_JSVM_GetValueBool(env, object, &boolean));
    CHECK(strcmp(last_text(env), "A boolean was expected") == 0);
    EXPECT(JSVM_STRING_EXPECTED,
           OH_JSVM_GetValueStringUtf8(env, object, NULL, 0, &length));
    CHECK(strcmp(last_text(env), "A string was expected") == 0);
    EXPECT(JSVM_DATE_EXPECTED, OH_JSVM_GetDateValue(env, object, &number));
    CHECK(strcmp(last_text(env), "A date was expected") == 0);
    EXPECT(JSVM_NAME_EXPECTED,
           OH_JSVM_HasOwnProperty(env, object, number_of(env, 1), &boolean));
    CHECK(strcmp(last_text(env), "A string or symbol was expected") == 0);
    EXPECT(JSVM_ARRAYBUFFER_EXPECTED, OH_JSVM_DetachArraybuffer(env, object));
    CHECK(strcmp(last_text(env), "An arraybuffer was expected") == 0);
    OK(OH_JSVM_ThrowError(env, NULL, "x"));
    EXPECT(JSVM_PENDING_EXCEPTION, OH_JSVM_GetNamedProperty(env, object, "a", &value));
    CHECK(strcmp(last_text(env), "An exception is pending") == 0);
    THROWN("Error");
}

TEST(a_thrown_value_stays_until_it_is_taken)
{
    JSVM_Value value;
    bool pending;

    OK(OH_JSVM_IsExceptionPending(env, &pending));
    CHECK(!pending);
    OK(OH_JSVM_GetAndClearLastException(env, &value));
    set_global(env, "e", value);
    CHECK(holds(env, "e === undefined"));
    OK(OH_JSVM_Throw(env, number_of(env, 7)));
    OK(OH_JSVM_IsExceptionPending(env, &pending));
    CHECK(pending);
    EXPECT(JSVM_PENDING_EXCEPTION, OH_JSVM_Throw(env, number_of(env, 8)));
    OK(OH_JSVM_GetAndClearLastException(env, &value));
    CHECK(double_of(env, value) == 7);
    OK(OH_JSVM_IsExceptionPending(env, &pending));
    CHECK(!pending);
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_Throw(env, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_IsExceptionPending(env, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetAndClearLastException(env, NULL));
}

TEST(every_kind_of_error_can_be_thrown_with_and_without_a_code)
{
    JSVM_Value error;

    OK(OH_JSVM_ThrowError(env, NULL, "m\xc3\xa4rz"));
    OK(OH_JSVM_GetAndClearLastException(env, &error));
    set_global(env, "e", error);
    CHECK(holds(env, "e.name === 'Error' && e.message === 'märz' && !('code' in e)"));
    CHECK(holds(env, "!Object.keys(e).includes('message')"));
    OK(OH_JSVM_ThrowTypeError(env, "CODE", "x"));
    OK(OH_JSVM_GetAndClearLastException(env, &error));
    set_global(env, "e", error);
    CHECK(holds(env, "e instanceof TypeError && e.code === 'CODE'"));
    OK(OH_JSVM_ThrowRangeError(env, "CODE", "x"));
    THROWN("RangeError");
    OK(OH_JSVM_ThrowSyntaxError(env, "CODE", "x"));
    THROWN("SyntaxError");
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_ThrowError(env, "CODE", NULL));
}

TEST(long_messages_are_kept_whole)
{
    char text[3000];
    JSVM_Value error;

    memset(text, 'm', sizeof(text) - 1);
    text[sizeof(text) - 1] = 0;
    OK(OH_JSVM_ThrowError(env, NULL, text));
    OK(OH_JSVM_GetAndClearLastException(env, &error));
    set_global(env, "e", error);
    CHECK(holds(env, "e.message.length === 2999"));
}

TEST(error_objects_are_made_without_throwing)
{
    JSVM_Value text = text_of(env, "text"), error;
    bool pending;

    OK(OH_JSVM_CreateError(env, NULL, text, &error));
    set_global(env, "e", error);
    CHECK(holds(env, "e.constructor === Error && e.message === 'text'"));
    OK(OH_JSVM_CreateTypeError(env, text_of(env, "c"), text, &error));
    set_global(env, "e", error);
    CHECK(holds(env, "e.constructor === TypeError && e.code === 'c'"));
    OK(OH_JSVM_CreateRangeError(env, NULL, text, &error));
    OK(OH_JSVM_CreateSyntaxError(env, NULL, text, &error));
    set_global(env, "e", error);
    CHECK(holds(env, "e.constructor === SyntaxError && typeof e.stack === 'string'"));
    OK(OH_JSVM_IsExceptionPending(env, &pending));
    CHECK(!pending);
    EXPECT(JSVM_STRING_EXPECTED,
           OH_JSVM_CreateError(env, NULL, number_of(env, 1), &error));
    EXPECT(JSVM_STRING_EXPECTED,
           OH_JSVM_CreateError(env, number_of(env, 1), text, &error));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateError(env, NULL, NULL, &error));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateError(env, NULL, text, NULL));
}
