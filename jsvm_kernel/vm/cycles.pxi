# Cycles through both heaps: an instance that holds a JS callback that closes over it.
#
# Neither collector sees such a cycle whole: to the engine the proxy in Python is a root,
# to Python the JS object is one. What only an instance's Python object holds is found by
# reference counts; for the time of one collection its proxies hold their JS objects
# weakly, and the engine is told that the instance's JS object holds them (its edges). So
# the engine's collector decides, and nothing that can still be reached dies.

cdef extern from "Python.h":
    Py_ssize_t Py_REFCNT(PyObject *value) noexcept
    bint PyObject_IS_GC(PyObject *value) noexcept
    PyObject *PyList_GET_ITEM(object values, Py_ssize_t index) noexcept    # borrowed

cdef enum:
    FEW_INSTANCES = 10_000  # below, nothing is collected unasked


cdef int collect_cycles(VM vm) except -1:
    """Collect the engine's garbage, and what it and Python hold only through one
    another. Runs no Python code until sweep()."""
    cdef Instance instance
    cdef list owners = [], proxies
    for instance in list(vm.instances.values()):
        if instance.state.native.object != NULL and not instance.state.held.env.closed:
            if Py_REFCNT(<PyObject *>instance.value) == 1:
                proxies = [proxy for proxy in owned_proxies(instance.value)
                           if has_value(proxy, vm.state)]
                if proxies:
                    owners.append((instance, proxies))
    for instance, proxies in owners:
        hand_over(instance, proxies)
    JSVMX_CollectGarbage(vm.state.vm)
    for instance, proxies in owners:
        take_back(instance, proxies)
    return 0


cdef list owned_proxies(object value):
    """The proxies that only this object, or what only it holds, refers to."""
    cdef list found = [], referents, stack = [gc.get_referents(value)]
    cdef PyObject *item
    cdef Py_ssize_t i
    while stack:
        referents = stack.pop()
        for i in range(len(referents)):
            item = PyList_GET_ITEM(referents, i)
            # One is the list's. Only containers can lead to a proxy.
            if Py_REFCNT(item) == 2 and PyObject_IS_GC(item):
                stack.append(gc.get_referents(<object>item))
                if isinstance(<object>item, JSObject):
                    found.append(<object>item)
    return found


cdef void hand_over(Instance instance, list proxies) noexcept:
    """Let the JS object of an instance hold what its proxies held; None takes the place
    of those that cannot be weak. Without memory for it nothing of the instance is
    collected. Allocates nothing in Python: nothing may come between this and
    take_back()."""
    cdef EnvState *env = instance.state.held.env
    cdef JSVM_HandleScope scope
    cdef JSVM_Value *values
    cdef size_t count = 0
    cdef Py_ssize_t i
    cdef bint held = False
    values = <JSVM_Value *>malloc(len(proxies) * sizeof(JSVM_Value))
    if values != NULL and OH_JSVM_OpenHandleScope(env.env, &scope) == JSVM_OK:
        for i in range(len(proxies)):
            if OH_JSVM_GetReferenceValue(
                    env.env, (<JSValue>proxies[i]).ref, &values[count]) == JSVM_OK:
                count += 1
        held = count == <size_t>len(proxies) and JSVMX_SetNativeEdges(
            env.env, &instance.state.native, count, values) == JSVM_OK
        OH_JSVM_CloseHandleScope(env.env, scope)
    for i in range(len(proxies)):
        if not held or not weaken(<JSValue>proxies[i]):
            proxies[i] = None
    free(values)


cdef bint has_value(JSValue proxy, VMState *vm):
    """Whether a proxy holds something of this VM: another's is no business of it."""
    return (proxy.ref != NULL and proxy.env.state.vm == vm
            and not proxy.env.state.destroyed)


cdef bint weaken(JSValue proxy):
    return OH_JSVM_ReferenceUnref(proxy.env.state.env, proxy.ref, NULL) == JSVM_OK


cdef void take_back(Instance instance, list proxies) noexcept:
    """Undo hand_over(); the objects of an instance that died are gone."""
    cdef EnvState *env = instance.state.held.env
    cdef JSValue proxy
    for proxy in proxies:
        if proxy is not None:
            OH_JSVM_ReferenceRef(env.env, proxy.ref, NULL)
    JSVMX_SetNativeEdges(env.env, &instance.state.native, 0, NULL)


cdef int collect_unasked(VM vm) except -1:
    """Collect cycles because twice as many instances live as after the last time."""
    collect_cycles(vm)
    sweep(vm, vm.state)
    vm.instances_due = max(FEW_INSTANCES, 2 * len(vm.instances))
    return 0
