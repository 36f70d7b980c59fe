/*
 * harness.h - what the C tests are written with.
 *
 * TEST(name) is a function of an env of a VM of its own; when it returns, both are
 * destroyed and nothing of the library may be alive. SCENARIO(name) is the same with a
 * bool: it is run again and again, each time with another allocation failing, and
 * returns false at the first call that fails.
 *
 * A check that does not hold ends the process with its place and text.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The external buffers are among what is tested. */
#define JSVM_EXPERIMENTAL
#include "ark_runtime/jsvmx.h"

typedef struct Test {
    const char *name;
    void (*run)(JSVM_Env env);
    bool (*attempt)(JSVM_Env env); /* of a scenario */
    struct Test *next;
} Test;

void add_test(Test *test);

#define REGISTER(function, kind)                                           \
    static Test test_##function = { .name = #function, .kind = function }; \
    __attribute__((constructor)) static void add_##function(void)          \
    {                                                                      \
        add_test(&test_##function);                                        \
    }

#define TEST(name)                  \
    static void name(JSVM_Env env); \
    REGISTER(name, run)             \
    static void name(JSVM_Env env)

#define SCENARIO(name)              \
    static bool name(JSVM_Env env); \
    REGISTER(name, attempt)         \
    static bool name(JSVM_Env env)

/* ---- checks -------------------------------------------------------------- */

_Noreturn void fail_check(const char *file, int line, const char *text);

#define CHECK(condition)                                \
    do {                                                \
        if (!(condition))                               \
            fail_check(__FILE__, __LINE__, #condition); \
    } while (0)

/* The status of a call on the env in scope, which has to be its last error too. */
#define EXPECT(status, call) expect_status(env, status, call, __FILE__, __LINE__, #call)
#define OK(call) EXPECT(JSVM_OK, call)

void expect_status(JSVM_Env env, JSVM_Status expected, JSVM_Status status,
                   const char *file, int line, const char *text);

/* A pending exception of that error class, which is taken away. */
#define THROWN(name) expect_thrown(env, name, __FILE__, __LINE__)

void expect_thrown(JSVM_Env env, const char *name, const char *file, int line);

/* In a scenario: a call that may fail for want of memory. */
#define TRY(call)              \
    do {                       \
        if ((call) != JSVM_OK) \
            return false;      \
    } while (0)

/* ---- values -------------------------------------------------------------- */

/* The completion value of a script, which must not throw. */
JSVM_Value run(JSVM_Env env, const char *source);

JSVM_Value text_of(JSVM_Env env, const char *utf8);
JSVM_Value number_of(JSVM_Env env, double number);

/* Makes value a global variable that scripts can look at. */
void set_global(JSVM_Env env, const char *name, JSVM_Value value);

/* Whether a script gives true. */
bool holds(JSVM_Env env, const char *source);

/* Whether value is this very text. */
bool is_text(JSVM_Env env, JSVM_Value value, const char *utf8);

double double_of(JSVM_Env env, JSVM_Value value);

/* What JSON.stringify makes of a value equals the text. */
bool is_json(JSVM_Env env, JSVM_Value value, const char *json);

/* Frees all garbage of the env's VM. */
void collect_garbage(JSVM_Env env);

#endif
