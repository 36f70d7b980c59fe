"""The builder of native modules: the source of a cell in, a loadable module out.

The front talks to `client.Builder`; the work is done in a process of its own, because a
warm Cython holds the GIL for half a second and because stopping a build means killing
it together with its compiler.

    client.Builder ──[socketpair]── worker ── build ──┬── cache      an earlier build?
                                                      ├── translate  Cython -> C
                                                      │    └── analysis, border, glue
                                                      ├── shared     Cython's utilities
                                                      ├── compile    C -> .so
                                                      │    └── tiers: by tcc at first
                                                      └── trial      does it crash?

A built file is an ordinary extension module of CPython. It is loaded under the module
name that `BuildResult.module` gives (its content's hash is part of it, so a changed
cell is another module), with `importlib.machinery.ExtensionFileLoader`; the loader
needs nothing of this package. Loading one file twice in a process gives the same module
with the state it has, and its top level does not run again; a copy of the file, loaded
under the same name, is a new one. What it offers to JavaScript is its attribute
`__jsvm_exports__`, the structure `Description` of `result.py` as plain dicts and lists:

    version    2
    doc        docstring of the module, "" if there is none
    functions  as below
    classes    {"name", "doc", "line", "base", "cdef", "exception", "constructor",
               "methods", "static", "properties"}
    enums      {"name", "doc", "line", "members": {name: number}}: what signatures name,
               and every cpdef enum
    structs    {"name", "fields": [{"name", "type"}]}: C structs that signatures name
    constants  names of module attributes that never change

A function (and a method):

    name       what JavaScript calls it; the Python callable is the module's attribute
               of that name
    doc        docstring, "" if there is none
    line       line of its `def` in the cell
    params     [{"name", "type", "const", "optional", "nullable", "kind", "default"}]:
               optional: has a default value, whose source text is `default`;
               nullable: the declaration lets None in; kind: "positional", "keyword"
               (only), "varargs" (*args) or "varkw" (**kw)
    returns    a type name, or "void"; `returns_const`: a view that is not to be written
    kind       "direct" or "python"
    flavour    what a call gives: "plain" (its result), "coroutine", "generator" or
               "async_generator"
    fallible   whether a direct one may raise
    thunk      direct only: address of a JSVMX_Thunk or, if it is fallible, of a
               JSVMX_TryThunk, to be called with or without the GIL, valid until the
               process ends, because a loaded module's file stays loaded

The type names are those of `border.py`. Tracebacks, DWARF line tables and `co_filename`
call the source `<NAME.pyx>` with lines counted as in the cell: the file may come from
the cache of an earlier session, so it cannot know today's cell number; whoever shows a
traceback puts the cell's name in its place.
"""
