"""The edits made to the engine's sources, as data.

Each edit has a name, the reason for it, the file it changes, an anchor that must occur
exactly once in that file, and the text that takes the anchor's place. An anchor that
moved stops the build (`prepare.py`): an edit is never skipped.

What an edit adds carries the prefix `jsvm_`, so that a reader of the prepared sources
sees at once what is ours. The functions it calls are defined in `engine.c`, which
includes the prepared sources; the edits stay small and the code lives there.
"""

from .async_context import ASYNC_CONTEXT
from .buffers import PINNED_BUFFERS
from .cells import CELLS
from .collections import COLLECTIONS
from .dispatch import SWITCHABLE_DISPATCH
from .edit import Edit
from .modules import MODULES
from .polls import POLLS
from .positions import POSITIONS
from .robustness import ROBUSTNESS
from .stacks import STACK_TEXTS

__all__ = ["EDITS", "Edit"]

EDITS = (
    SWITCHABLE_DISPATCH
    + POLLS
    + CELLS
    + MODULES
    + ROBUSTNESS
    + PINNED_BUFFERS
    + ASYNC_CONTEXT
    + POSITIONS
    + STACK_TEXTS
    + COLLECTIONS
)
