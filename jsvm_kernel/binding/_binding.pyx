"""The compiled part of jsvm_kernel.binding.

A call goes: call.pxi (trampoline) -> check.pxi, once per argument, driven by the types
that signature.pxi compiled -> Python -> convert.pxi, for the result. errors.pxi throws
what Python raised; classes.pxi (with protocols.pxi and exceptions.pxi), iterators.pxi
and promises.pxi know the objects that live on both sides.
"""
import datetime
import enum
import functools
import operator
import sys

cimport cython
from cpython.array cimport array
from cpython.buffer cimport PyObject_CheckBuffer
from cpython.bytearray cimport PyByteArray_FromStringAndSize
from cpython.bytes cimport PyBytes_FromStringAndSize
from cpython.object cimport PyObject
from cpython.ref cimport Py_DECREF, Py_INCREF
from libc.math cimport floor, isinf, isnan
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memset

from jsvm_kernel.vm.jsvm cimport *
from jsvm_kernel.vm._vm cimport (
    Env, EnvState, Exposed, Gil, Held, Instance, JSFunction, JSObject, JSTypedArray,
    JSValue, Thrower, VMState, adopt_object, bigint_from_js, call_handles, direct_to_js,
    exception_of, exception_text, exception_to_js, expose, find_exposed, find_instance,
    find_tied, flag_bits, give_gil, instance_of, name_of, new_instance, number_to_python,
    object_behind, owned_constructor, owned_function, property_text, stop_exception,
    sweep, take_gil, text_of_units, throw_name, throw_python, tie, to_js, to_python,
)

from jsvm_kernel.vm import JSError, JSTypeError, Stopped, undefined

from .description import DescriptionError, description_of
from .host import PlainHost

include "types.pxi"
include "module.pxi"
include "define.pxi"
include "words.pxi"
include "signature.pxi"
include "classes.pxi"
include "protocols.pxi"
include "exceptions.pxi"
include "iterators.pxi"
include "promises.pxi"
include "deep.pxi"
include "check.pxi"
include "convert.pxi"
include "options.pxi"
include "errors.pxi"
include "call.pxi"
include "bind.pxi"
