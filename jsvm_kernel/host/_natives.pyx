# cython: language_level=3
"""The natives of the host: what the prelude builds console, timers and display on.

Each is a C trampoline of the JSVM-API in one static table; what a trampoline needs of
the host is found from the Env (`JSVMX_GetHostData`), so no Python object hangs on a JS
global and an Env's natives can be named in a snapshot by their index.
"""

from libc.stdint cimport int32_t, int64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy
from posix.time cimport CLOCK_MONOTONIC, clock_gettime, timespec

from jsvm_kernel.host._stdio cimport enter_output_cell, output_cell, write_text
from jsvm_kernel.vm.jsvm cimport *


cdef struct HostData:
    void *listener  # borrowed: the Natives object keeps all and outlives the Env
    void *platform
    void *modules
    JSVM_Ref on_rejection
    int rejections  # calls of on_rejection since the host last asked


cdef HostData *data_of(JSVM_Env env) noexcept nogil:
    cdef void *data = NULL
    JSVMX_GetHostData(env, &data)
    return <HostData *>data


cdef double now_ms() noexcept nogil:
    cdef timespec now
    clock_gettime(CLOCK_MONOTONIC, &now)
    return now.tv_sec * 1e3 + now.tv_nsec / 1e6


cdef bint arguments(
    JSVM_Env env, JSVM_CallbackInfo info, size_t count, JSVM_Value *values
) noexcept nogil:
    """Read `count` arguments; missing ones are undefined."""
    cdef size_t capacity = count
    return OH_JSVM_GetCbInfo(env, info, &capacity, values, NULL, NULL) == JSVM_OK


cdef char *text_of(
    JSVM_Env env, JSVM_Value value, char *small, size_t small_bytes, size_t *length
) noexcept nogil:
    """UTF-8 of a string, in `small` if it fits, else malloc'ed; NULL: thrown."""
    cdef char *text = small
    if OH_JSVM_GetValueStringUtf8(env, value, small, small_bytes, length) != JSVM_OK:
        OH_JSVM_ThrowTypeError(env, NULL, b"a string was expected")
        return NULL
    # The call cuts what does not fit and does not say so.
    if length[0] + 4 < small_bytes:
        return small
    OH_JSVM_GetValueStringUtf8(env, value, NULL, 0, length)
    text = <char *>malloc(length[0] + 1)
    if text == NULL:
        OH_JSVM_ThrowError(env, NULL, b"out of memory")
        return NULL
    OH_JSVM_GetValueStringUtf8(env, value, text, length[0] + 1, length)
    return text


cdef JSVM_Value native_write(JSVM_Env env, JSVM_CallbackInfo info) noexcept nogil:
    """write(stream, text)"""
    cdef JSVM_Value given[2]
    cdef int32_t stream = 0
    cdef char small[1024]
    cdef size_t length = 0
    cdef char *text
    if not arguments(env, info, 2, given):
        return NULL
    OH_JSVM_GetValueInt32(env, given[0], &stream)
    text = text_of(env, given[1], small, sizeof(small), &length)
    if text == NULL:
        return NULL
    write_text(stream, text, length)
    if text != small:
        free(text)
    return NULL


cdef JSVM_Value native_now(JSVM_Env env, JSVM_CallbackInfo info) noexcept nogil:
    """now() -> milliseconds of the monotonic clock"""
    cdef JSVM_Value result = NULL
    OH_JSVM_CreateDouble(env, now_ms(), &result)
    return result


cdef JSVM_Value native_current_cell(JSVM_Env env, JSVM_CallbackInfo info) noexcept nogil:
    """currentCell() -> number"""
    cdef JSVM_Value result = NULL
    OH_JSVM_CreateDouble(env, <double>output_cell(), &result)
    return result


cdef JSVM_Value native_enter_cell(JSVM_Env env, JSVM_CallbackInfo info) noexcept nogil:
    """enterCell(number): output belongs to that cell from now on"""
    cdef JSVM_Value given[1]
    cdef double cell = 0
    if not arguments(env, info, 1, given):
        return NULL
    OH_JSVM_GetValueDouble(env, given[0], &cell)
    enter_output_cell(<long long>cell)
    return NULL


cdef JSVM_Value native_promise_state(JSVM_Env env, JSVM_CallbackInfo info) noexcept nogil:
    """promiseState(value) -> ["pending"|"fulfilled"|"rejected", value], or undefined"""
    cdef JSVM_Value given[1]
    cdef JSVM_Value settled = NULL
    cdef JSVM_Value word = NULL
    cdef JSVM_Value result = NULL
    cdef JSVMX_PromiseState state = JSVMX_PROMISE_PENDING
    cdef const char *name
    if not arguments(env, info, 1, given):
        return NULL
    if JSVMX_GetPromiseState(env, given[0], &state, &settled) != JSVM_OK:
        return NULL
    if state == JSVMX_PROMISE_PENDING:
        name = b"pending"
    elif state == JSVMX_PROMISE_FULFILLED:
        name = b"fulfilled"
    else:
        name = b"rejected"
    OH_JSVM_CreateStringUtf8(env, name, JSVM_AUTO_LENGTH, &word)
    OH_JSVM_CreateArray(env, &result)
    OH_JSVM_SetElement(env, result, 0, word)
    OH_JSVM_SetElement(env, result, 1, settled)
    return result


cdef JSVM_Value native_proxy_target(JSVM_Env env, JSVM_CallbackInfo info) noexcept nogil:
    """proxyTarget(value) -> target, null for a revoked proxy, undefined for others"""
    cdef JSVM_Value given[1]
    cdef JSVM_Value result = NULL
    cdef c_bool is_proxy = False
    if not arguments(env, info, 1, given):
        return NULL
    if OH_JSVM_IsProxy(env, given[0], &is_proxy) != JSVM_OK or not is_proxy:
        return NULL
    if OH_JSVM_ProxyGetTarget(env, given[0], &result) != JSVM_OK or result == NULL:
        OH_JSVM_GetNull(env, &result)
    return result


cdef JSVM_Value native_stands_for_native(
    JSVM_Env env, JSVM_CallbackInfo info
) noexcept nogil:
    """standsForNative(value) -> whether it is an object of a native module"""
    cdef JSVM_Value given[1]
    cdef JSVM_Value result = NULL
    cdef JSVMX_NativeObject *native = NULL
    if not arguments(env, info, 1, given):
        return NULL
    JSVMX_GetNativeObject(env, given[0], NULL, &native)
    OH_JSVM_GetBoolean(env, native != NULL, &result)
    return result


cdef JSVM_Value native_iterator_items(
    JSVM_Env env, JSVM_CallbackInfo info
) noexcept nogil:
    """iteratorItems(value) -> [whether they are entries, what it has still to give]

    undefined for what is no iterator of a Map or Set.
    """
    cdef JSVM_Value given[1]
    cdef JSVM_Value items = NULL
    cdef JSVM_Value entries = NULL
    cdef JSVM_Value result = NULL
    cdef c_bool are_entries = False
    if not arguments(env, info, 1, given):
        return NULL
    if JSVMX_PreviewIterator(env, given[0], &are_entries, &items) != JSVM_OK:
        return NULL
    OH_JSVM_GetBoolean(env, are_entries, &entries)
    OH_JSVM_CreateArray(env, &result)
    OH_JSVM_SetElement(env, result, 0, entries)
    OH_JSVM_SetElement(env, result, 1, items)
    return result


cdef JSVM_Value native_on_rejection(JSVM_Env env, JSVM_CallbackInfo info) noexcept nogil:
    """onRejection(function): called as f(rejected, promise, reason)"""
    cdef JSVM_Value given[1]
    cdef HostData *data = data_of(env)
    if arguments(env, info, 1, given) and data.on_rejection == NULL:
        OH_JSVM_CreateReference(env, given[0], 1, &data.on_rejection)
    return NULL


cdef void on_promise_event(
    JSVM_Env env, JSVM_PromiseRejectEvent event, JSVM_Value details
) noexcept nogil:
    cdef HostData *data = data_of(env)
    cdef JSVM_HandleScope scope = NULL
    cdef JSVM_Value function = NULL
    cdef JSVM_Value undefined = NULL
    cdef JSVM_Value given[3]
    cdef bint rejected = event == JSVM_PROMISE_REJECT_WITH_NO_HANDLER
    # An Env of the VM that the host did not furnish has no data; events 3 and 4 are of
    # promises that somebody settles twice, which is no error.
    if data == NULL or data.on_rejection == NULL:
        return
    if not rejected and event != JSVM_PROMISE_ADD_HANDLER_AFTER_REJECTED:
        return
    data.rejections += 1
    OH_JSVM_OpenHandleScope(env, &scope)
    OH_JSVM_GetUndefined(env, &undefined)
    OH_JSVM_GetReferenceValue(env, data.on_rejection, &function)
    OH_JSVM_GetBoolean(env, rejected, &given[0])
    OH_JSVM_GetNamedProperty(env, details, b"promise", &given[1])
    given[2] = undefined
    if rejected:
        OH_JSVM_GetNamedProperty(env, details, b"value", &given[2])
    if OH_JSVM_CallFunction(env, undefined, function, 3, given, NULL) != JSVM_OK:
        # A stop is in force, which ends this call, too; whoever runs JS next must not
        # find its exception.
        OH_JSVM_GetAndClearLastException(env, &undefined)
    OH_JSVM_CloseHandleScope(env, scope)


cdef int64_t current_context(void *data) noexcept nogil:
    return output_cell()


cdef void enter_context(int64_t cell, void *data) noexcept nogil:
    enter_output_cell(cell)


# The async context of all VMs is the cell that output belongs to: what a cell awaits or
# hands to `then` belongs to it, whichever cell's turn settles the promise.
cdef JSVMX_AsyncContext cell_context = JSVMX_AsyncContext(
    current_context, enter_context, NULL)


cdef void throw_python(JSVM_Env env, object error) noexcept:
    """Turn a failure of the host's Python code into a JS error."""
    cdef bytes text
    try:
        text = str(error).encode("utf-8", "replace")
    except BaseException:
        text = b"an error that has no text"
    OH_JSVM_ThrowError(env, NULL, text)


cdef JSVM_Value native_timer_start(JSVM_Env env, JSVM_CallbackInfo info) noexcept nogil:
    """timerStart(id, delayMs, repeats)"""
    cdef JSVM_Value given[3]
    cdef double timer = 0
    cdef double delay_ms = 0
    cdef double repeats = 0
    if not arguments(env, info, 3, given):
        return NULL
    OH_JSVM_GetValueDouble(env, given[0], &timer)
    OH_JSVM_GetValueDouble(env, given[1], &delay_ms)
    OH_JSVM_GetValueDouble(env, given[2], &repeats)
    with gil:
        try:
            (<object>data_of(env).listener).start_timer(
                int(timer), delay_ms / 1e3, repeats != 0)
        except BaseException as error:
            throw_python(env, error)
    return NULL


cdef JSVM_Value native_timer_stop(JSVM_Env env, JSVM_CallbackInfo info) noexcept nogil:
    """timerStop(id)"""
    cdef JSVM_Value given[1]
    cdef double timer = 0
    if not arguments(env, info, 1, given):
        return NULL
    OH_JSVM_GetValueDouble(env, given[0], &timer)
    with gil:
        try:
            (<object>data_of(env).listener).stop_timer(int(timer))
        except BaseException as error:
            throw_python(env, error)
    return NULL


cdef JSVM_Value native_display(JSVM_Env env, JSVM_CallbackInfo info) noexcept nogil:
    """display(kind, json)"""
    cdef JSVM_Value given[2]
    cdef char small_kind[32]
    cdef char small_json[2048]
    cdef char *kind
    cdef char *json
    cdef size_t kind_length = 0
    cdef size_t json_length = 0
    if not arguments(env, info, 2, given):
        return NULL
    kind = text_of(env, given[0], small_kind, sizeof(small_kind), &kind_length)
    if kind == NULL:
        return NULL
    json = text_of(env, given[1], small_json, sizeof(small_json), &json_length)
    if json != NULL:
        with gil:
            try:
                (<object>data_of(env).listener).display(
                    kind[:kind_length].decode("utf-8"), json[:json_length])
            except BaseException as error:
                throw_python(env, error)
        if json != small_json:
            free(json)
    if kind != small_kind:
        free(kind)
    return NULL


cdef JSVM_Value native_post(JSVM_Env env, JSVM_CallbackInfo info) noexcept nogil:
    """post(kind, json, bytes?) -> number; bytes is a Uint8Array"""
    cdef JSVM_Value given[3]
    cdef JSVM_Value result = NULL
    cdef char small_kind[32]
    cdef char small_json[2048]
    cdef char *kind
    cdef char *json
    cdef void *bytes_data = NULL
    cdef size_t bytes_length = 0
    cdef size_t kind_length = 0
    cdef size_t json_length = 0
    cdef c_bool has_bytes = False
    cdef double number = 0
    cdef bint failed = False
    if not arguments(env, info, 3, given):
        return NULL
    OH_JSVM_IsTypedarray(env, given[2], &has_bytes)
    if has_bytes:
        OH_JSVM_GetTypedarrayInfo(
            env, given[2], NULL, &bytes_length, &bytes_data, NULL, NULL)
    kind = text_of(env, given[0], small_kind, sizeof(small_kind), &kind_length)
    if kind == NULL:
        return NULL
    json = text_of(env, given[1], small_json, sizeof(small_json), &json_length)
    if json != NULL:
        with gil:
            try:
                number = (<object>data_of(env).listener).post(
                    kind[:kind_length].decode("utf-8"),
                    json[:json_length],
                    (<char *>bytes_data)[:bytes_length] if bytes_length else b"")
            except BaseException as error:
                failed = True
                throw_python(env, error)
        if json != small_json:
            free(json)
    if kind != small_kind:
        free(kind)
    if json != NULL and not failed:
        OH_JSVM_CreateDouble(env, number, &result)
    return result


include "_platform.pxi"
include "_modules.pxi"


cdef JSVM_Value answer_of(JSVM_Env env, const char *json, size_t length) noexcept:
    """What the user answered, as JSON; NULL: thrown."""
    cdef JSVM_Value result = NULL
    cdef bytes answer
    try:
        answer = (<object>data_of(env).listener).input(json[:length])
        OH_JSVM_CreateStringUtf8(env, answer, len(answer), &result)
    except BaseException as error:
        throw_python(env, error)
    return result


cdef JSVM_Value native_input(JSVM_Env env, JSVM_CallbackInfo info) noexcept nogil:
    """input(json) -> json; waits for the user"""
    cdef JSVM_Value given[1]
    cdef JSVM_Value result = NULL
    cdef char small_json[1024]
    cdef char *json
    cdef size_t json_length = 0
    if not arguments(env, info, 1, given):
        return NULL
    json = text_of(env, given[0], small_json, sizeof(small_json), &json_length)
    if json == NULL:
        return NULL
    with gil:
        result = answer_of(env, json, json_length)
    if json != small_json:
        free(json)
    return result


cdef struct Native:
    const char *name
    JSVM_CallbackStruct callback


cdef enum:
    NATIVE_COUNT = 26

# The one table of the host's natives. An entry's place is its external reference: append,
# never reorder.
cdef Native TABLE[NATIVE_COUNT]

TABLE[0] = Native(b"write", JSVM_CallbackStruct(native_write, NULL))
TABLE[1] = Native(b"now", JSVM_CallbackStruct(native_now, NULL))
TABLE[2] = Native(b"currentCell", JSVM_CallbackStruct(native_current_cell, NULL))
TABLE[3] = Native(b"promiseState", JSVM_CallbackStruct(native_promise_state, NULL))
TABLE[4] = Native(b"proxyTarget", JSVM_CallbackStruct(native_proxy_target, NULL))
TABLE[5] = Native(b"onRejection", JSVM_CallbackStruct(native_on_rejection, NULL))
TABLE[6] = Native(b"timerStart", JSVM_CallbackStruct(native_timer_start, NULL))
TABLE[7] = Native(b"timerStop", JSVM_CallbackStruct(native_timer_stop, NULL))
TABLE[8] = Native(b"display", JSVM_CallbackStruct(native_display, NULL))
TABLE[9] = Native(b"post", JSVM_CallbackStruct(native_post, NULL))
TABLE[10] = Native(b"loadPlatform", JSVM_CallbackStruct(native_load_platform, NULL))
TABLE[11] = Native(b"encodeUtf8", JSVM_CallbackStruct(native_encode_utf8, NULL))
TABLE[12] = Native(b"decodeUtf8", JSVM_CallbackStruct(native_decode_utf8, NULL))
TABLE[13] = Native(b"isUtf8", JSVM_CallbackStruct(native_is_utf8, NULL))
TABLE[14] = Native(b"decodeLegacy", JSVM_CallbackStruct(native_decode_legacy, NULL))
TABLE[15] = Native(b"domainToASCII", JSVM_CallbackStruct(native_domain_to_ascii, NULL))
TABLE[16] = Native(b"randomBytes", JSVM_CallbackStruct(native_random_bytes, NULL))
TABLE[17] = Native(b"digest", JSVM_CallbackStruct(native_digest, NULL))
TABLE[18] = Native(b"askModules", JSVM_CallbackStruct(native_ask_modules, NULL))
TABLE[19] = Native(b"requireModule", JSVM_CallbackStruct(native_require_module, NULL))
TABLE[20] = Native(b"compileFunction", JSVM_CallbackStruct(native_compile_function, NULL))
TABLE[21] = Native(b"input", JSVM_CallbackStruct(native_input, NULL))
TABLE[22] = Native(b"enterCell", JSVM_CallbackStruct(native_enter_cell, NULL))
TABLE[23] = Native(b"iteratorItems", JSVM_CallbackStruct(native_iterator_items, NULL))
TABLE[24] = Native(b"encodePng", JSVM_CallbackStruct(native_encode_png, NULL))
TABLE[25] = Native(
    b"standsForNative", JSVM_CallbackStruct(native_stands_for_native, NULL))

NATIVE_NAMES = tuple([TABLE[index].name.decode() for index in range(NATIVE_COUNT)])


def set_memory_limit(size_t vm, size_t limit):
    """Change the memory limit of a VM, given by its handle; bytes."""
    JSVMX_SetMemoryLimit(<JSVM_VM>vm, limit)


def set_time_limit(size_t vm, double seconds):
    """Change the time limit of a VM, given by its handle; 0 for none."""
    JSVMX_SetTimeLimit(<JSVM_VM>vm, seconds)


cdef class Natives:
    """The host's side of one Env: its data and its natives object.

    `listener` has the methods start_timer(id, delay_s, repeats), stop_timer(id),
    display(kind, json), post(kind, json, bytes), which gives a number, and input(json),
    which gives JSON; `platform` is a WebPlatform. The object must be closed before the
    Env and outlive every call into it; it is bound to the Env's thread.
    """

    cdef JSVM_Env env
    cdef HostData data
    cdef object listener
    cdef object platform
    cdef object modules

    def __cinit__(self, size_t env, object listener, object platform):
        cdef JSVM_VM vm = NULL
        self.env = <JSVM_Env>env
        self.listener = listener
        self.platform = platform
        self.data.listener = <void *>listener
        self.data.platform = <void *>platform
        self.data.modules = <void *>None
        self.data.on_rejection = NULL
        self.data.rejections = 0
        if (
            JSVMX_SetHostData(self.env, &self.data) != JSVM_OK
            or OH_JSVM_GetVM(self.env, &vm) != JSVM_OK
            or OH_JSVM_SetHandlerForPromiseReject(vm, on_promise_event) != JSVM_OK
            or JSVMX_SetAsyncContext(vm, &cell_context) != JSVM_OK
        ):
            raise RuntimeError("this Env can't carry the host's data")

    def make_object(self, adopt):
        """Make the object of all natives; gives ``adopt(address of its handle)``."""
        cdef JSVM_HandleScope scope = NULL
        cdef JSVM_Value natives = NULL
        cdef JSVM_Value function = NULL
        OH_JSVM_OpenHandleScope(self.env, &scope)
        try:
            OH_JSVM_CreateObject(self.env, &natives)
            for index in range(NATIVE_COUNT):
                if (
                    OH_JSVM_CreateFunction(
                        self.env, TABLE[index].name, JSVM_AUTO_LENGTH,
                        &TABLE[index].callback, &function) != JSVM_OK
                    or OH_JSVM_SetNamedProperty(
                        self.env, natives, TABLE[index].name, function) != JSVM_OK
                ):
                    raise RuntimeError(
                        f"the native {NATIVE_NAMES[index]} can't be made in this Env")
            return adopt(<size_t>natives)
        finally:
            OH_JSVM_CloseHandleScope(self.env, scope)

    def set_modules(self, modules):
        """Set what finds modules for require: its method ask(question, first, second)
        gives a text."""
        self.modules = modules
        self.data.modules = <void *>modules

    def drop_microtasks(self):
        """Throw waiting microtasks away; those of a stopped cell end with it."""
        JSVMX_DropMicrotasks(self.env)

    def take_rejections(self):
        """How often a promise was rejected or handled late since the last call."""
        cdef int count = self.data.rejections
        self.data.rejections = 0
        return count

    def close(self):
        """Take the data back from the Env; safe to call twice."""
        if self.env == NULL:
            return
        if self.data.on_rejection != NULL:
            OH_JSVM_DeleteReference(self.env, self.data.on_rejection)
            self.data.on_rejection = NULL
        JSVMX_SetHostData(self.env, NULL)
        self.env = NULL
