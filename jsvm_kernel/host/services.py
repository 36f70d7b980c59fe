"""What the natives of one Env ask of the host.

Natives call these methods while JavaScript runs. An Env has services of its own, so
what it asks is known to be of it; what all Envs of the process share is in `Shared`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from jsvm_kernel.session.messages import Display, ToFront

from .calls import ThreadCalls
from .inputs import Inputs
from .output import Output
from .stop import StopButton
from .tasks import Tasks
from .timers import Timers

if TYPE_CHECKING:
    from .session_env import SessionEnv

#: Takes what an Env posts: (Env, content, bytes) -> the number it is known by.
PostTaker: TypeAlias = "Callable[[SessionEnv, dict[str, Any], bytes], int]"


@dataclass(frozen=True, slots=True)
class Shared:
    """What there is once in a host process. `cwd` is the notebook's folder."""

    cwd: Path
    output: Output
    timers: Timers
    stop: StopButton
    send: Callable[[ToFront], None]
    inputs: Inputs
    calls: ThreadCalls
    tasks: Tasks
    posts: dict[str, PostTaker] = field(default_factory=dict)


class EnvServices:
    """The listener (`_natives.Listener`) of one Env."""

    def __init__(self, env: SessionEnv, shared: Shared) -> None:
        self._env = env
        self._shared = shared

    def start_timer(self, timer_id: int, delay_s: float, repeats: bool) -> None:
        """Start a timer for the cell whose code runs now."""
        shared = self._shared
        with shared.stop.shielded():
            shared.timers.start(
                self._env, timer_id, delay_s, repeats, shared.output.cell
            )

    def stop_timer(self, timer_id: int) -> None:
        """Stop a timer."""
        with self._shared.stop.shielded():
            self._shared.timers.stop(self._env, timer_id)

    def post(self, kind: str, content: bytes, data: bytes) -> int:
        """Do what the prelude asks of the front; gives the number it is known by."""
        with self._shared.stop.shielded():
            return self._shared.posts[kind](self._env, json.loads(content), data)

    def input(self, content: bytes) -> bytes:
        """Ask the user for a line, and wait for it."""
        with self._shared.stop.shielded():
            return json.dumps(self._shared.inputs.ask(json.loads(content))).encode()

    def display(self, kind: str, bundle: bytes) -> None:
        """Send rich output of the cell whose code runs now."""
        content: dict[str, Any] = json.loads(bundle)
        identity = content.get("id")
        shared = self._shared
        with shared.stop.shielded():
            shared.send(
                Display(
                    sync=shared.output.sync(),
                    cell=shared.output.cell,
                    kind=kind,  # type: ignore[arg-type]
                    data=content.get("data", {}),
                    metadata=content.get("metadata", {}),
                    transient={} if identity is None else {"display_id": identity},
                    wait=content.get("wait", False),
                )
            )
