# The classes and shared structures of the compiled module. What is declared here is all
# state there is; the .pxi files implement it, one subject each.
from cpython.object cimport PyObject
from libc.math cimport signbit
from libc.stdint cimport int64_t

from .jsvm cimport *


cdef extern from *:
    """
    #define JSVM_SAFE_INTEGER 9007199254740991LL
    """
    const int64_t SAFE_INTEGER "JSVM_SAFE_INTEGER"

cdef extern from "Python.h" nogil:
    ctypedef struct PyThreadState:
        pass
    ctypedef enum PyGILState_STATE:
        pass


# ---- state that C callbacks reach without the GIL ------------------------------------

# Something of Python that a JS object keeps alive: a callable behind a function, a
# buffer behind an ArrayBuffer, an object behind the JS object that stands for it. Made
# with the GIL held; the engine's finalizer, which must not run Python code, only moves
# it to the dead; `sweep` frees it.
cdef struct Held:
    Held *next_dead
    VMState *vm
    EnvState *env           # of a callable: where its arguments are converted
    PyObject *callable      # borrowed from VM.callables, where Python's GC sees it
    PyObject *key           # there, borrowed likewise: letting go takes no memory
    PyObject *instance      # the Instance that this is part of, borrowed likewise
    Py_buffer buffer        # of a buffer; buf is NULL otherwise

# Inside an Instance; the native object comes first, as the engine gives its address.
cdef struct InstanceState:
    JSVMX_NativeObject native
    Held held

# Work that another thread, or a moment at which JS runs, left for later.
ctypedef enum ChoreKind:
    DELETE_REFERENCE
    RELEASE_MEMORY
    DESTROY_ENV

cdef struct Chore:
    ChoreKind kind
    EnvState *env
    JSVM_Ref ref

# One per VM; freed when the VM object and all Envs, proxies and held things are gone.
cdef struct VMState:
    JSVM_VM vm
    JSVM_VMScope scope
    long users              # reference count, guarded by the GIL
    unsigned long owner     # thread that may call; 0 after VM.leave()
    bint closed             # close() was called: every use raises Closed
    bint destroyed          # the engine's VM is gone
    int depth               # calls into JS below one another
    int uses                # handle scopes that Python code has open
    Py_ssize_t exports      # Python buffers over JS memory
    PyThreadState *released # of the owner while it runs JS without the GIL, else NULL
    bint unwinding          # VM.exception waits to be raised above the JS that runs
    Held *dead              # guarded by "the VM's thread, or nobody, runs JS"
    Chore *chores           # guarded by the GIL
    Py_ssize_t chore_count
    Py_ssize_t chore_room

# One per Env; freed when the Env object and all callables made in it are gone.
cdef struct EnvState:
    JSVM_Env env            # stays non-NULL for late OH_JSVM_DeleteReference
    VMState *vm
    long users
    PyObject *object        # borrowed: the Env, NULL when it was collected
    bint closed
    bint destroyed
    JSVM_EnvScope scope
    Py_ssize_t exports
    JSVM_Ref identity       # function (object) -> number, made when first needed


# How a callback got the GIL, for give_gil.
ctypedef enum GilKind:
    GIL_RESTORED    # the thread's own state was restored
    GIL_HELD        # somebody below called JS without releasing the GIL
    GIL_ENSURED     # somebody below released it in a way of his own

cdef struct Gil:
    GilKind kind
    PyThreadState *previous
    PyGILState_STATE ensured


# ---- VM and Env ----------------------------------------------------------------------

cdef class VM:
    cdef object __weakref__
    cdef VMState *state
    cdef object envs            # WeakSet of its Envs
    cdef dict callables         # address of Held -> callable
    cdef dict instances         # address of a Python object -> its Instance
    cdef Py_ssize_t instances_due   # so many: time to look for cycles
    cdef BaseException exception    # see VMState.unwinding
    cdef bint stop_is_ours      # the stop in force only serves to unwind
    cdef readonly object calls  # CallQueue; None: other threads get WrongThread
    cdef readonly object memory_limit
    cdef readonly object stack_size
    cdef readonly object time_limit

    cdef int check(self) except -1
    cdef int destroy(self) except -1


cdef class Env:
    cdef object __weakref__
    cdef readonly VM vm
    cdef EnvState *state
    cdef JSVM_Env handle        # state.env, one step nearer
    cdef object resolve         # module loader
    cdef object load
    cdef object describe
    cdef dict exposed           # Python class -> Exposed; None: none is

    cdef JSVM_HandleScope enter(self) except NULL
    cdef void leave(self, JSVM_HandleScope scope) noexcept
    cdef int fail(self, JSVM_Status status) except -1
    cdef int fail_as(self, JSVM_Status status, const char *text) except -1


# ---- Python objects that JS objects stand for ----------------------------------------

cdef class Instance:
    cdef InstanceState state
    cdef object value
    cdef object key             # in VM.instances
    cdef JSVM_Ref face          # weak, or NULL
    cdef EnvState *face_env


cdef class Exposed:
    cdef EnvState *env
    cdef JSVM_Ref prototype

    cdef JSVM_Value to_js(self, Env env, object value) except NULL


# ---- live proxies --------------------------------------------------------------------

# Base of all proxies: a strong reference to one JS value.
cdef class JSValue:
    cdef object __weakref__
    cdef Env env                # not public: JS objects have properties of this name
    cdef JSVM_Ref ref
    cdef Py_hash_t identity     # cached hash; -1: not asked for yet

    cdef JSVM_Value get(self) except NULL
    cdef Env env_of(self)
    cdef str summary(self)      # what repr says besides the class


cdef class JSSymbol(JSValue):
    pass


cdef class JSObject(JSValue):
    cdef str summary(self)


cdef class JSArray(JSObject):
    cdef str summary(self)


cdef class JSFunction(JSObject):
    cdef void *vectorcall       # vectorcallfunc
    cdef JSObject receiver      # `this` of a call; None: undefined
    cdef int64_t context        # async context in which Python got it

    cdef str summary(self)


cdef class JSPromise(JSObject):
    cdef bint is_cell           # its value is {value: ...}, which result() takes apart
    cdef bint is_handled
    cdef int64_t context        # async context in which Python got it

    cdef int mark_handled(self) except -1
    cdef str summary(self)


# Base of the proxies that export memory.
cdef class JSMemory(JSObject):
    cdef Py_ssize_t exports     # each pins the ArrayBuffer once
    cdef Py_ssize_t length      # elements; buffers point to this while exported
    cdef Py_ssize_t itemsize

    cdef str summary(self)


cdef class JSArrayBuffer(JSMemory):
    pass


cdef class JSTypedArray(JSMemory):
    cdef str summary(self)


cdef class JSDataView(JSMemory):
    pass


# ---- for the modules built on this one -----------------------------------------------

cdef void take_gil(VMState *state, Gil *gil) noexcept nogil
cdef void give_gil(VMState *state, Gil *gil) noexcept nogil

# A new JS function that keeps owner alive; what it calls gets a Held of owner as data.
cdef JSVM_Value owned_function(
    Env env, object owner, JSVMX_CallHandler call, str name, int parameters
) except NULL
cdef JSVM_Value owned_constructor(
    Env env, object owner, JSVMX_CallHandler call, str name, int parameters
) except NULL

# The bits of an enum that is one of flags, which combine; 0 if it is not.
cdef int64_t flag_bits(list values) except? -1

# A new direct function; it may fail if there is a thrower, which throws in JS what it
# left in Python. `running`, unless it is NULL, counts the calls that run.
cdef class Thrower:
    cdef int64_t *running
    cdef int throw(self, Env env, BaseException error) noexcept

cdef JSVM_Value direct_to_js(
    Env env, object name, list params, object result, object thunk, dict enums,
    Thrower thrower
) except NULL

cdef JSVM_Value to_js(Env env, object value) except NULL
cdef object to_python(Env env, JSVM_Value value)
cdef str name_of(object value)

cdef inline object number_to_python(double number):
    """An int where the Number is a safe integer other than -0, else a float."""
    cdef int64_t whole
    if -SAFE_INTEGER <= number <= SAFE_INTEGER:
        whole = <int64_t>number
        if <double>whole == number and (whole != 0 or not signbit(number)):
            return whole
    return number

# The JS object that stands for a Python object: one that is there, or NULL; a new one.
cdef JSVM_Value find_instance(Env env, object value) except? NULL
cdef JSVM_Value new_instance(Env env, object value, JSVM_Value prototype) except NULL
cdef Exposed find_exposed(Env env, type kind)
cdef int expose(Env env, Exposed exposed, object kind, JSVM_Value prototype) except -1
# What it stands for; None: nothing.
cdef Instance instance_of(Env env, JSVM_Value value)
# The same for JS errors, which are tied to Python exceptions.
cdef int tie(Env env, object value, JSVM_Value target) except -1
cdef JSVM_Value find_tied(Env env, object value) except? NULL
cdef object object_behind(Env env, JSVM_Value value)

# Call a function with handles of the open scope.
cdef JSVM_Value call_handles(
    JSFunction function, size_t count, const JSVM_Value *values
) except NULL
# The JSError for a thrown value.
cdef object exception_of(Env env, JSVM_Value value)
# The exception for a stop that was requested or is due; None: there is none.
cdef object stop_exception(VM vm)

cdef object adopt_object(Env env, JSVM_Value value, JSObject proxy)
cdef str text_of_units(const void *units, Py_ssize_t length, bint wide)
cdef object bigint_from_js(Env env, JSVM_Value value)
cdef void sweep(VM vm, VMState *state) noexcept
cdef str property_text(Env env, JSVM_Value target, const char *name)

# Throw a Python exception in JS; what would be thrown. `frames` gives the frames of a
# traceback.
cdef int throw_python(Env env, BaseException error, object frames=*) noexcept
cdef void throw_name(Env env, object error) noexcept
cdef JSVM_Value exception_to_js(Env env, BaseException error, object frames) except NULL
cdef str exception_text(BaseException error)
