"""Running cells: from Execute or LoadModule to the Outcome.

A cell is started, its promise driven by the server's loop (timers, microtasks), and it
is finished exactly once: settled, failed to parse, or stopped. One cell runs at a time;
between its start and its end the stop button is armed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from jsvm_kernel.session.messages import (
    Display,
    ErrorReport,
    Execute,
    LoadModule,
    Outcome,
    ToFront,
)
from jsvm_kernel.vm import JSError, JSPromise, OutOfMemory, Stopped

from .env import NotebookEnv
from .memory import MemoryReserve
from .modules import FileModules
from .native_modules import NativeLoadError, NativeModules
from .output import Output
from .reports import SourceOf, report_of, stopped_report, uncaught_lines
from .stop import StopButton
from .timers import Timers

_STOPPED = "the cell was stopped; what it had assigned is kept"
_FULL = (
    "    the VM's memory is used up; let go of what you no longer need (x = undefined)"
)
_TIMED_OUT = "the cell took longer than the VM's time limit of {limit:g} s"


_T = TypeVar("_T")


def _plainly(error: JSError) -> dict[str, Any]:
    """Describe an error whose value JS itself has no memory left to describe."""
    return {"name": error.name, "message": error.message, "frames": [], "extras": ""}


@dataclass(slots=True)
class _Active:
    """The cell that runs. `promise` is None until the engine has made one."""

    id: int
    promise: JSPromise | None = None


class Cells:
    """Starts, drives and finishes cells, and runs timers between them."""

    def __init__(
        self,
        env: NotebookEnv,
        output: Output,
        timers: Timers,
        stop: StopButton,
        modules: FileModules,
        natives: NativeModules,
        reserve: MemoryReserve,
        send: Callable[[ToFront], None],
    ) -> None:
        self._env = env
        self._output = output
        self._timers = timers
        self._stop = stop
        self._modules = modules
        self._natives = natives
        self._reserve = reserve
        self._send = send
        self._when_stopped: list[Callable[[int], None]] = []
        self._active: _Active | None = None
        self._sources: dict[str, str] = {}
        self._colors = False

    @property
    def running(self) -> bool:
        """Whether a cell has begun and not ended."""
        return self._active is not None

    def when_stopped(self, drop: Callable[[int], None]) -> None:
        """Have `drop` called with each stopped cell, to end what it set in motion."""
        self._when_stopped.append(drop)

    def configure(self, values: Mapping[str, bool | str]) -> None:
        """Take the settings: whether reports are coloured."""
        self._colors = values.get("colors") is True

    # ---- a cell --------------------------------------------------------------------

    def execute(self, message: Execute) -> None:
        """Start a JavaScript cell; it may be over when this returns."""
        # Blank lines in front keep the lines of the cell as the user counts them.
        code = "\n" * message.line_offset + message.code
        self._sources[message.name] = code
        active = self._begin(message.id)
        try:
            active.promise = self._env.js.run_cell(code, name=message.name)
        except Stopped as error:
            self._finish_stopped(error)
        except JSError as error:
            self._finish_error(self._described(error))
        else:
            self.drive()

    def load_module(self, message: LoadModule) -> None:
        """Load a native module, as a cell of its own."""
        if message.cell:
            self._sources[message.cell] = message.source
        self._begin(message.id)
        try:
            self._natives.load(message)
        except Stopped as error:
            self._finish_stopped(error)
        except KeyboardInterrupt:
            self._finish_stopped(None)
        except NativeLoadError as error:
            self._finish("error", error.report)
        else:
            self._finish("ok")

    def drive(self) -> None:
        """Finish the running cell if its promise has settled or it was stopped."""
        active = self._active
        if active is None or active.promise is None:
            return
        # A stop that hits a microtask raises nothing: ask for it.
        if self._stop.requested or self._env.vm.stop_reason() != "none":
            self._finish_stopped(None)
            return
        promise = active.promise
        try:
            outcome = self._with_reserve(lambda: self._env.cell_outcome(promise))
        except Stopped as error:
            self._finish_stopped(error)
            return
        except JSError as error:
            outcome = {"error": _plainly(error)}
        if outcome is None:
            self._report_rejections()
        elif "error" in outcome:
            self._finish_error(outcome["error"])
        else:
            if "data" in outcome:
                self._show_result(active.id, outcome["data"])
            self._finish("ok")

    def _begin(self, cell: int) -> _Active:
        if self._active is not None:
            raise RuntimeError(
                f"cell {cell} can't begin while cell {self._active.id} runs"
            )
        self._output.enter_cell(cell)
        self._stop.arm(self._env.vm.handle)
        self._active = _Active(cell)
        return self._active

    def _finish(self, status: str, error: ErrorReport | None = None) -> None:
        active = self._active
        assert active is not None
        self._active = None
        self._settle_stop()
        self._report_rejections()
        try:
            names = self._with_reserve(self._env.changed_names)
        except JSError:
            names = None  # no room for them: what the front knows is not wrong
        self._reserve.settle()
        self._output.enter_cell(active.id)
        self._send(
            Outcome(
                sync=self._output.sync(),
                id=active.id,
                status=status,  # type: ignore[arg-type]
                error=error,
                names=names,
            )
        )

    def _finish_error(self, described: dict[str, Any]) -> None:
        if described.get("message") == "out of memory":
            described = {**described, "extras": _FULL}
        self._finish("error", report_of(described, self.source_of, self._colors))

    def _finish_stopped(self, error: Stopped | None) -> None:
        active = self._active
        assert active is not None
        stack = getattr(error, "stack", None)
        if self._env.vm.stop_reason() == "time_limit":
            reason = _TIMED_OUT.format(limit=self._env.vm.time_limit)
        else:
            reason = _STOPPED
        self._settle_stop()
        # What the cell set in motion ends with it; what it had assigned stays.
        dropped = self._timers.drop_cell(active.id)
        if dropped:
            self._env.kit.dropTimers(*dropped)
        for drop in self._when_stopped:
            drop(active.id)
        self._env.kit.abandonCell()
        report = stopped_report(reason, stack, self.source_of, self._colors)
        self._finish("stopped", report)

    def _settle_stop(self) -> None:
        """Make the VM ready again: later JS is not meant by an earlier stop.

        What a stopped microtask left in the queue would run at the next call, and may
        queue itself again for ever.
        """
        if self._stop.disarm() or self._env.vm.stop_reason() != "none":
            self._env.drop_microtasks()
        self._env.vm.clear_stop()

    def _show_result(self, cell: int, data: dict[str, Any]) -> None:
        sync = self._output.sync()
        self._send(Display(sync=sync, cell=cell, kind="result", data=data))

    # ---- JavaScript between cells and while one waits --------------------------------

    def run_timers(self) -> None:
        """Run what is due now; each timer's output and errors go to its own cell."""
        for timer in self._timers.take_due():
            if not self._timers.is_live(timer):
                continue
            self._timers.done(timer)
            fire = partial(self._env.fire_timer, timer.id)
            if not self.call_back(self._env, timer.cell, "a timer", fire):
                self._timers.stop(timer.id)
            if self._stop.requested:
                return

    def call_back(
        self,
        env: NotebookEnv,
        cell: int,
        what: str,
        call: Callable[[], dict[str, Any] | None],
    ) -> bool:
        """Run JavaScript of `env` that no cell waits for, on behalf of `cell`.

        `call` gives what was thrown, described, or None; its output and errors, and the
        rejections it leaves behind, go to the cell. False says that it was stopped;
        `what` ("a timer") tells the user what that was. The running cell, if there is
        one, is to be driven afterwards: this may have been what it awaits.
        """
        idle = self._active is None
        with self._output.of_cell(cell):
            if idle:
                self._stop.arm(env.vm.handle)
            try:
                failure = call()
                if failure is not None:
                    self._report_uncaught(failure)
                self._report_rejections()
            except Stopped:
                # The running cell, if there is one, learns of it in `drive`.
                if idle:
                    self._settle_stop()
                    self._output.error(f"Stopped: {what} of this cell was stopped")
                return False
            except JSError as error:
                self._reserve.open()
                self._report_uncaught(_plainly(error))
            finally:
                if idle:
                    self._settle_stop()
        return True

    # ---- errors that end no cell -----------------------------------------------------

    def _report_rejections(self) -> None:
        try:
            rejections = self._with_reserve(self._env.take_rejections)
        except JSError as error:
            rejections = [
                {"cell": self._output.cell, "where": "", "error": _plainly(error)}
            ]
        for rejection in rejections:
            with self._output.of_cell(int(rejection["cell"])):
                self._report_uncaught(rejection["error"], rejection["where"])

    def _report_uncaught(self, described: dict[str, Any], where: str = "") -> None:
        lines = uncaught_lines(described, where, self.source_of, self._colors)
        self._output.error("\n".join(lines))

    def _described(self, error: JSError) -> dict[str, Any]:
        describe = self._env.kit.describeThrown
        try:
            text = self._with_reserve(lambda: describe(error.value))
        except JSError as failure:
            return _plainly(failure)
        described: dict[str, Any] = json.loads(text)
        return described

    def _with_reserve(self, ask: Callable[[], _T]) -> _T:
        """Ask the prelude something; if the VM is full, again with its reserve."""
        try:
            return ask()
        except OutOfMemory:
            self._reserve.open()
            return ask()

    @property
    def source_of(self) -> SourceOf:
        """Gives the text of a cell or imported file by name."""
        return lambda name: self._sources.get(name) or self._modules.source_of(name)
