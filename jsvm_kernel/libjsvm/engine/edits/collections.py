"""Collections of cycles that somebody is told of."""

from .edit import Edit

COLLECTIONS = [
    Edit(
        "gc-hook",
        "Handlers run before and after a collection, also one that the engine begins by "
        "itself when the heap has grown.",
        "void JS_RunGC(JSRuntime *rt)\n{\n",
        """\
static void jsvm_run_gc(JSRuntime *rt);

void JS_RunGC(JSRuntime *rt)
{
    if (unlikely(rt->jsvm_gc_hook))
        rt->jsvm_gc_hook(rt, false);
    jsvm_run_gc(rt);
    if (unlikely(rt->jsvm_gc_hook))
        rt->jsvm_gc_hook(rt, true);
}

static void jsvm_run_gc(JSRuntime *rt)
{
""",
    ),
]
