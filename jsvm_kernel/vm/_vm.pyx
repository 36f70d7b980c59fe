"""The compiled part of jsvm_kernel.vm: VM, Env and the live proxies.

One module, so that calls between its parts are C calls; _vm.pxd declares the classes.
"""
import functools
import gc
import re
import sys
import threading
import time
import warnings
import weakref

cimport cython
from cpython.buffer cimport (
    PyBUF_FORMAT, PyBUF_FULL_RO, PyBUF_ND, PyBUF_STRIDES, PyBUF_WRITABLE,
    PyBuffer_IsContiguous, PyBuffer_Release, PyBuffer_ToContiguous,
    PyObject_CheckBuffer, PyObject_GetBuffer,
)
from cpython.long cimport PyLong_AsLongLongAndOverflow
from cpython.object cimport PyObject
from cpython.ref cimport Py_DECREF, Py_INCREF
from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t, uint64_t
from libc.stdio cimport snprintf
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memcpy, memset, strlen

from .jsvm cimport *

from .errors import (
    APIError, Closed, JSError, JSVMError, OutOfMemory, PromisePending, Stopped,
    TimeLimitExceeded, WrongThread, js_error,
)
from .frames import frame_lines, frames_of
from .values import (
    BigInt, HeapStatistics, LimitRanges, LiveResources, VMInfo, undefined
)
from .waiting import iterate_async, wait

cdef bint LITTLE_ENDIAN = sys.byteorder == "little"

include "state.pxi"
include "status.pxi"
include "text.pxi"
include "to_python.pxi"
include "to_js.pxi"
include "property.pxi"
include "proxy.pxi"
include "array.pxi"
include "function.pxi"
include "callback.pxi"
include "owned.pxi"
include "promise.pxi"
include "buffer.pxi"
include "sharing.pxi"
include "instance.pxi"
include "exception.pxi"
include "cycles.pxi"
include "loader.pxi"
include "direct.pxi"
include "env.pxi"
include "machine.pxi"

install_vectorcall()
