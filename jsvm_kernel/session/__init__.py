"""How the front talks to a session host: messages, frames, marks, client, supervisor.

The package imports nothing else of jsvm_kernel: the host imports `messages`, `framing`
and `marks`, the front imports all of it.
"""
