"""What other compiled parts of the host write through."""

# Write UTF-8 text to stdout (1) or stderr (2); needs no GIL.
cdef void write_text(int stream, const char *text, size_t length) noexcept nogil

# The cell that output belongs to now.
cdef long long output_cell() noexcept nogil

# Output belongs to `cell` from now on.
cdef void enter_output_cell(long long cell) noexcept nogil

# Whether this process's writing was interrupted by the signal handler that asks.
cdef bint is_writing() noexcept nogil
