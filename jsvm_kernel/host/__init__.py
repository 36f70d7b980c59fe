"""The session host: the process that owns the VMs and runs what the cells hold.

It is started by the front as ``python -P -m jsvm_kernel.host --socket FD --stdout FD
--stderr FD`` and talks over that socket (`jsvm_kernel.session.messages`). It has one
thread, no zmq and no IPython: it can be forked at any point between two messages.
"""
