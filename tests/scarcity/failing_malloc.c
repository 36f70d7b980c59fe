/*
 * failing_malloc.c - the C library's allocator, calls of which fail when told to.
 *
 * Preloaded into a Python whose own allocator is the C library's (PYTHONMALLOC=malloc),
 * so that allocations of Python, Cython and libjsvm are all the same. What is set from
 * outside are variables: a function that is called from Python would allocate itself.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);

unsigned long scarce_thread;    /* the pthread_t whose allocations count; 0: nobody's */
long scarce_seen;               /* so many have been since it was set to 0 */
long scarce_first, scarce_last; /* those that fail; the first one is 1 */

static bool fails(void)
{
    if (scarce_thread == 0 || (unsigned long)pthread_self() != scarce_thread)
        return false;
    scarce_seen++;
    return scarce_first <= scarce_seen && scarce_seen <= scarce_last;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return fails() ? NULL : __libc_realloc(memory, size);
}
