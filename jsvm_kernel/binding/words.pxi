# Words for arguments that do not fit: those of the engine's direct functions, so that a
# function that loses its `nogil` does not change how it complains.

class Refusal(Exception):
    """A call that can't be made; the text says why, without the function's name."""


class Misfit(Exception):
    """A JS value that a declared type does not take.

    The text is the end of a sentence that begins with its subject, a parameter or an
    option: "expects a number, got the string 'a'". `path` leads from the subject to the
    part that does not fit.
    """

    def __init__(self, text, *, is_range=False):
        super().__init__(text)
        self.is_range = is_range
        self.path = ""
        self.subject = None

    def within(self, step):
        """Put a step in front of the path."""
        self.path = step + self.path
        return self

    def of(self, kind, name):
        """Say whose value it is, unless that is known."""
        if self.subject is None:
            self.subject = f"{kind} '{name}{self.path}'"
        return self


cdef str described(Env env, JSVM_Value value):
    """What a value is, in a few words."""
    cdef char text[400]
    ok(env, JSVMX_DescribeValue(env.handle, value, text, sizeof(text)))
    return text.decode("utf-8", "replace")


cdef dict EXPECTED = {
    DOUBLE: "a number", FLOAT: "a number", BINT: "a boolean", INT: "an integer",
    INT8: "an int8", INT16: "an int16", INT32: "an int32", INT64: "an int64",
    UINT8: "a uint8", UINT16: "a uint16", UINT32: "a uint32", UINT64: "a uint64",
    STR: "a string", BYTES: "a Uint8Array or ArrayBuffer",
    BYTEARRAY: "a Uint8Array or ArrayBuffer", LIST: "an array", TUPLE: "an array",
    DICT: "a plain object or Map", SET: "a Set", DATETIME: "a Date",
}


cdef str expected(const Type *type):
    """What a type takes, in words."""
    if type.code == VIEW or type.code == VIEW2D:
        name = ARRAY_NAMES[type.element]
        return f"{'an' if name[0] == 'I' else 'a'} {name}"
    if type.code == ENUM:
        return f"a value of the enum {(<Enum>type.of).name}"
    if type.code == STRUCT:
        return f"a plain object with the fields of {(<Struct>type.of).name}"
    if type.code == CLASS:
        return f"an instance of {(<object>type.of).__name__}"
    return EXPECTED[type.code]


cdef object misfit(Env env, const Type *type, JSVM_Value value):
    return Misfit(f"expects {expected(type)}, got {described(env, value)}")


cdef object detached(Env env, const Type *type, JSVM_Value value):
    return Misfit(f"expects {expected(type)}, got {described(env, value)}, whose memory "
                  "is gone (its buffer was detached or made smaller)")


cdef object immutable(Env env, const Type *type, JSVM_Value value):
    return Misfit(f"expects {expected(type)}, got {described(env, value)}, whose memory "
                  "is immutable")


cdef object beyond_safe(Env env, const Type *type, JSVM_Value value):
    """A Number beyond 2^53 no longer says which integer was meant."""
    return Misfit(
        f"expects {expected(type)}, got {described(env, value)}, which is out of range "
        "(a Number must be a safe integer; use a BigInt)", is_range=True)


cdef object out_of_range(Env env, const Type *type, JSVM_Value value):
    """Of an integer type."""
    if type.code == INT:    # of any size: infinite
        return misfit(env, type, value)
    low, high = integer_range(type.code)
    return Misfit(
        f"expects {expected(type)} from {low} to {high}, got {described(env, value)}",
        is_range=True)


cdef tuple integer_range(TypeCode code):
    bits = 8 << ((code - INT8) % 4)
    if code >= UINT8:
        return 0, (1 << bits) - 1
    return -(1 << (bits - 1)), (1 << (bits - 1)) - 1
