"""The Jupyter front: messages of a client in, cells and questions to the session out.

It holds zmq and no JavaScript. Modules that pull in IPython or Cython are imported when
a magic first needs them, never before kernel_info is answered.
"""
