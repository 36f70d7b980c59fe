# State of VMs and Envs, the GIL, and work that has to wait.

cdef extern from "Python.h" nogil:
    """
    #if PY_VERSION_HEX >= 0x030d0000
    #define jsvm_current_thread_state PyThreadState_GetUnchecked
    #else
    #define jsvm_current_thread_state _PyThreadState_UncheckedGet
    #endif
    """
    PyGILState_STATE PyGILState_Ensure()
    void PyGILState_Release(PyGILState_STATE state)
    PyThreadState *PyEval_SaveThread()
    void PyEval_RestoreThread(PyThreadState *state)
    PyThreadState *jsvm_current_thread_state()
    unsigned long PyThread_get_thread_ident()


# ---- the GIL -------------------------------------------------------------------------
#
# Python code that calls JS brackets the call with leave_python and enter_python; a
# callback that JS runs brackets its Python code with take_gil and give_gil. Both nest.
# `released` is the thread state to restore; what it was before is kept on the C stack.

cdef inline PyThreadState *leave_python(VMState *state) noexcept:
    """Release the GIL. No Python may be used until enter_python."""
    cdef PyThreadState *previous = state.released
    state.depth += 1
    state.released = PyEval_SaveThread()
    return previous


cdef inline void enter_python(VMState *state, PyThreadState *previous) noexcept:
    PyEval_RestoreThread(state.released)
    state.released = previous
    state.depth -= 1


cdef void take_gil(VMState *state, Gil *gil) noexcept nogil:
    gil.previous = state.released
    gil.ensured = <PyGILState_STATE>0
    if gil.previous == NULL:
        gil.kind = GIL_ENSURED
        gil.ensured = PyGILState_Ensure()
    elif jsvm_current_thread_state() == gil.previous:
        gil.kind = GIL_HELD
    else:
        gil.kind = GIL_RESTORED
        PyEval_RestoreThread(gil.previous)
    state.released = NULL


cdef void give_gil(VMState *state, Gil *gil) noexcept nogil:
    if gil.kind == GIL_RESTORED:
        PyEval_SaveThread()
    elif gil.kind == GIL_ENSURED:
        PyGILState_Release(gil.ensured)
    state.released = gil.previous


# ---- life of the states --------------------------------------------------------------

cdef VMState *new_vm_state() except NULL:
    cdef VMState *state = <VMState *>calloc(1, sizeof(VMState))
    if state == NULL:
        raise MemoryError
    state.users = 1
    return state


cdef void drop_vm_state(VMState *state) noexcept:
    state.users -= 1
    if state.users == 0:
        free(state.chores)
        free(state)


cdef void drop_env_state(EnvState *state) noexcept:
    state.users -= 1
    if state.users == 0:
        drop_vm_state(state.vm)
        free(state)


# ---- chores --------------------------------------------------------------------------

cdef inline bint may_touch(VMState *state) noexcept:
    """Whether this thread, which has the GIL, may call the engine's VM now."""
    return state.closed or state.owner == PyThread_get_thread_ident()


cdef void do_chore(ChoreKind kind, EnvState *env, JSVM_Ref ref) noexcept:
    """Do the work now; it runs no JavaScript."""
    if kind == DESTROY_ENV:
        destroy_env(env)
        drop_env_state(env)
    elif kind == DELETE_REFERENCE:
        OH_JSVM_DeleteReference(env.env, ref)
        drop_env_state(env)
    elif not env.destroyed:
        JSVMX_ReleaseMemory(env.env, <void *>ref)


cdef void do_or_queue(ChoreKind kind, EnvState *env, JSVM_Ref ref) noexcept:
    """Do the work now if this thread may and nothing forbids it, else leave it to the
    VM's next entry. Takes over one use of env for all kinds but
    RELEASE_MEMORY, whose ref is the hold."""
    cdef VMState *state = env.vm
    cdef Chore *grown
    cdef bint must_wait = kind == DESTROY_ENV and state.depth > 0
    if state.destroyed or (may_touch(state) and not must_wait):
        if state.chore_count > 0:
            do_chores(state)  # first: one of them may need what this one deletes
        do_chore(kind, env, ref)
        return
    if state.chore_count == state.chore_room:
        grown = <Chore *>realloc(
            state.chores, (state.chore_room * 2 + 16) * sizeof(Chore))
        if grown == NULL:
            return  # no memory: the value lives until its VM is destroyed
        state.chores = grown
        state.chore_room = state.chore_room * 2 + 16
    state.chores[state.chore_count] = Chore(kind, env, ref)
    state.chore_count += 1


cdef void do_chores(VMState *state) noexcept:
    """Do what was left, in the order it came; what cannot be done yet stays."""
    cdef Py_ssize_t i = 0, kept = 0
    cdef Chore chore
    while i < state.chore_count:
        chore = state.chores[i]
        i += 1
        if chore.kind == DESTROY_ENV and state.depth > 0 and not state.destroyed:
            state.chores[kept] = chore
            kept += 1
        else:
            do_chore(chore.kind, chore.env, chore.ref)
    state.chore_count = kept


cdef void destroy_env(EnvState *env) noexcept:
    """Free the engine's Env, unless that has happened or Python still uses memory of
    it: then the end of the last export does."""
    if env.destroyed or env.exports > 0:
        return
    env.destroyed = True
    if env.identity != NULL:
        OH_JSVM_DeleteReference(env.env, env.identity)
    if not env.vm.destroyed:
        if env.scope != NULL:
            OH_JSVM_CloseEnvScope(env.env, env.scope)
        OH_JSVM_DestroyEnv(env.env)


# ---- held things ---------------------------------------------------------------------

cdef void bury(JSVM_Env env, void *data, void *hint) noexcept nogil:
    """JSVM_Finalize of a callable's function. With or without the GIL."""
    cdef Held *held = <Held *>data
    held.next_dead = held.vm.dead
    held.vm.dead = held


cdef void bury_buffer(
    JSVM_Env env, void *data, void *hint, c_bool copied
) noexcept nogil:
    """JSVM_FinalizeArrayBuffer of a shared buffer."""
    bury(env, hint, NULL)


cdef void sweep(VM vm, VMState *state) noexcept:
    """Let go what JS no longer holds. Runs Python code (destructors)."""
    cdef Held *held
    while state.dead != NULL:
        held = state.dead
        state.dead = held.next_dead
        if held.instance != NULL:
            # Gone when its Instance, which it is part of, leaves the VM.
            drop_env_state(held.env)
            del vm.instances[(<Instance>held.instance).key]
        elif held.callable != NULL:
            drop_env_state(held.env)
            del vm.callables[<object>held.key]
            free(held)
        else:
            PyBuffer_Release(&held.buffer)
            free(held)
        drop_vm_state(state)
