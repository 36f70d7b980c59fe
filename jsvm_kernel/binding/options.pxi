# Calls that are more than positional arguments: defaults left out in the middle, *args,
# and an options object for what Python takes by keyword.

cdef object call_with_options(
    Function function, Env env, const JSVMX_Call *call, object callable,
    PyObject *receiver
):
    """Check, convert and call; raises Misfit, with the parameter in it, and Refusal."""
    cdef list args = []
    cdef dict keywords = {}
    cdef size_t given = call.argc
    options = read_options(function, env, call, &given)
    read_positional(function, env, call, given, args, keywords, options)
    for name in options:
        keywords[name] = options[name]
    for i in range(function.positional, function.positional + function.keywords):
        if not function.params[i].optional and function.names[i] not in keywords:
            raise missing_option(function, env, call, i)
    if receiver != NULL:
        args.insert(0, <object>receiver)
    return call_with(function.module, callable, args, keywords)


cdef object call_with(Module module, object callable, list args, dict keywords):
    """Call a Python callable; a stop interrupts it meanwhile."""
    cdef int64_t *depth = <int64_t *>module.depth.data.as_longlongs
    depth[0] += 1
    try:
        return callable(*args, **keywords)
    finally:
        depth[0] -= 1


cdef int read_positional(
    Function function, Env env, const JSVMX_Call *call, size_t given, list args,
    dict keywords, dict options
) except -1:
    """The positional arguments and *args. Behind one that is left out, those that
    follow go by keyword, so that Python takes the default."""
    cdef int i, at = 0
    cdef bint skipped = False
    cdef Parameter *param
    for i in range(function.positional):
        param = &function.params[i]
        name = function.names[i]
        if param.optional and (
                at >= <int>given or is_undefined(env, call.argv[at])):
            skipped = True
            at += 2 if param.type.code == VIEW2D else 1
        elif at >= <int>given:
            if name in options:
                skipped = True
                continue
            raise missing(function, i, given)
        else:
            value = read_named_argument(function, env, name, param, call, &at)
            if name in options:
                raise Refusal(f"parameter '{name}' is given twice, as an argument and "
                              "as an option")
            if skipped:
                keywords[name] = value
            else:
                args.append(value)
    if at < <int>given and function.varargs != NULL:
        if skipped:
            fill_in_defaults(function, args, keywords)
        while at < <int>given:
            args.append(read_named_argument(
                function, env, f"*args[{at}]", function.varargs, call, &at))
    return 0


cdef int fill_in_defaults(Function function, list args, dict keywords) except -1:
    """Further arguments can't follow a keyword: let the defaults stand by position."""
    cdef int i
    defaults = getattr(function.callable, "__defaults__", None) or ()
    first = function.positional - len(defaults)
    for i in range(len(args), function.positional):
        name = function.names[i]
        if name in keywords:
            args.append(keywords.pop(name))
        elif i >= first:
            args.append(defaults[i - first])
        else:
            raise Refusal(f"parameter '{name}' can't be left out when further "
                          "arguments follow")
    return 0


cdef object read_named_argument(
    Function function, Env env, str name, const Parameter *param,
    const JSVMX_Call *call, int *at
):
    try:
        return read_argument(function, env, param, call, at)
    except Misfit as error:
        raise error.of("parameter", name)


# ---- the options object --------------------------------------------------------------

cdef dict read_options(
    Function function, Env env, const JSVMX_Call *call, size_t *given
):
    """What the trailing options object says, checked and converted. It is the last
    argument if that is a plain object and stands where no positional parameter has to
    take it: behind them, or in place of an optional one that takes no plain object."""
    cdef JSVM_Value value
    while given[0] > 0 and is_undefined(env, call.argv[given[0] - 1]):
        given[0] -= 1
    if given[0] == 0 or (function.keywords == 0 and function.varkw == NULL):
        return {}
    value = call.argv[given[0] - 1]
    if not is_plain_object(env, value):
        return {}
    if not may_be_options(function, given[0] - 1):
        return {}
    given[0] -= 1
    return convert_options(function, env, value)


cdef bint may_be_options(Function function, size_t position) noexcept:
    cdef size_t at = 0
    cdef int i
    for i in range(function.positional):
        if at == position:
            return function.params[i].optional and not takes_objects(
                function.params[i].type.code)
        at += 2 if function.params[i].type.code == VIEW2D else 1
    return position >= at


cdef bint takes_objects(TypeCode code) noexcept:
    return code == OBJECT or code == DICT or code == STRUCT


cdef dict convert_options(Function function, Env env, JSVM_Value options):
    cdef JSVM_Value value
    cdef dict result = {}
    for name in own_names(env, options):
        ok(env, OH_JSVM_GetProperty(env.handle, options, to_js(env, name), &value))
        if is_undefined(env, value):
            continue
        try:
            result[name] = option_from_js(function, env, name, value)
        except Misfit as error:
            raise error.of("option", name)
    return result


cdef object option_from_js(Function function, Env env, str name, JSVM_Value value):
    cdef JSVMX_Reading reading
    cdef Parameter *param = function.varkw
    if name in function.names:
        param = &function.params[function.names.index(name)]
    if param == NULL or (param != function.varkw and param.type.code == VIEW2D):
        known = ", ".join(option_names(function))
        raise Refusal(f"there is no option '{name}'; there are {known}")
    ok(env, JSVMX_ReadValue(env.handle, value, &reading))
    if reading.kind == JSVMX_KIND_NULL and param.nullable:
        return None
    return from_js(env, &param.type, value, &reading)


cdef object missing_option(
    Function function, Env env, const JSVMX_Call *call, int option
):
    """It may have been given in the place of a parameter that takes any object."""
    cdef int i, at = 0
    text = f"option '{function.names[option]}' is missing"
    for i in range(function.positional):
        at += 2 if function.params[i].type.code == VIEW2D else 1
        if at == <int>call.argc and function.params[i].optional \
                and takes_objects(function.params[i].type.code) \
                and is_plain_object(env, call.argv[at - 1]):
            text += (f"; the object given is parameter '{function.names[i]}', which "
                     "takes objects itself: give the options behind it")
    return Refusal(text)


cdef bint is_plain_object(Env env, JSVM_Value value) except -1:
    cdef JSVMX_Reading reading
    ok(env, JSVMX_ReadValue(env.handle, value, &reading))
    return reading.kind == JSVMX_KIND_OBJECT and is_plain(env, value)


cdef list option_names(Function function):
    """What an options object may name: what is keyword-only, and optional parameters."""
    cdef int i
    return [
        function.names[i] for i in range(function.positional + function.keywords)
        if (i >= function.positional or function.params[i].optional)
        and function.params[i].type.code != VIEW2D
    ]
