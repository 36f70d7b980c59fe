/* test_scripts.c - compiling, running and retaining scripts. */
#include "harness.h"

static JSVM_Script compile(JSVM_Env env, const char *source)
{
    JSVM_Script script;

    OK(OH_JSVM_CompileScript(env, text_of(env, source), NULL, 0, false, NULL, &script));
    return script;
}

static size_t live_scripts(void)
{
    JSVMX_LiveResources alive;

    CHECK(JSVMX_GetLiveResources(&alive) == JSVM_OK);
    return alive.scripts;
}

TEST(a_script_gives_its_completion_value)
{
    CHECK(double_of(env, run(env, "1; if (true) { 42 }")) == 42);
    CHECK(holds(env, "this === globalThis"));
}

TEST(compiling_runs_nothing_and_a_script_runs_again_and_again)
{
    JSVM_Script script = compile(env, "globalThis.n = (globalThis.n ?? 0) + 1");
    JSVM_Value result;

    CHECK(holds(env, "typeof n === 'undefined'"));
    for (int i = 1; i <= 3; i++) {
        OK(OH_JSVM_RunScript(env, script, &result));
        CHECK(double_of(env, result) == i);
    }
}

TEST(scripts_share_their_top_level_declarations)
{
    run(env,
        "let a = 1; const b = 2; class C {}; var d = 3; function e() { return 4 }");
    CHECK(holds(env, "a + b + d + e() === 10 && typeof C === 'function' && !('a' in "
                     "globalThis) && 'd' in globalThis"));
}

TEST(a_throwing_script_is_a_failure_with_its_exception)
{
    JSVM_Script script = compile(env, "throw new EvalError('x')");
    JSVM_Value result = NULL;

    EXPECT(JSVM_GENERIC_FAILURE, OH_JSVM_RunScript(env, script, &result));
    CHECK(result == NULL);
    EXPECT(JSVM_PENDING_EXCEPTION, OH_JSVM_RunScript(env, script, &result));
    THROWN("EvalError");
}

TEST(a_syntax_error_is_a_failure_and_survives_its_scope_and_a_collection)
{
    JSVM_HandleScope scope;
    JSVM_Script script;

    OK(OH_JSVM_OpenHandleScope(env, &scope));
    EXPECT(JSVM_GENERIC_FAILURE, OH_JSVM_CompileScript(env, text_of(env, "let let = ;"),
                                                       NULL, 0, false, NULL, &script));
    OK(OH_JSVM_CloseHandleScope(env, scope));
    collect_garbage(env);
    THROWN("SyntaxError");
}

TEST(script_functions_check_their_arguments)
{
    JSVM_Value text = text_of(env, "1"), result;
    JSVM_ScriptOrigin origin = { 0 };
    JSVM_Script script;

    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CompileScript(env, NULL, NULL, 0, false, NULL, &script));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CompileScript(env, text, NULL, 0, false, NULL, NULL));
    EXPECT(JSVM_STRING_EXPECTED, OH_JSVM_CompileScript(env, number_of(env, 1), NULL, 0,
                                                       false, NULL, &script));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CompileScriptWithOrigin(env, text, NULL, 0, false,
                                                             NULL, NULL, &script));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CompileScriptWithOrigin(env, text, NULL, 0, false,
                                                             NULL, &origin, &script));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_RunScript(env, NULL, &result));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_RunScript(env, compile(env, "1"), NULL));
}

TEST(an_origin_names_the_file_and_shifts_the_lines)
{
    JSVM_ScriptOrigin origin = { .resourceName = "folder/file.js",
                                 .resourceLineOffset = 10 };
    JSVM_Script script;
    JSVM_Value result;

    OK(OH_JSVM_CompileScriptWithOrigin(env, text_of(env, "\nnew Error('x').stack"),
                                       NULL, 0, false, NULL, &origin, &script));
    OK(OH_JSVM_RunScript(env, script, &result));
    set_global(env, "stack", result);
    CHECK(holds(env, "stack.includes('folder/file.js:12')"));
}

TEST(an_origin_shifts_the_columns_of_the_first_line)
{
    JSVM_ScriptOrigin origin = { .resourceName = "f.js" };
    JSVM_Value text = text_of(env, "a = new Error().stack;\nb = new Error().stack");
    JSVM_Script script;
    JSVM_Value result;

    OK(OH_JSVM_CompileScriptWithOrigin(env, text, NULL, 0, false, NULL, &origin,
                                       &script));
    OK(OH_JSVM_RunScript(env, script, &result));
    run(env, "globalThis.column = text => Number(/:(\\d+)\\)/.exec(text)[1]);"
             "globalThis.plain = [column(a), column(b)]");
    origin.resourceColumnOffset = 20;
    OK(OH_JSVM_CompileScriptWithOrigin(env, text, NULL, 0, false, NULL, &origin,
                                       &script));
    OK(OH_JSVM_RunScript(env, script, &result));
    CHECK(holds(env, "column(a) === plain[0] + 20 && column(b) === plain[1]"));
    origin.resourceColumnOffset = SIZE_MAX;
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CompileScriptWithOrigin(env, text, NULL, 0, false, NULL, &origin,
                                           &script));
}

TEST(options_are_read_and_unknown_ones_passed_over)
{
    JSVM_ScriptOrigin origin = { .resourceName = "named.js" };
    JSVM_CompileOptions options[] = {
        { .id = JSVM_COMPILE_MODE, .content.num = JSVM_COMPILE_MODE_EAGER_COMPILE },
        { .id = JSVM_COMPILE_SCRIPT_ORIGIN, .content.ptr = &origin },
        { .id = (JSVM_CompileOptionId)77, .content.num = 1 },
    };
    JSVM_Value text = text_of(env, "new Error('x').stack"), result;
    JSVM_Script script;

    OK(OH_JSVM_CompileScriptWithOptions(env, text, 3, options, &script));
    OK(OH_JSVM_RunScript(env, script, &result));
    set_global(env, "stack", result);
    CHECK(holds(env, "stack.includes('named.js')"));
    options[0].content.num = 5;
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CompileScriptWithOptions(env, text, 3, options, &script));
    options[0].content.num = JSVM_COMPILE_MODE_CONSUME_CODE_CACHE;
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CompileScriptWithOptions(env, text, 3, options, &script));
    OK(OH_JSVM_CompileScriptWithOptions(env, text, 0, NULL, &script));
}

TEST(a_cache_that_is_none_is_rejected_and_the_source_compiled)
{
    const uint8_t garbage[] = { 1, 2, 3 };
    JSVM_Script script;
    JSVM_Value result;
    bool rejected = false;

    OK(OH_JSVM_CompileScript(env, text_of(env, "6 * 7"), garbage, 3, false, &rejected,
                             &script));
    CHECK(rejected);
    OK(OH_JSVM_RunScript(env, script, &result));
    CHECK(double_of(env, result) == 42);
    rejected = true;
    OK(OH_JSVM_CompileScript(env, text_of(env, "1"), NULL, 0, false, &rejected,
                             &script));
    CHECK(rejected);
}

TEST(scripts_go_with_their_scope_unless_retained)
{
    JSVM_HandleScope scope;
    JSVM_Script kept;
    JSVM_Value result;
    size_t before = live_scripts();

    OK(OH_JSVM_OpenHandleScope(env, &scope));
    compile(env, "1");
    kept = compile(env, "'kept'");
    CHECK(live_scripts() == before + 2);
    OK(OH_JSVM_RetainScript(env, kept));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_RetainScript(env, kept));
    OK(OH_JSVM_CloseHandleScope(env, scope));
    CHECK(live_scripts() == before + 1);
    OK(OH_JSVM_RunScript(env, kept, &result));
    CHECK(is_text(env, result, "kept"));
    OK(OH_JSVM_ReleaseScript(env, kept));
    CHECK(live_scripts() == before);
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_RetainScript(env, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_ReleaseScript(env, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_ReleaseScript(env, compile(env, "1")));
}

TEST(scripts_of_an_escapable_scope_outlive_it)
{
    JSVM_EscapableHandleScope scope;
    JSVM_Script script;
    JSVM_Value result;

    OK(OH_JSVM_OpenEscapableHandleScope(env, &scope));
    script = compile(env, "'still here'");
    OK(OH_JSVM_CloseEscapableHandleScope(env, scope));
    OK(OH_JSVM_RunScript(env, script, &result));
    CHECK(is_text(env, result, "still here"));
}

TEST(a_retained_script_that_is_released_in_its_scope_is_gone_once)
{
    JSVM_HandleScope scope;
    JSVM_Script script;

    OK(OH_JSVM_OpenHandleScope(env, &scope));
    script = compile(env, "1");
    OK(OH_JSVM_RetainScript(env, script));
    OK(OH_JSVM_ReleaseScript(env, script));
    OK(OH_JSVM_CloseHandleScope(env, scope));
}

TEST(microtasks_run_before_a_script_returns)
{
    run(env, "globalThis.log = []; Promise.resolve().then(() => log.push('micro')); "
             "log.push('script')");
    CHECK(is_json(env, run(env, "log"), "[\"script\",\"micro\"]"));
}
