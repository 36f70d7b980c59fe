# Statuses and JS exceptions to Python exceptions. `check` is the only way in which a
# status becomes an exception.

cdef inline int check(Env env, JSVM_Status status) except -1:
    """Raise what the call of JSVM-API that returned the status says went wrong."""
    if status != JSVM_OK or env.state.vm.unwinding:
        return env.fail(status)
    return 0


cdef tuple STATUS_NAMES = (
    "JSVM_OK", "JSVM_INVALID_ARG", "JSVM_OBJECT_EXPECTED", "JSVM_STRING_EXPECTED",
    "JSVM_NAME_EXPECTED", "JSVM_FUNCTION_EXPECTED", "JSVM_NUMBER_EXPECTED",
    "JSVM_BOOLEAN_EXPECTED", "JSVM_ARRAY_EXPECTED", "JSVM_GENERIC_FAILURE",
    "JSVM_PENDING_EXCEPTION", "JSVM_CANCELLED", "JSVM_ESCAPE_CALLED_TWICE",
    "JSVM_HANDLE_SCOPE_MISMATCH", "JSVM_CALLBACK_SCOPE_MISMATCH", "JSVM_QUEUE_FULL",
    "JSVM_CLOSING", "JSVM_BIGINT_EXPECTED", "JSVM_DATE_EXPECTED",
    "JSVM_ARRAYBUFFER_EXPECTED", "JSVM_DETACHABLE_ARRAYBUFFER_EXPECTED",
    "JSVM_WOULD_DEADLOCK", "JSVM_NO_EXTERNAL_BUFFERS_ALLOWED", "JSVM_CANNOT_RUN_JS",
    "JSVM_INVALID_TYPE", "JSVM_JIT_MODE_EXPECTED",
)


cdef str status_name(JSVM_Status status):
    cdef int number = <int>status
    known = 0 <= number < len(STATUS_NAMES)
    return STATUS_NAMES[number] if known else f"status {number}"


cdef enum:
    FAILURE_TEXT = 200      # bytes for the text of the last error


cdef void failure_text(Env env, char *text) noexcept:
    """Copy what the last error says; takes no memory."""
    cdef const JSVM_ExtendedErrorInfo *info = NULL
    cdef const char *message = NULL
    if OH_JSVM_GetLastErrorInfo(env.handle, &info) == JSVM_OK:
        message = info.errorMessage
    if message == NULL:
        message = b"JSVM-API call failed"
    snprintf(text, FAILURE_TEXT, b"%s", message)


cdef object failure(const char *message, JSVM_Status status):
    """The exception for a call that failed and left no JS exception."""
    text = message.decode("utf-8", "replace")
    if "out of memory" in text.lower():
        return OutOfMemory(text)
    return APIError(text, status_name(status))


cdef int raise_unwinding(VM vm) except -1:
    """Raise the Python exception for which JS was stopped."""
    exception = vm.exception
    vm.exception = None
    vm.state.unwinding = False
    if vm.stop_is_ours:
        JSVMX_ClearStop(vm.state.vm)
    raise exception


cdef object stop_exception(VM vm):
    """Stopped or TimeLimitExceeded if a stop is the reason of a failure, else None."""
    cdef JSVMX_StopReason reason = JSVMX_STOP_NONE
    JSVMX_GetStopReason(vm.state.vm, &reason)
    if reason == JSVMX_STOP_REQUESTED:
        return Stopped("JavaScript was stopped")
    if reason == JSVMX_STOP_TIME_LIMIT:
        return TimeLimitExceeded(
            f"JavaScript ran longer than its limit of {vm.time_limit:g} s")
    return None


# ---- looking at what JS threw -------------------------------------------------------

cdef str property_text(Env env, JSVM_Value target, const char *name):
    """A property as text; "" where there is none or reading it throws."""
    cdef JSVM_Value value
    return described(env, value) if read_named(env, target, name, &value) else ""


cdef bint read_named(
    Env env, JSVM_Value target, const char *name, JSVM_Value *value
) except -1:
    """Read a property; False where there is none or reading it throws."""
    cdef PyThreadState *previous = leave_python(env.state.vm)
    cdef JSVM_Status status = OH_JSVM_GetNamedProperty(env.handle, target, name, value)
    enter_python(env.state.vm, previous)
    if status != JSVM_OK:
        OH_JSVM_GetAndClearLastException(env.handle, value)
        return False
    return not is_undefined(env, value[0])


cdef bint is_undefined(Env env, JSVM_Value value) noexcept:
    cdef c_bool answer = False
    OH_JSVM_IsUndefined(env.handle, value, &answer)
    return answer


cdef str described(Env env, JSVM_Value value):
    """String(value) as JS says it; a fixed text where that throws."""
    cdef JSVM_Value text
    cdef c_bool is_symbol
    cdef PyThreadState *previous
    cdef JSVM_Status status
    OH_JSVM_IsSymbol(env.handle, value, &is_symbol)
    if is_symbol:
        return f"Symbol({property_text(env, value, b'description')})"
    previous = leave_python(env.state.vm)
    status = OH_JSVM_CoerceToString(env.handle, value, &text)
    enter_python(env.state.vm, previous)
    if status != JSVM_OK:
        OH_JSVM_GetAndClearLastException(env.handle, &text)
        return "<no text: its toString threw>"
    return text_from_js(env, text)
