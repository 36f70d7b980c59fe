# cython: language_level=3
"""The signals of a host: the stop button, the end of the front, a stack without room.

The handlers do nothing but async-signal-safe calls.
"""

from libc.errno cimport errno
from libc.signal cimport SIG_IGN, SIGALRM, SIGBUS, SIGINT, SIGSEGV, SIGUSR1, raise_
from libc.string cimport memset, strlen
from posix.resource cimport RLIM_INFINITY, RLIMIT_STACK, getrlimit, rlimit
from posix.signal cimport (
    SA_ONSTACK, SA_RESETHAND, SA_RESTART, SA_SIGINFO, sigaction, sigaction_t,
    sigaltstack, sigemptyset, siginfo_t, stack_t,
)
from posix.unistd cimport _exit, alarm
from posix.unistd cimport write as write_descriptor

from jsvm_kernel.host._stdio cimport is_writing
from jsvm_kernel.vm.jsvm cimport JSVM_VM, JSVMX_RequestStop


cdef extern from "Python.h":
    void PyErr_SetInterrupt() noexcept nogil


cdef extern from "poll.h" nogil:
    cdef struct pollfd:
        int fd
        short events
        short revents
    enum: POLLHUP
    int poll(pollfd *, unsigned long, int)


# Written by the main thread, read by the handler; plain ints and pointers are enough as
# both are the same thread.
cdef JSVM_VM stoppable = NULL
cdef int stop_wakeup = -1
cdef volatile int stop_requested = 0
cdef int stop_flags = SA_RESTART


cdef void on_stop(int signal_number) noexcept nogil:
    global stop_requested
    cdef int saved = errno
    cdef unsigned long long one = 1
    if stoppable != NULL:
        stop_requested = 1
        JSVMX_RequestStop(stoppable)
        PyErr_SetInterrupt()
        write_descriptor(stop_wakeup, &one, sizeof(one))
        # The front repeats a stop until it is heeded. A thread that waits for a lock
        # heeds it only when its system call isn't begun anew; one that writes must go
        # on, or output would be lost.
        if not is_writing():
            handle_stops(0)
    (&errno)[0] = saved


cdef int handle_stops(int flags) noexcept nogil:
    """Let `on_stop` handle SIGUSR1 from now on, with these flags."""
    global stop_flags
    cdef sigaction_t action
    memset(&action, 0, sizeof(action))
    sigemptyset(&action.sa_mask)
    action.sa_flags = stop_flags = flags
    action.sa_handler = on_stop
    return sigaction(SIGUSR1, &action, NULL)


def install_stop_handler(int wakeup):
    """Answer SIGUSR1 by stopping what `arm_stop` named; writes to eventfd `wakeup`.

    SIGINT is ignored as a signal (a terminal's Ctrl-C is for the front), but Python's own
    handler for it stays in place: the stop button reaches Python code through it.
    """
    global stop_wakeup
    cdef sigaction_t action
    stop_wakeup = wakeup
    if handle_stops(SA_RESTART) != 0:
        raise OSError(errno, "the handler of SIGUSR1 can't be installed")
    memset(&action, 0, sizeof(action))
    sigemptyset(&action.sa_mask)
    action.sa_handler = SIG_IGN
    if sigaction(SIGINT, &action, NULL) != 0:
        raise OSError(errno, "SIGINT can't be ignored")


# The front's end of the socket, and whether nobody is there any more.
cdef int front_socket = -1
cdef volatile int front_is_gone = 0

cdef enum:
    LAST_SECONDS = 2  # that native code has to end once the front is gone


cdef void on_last_second(int signal_number) noexcept nogil:
    _exit(0)


cdef void on_socket(int signal_number) noexcept nogil:
    """Something happened at the socket; only the front's end of it matters here."""
    global front_is_gone
    cdef int saved = errno
    cdef pollfd state
    cdef sigaction_t action
    cdef unsigned long long one = 1
    state.fd = front_socket
    state.events = 0
    state.revents = 0
    if poll(&state, 1, 0) == 1 and state.revents & POLLHUP:
        front_is_gone = 1
        if stoppable != NULL:
            JSVMX_RequestStop(stoppable)
        PyErr_SetInterrupt()
        write_descriptor(stop_wakeup, &one, sizeof(one))
        memset(&action, 0, sizeof(action))
        sigemptyset(&action.sa_mask)
        action.sa_handler = on_last_second
        sigaction(SIGALRM, &action, NULL)
        alarm(LAST_SECONDS)
    (&errno)[0] = saved


def watch_front(int socket, int signal_number):
    """Let `signal_number`, sent when the socket changes, end JS if the front is gone.

    A busy host reads no messages: it would not notice, and run for ever.
    """
    global front_socket
    cdef sigaction_t action
    front_socket = socket
    memset(&action, 0, sizeof(action))
    sigemptyset(&action.sa_mask)
    action.sa_flags = SA_RESTART
    action.sa_handler = on_socket
    if sigaction(signal_number, &action, NULL) != 0:
        raise OSError(errno, "the front's end of the socket can't be watched")


def arm_stop(size_t vm):
    """From now on SIGUSR1 stops the VM with this handle; earlier requests are void."""
    global stop_requested
    stop_requested = 0
    if stop_flags != SA_RESTART:
        handle_stops(SA_RESTART)
    aim_stop(vm)


def aim_stop(size_t vm):
    """From now on SIGUSR1 stops the VM with this handle; gives the one it stopped."""
    global stoppable
    cdef size_t before = <size_t>stoppable
    stoppable = <JSVM_VM>vm
    if front_is_gone and stoppable != NULL:
        JSVMX_RequestStop(stoppable)
    return before


def disarm_stop():
    """From now on SIGUSR1 does nothing; tells whether it came since `arm_stop`."""
    global stoppable
    stoppable = NULL
    if stop_flags != SA_RESTART:
        handle_stops(SA_RESTART)
    return stop_requested != 0


def stop_was_requested():
    """Whether SIGUSR1 came since `arm_stop`."""
    return stop_requested != 0


# ---- a stack without room ------------------------------------------------------------
#
# Native code that calls itself without end dies like any other that uses memory which is
# not its own. What it was can be seen from the address alone.

cdef enum:
    HANDLER_STACK = 64 << 10    # bytes, for the handler: the other stack has no room
    AROUND_THE_END = 1 << 20    # so near the end of the stack it is the stack that ended

cdef char handler_stack[HANDLER_STACK]
cdef size_t stack_top = 0
cdef size_t stack_limit = 0
cdef const char *STACK_USED_UP = (
    b"The stack is used up: native code calls itself without end, or has local arrays "
    b"that are too large.\n")


cdef void on_bad_address(int signal_number, siginfo_t *info, void *context) noexcept nogil:
    cdef size_t used = stack_top - <size_t>info.si_addr
    if stack_limit - AROUND_THE_END <= used <= stack_limit + AROUND_THE_END:
        write_descriptor(2, STACK_USED_UP, strlen(STACK_USED_UP))
    raise_(signal_number)   # by now it ends the process, as soon as this returns


def explain_overflows():
    """Let the process say so before it dies of a stack that is used up.

    Only for the main thread, which calls this; where its stack has no limit, nothing.
    """
    global stack_top, stack_limit
    cdef stack_t other
    cdef sigaction_t action
    cdef rlimit limit
    if getrlimit(RLIMIT_STACK, &limit) != 0 or limit.rlim_cur == RLIM_INFINITY:
        return
    stack_top = <size_t>&limit
    stack_limit = limit.rlim_cur
    memset(&other, 0, sizeof(other))
    other.ss_sp = handler_stack
    other.ss_size = HANDLER_STACK
    memset(&action, 0, sizeof(action))
    sigemptyset(&action.sa_mask)
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND
    action.sa_sigaction = on_bad_address
    if (sigaltstack(&other, NULL) != 0 or sigaction(SIGSEGV, &action, NULL) != 0
            or sigaction(SIGBUS, &action, NULL) != 0):
        raise OSError(errno, "a stack that is used up can't be watched")
