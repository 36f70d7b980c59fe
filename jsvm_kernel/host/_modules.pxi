# Natives of modules (prelude/platform/commonjs.js). What needs files is asked of the Env's
# Modules (modules/loader.py).


cdef JSVM_Value native_ask_modules(JSVM_Env env, JSVM_CallbackInfo info) noexcept nogil:
    """askModules(question, first, second) -> text"""
    cdef JSVM_Value given[3]
    cdef JSVM_Value result = NULL
    if not arguments(env, info, 3, given):
        return NULL
    with gil:
        try:
            modules = <object>data_of(env).modules
            if modules is None:
                raise RuntimeError("this Env has no modules")
            result = js_text(env, modules.ask(
                python_text(env, given[0]), python_text(env, given[1]),
                python_text(env, given[2])))
        except BaseException as error:
            throw_python(env, error)
    return result


cdef JSVM_Value native_require_module(
    JSVM_Env env, JSVM_CallbackInfo info
) noexcept nogil:
    """requireModule(name) -> namespace of an ES module, evaluated at once"""
    cdef JSVM_Value given[1]
    cdef JSVM_Value result = NULL
    cdef char small[512]
    cdef size_t length = 0
    cdef char *name
    if not arguments(env, info, 1, given):
        return NULL
    name = text_of(env, given[0], small, sizeof(small), &length)
    if name == NULL:
        return NULL
    JSVMX_RequireModule(env, name, &result)
    if name != small:
        free(name)
    return result


cdef JSVM_Value native_compile_function(
    JSVM_Env env, JSVM_CallbackInfo info
) noexcept nogil:
    """compileFunction(source, file, parameters) -> function"""
    cdef JSVM_Value given[3]
    cdef JSVM_Value result = NULL
    cdef char small_source[2048]
    cdef char small_file[512]
    cdef char small_parameters[128]
    cdef size_t source_length = 0
    cdef size_t length = 0
    cdef char *source
    cdef char *file
    cdef char *parameters
    if not arguments(env, info, 3, given):
        return NULL
    source = text_of(env, given[0], small_source, sizeof(small_source), &source_length)
    file = NULL if source == NULL else text_of(
        env, given[1], small_file, sizeof(small_file), &length)
    parameters = NULL if file == NULL else text_of(
        env, given[2], small_parameters, sizeof(small_parameters), &length)
    if parameters != NULL:
        JSVMX_CompileFunction(env, source, source_length, file, parameters, &result)
    if parameters != small_parameters:
        free(parameters)
    if file != small_file:
        free(file)
    if source != small_source:
        free(source)
    return result
