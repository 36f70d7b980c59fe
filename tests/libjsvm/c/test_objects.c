/* test_objects.c - objects, properties, prototypes, descriptors, freezing. */
#include "harness.h"

TEST(created_collections_are_empty_and_genuine)
{
    JSVM_Value value;

    OK(OH_JSVM_CreateObject(env, &value));
    set_global(env, "o", value);
    OK(OH_JSVM_CreateMap(env, &value));
    set_global(env, "m", value);
    OK(OH_JSVM_CreateSet(env, &value));
    set_global(env, "s", value);
    CHECK(holds(env, "Object.getPrototypeOf(o) === Object.prototype && "
                     "Reflect.ownKeys(o).length === 0"));
    CHECK(holds(env, "m instanceof Map && m.set(1, 2).get(1) === 2 && m.size === 1"));
    CHECK(holds(env, "s instanceof Set && s.add(1).has(1) && s.size === 1"));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateObject(env, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateMap(env, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateSet(env, NULL));
}

/* ---- properties ---------------------------------------------------------- */

TEST(properties_by_key)
{
    JSVM_Value object, key = text_of(env, "kö"), value;
    bool result;

    OK(OH_JSVM_CreateObject(env, &object));
    OK(OH_JSVM_SetProperty(env, object, key, number_of(env, 1)));
    OK(OH_JSVM_GetProperty(env, object, key, &value));
    CHECK(double_of(env, value) == 1);
    OK(OH_JSVM_HasProperty(env, object, key, &result));
    CHECK(result);
    OK(OH_JSVM_HasProperty(env, object, text_of(env, "toString"), &result));
    CHECK(result);
    OK(OH_JSVM_HasOwnProperty(env, object, text_of(env, "toString"), &result));
    CHECK(!result);
    OK(OH_JSVM_HasOwnProperty(env, object, key, &result));
    CHECK(result);
    OK(OH_JSVM_DeleteProperty(env, object, key, &result));
    CHECK(result);
    OK(OH_JSVM_DeleteProperty(env, object, key, NULL));
    OK(OH_JSVM_GetProperty(env, object, key, &value));
    set_global(env, "gone", value);
    CHECK(holds(env, "gone === undefined"));
}

TEST(keys_of_every_type_are_converted)
{
    JSVM_Value object, value, symbol = run(env, "Symbol('s')");

    OK(OH_JSVM_CreateObject(env, &object));
    OK(OH_JSVM_SetProperty(env, object, number_of(env, 7), number_of(env, 1)));
    OK(OH_JSVM_SetProperty(env, object, run(env, "({toString: () => 'made'})"),
                           number_of(env, 2)));
    OK(OH_JSVM_SetProperty(env, object, symbol, number_of(env, 3)));
    OK(OH_JSVM_GetProperty(env, object, symbol, &value));
    CHECK(double_of(env, value) == 3);
    CHECK(is_json(env, object, "{\"7\":1,\"made\":2}"));
}

TEST(properties_by_name)
{
    JSVM_Value object, value;
    bool result;

    OK(OH_JSVM_CreateObject(env, &object));
    OK(OH_JSVM_SetNamedProperty(env, object, "\xc3\xa4", number_of(env, 1)));
    OK(OH_JSVM_SetNamedProperty(env, object, "12", number_of(env, 2)));
    OK(OH_JSVM_GetNamedProperty(env, object, "\xc3\xa4", &value));
    CHECK(double_of(env, value) == 1);
    OK(OH_JSVM_GetElement(env, object, 12, &value));
    CHECK(double_of(env, value) == 2);
    OK(OH_JSVM_HasNamedProperty(env, object, "valueOf", &result));
    CHECK(result);
    OK(OH_JSVM_HasNamedProperty(env, object, "", &result));
    CHECK(!result);
}

TEST(elements_of_arrays)
{
    JSVM_Value array, value;
    uint32_t length;
    bool result;

    OK(OH_JSVM_CreateArray(env, &array));
    for (uint32_t i = 0; i < 5; i++)
        OK(OH_JSVM_SetElement(env, array, i, number_of(env, i * i)));
    OK(OH_JSVM_SetElement(env, array, 9, text_of(env, "end")));
    OK(OH_JSVM_GetArrayLength(env, array, &length));
    CHECK(length == 10);
    OK(OH_JSVM_HasElement(env, array, 7, &result));
    CHECK(!result);
    OK(OH_JSVM_DeleteElement(env, array, 4, &result));
    CHECK(result);
    OK(OH_JSVM_DeleteElement(env, array, 3, NULL));
    OK(OH_JSVM_GetElement(env, array, 2, &value));
    CHECK(double_of(env, value) == 4);
    CHECK(is_json(env, array, "[0,1,4,null,null,null,null,null,null,\"end\"]"));
    OK(OH_JSVM_SetElement(env, array, UINT32_MAX, number_of(env, 1)));
    OK(OH_JSVM_GetElement(env, array, UINT32_MAX, &value));
    CHECK(double_of(env, value) == 1);
    OK(OH_JSVM_GetArrayLength(env, array, &length));
    CHECK(length == 10);
}

TEST(arrays_with_a_length_are_holes)
{
    JSVM_Value array;
    uint32_t length = 7;

    OK(OH_JSVM_CreateArrayWithLength(env, 3, &array));
    set_global(env, "a", array);
    CHECK(holds(env, "a.length === 3 && !(0 in a) && Array.isArray(a)"));
    OK(OH_JSVM_CreateArrayWithLength(env, 0xffffff, &array));
    OK(OH_JSVM_GetArrayLength(env, array, &length));
    CHECK(length == 0xffffff);
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CreateArrayWithLength(env, (size_t)UINT32_MAX + 1, &array));
    EXPECT(JSVM_ARRAY_EXPECTED,
           OH_JSVM_GetArrayLength(env, run(env, "({length: 2})"), &length));
    CHECK(length == 0);
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetArrayLength(env, array, NULL));
}

TEST(writing_to_a_frozen_object_is_ignored)
{
    JSVM_Value object =
        run(env, "globalThis.o = Object.freeze({a: 1, get g() { return 2 }})");
    bool result = true;

    OK(OH_JSVM_SetNamedProperty(env, object, "a", number_of(env, 2)));
    OK(OH_JSVM_SetNamedProperty(env, object, "b", number_of(env, 2)));
    OK(OH_JSVM_SetNamedProperty(env, object, "g", number_of(env, 3)));
    OK(OH_JSVM_SetProperty(env, object, text_of(env, "a"), number_of(env, 2)));
    OK(OH_JSVM_SetElement(env, object, 0, number_of(env, 2)));
    OK(OH_JSVM_DeleteProperty(env, object, text_of(env, "a"), &result));
    CHECK(!result);
    CHECK(is_json(env, object, "{\"a\":1,\"g\":2}"));
    object = run(env, "new Proxy({}, {set: () => false, deleteProperty: () => false})");
    OK(OH_JSVM_SetNamedProperty(env, object, "a", number_of(env, 2)));
    OK(OH_JSVM_SetElement(env, run(env, "Object.freeze([1])"), 0, number_of(env, 2)));
    OK(OH_JSVM_SetNamedProperty(env, run(env, "'text'"), "length", number_of(env, 2)));
}

TEST(primitives_are_converted_and_nullish_receivers_refused)
{
    JSVM_Value value, undefined = run(env, "undefined"), null = run(env, "null");
    bool result;

    OK(OH_JSVM_GetNamedProperty(env, text_of(env, "abc"), "length", &value));
    CHECK(double_of(env, value) == 3);
    OK(OH_JSVM_GetElement(env, text_of(env, "abc"), 1, &value));
    CHECK(is_text(env, value, "b"));
    OK(OH_JSVM_SetNamedProperty(env, number_of(env, 1), "x", value));
    EXPECT(JSVM_OBJECT_EXPECTED, OH_JSVM_GetNamedProperty(env, undefined, "x", &value));
    THROWN("TypeError");
    EXPECT(JSVM_OBJECT_EXPECTED, OH_JSVM_SetElement(env, null, 0, null));
    THROWN("TypeError");
    EXPECT(JSVM_OBJECT_EXPECTED, OH_JSVM_HasProperty(env, null, null, &result));
    THROWN("TypeError");
    EXPECT(JSVM_OBJECT_EXPECTED, OH_JSVM_DeleteElement(env, undefined, 0, &result));
    THROWN("TypeError");
    EXPECT(JSVM_OBJECT_EXPECTED, OH_JSVM_GetPropertyNames(env, undefined, &value));
    THROWN("TypeError");
}

TEST(accessors_that_throw_leave_their_exception)
{
    JSVM_Value object = run(env, "({get a() { throw new EvalError() }, "
                                 "set a(v) { throw new URIError() }})");
    JSVM_Value value;
    bool result;

    EXPECT(JSVM_GENERIC_FAILURE, OH_JSVM_GetNamedProperty(env, object, "a", &value));
    EXPECT(JSVM_PENDING_EXCEPTION, OH_JSVM_GetNamedProperty(env, object, "a", &value));
    THROWN("EvalError");
    EXPECT(JSVM_GENERIC_FAILURE, OH_JSVM_SetNamedProperty(env, object, "a", object));
    THROWN("URIError");
    EXPECT(JSVM_GENERIC_FAILURE,
           OH_JSVM_GetProperty(env, object,
                               run(env, "({toString() { throw new RangeError() }})"),
                               &value));
    THROWN("RangeError");
    object =
        run(env, "new Proxy({}, new Proxy({}, {get() { throw new EvalError() }}))");
    EXPECT(JSVM_GENERIC_FAILURE, OH_JSVM_HasNamedProperty(env, object, "a", &result));
    THROWN("EvalError");
    EXPECT(JSVM_GENERIC_FAILURE, OH_JSVM_DeleteElement(env, object, 1, &result));
    THROWN("EvalError");
}

TEST(property_functions_check_their_arguments)
{
    JSVM_Value object = run(env, "({})"), value;
    bool result;

    EXPECT(JSVM_INVALID_ARG, OH_JSVM_SetProperty(env, object, NULL, object));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_SetProperty(env, object, object, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_SetProperty(env, NULL, object, object));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetProperty(env, object, object, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_HasProperty(env, object, object, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetNamedProperty(env, object, NULL, &value));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_SetNamedProperty(env, object, NULL, object));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_HasNamedProperty(env, object, NULL, &result));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetElement(env, NULL, 0, &value));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_HasElement(env, object, 0, NULL));
    EXPECT(JSVM_NAME_EXPECTED,
           OH_JSVM_HasOwnProperty(env, object, number_of(env, 1), &result));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_HasOwnProperty(env, object, object, NULL));
}

/* ---- prototypes ---------------------------------------------------------- */

TEST(prototypes_are_read_and_set)
{
    JSVM_Value object = run(env, "globalThis.o = {}"), prototype, value;

    OK(OH_JSVM_GetPrototype(env, text_of(env, "a"), &prototype));
    set_global(env, "p", prototype);
    CHECK(holds(env, "p === String.prototype"));
    OK(OH_JSVM_ObjectGetPrototypeOf(env, run(env, "Object.prototype"), &value));
    CHECK(is_json(env, value, "null"));
    OK(OH_JSVM_ObjectSetPrototypeOf(env, object, run(env, "globalThis.q = {y: 1}")));
    CHECK(holds(env, "Object.getPrototypeOf(o) === q && o.y === 1"));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_ObjectSetPrototypeOf(env, object, run(env, "null")));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_ObjectSetPrototypeOf(env, object, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetPrototype(env, NULL, &value));
    EXPECT(JSVM_OBJECT_EXPECTED, OH_JSVM_GetPrototype(env, run(env, "null"), &value));
    THROWN("TypeError");
}

TEST(refused_prototypes_are_a_failure_without_an_exception)
{
    JSVM_Value object = run(env, "globalThis.o = {}"),
               child = run(env, "Object.create(o)");
    bool pending;

    EXPECT(JSVM_GENERIC_FAILURE, OH_JSVM_ObjectSetPrototypeOf(env, object, child));
    EXPECT(JSVM_GENERIC_FAILURE,
           OH_JSVM_ObjectSetPrototypeOf(env, run(env, "Object.freeze({})"), object));
    OK(OH_JSVM_IsExceptionPending(env, &pending));
    CHECK(!pending);
    EXPECT(JSVM_GENERIC_FAILURE,
           OH_JSVM_ObjectSetPrototypeOf(
               env,
               run(env, "new Proxy({}, {setPrototypeOf() { throw new EvalError() }})"),
               object));
    THROWN("EvalError");
}

/* ---- descriptors --------------------------------------------------------- */

static JSVM_Value return_data(JSVM_Env env, JSVM_CallbackInfo info)
{
    void *data;

    OK(OH_JSVM_GetCbInfo(env, info, NULL, NULL, NULL, &data));
    return number_of(env, *(double *)data);
}

static double answer = 42;
static JSVM_CallbackStruct answers = { return_data, &answer };

TEST(descriptors_make_values_methods_and_accessors)
{
    JSVM_Value object = run(env, "globalThis.o = {}");
    JSVM_PropertyDescriptor properties[] = {
        { .utf8name = "v", .value = number_of(env, 1), .attributes = JSVM_ENUMERABLE },
        { .utf8name = "m", .method = &answers, .attributes = JSVM_DEFAULT_METHOD },
        { .utf8name = "g", .getter = &answers, .attributes = JSVM_DEFAULT },
        { .name = run(env, "globalThis.k = Symbol()"),
          .value = object,
          .attributes = JSVM_DEFAULT_JSPROPERTY },
    };

    OK(OH_JSVM_DefineProperties(env, object, 4, properties));
    CHECK(holds(env, "o.v === 1 && o.m() === 42 && o.g === 42 && o[k] === o"));
    CHECK(holds(env, "o.m.name === ''"));
    CHECK(holds(env, "JSON.stringify(Object.getOwnPropertyDescriptor(o, 'v')) === "
                     "'{\"value\":1,\"writable\":false,\"enumerable\":true,"
                     "\"configurable\":false}'"));
    CHECK(holds(
        env, "const d = Object.getOwnPropertyDescriptor(o, 'g'); d.set === undefined "
             "&& !d.enumerable && !d.configurable"));
    OK(OH_JSVM_DefineProperties(env, object, 0, NULL));
}

TEST(refused_descriptors_tell_what_was_refused)
{
    JSVM_Value object = run(env, "Object.freeze({})");
    JSVM_PropertyDescriptor value = { .utf8name = "a", .value = object };
    JSVM_PropertyDescriptor method = { .utf8name = "a", .method = &answers };
    JSVM_PropertyDescriptor getter = { .utf8name = "a", .getter = &answers };
    JSVM_PropertyDescriptor unnamed = { .name = number_of(env, 1), .value = object };

    EXPECT(JSVM_INVALID_ARG, OH_JSVM_DefineProperties(env, object, 1, &value));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_DefineProperties(env, object, 1, &getter));
    EXPECT(JSVM_GENERIC_FAILURE, OH_JSVM_DefineProperties(env, object, 1, &method));
    EXPECT(JSVM_NAME_EXPECTED, OH_JSVM_DefineProperties(env, object, 1, &unnamed));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_DefineProperties(env, object, 1, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_DefineProperties(env, NULL, 1, &value));
}

TEST(descriptors_stop_at_the_first_failure)
{
    JSVM_Value object = run(env, "globalThis.o = {}");
    JSVM_PropertyDescriptor properties[] = {
        { .utf8name = "a", .value = object },
        { .name = number_of(env, 1), .value = object },
        { .utf8name = "b", .value = object },
    };

    EXPECT(JSVM_NAME_EXPECTED, OH_JSVM_DefineProperties(env, object, 3, properties));
    CHECK(holds(env, "'a' in o && !('b' in o)"));
}

/* ---- freezing and sealing ------------------------------------------------ */

TEST(freezing_and_sealing)
{
    JSVM_Value object = run(env, "globalThis.o = {a: {b: 1}}");
    JSVM_Value refusing =
        run(env, "new Proxy({}, {preventExtensions() { throw new EvalError() }})");

    OK(OH_JSVM_ObjectSeal(env, object));
    CHECK(holds(env, "Object.isSealed(o) && !Object.isFrozen(o)"));
    OK(OH_JSVM_ObjectFreeze(env, object));
    CHECK(holds(env, "Object.isFrozen(o) && !Object.isFrozen(o.a)"));
    EXPECT(JSVM_PENDING_EXCEPTION, OH_JSVM_ObjectFreeze(env, refusing));
    THROWN("EvalError");
    EXPECT(JSVM_PENDING_EXCEPTION, OH_JSVM_ObjectSeal(env, refusing));
    THROWN("EvalError");
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_ObjectFreeze(env, NULL));
    EXPECT(JSVM_OBJECT_EXPECTED, OH_JSVM_ObjectSeal(env, run(env, "null")));
    THROWN("TypeError");
}

/* ---- accessors whose functions are values ---------------------------------- */

TEST(an_accessor_is_made_of_function_values)
{
    JSVM_Value object = run(env, "globalThis.o = { kept: 1 }");
    JSVM_Value getter = run(env, "(function () { return this.kept })");
    JSVM_Value setter = run(env, "(function (value) { this.kept = value })");

    OK(JSVMX_DefineAccessor(env, object, run(env, "'both'"), getter, setter,
                            JSVM_ENUMERABLE));
    OK(JSVMX_DefineAccessor(env, object, run(env, "Symbol.iterator"), getter, NULL,
                            JSVM_CONFIGURABLE));
    CHECK(holds(env, "o.both = 5, o.kept === 5 && o[Symbol.iterator] === 5"));
    CHECK(holds(env, "Object.keys(o).join() === 'kept,both'"));
    CHECK(holds(env, "!Object.getOwnPropertyDescriptor(o, 'both').configurable"));
    CHECK(holds(env, "'use strict'; try { o[Symbol.iterator] = 1 } "
                     "catch (e) { e instanceof TypeError }"));
    EXPECT(JSVM_NAME_EXPECTED,
           JSVMX_DefineAccessor(env, object, number_of(env, 1), getter, NULL, 0));
    EXPECT(JSVM_OBJECT_EXPECTED, JSVMX_DefineAccessor(env, number_of(env, 1),
                                                      run(env, "'x'"), getter, NULL,
                                                      0));
    EXPECT(JSVM_INVALID_ARG,
           JSVMX_DefineAccessor(env, run(env, "Object.freeze({})"), run(env, "'x'"),
                                getter, NULL, JSVM_ENUMERABLE));
}

TEST(data_properties_are_copied_and_no_getter_runs)
{
    JSVM_Value from = run(env, "({ a: 1, get b() { throw 1 }, [Symbol.iterator]: 2 })");
    JSVM_Value to = run(env, "globalThis.to = { a: 0, c: 3 }");

    OK(JSVMX_CopyDataProperties(env, from, to));
    CHECK(holds(env, "JSON.stringify(to) === '{\"a\":1,\"c\":3}'"));
    CHECK(holds(env, "Object.getOwnPropertySymbols(to).length === 0"));
    EXPECT(JSVM_OBJECT_EXPECTED,
           JSVMX_CopyDataProperties(env, number_of(env, 1), to));
}
