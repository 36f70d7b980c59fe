# What goes wrong in a call, as a JS exception.

cdef int throw_refusal(Function function, Env env, object error) except -1:
    """Throw a TypeError, or a RangeError, that names the function."""
    cdef bint is_range = False
    cdef bytes text
    sentence = str(error)
    if isinstance(error, Misfit):
        is_range = error.is_range
        sentence = f"{error.subject} {sentence}"
    text = f"{function.name}: {sentence}".encode("utf-8", "replace")
    if is_range:
        OH_JSVM_ThrowRangeError(env.handle, NULL, text)
    else:
        OH_JSVM_ThrowTypeError(env.handle, NULL, text)
    return 0


cdef object missing(Function function, int index, size_t given):
    return Refusal(f"parameter '{function.names[index]}' is missing "
                   f"({given} of {function.accepted} arguments given)")


cdef int throw_exception(Module module, Env env, BaseException error) noexcept:
    """Throw what the Python code of a module raised, whatever happens on the way."""
    try:
        throw_hosted(module, env, error)
    except BaseException:
        throw_name(env, error)
    return 0


cdef int throw_hosted(Module module, Env env, BaseException error) except -1:
    """The same as far as the host and memory allow it."""
    cdef JSVMX_StopReason reason = JSVMX_STOP_NONE
    cdef HostCode host_code
    if isinstance(error, KeyboardInterrupt):
        JSVMX_GetStopReason(env.state.vm.vm, &reason)
        if reason != JSVMX_STOP_NONE:
            return 0  # the VM is being stopped: JS ends when this returns
    host_code = HostCode(module)
    try:
        if module.host.outlives_exits and isinstance(error, KeyboardInterrupt):
            throw_python(env, Stopped("stopped by a KeyboardInterrupt of Python"))
        elif module.host.outlives_exits and not isinstance(error, Exception):
            # sys.exit() and its like would end what the module is a guest of.
            OH_JSVM_Throw(
                env.handle, exception_to_js(env, error, module.host.frames)
            )
        else:
            throw_python(env, error, module.host.frames)
    finally:
        host_code.end()
    return 0


@cython.final
cdef class ModuleThrower(Thrower):
    """Throws what a direct function of a module left in Python."""
    cdef Module module

    cdef int throw(self, Env env, BaseException error) noexcept:
        return throw_exception(self.module, env, error)


cdef ModuleThrower new_thrower(Module module):
    """A stop interrupts the Python code that the function may run."""
    cdef ModuleThrower made = ModuleThrower.__new__(ModuleThrower)
    made.module = module
    made.running = <int64_t *>module.depth.data.as_longlongs
    return made
