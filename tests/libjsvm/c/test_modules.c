/* test_modules.c - what jsvmx.h adds for modules: a loader, require, forgetting. */
#include "harness.h"

#include <stdlib.h>
#include <string.h>

/* Modules of the tests: a name, and a source that starts with it in comments. */
typedef struct {
    const char *name, *source;
} File;

static const File files[] = {
    { "a", "import { b } from 'b'; export const a = b + 1" },
    { "b", "export let b = 1; export const url = import.meta.url" },
    { "cycle", "import 'back'; import 'gone'" },
    { "back", "import 'cycle'; export default 1" },
    { "later", "await 0; export default 1" },
    { "throws", "throw new RangeError('while evaluating')" },
};

static char *copy_of(const char *text)
{
    char *copy = malloc(strlen(text) + 1);

    if (copy)
        strcpy(copy, text);
    return copy;
}

static bool resolve(JSVM_Env env, const char *referrer, const char *specifier,
                    const char *type, void *data, char **resolved)
{
    (void)env;
    (void)referrer;
    (void)data;
    CHECK(type == NULL || strcmp(type, "json") == 0);
    *resolved = copy_of(specifier);
    return *resolved != NULL;
}

static bool load(JSVM_Env env, const char *name, void *data,
                 JSVMX_ModuleContent *content)
{
    size_t i;

    (void)data;
    if (strcmp(name, "values") == 0) {
        JSVM_Value two;
        return OH_JSVM_CreateObject(env, &content->exports) == JSVM_OK &&
               OH_JSVM_CreateInt32(env, 2, &two) == JSVM_OK &&
               OH_JSVM_SetNamedProperty(env, content->exports, "two", two) == JSVM_OK;
    }
    for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        if (strcmp(files[i].name, name) == 0) {
            content->source = copy_of(files[i].source);
            content->length = strlen(files[i].source);
            return content->source != NULL;
        }
    }
    OH_JSVM_ThrowError(env, NULL, "there is no such module");
    return false;
}

static bool describe(JSVM_Env env, const char *name, JSVM_Value meta, void *data)
{
    JSVM_Value url;

    (void)data;
    return OH_JSVM_CreateStringUtf8(env, name, JSVM_AUTO_LENGTH, &url) == JSVM_OK &&
           OH_JSVM_SetNamedProperty(env, meta, "url", url) == JSVM_OK;
}

static const JSVMX_ModuleLoader loader = { resolve, load, describe, NULL };

static bool cell(JSVM_Env env, const char *source, JSVM_Value *result)
{
    JSVMX_PromiseState state;
    JSVM_Value promise;

    return JSVMX_RunCell(env, source, JSVM_AUTO_LENGTH, "In[1]", &promise) == JSVM_OK &&
           JSVMX_GetPromiseState(env, promise, &state, result) == JSVM_OK &&
           state == JSVMX_PROMISE_FULFILLED;
}

static double number_of_cell(JSVM_Env env, const char *source)
{
    JSVM_Value result, value;

    CHECK(cell(env, source, &result));
    OK(OH_JSVM_GetNamedProperty(env, result, "value", &value));
    return double_of(env, value);
}

TEST(an_env_imports_through_its_loader)
{
    JSVMX_ModuleLoader half = { resolve, NULL, NULL, NULL };
    JSVM_Value result;

    CHECK(JSVMX_SetModuleLoader(NULL, &loader) == JSVM_INVALID_ARG);
    EXPECT(JSVM_INVALID_ARG, JSVMX_SetModuleLoader(env, &half));
    CHECK(!cell(env, "import { a } from 'a'; a", &result));
    OK(JSVMX_SetModuleLoader(env, &loader));
    CHECK(number_of_cell(env, "import { a } from 'a'; a") == 2);
    CHECK(number_of_cell(env, "import { two } from 'values'; two") == 2);
    CHECK(number_of_cell(env, "(await import('b')).url === 'b' ? 1 : 0") == 1);
    OK(JSVMX_SetModuleLoader(env, NULL));
    CHECK(!cell(env, "import { b } from 'b'", &result));
}

TEST(a_graph_that_cannot_be_loaded_is_not_kept)
{
    JSVM_Value result;

    OK(JSVMX_SetModuleLoader(env, &loader));
    CHECK(!cell(env, "import 'cycle'", &result));
    CHECK(!cell(env, "import 'back'", &result));
    CHECK(!cell(env, "await import('back')", &result));
    CHECK(number_of_cell(env, "import { a } from 'a'; a") == 2);
}

TEST(require_evaluates_at_once)
{
    JSVM_Value names, value;
    bool found;

    OK(JSVMX_SetModuleLoader(env, &loader));
    OK(JSVMX_RequireModule(env, "a", &names));
    OK(OH_JSVM_GetNamedProperty(env, names, "a", &value));
    CHECK(double_of(env, value) == 2);
    EXPECT(JSVM_GENERIC_FAILURE, JSVMX_RequireModule(env, "later", &names));
    THROWN("Error");
    EXPECT(JSVM_GENERIC_FAILURE, JSVMX_RequireModule(env, "throws", &names));
    THROWN("RangeError");
    EXPECT(JSVM_GENERIC_FAILURE, JSVMX_RequireModule(env, "gone", &names));
    THROWN("Error");
    EXPECT(JSVM_INVALID_ARG, JSVMX_RequireModule(env, NULL, &names));
    OK(JSVMX_ForgetModule(env, "a", &found));
    CHECK(found);
    OK(JSVMX_ForgetModule(env, "a", &found));
    CHECK(!found);
    OK(JSVMX_ForgetFailedModules(env, true));
    EXPECT(JSVM_INVALID_ARG, JSVMX_ForgetModule(env, NULL, NULL));
}

TEST(a_function_has_the_positions_of_its_source)
{
    const char *source = "#!/usr/bin/env node\nreturn new Error(a + b).stack // end";
    JSVM_Value function;

    OK(JSVMX_CompileFunction(env, source, JSVM_AUTO_LENGTH, "f.js", "a, b", &function));
    set_global(env, "f", function);
    CHECK(holds(env, "f(1, 2).includes('f.js:2:8')"));
    OK(JSVMX_CompileFunction(env, "return new Error().stack", JSVM_AUTO_LENGTH, "g.js",
                             "", &function));
    set_global(env, "g", function);
    CHECK(holds(env, "g().includes('g.js:1:8')"));
    EXPECT(JSVM_GENERIC_FAILURE, JSVMX_CompileFunction(env, "let = = 1", 9, "f.js", "",
                                                       &function));
    THROWN("SyntaxError");
    EXPECT(JSVM_INVALID_ARG,
           JSVMX_CompileFunction(env, NULL, 0, "f.js", "", &function));
}

SCENARIO(imports_under_failing_allocations)
{
    JSVM_Value result;

    TRY(JSVMX_SetModuleLoader(env, &loader));
    return cell(env, "import { a } from 'a'; import { two } from 'values'; a", &result);
}

SCENARIO(require_under_failing_allocations)
{
    JSVM_Value names;

    TRY(JSVMX_SetModuleLoader(env, &loader));
    TRY(JSVMX_RequireModule(env, "a", &names));
    return true;
}
