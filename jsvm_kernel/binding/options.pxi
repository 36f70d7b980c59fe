# Calls that are more than positional arguments: defaults left out in the middle, *args,
# and an options object for what Python takes by keyword.

cdef object call_with_options(
    Function function, Env env, const JSVMX_Call *call
):
    raise NotImplementedError
