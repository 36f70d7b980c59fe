"""A number of the embedder that follows reactions and jobs."""

from .edit import Edit, after, before

ASYNC_CONTEXT = [
    after(
        "async-context-field",
        "Who keeps the embedder's async context; NULL if nobody does.",
        "    struct list_head job_list; /* list of JSJobEntry.link */\n",
        "    const struct JSVMAsyncContext *jsvm_async_context;\n",
    ),
    before(
        "async-context-declarations",
        "Defined in engine.c behind this file.",
        "typedef struct JSJobEntry {\n",
        """\
struct JSJobEntry;
static int64_t jsvm__async_context(JSRuntime *rt);
static JSValue jsvm__run_job(struct JSJobEntry *e);

""",
    ),
    after(
        "async-context-of-job",
        "A job continues what scheduled it.",
        "    JSContext *ctx;\n    JSJobFunc *job_func;\n    int argc;\n",
        "    int64_t jsvm_async_context;\n",
    ),
    after(
        "async-context-capture",
        "As async-context-of-job.",
        "    e->job_func = job_func;\n",
        "    e->jsvm_async_context = jsvm__async_context(rt);\n",
    ),
    Edit(
        "async-context-run",
        "As async-context-of-job.",
        "    res = e->job_func(e->ctx, e->argc, vc(e->argv));\n",
        "    res = jsvm__run_job(e);\n",
    ),
    after(
        "async-context-of-reaction",
        "A reaction continues whoever called then or awaits, not whoever settles the "
        "promise.",
        "    JSValue resolving_funcs[2];\n    JSValue handler;\n",
        "    int64_t jsvm_async_context;\n",
    ),
    after(
        "async-context-of-reaction-capture",
        "As async-context-of-reaction.",
        "        rd->handler = js_dup(handler);\n",
        "        rd->jsvm_async_context = jsvm__async_context(ctx->rt);\n",
    ),
    Edit(
        "async-context-of-reaction-run",
        "As async-context-of-reaction.",
        """\
        JS_EnqueueJob(ctx, promise_reaction_job, 5, args);
        list_del(&rd->link);
""",
        """\
        if (JS_EnqueueJob(ctx, promise_reaction_job, 5, args) == 0)
            list_entry(ctx->rt->job_list.prev, JSJobEntry, link)->jsvm_async_context =
                rd->jsvm_async_context;
        list_del(&rd->link);
""",
    ),
]
