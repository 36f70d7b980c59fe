# Signatures, compiled once so that a call compares no strings.

cdef struct Parameter:
    Type type
    bint optional
    bint nullable

cdef class Native:
    """What is behind a JS function of a bound module."""

    cdef JSVM_Value call(self, Env env, const JSVMX_Call *call) noexcept:
        """Do what it does; NULL: undefined, or an exception that pends in JS."""
        return NULL


@cython.final
cdef class Function(Native):
    """A described callable."""
    cdef Module module
    cdef object callable
    cdef str name           # as error texts have it: "module.function"
    cdef str flavour
    cdef list names         # of the parameters
    cdef Parameter *params  # the positional ones, then the keyword-only ones
    cdef int positional
    cdef int keywords
    cdef int required       # arguments of JS that a call must give
    cdef int accepted       # positional arguments of JS; a 2-D view takes two
    cdef bint is_plain      # no *args, no keyword-only parameters, no **kw
    cdef Parameter *varargs # NULL: none
    cdef Parameter *varkw
    cdef Type result

    cdef JSVM_Value call(self, Env env, const JSVMX_Call *call) noexcept:
        return call_function(self, env, call)

    def __dealloc__(self):
        free(self.params)
        free(self.varargs)
        free(self.varkw)


cdef Function new_function(Module module, object callable, object description):
    """Compile one function of a description."""
    cdef Function function = Function.__new__(Function)
    function.module = module
    function.callable = callable
    function.name = f"{module.name}.{description['name']}"
    function.flavour = description["flavour"]
    try:
        read_parameters(function, description["params"])
        read_type(module, description["returns"], &function.result)
    except ValueError as error:
        raise ValueError(f"{function.name}: {error}") from None
    return function


cdef int read_parameters(Function function, list described) except -1:
    cdef int arguments
    groups = {"positional": [], "keyword": [], "varargs": [], "varkw": []}
    for param in described:
        groups[param["kind"]].append(param)
    named = groups["positional"] + groups["keyword"]
    function.names = [param["name"] for param in named]
    function.positional = len(groups["positional"])
    function.keywords = len(groups["keyword"])
    function.params = <Parameter *>calloc(len(named) + 1, sizeof(Parameter))
    if function.params == NULL:
        raise MemoryError
    for i, param in enumerate(named):
        read_parameter(function.module, param, &function.params[i])
        if i < function.positional:
            arguments = 2 if function.params[i].type.code == VIEW2D else 1
            function.accepted += arguments
            if not function.params[i].optional:
                function.required = function.accepted
    function.varargs = rest_parameter(function.module, groups["varargs"])
    function.varkw = rest_parameter(function.module, groups["varkw"])
    function.is_plain = (
        function.keywords == 0 and function.varargs == NULL and function.varkw == NULL)
    return 0


cdef int read_parameter(Module module, object described, Parameter *param) except -1:
    read_type(module, described["type"], &param.type)
    param.type.writes = not described.get("const")
    param.optional = described["optional"]
    param.nullable = described["nullable"]
    return 0


cdef Parameter *rest_parameter(Module module, list described) except? NULL:
    """*args or **kw, if there is one."""
    cdef Parameter *param
    if not described:
        return NULL
    param = <Parameter *>calloc(1, sizeof(Parameter))
    if param == NULL:
        raise MemoryError
    read_parameter(module, described[0], param)
    return param
