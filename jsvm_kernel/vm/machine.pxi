# VM: life cycle, threads, limits, the stop button, statistics.

# Less does not hold the engine's own objects, or a few calls.
SMALLEST_MEMORY = 1 << 20
SMALLEST_STACK = 64 << 10
SHORTEST_TIME = 0.001
LONGEST_TIME = 1e9
# What the C code around JavaScript needs of a thread's stack.
STACK_RESERVE = 256 << 10


@cython.final
@cython.no_gc_clear
cdef class VM:
    """An engine instance with a heap of its own.

        with VM(memory_limit=64 << 20) as vm, vm.env() as env:
            env.eval("1 + 1")

    memory_limit is the size of the heap and stack_size that of the C stack that
    JavaScript may use, in bytes; time_limit is what one call into JavaScript may take,
    in seconds. None is no limit, or the engine's own stack size.

    A VM belongs to the thread that made it: calls from another one raise WrongThread.
    leave() and enter() hand it over. request_stop() may be called from any thread, and
    proxies may die on any thread. The GIL is free while JavaScript runs, so VMs of
    several threads run in parallel.
    """

    def __cinit__(self, *, memory_limit=None, stack_size=None, time_limit=None):
        cdef JSVM_VM handle
        check_memory_limit(memory_limit)
        check_stack_size(stack_size)
        check_time_limit(time_limit)
        self.callables = {}
        self.instances = {}
        self.instances_due = FEW_INSTANCES
        self.envs = weakref.WeakSet()
        self.state = new_vm_state()
        self.state.closed = self.state.destroyed = True  # until it exists
        if OH_JSVM_CreateVM(NULL, &handle) != JSVM_OK:
            raise MemoryError("no memory for a VM")
        self.state.vm = handle
        self.state.closed = self.state.destroyed = False
        self.memory_limit = memory_limit
        self.stack_size = stack_size
        self.time_limit = None if time_limit is None else float(time_limit)
        if memory_limit is not None:
            JSVMX_SetMemoryLimit(handle, memory_limit)
        if stack_size is not None:
            JSVMX_SetStackSize(handle, stack_size)
        if time_limit is not None and JSVMX_SetTimeLimit(handle, time_limit) != JSVM_OK:
            raise APIError("the thread that watches time limits cannot be started")
        self.enter()

    def __del__(self):
        if self.state == NULL or self.state.closed:
            return
        try:
            warnings.warn(f"unclosed {self!r}", ResourceWarning, source=self)
        finally:
            if self.state.owner == 0 or may_touch(self.state):
                # Whoever used it would have held this object.
                self.state.depth = self.state.uses = 0
                self.close()
            # Else another thread owns it and its memory stays: nothing may touch it.

    def __dealloc__(self):
        if self.state == NULL:
            return
        if not self.state.destroyed:
            Py_INCREF(self.instances)  # the engine's objects still point into them
        drop_vm_state(self.state)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def __repr__(self):
        if self.state == NULL or self.state.closed:
            return "<VM (closed)>"
        return f"<VM at {<size_t>self.state.vm:#x}>"

    # ---- life cycle ------------------------------------------------------------------

    def env(self):
        """Return a new Env."""
        return Env(self)

    def close(self):
        """Free the VM with all its Envs; closing twice is allowed.

        Memory of it that Python still uses, in a NumPy array for example, is freed when
        that use ends. Raises RuntimeError while it is in use.
        """
        cdef VMState *state = self.state
        if state.closed:
            return
        if state.owner != 0:
            check_owner(state)
        if state.depth > 0 or state.uses > 0:
            raise RuntimeError("a VM cannot be closed while it is in use")
        do_chores(state)
        state.closed = True
        if self.calls is not None:
            self.calls.close()
        if state.scope != NULL:
            OH_JSVM_CloseVMScope(state.vm, state.scope)
            state.scope = NULL
        if state.exports == 0:
            self.destroy()

    cdef int destroy(self) except -1:
        """Free the engine's VM and let go all that its objects held."""
        cdef VMState *state = self.state
        if not state.destroyed:
            OH_JSVM_DestroyVM(state.vm)
            state.destroyed = True
            do_chores(state)
            sweep(self, state)
        return 0

    @property
    def closed(self):
        """Whether close() was called."""
        return bool(self.state.closed)

    @property
    def handle(self):
        """Address of the JSVM_VM, for C and Cython code that uses jsvm.h itself."""
        self.check()
        return <size_t>self.state.vm

    cdef int check(self) except -1:
        """Begin a use of the VM."""
        if self.state == NULL or self.state.closed:
            raise Closed("the VM is closed")
        check_owner(self.state)
        if self.state.chore_count > 0:
            do_chores(self.state)
        return 0

    # ---- threads ---------------------------------------------------------------------

    def enter(self):
        """Make the VM belong to this thread; it must belong to none."""
        cdef VMState *state = self.state
        if state.closed:
            raise Closed("the VM is closed")
        if state.owner != 0:
            raise WrongThread("the thread of the VM has not called VM.leave()")
        if OH_JSVM_OpenVMScope(state.vm, &state.scope) != JSVM_OK:
            raise WrongThread("other code has entered the VM on another thread")
        state.owner = PyThread_get_thread_ident()

    def leave(self):
        """Let another thread enter() the VM."""
        cdef VMState *state = self.state
        self.check()
        if state.depth > 0 or state.uses > 0:
            raise RuntimeError("a VM cannot be left while it is in use")
        OH_JSVM_CloseVMScope(state.vm, state.scope)
        state.scope = NULL
        state.owner = 0

    def accept_calls(self, wake, *, when_slow=None):
        """Let other threads call functions of this VM and wait for promises of it.

        wake() is called when calls begin to wait, on the thread of the first of them:
        it has to make the VM's thread call serve_calls(), which does what waits.
        when_slow(call) is called, on the thread that waits, once it has for 3 seconds.
        """
        self.check()
        if self.calls is not None:
            raise RuntimeError("the VM accepts calls of other threads already")
        from .calls import CallQueue
        self.calls = CallQueue(self, wake, when_slow)

    def serve_calls(self):
        """Do what other threads wait for now; see accept_calls()."""
        self.check()
        for call in self.calls.take() if self.calls is not None else ():
            call.run()

    # ---- microtasks ------------------------------------------------------------------

    def run_microtasks(self):
        """Run what promises wait for, until nothing is left. Every outermost call into
        JavaScript does so at its end."""
        cdef VMState *state = self.state
        cdef PyThreadState *previous
        self.check()
        previous = leave_python(state)
        OH_JSVM_PerformMicrotaskCheckpoint(state.vm)
        enter_python(state, previous)
        if state.dead != NULL:
            sweep(self, state)
        if state.unwinding:
            raise_unwinding(self)

    def has_pending_microtasks(self):
        """Whether a microtask waits."""
        cdef c_bool answer = False
        self.check()
        JSVMX_HasPendingMicrotasks(self.state.vm, &answer)
        return True if answer else False

    # ---- the stop button -------------------------------------------------------------

    def request_stop(self):
        """Stop the JavaScript that runs, with Stopped, from any thread; all JavaScript
        entered later ends at once, until clear_stop()."""
        if self.state.closed:
            raise Closed("the VM is closed")
        self.stop_is_ours = False
        JSVMX_RequestStop(self.state.vm)

    def clear_stop(self):
        """Take a stop request back."""
        self.check()
        JSVMX_ClearStop(self.state.vm)

    def stop_reason(self):
        """Why JavaScript was stopped last, since clear_stop(): "none", "requested" or
        "time_limit". A stop that hits a microtask raises no exception: this tells."""
        cdef JSVMX_StopReason reason = JSVMX_STOP_NONE
        if self.state.closed:
            raise Closed("the VM is closed")
        JSVMX_GetStopReason(self.state.vm, &reason)
        if reason == JSVMX_STOP_NONE:
            return "none"
        return "requested" if reason == JSVMX_STOP_REQUESTED else "time_limit"

    def stop_stack(self):
        """Where the last stop hit, as lines of a stack text; "" if no code was there."""
        cdef const char *stack = NULL
        if self.state.closed:
            raise Closed("the VM is closed")
        JSVMX_GetStopStack(self.state.vm, &stack)
        return "" if stack == NULL else stack.decode("utf-8", "replace")

    # ---- information -----------------------------------------------------------------

    def info(self):
        """Return what engine this is, as VMInfo."""
        cdef JSVM_VMInfo info
        OH_JSVM_GetVMInfo(&info)
        return VMInfo(info.apiVersion, info.engine.decode(), info.version.decode(),
                      info.cachedDataVersionTag)

    def collect_garbage(self):
        """Free what only cycles hold, at once, also such as lead through a Python object
        and what only that holds. The engine does so itself whenever the heap has grown
        by half, or the number of Python objects in it has doubled."""
        self.check()
        collect_cycles(self)
        if self.state.dead != NULL and self.state.depth == 0:
            sweep(self, self.state)

    def heap_statistics(self):
        """Return the state of the heap, as HeapStatistics. Walks the whole heap."""
        cdef JSVM_HeapStatistics heap
        self.check()
        if OH_JSVM_GetHeapStatistics(self.state.vm, &heap) != JSVM_OK:
            raise APIError("heap statistics are not available")
        return HeapStatistics(
            heap.totalHeapSize, heap.totalHeapSizeExecutable, heap.totalPhysicalSize,
            heap.totalAvailableSize, heap.usedHeapSize, heap.heapSizeLimit,
            heap.mallocedMemory, heap.externalMemory, heap.peakMallocedMemory,
            heap.numberOfNativeContexts, heap.numberOfDetachedContexts,
            heap.totalGlobalHandlesSize, heap.usedGlobalHandlesSize)


def live_resources():
    """Return what libjsvm holds in this process, as LiveResources."""
    cdef JSVMX_LiveResources live
    JSVMX_GetLiveResources(&live)
    return LiveResources(live.vms, live.envs, live.handleScopes, live.handles,
                         live.references, live.scripts, live.finalizers)


# ---- checks of limits ----------------------------------------------------------------

def limit_ranges():
    """Return the least and the greatest limits a VM can have here, as LimitRanges."""
    return LimitRanges((SMALLEST_MEMORY, sys.maxsize),
                       (SMALLEST_STACK, thread_stack_size() - STACK_RESERVE),
                       (SHORTEST_TIME, LONGEST_TIME))


cdef int check_size(object value, str name) except -1:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} is an int, in bytes, or None, "
                        f"not {type(value).__qualname__}")
    return 0


cdef int check_memory_limit(object value) except -1:
    if value is not None:
        check_size(value, "memory_limit")
        least, most = limit_ranges().memory
        if not least <= value <= most:
            raise ValueError(f"memory_limit is at least {least} bytes and at most "
                             f"{most}, not {value}")
    return 0


cdef int check_stack_size(object value) except -1:
    if value is not None:
        check_size(value, "stack_size")
        least, most = limit_ranges().stack
        if not least <= value <= most:
            raise ValueError(
                f"stack_size is at least {least} bytes and, for the stack of "
                f"this process's threads, at most {most}, not {value}")
    return 0


cdef int check_time_limit(object value) except -1:
    if value is not None:
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise TypeError("time_limit is a number of seconds or None, "
                            f"not {type(value).__qualname__}")
        if not SHORTEST_TIME <= value <= LONGEST_TIME:
            raise ValueError(
                f"time_limit is between {SHORTEST_TIME} and 1e9 seconds, not {value}; "
                "None is no limit")
    return 0


cdef object thread_stack_size():
    """Bytes of stack that a thread of this process has at least."""
    try:
        import resource
        soft, _ = resource.getrlimit(resource.RLIMIT_STACK)
    except ImportError:
        soft = 1 << 20
    else:
        if soft == resource.RLIM_INFINITY:
            soft = 2 << 20  # what threads get then
    return min(soft, threading.stack_size() or soft)
