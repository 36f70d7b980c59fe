# What the functions and classes of one bound module share.

@cython.final
cdef class Module:
    """A module that was bound: its name in error texts, its host, its types."""
    cdef object module      # the Python module
    cdef str name
    cdef object host
    cdef array depth        # of the host, one int64
    cdef dict named         # {"enum": {name: Enum}, "struct": ..., "class": ...}

    def __cinit__(self, object module, str name, object host):
        self.module = module
        self.name = name
        self.host = host
        self.depth = host.native_depth
        if self.depth.typecode != "q" or len(self.depth) != 1:
            raise ValueError("native_depth of a host is an array of one int64")
        self.named = {"enum": {}, "struct": {}, "class": {}}


@cython.final
cdef class Enum:
    """A C enum: its members are Numbers in JS."""
    cdef str name
    cdef list values
    cdef int64_t bits       # of flags, which combine


@cython.final
cdef class Struct:
    """A C struct, which is a plain object in JS and a dict in Python."""
    cdef str name
    cdef Module module
    cdef list names
    cdef Type *types

    def __dealloc__(self):
        free(self.types)


cdef int read_named(Module module, object description) except -1:
    """Compile what types may name; a struct may have fields of those before it."""
    cdef Enum enumeration
    cdef Struct struct
    name_classes(module, description["classes"])
    for described in description["enums"]:
        enumeration = Enum.__new__(Enum)
        enumeration.name = described["name"]
        enumeration.values = list(described["members"].values())
        enumeration.bits = flag_bits(enumeration.values)
        module.named["enum"][enumeration.name] = enumeration
    for described in description["structs"]:
        struct = Struct.__new__(Struct)
        struct.name = described["name"]
        struct.module = module
        fields = described["fields"]
        struct.names = [field["name"] for field in fields]
        struct.types = <Type *>calloc(len(fields) + 1, sizeof(Type))
        if struct.types == NULL:
            raise MemoryError
        for i, field in enumerate(fields):
            read_type(module, field["type"], &struct.types[i])
        module.named["struct"][struct.name] = struct
    return 0


cdef inline int ok(Env env, JSVM_Status status) except -1:
    """Raise what a call of JSVM-API says went wrong."""
    if status != JSVM_OK or env.state.vm.unwinding:
        return env.fail(status)
    return 0
