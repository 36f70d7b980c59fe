# cython: language_level=3
"""The process's stdout and stderr, as C sees them.

Both are C stdio streams on the two pipes of the front. Console, Python and C all write
through these streams, so the order within one is kept by construction; marks
(`jsvm_kernel.session.marks`) keep the order across the two and tell which cell wrote.
"""

from libc.stdio cimport FILE, fflush, fwrite, setvbuf, snprintf, stderr, stdout
from posix.unistd cimport write as write_descriptor


cdef extern from "stdio.h" nogil:
    enum: _IOLBF


cdef extern from "<pthread.h>" nogil:
    ctypedef struct pthread_mutex_t:
        pass

    int pthread_mutex_init(pthread_mutex_t *, void *)
    int pthread_mutex_lock(pthread_mutex_t *)
    int pthread_mutex_unlock(pthread_mutex_t *)


cdef enum:
    STDOUT = 1
    STDERR = 2
    BUFFER_BYTES = 64 * 1024
    NONCE_BYTES = 32

cdef char stdout_buffer[BUFFER_BYTES]
cdef char stderr_buffer[BUFFER_BYTES]
cdef char nonce[NONCE_BYTES + 1]  # empty: no front listens, no marks are written
cdef int current_stream = STDOUT
cdef long long switches = 0
cdef long long current_cell = 0
cdef volatile int writing = 0
# A thread that writes for another cell is not overtaken by the cell that begins.
cdef pthread_mutex_t switching
pthread_mutex_init(&switching, NULL)


cdef FILE *file_of(int stream) noexcept nogil:
    return stderr if stream == STDERR else stdout


cdef void write_mark(int stream, char kind, long long number) noexcept nogil:
    """Write a mark past the stream's buffer, in one write; PIPE_BUF is larger."""
    global writing
    cdef char mark[128]
    cdef int length
    cdef FILE *file = file_of(stream)
    if nonce[0] == 0:
        return
    writing += 1
    fflush(file)
    # A mark begins and ends with NUL, which no format can hold: put it by hand.
    mark[0] = 0
    length = 1 + snprintf(
        &mark[1], sizeof(mark) - 1, b"\x1bJSVM%s%c%lld", nonce, kind, number)
    mark[length] = 0
    write_descriptor(stream, mark, length + 1)
    writing -= 1


cdef void write_text(int stream, const char *text, size_t length) noexcept nogil:
    global current_stream, switches, writing
    if stream != current_stream:
        switches += 1
        write_mark(current_stream, b"w", switches)
        current_stream = stream
    writing += 1
    fwrite(text, 1, length, file_of(stream))
    writing -= 1


cdef bint is_writing() noexcept nogil:
    return writing > 0


def open_streams(str front_nonce):
    """Make fds 1 and 2 line buffered streams that carry marks with `front_nonce`.

    Call it once, when the descriptors are in place and before anything is written.
    """
    cdef bytes encoded = front_nonce.encode("ascii")
    if len(encoded) != NONCE_BYTES:
        raise ValueError(f"a nonce has {NONCE_BYTES} characters, not {len(encoded)}")
    setvbuf(stdout, stdout_buffer, _IOLBF, BUFFER_BYTES)
    setvbuf(stderr, stderr_buffer, _IOLBF, BUFFER_BYTES)
    for index in range(NONCE_BYTES):
        nonce[index] = encoded[index]


def write_stream(int stream, bytes text):
    """Write bytes to stdout (1) or stderr (2)."""
    cdef const char *data = text
    cdef size_t length = len(text)
    with nogil:
        write_text(stream, data, length)


def write_of_cell(int stream, long long cell, bytes text):
    """Write bytes that belong to `cell`, whichever output belongs to now.

    Other threads write so. The current cell stays what it is: the VM's thread asks for
    it, without a lock, to know whose a timer or promise is.
    """
    cdef const char *data = text
    cdef size_t length = len(text)
    with nogil:
        pthread_mutex_lock(&switching)
        if cell != current_cell:
            write_mark(stream, b"c", cell)
        write_text(stream, data, length)
        if cell != current_cell:
            write_mark(stream, b"c", current_cell)
        pthread_mutex_unlock(&switching)


def flush_stream(int stream):
    """Hand what the stream holds back to the front."""
    global writing
    with nogil:
        writing += 1
        fflush(file_of(stream))
        writing -= 1


cdef void enter_output_cell(long long cell) noexcept nogil:
    global current_cell
    if cell == current_cell:
        return
    pthread_mutex_lock(&switching)
    current_cell = cell
    write_mark(STDOUT, b"c", cell)
    write_mark(STDERR, b"c", cell)
    pthread_mutex_unlock(&switching)


cdef long long output_cell() noexcept nogil:
    return current_cell


def enter_cell(long long cell):
    """What is written from now on belongs to `cell`."""
    with nogil:
        enter_output_cell(cell)


def cell_number():
    """The cell that output belongs to now; 0 before the first."""
    return current_cell


def sync_streams(long long number):
    """Flush both streams and write the sync mark to each."""
    with nogil:
        write_mark(STDOUT, b"s", number)
        write_mark(STDERR, b"s", number)
