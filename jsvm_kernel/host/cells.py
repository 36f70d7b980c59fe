"""Running cells: from Execute or LoadModule to the Outcome.

A cell belongs to one Env. It is started, its promise driven by the server's loop
(timers, microtasks), and it is finished exactly once: settled, failed to parse, or
stopped. One cell runs at a time over all Envs; between its start and its end the stop
button is armed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from jsvm_kernel.session.messages import (
    Display,
    ErrorReport,
    Execute,
    LoadModule,
    Name,
    Outcome,
)
from jsvm_kernel.session.native_messages import TimeNative
from jsvm_kernel.vm import JSError, JSPromise, Stopped

from .languages import TypeScriptError, describe_refusal, javascript_of
from .native_modules import NativeLoadError
from .reports import SourceOf, report_of, stopped_report, uncaught_lines
from .services import Shared
from .session_env import SessionEnv
from .session_vm import SessionVM
from .vms import VMs

_STOPPED = "the cell was stopped; what it had assigned is kept"
_FULL = (
    "    the VM's memory is used up; let go of what you no longer need (x = undefined)"
)
_TIMED_OUT = "took longer than the VM's time limit of {limit:g} s"


def _plainly(error: JSError) -> dict[str, Any]:
    """Describe an error whose value JS itself has no memory left to describe."""
    if not error.name:
        return {"thrown": error.message}
    return {"name": error.name, "message": error.message, "frames": [], "extras": ""}


@dataclass(slots=True)
class _Active:
    """The cell that runs. `promise` is None until the engine has made one."""

    id: int
    env: SessionEnv
    promise: JSPromise | None = None


class Cells:
    """Starts, drives and finishes cells, and runs timers between them."""

    def __init__(self, vms: VMs, shared: Shared) -> None:
        self._vms = vms
        self._output = shared.output
        self._timers = shared.timers
        self._tasks = shared.tasks
        self._stop = shared.stop
        self._send = shared.send
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

    def execute(self, env: SessionEnv, message: Execute) -> None:
        """Start a cell; it may be over when this returns."""
        # Blank lines in front keep the lines of the cell as the user counts them.
        code = "\n" * message.line_offset + message.code
        self._sources[message.name] = code
        active = self._begin(env, message.id)
        env.modules.begin_cell()
        try:
            script = javascript_of(code, message.language)
            with env.machine.time_limited():
                active.promise = env.js.run_cell(script, name=message.name)
        except TypeScriptError as error:
            self._finish_error(describe_refusal(error, message.name))
        except Stopped:
            self._finish_stopped()
        except JSError as error:
            self._finish_error(self._described(env, error))
        else:
            self.drive()

    def load_module(self, env: SessionEnv, message: LoadModule) -> None:
        """Load a native module, as a cell of its own."""
        if message.cell:
            self._sources[message.cell] = message.source
        self._begin(env, message.id)
        try:
            with env.machine.time_limited():
                env.native_modules.load(message)
        except Stopped:
            self._finish_stopped()
        except KeyboardInterrupt:
            self._finish_stopped()
        except NativeLoadError as error:
            self._finish("error", error.report)
        else:
            self._finish("ok")

    def time_native(self, env: SessionEnv, message: TimeNative) -> None:
        """Time a native function against JavaScript, as a cell of its own."""
        from .native_timing import timing_text  # most sessions never do

        self._begin(env, message.id)
        try:
            with env.machine.time_limited():
                measured = env.time_native(message.module, message.call)
        except Stopped:
            self._finish_stopped()
        except JSError as error:
            self._finish_error(self._described(env, error))
        else:
            print(timing_text(message.module, measured))
            self._finish("ok")

    def drive(self) -> None:
        """Finish the running cell if its promise has settled or it was stopped."""
        active = self._active
        if active is None or active.promise is None:
            return
        env, promise = active.env, active.promise
        # A stop that hits a microtask raises nothing: ask for it.
        if self._stop.requested or env.vm.stop_reason() != "none":
            self._finish_stopped()
            return
        try:
            with env.machine.time_limited():  # what shows a value may be the cell's
                outcome = env.machine.with_reserve(lambda: env.cell_outcome(promise))
        except Stopped:
            self._finish_stopped()
            return
        except JSError as error:
            outcome = {"error": _plainly(error)}
        if outcome is None:
            self._report_rejections(env.machine)
        elif "error" in outcome:
            self._finish_error(outcome["error"])
        else:
            try:
                if "data" in outcome:
                    self._show_result(active.id, outcome)
            except ValueError as error:  # too large to be sent
                self._finish("error", _too_large(error))
            else:
                self._finish("ok")

    def _begin(self, env: SessionEnv, cell: int) -> _Active:
        if self._active is not None:
            raise RuntimeError(
                f"cell {cell} can't begin while cell {self._active.id} runs"
            )
        self._output.enter_cell(cell)
        self._stop.arm(env.vm.handle)
        env.cells += 1
        self._active = _Active(cell, env)
        return self._active

    def _finish(self, status: str, error: ErrorReport | None = None) -> None:
        active = self._active
        assert active is not None
        self._active = None
        self._stop.disarm()
        machine = active.env.machine
        machine.settle_stop()
        self._report_rejections(machine)
        names = self._changed_names(active.env)
        machine.settle_reserve()
        self._output.enter_cell(active.id)
        outcome = Outcome(
            sync=self._output.sync(),
            id=active.id,
            status=status,  # type: ignore[arg-type]
            error=error,
            names=names,
        )
        try:
            self._send(outcome)
        except ValueError as failure:  # too large to be sent
            told = error and _too_large(failure)
            self._send(msgspec.structs.replace(outcome, error=told, names=None))

    def _changed_names(self, env: SessionEnv) -> list[Name] | None:
        """Give the names for the front, which knows those of the current Env."""
        if env is not self._vms.current:
            return None
        try:
            return env.machine.with_reserve(env.changed_names)
        except (JSError, Stopped):
            return None  # no room or time for them: what the front knows is not wrong

    def _finish_error(self, described: dict[str, Any]) -> None:
        if described.get("message") == "out of memory":
            described = {**described, "extras": _FULL}
        active = self._active
        assert active is not None
        report = report_of(described, self.source_of(active.env), self._colors)
        self._finish("error", report)

    def _finish_stopped(self) -> None:
        active = self._active
        assert active is not None
        env = active.env
        stack = env.vm.stop_stack()
        if env.vm.stop_reason() == "time_limit":
            reason = "the cell " + _TIMED_OUT.format(limit=env.vm.time_limit)
        else:
            reason = _STOPPED
        self._stop.disarm()
        env.machine.settle_stop()
        # What the cell set in motion ends with it; what it had assigned stays.
        for timer in self._timers.drop_cell(active.id):
            timer.env.drop_timer(timer.id)
        for drop in self._when_stopped:
            drop(active.id)
        env.kit.abandonCell()
        env.modules.abandon()
        report = stopped_report(reason, stack, self.source_of(env), self._colors)
        self._finish("stopped", report)

    def _show_result(self, cell: int, outcome: dict[str, Any]) -> None:
        self._send(
            Display(
                sync=self._output.sync(),
                cell=cell,
                kind="result",
                data=outcome["data"],
                metadata=outcome["metadata"],
            )
        )

    def heed_stop(self) -> None:
        """Finish the running cell if it was stopped while it waited.

        To be asked before other JavaScript runs, which the stop does not mean.
        """
        active = self._active
        if active is not None and active.promise is not None and self._stop.requested:
            self._finish_stopped()

    # ---- JavaScript between cells and while one waits --------------------------------

    def run_timers(self) -> None:
        """Run what is due now; each timer's output and errors go to its own cell."""
        for timer in self._timers.take_due():
            if not self._timers.is_live(timer):
                continue
            self._timers.done(timer)
            fire = partial(timer.env.fire_timer, timer.id)
            if not self.call_back(timer.env, timer.cell, "a timer", fire):
                self._timers.stop(timer.env, timer.id)
                timer.env.drop_timer(timer.id)
            if self._stop.requested:
                return

    def call_back(
        self,
        env: SessionEnv,
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
        waits = self._active is not None and self._active.env.machine is env.machine
        with self._output.of_cell(cell), self._stoppable(env):
            try:
                with env.machine.time_limited():
                    failure = call()
                if failure is not None:
                    self._report_uncaught(env, failure)
                if not waits:  # else it may be the cell itself that was rejected
                    self._report_rejections(env.machine)
            except Stopped:
                self._tell_stop(env, cell, what)
                env.machine.settle_stop()
                return False
            except JSError as error:
                env.machine.open_reserve()
                self._report_uncaught(env, _plainly(error))
            # A stop that hits a microtask raises nothing. The running cell asks for it
            # in its own VM, since the microtask may be what it awaits.
            if not waits and env.vm.stop_reason() != "none":
                self._tell_stop(env, cell, what)
                env.machine.settle_stop()
        return True

    @contextmanager
    def _stoppable(self, env: SessionEnv) -> Iterator[None]:
        """Inside the block the stop button stops JS of `env`.

        While a cell runs a stop is meant for it, too: it learns of it in `drive`.
        """
        if self._active is not None:
            with self._stop.aimed_at(env.vm.handle):
                yield
            return
        self._stop.arm(env.vm.handle)
        try:
            yield
        finally:
            self._stop.disarm()

    def _tell_stop(self, env: SessionEnv, cell: int, what: str) -> None:
        if env.vm.stop_reason() == "time_limit":
            limit = _TIMED_OUT.format(limit=env.vm.time_limit)
            self._output.error(f"Stopped: {what} of this cell {limit}")
        elif self._active is None or self._active.id != cell:
            self._output.error(f"Stopped: {what} of this cell was stopped")

    # ---- errors that end no cell -----------------------------------------------------

    def report_rejections(self) -> None:
        """Report what nobody handles, now that the coroutines that were ready have run.

        That of the VM whose cell runs is left to `drive`.
        """
        for machine in self._vms.all:
            if self._active is None or self._active.env.machine is not machine:
                self._take_rejections(machine)

    def _report_rejections(self, machine: SessionVM) -> None:
        # A coroutine that has yet to run may be what handles them.
        if self._tasks.wait_s() != 0:
            self._take_rejections(machine)

    def _take_rejections(self, machine: SessionVM) -> None:
        try:
            for env, rejection in machine.take_rejections():
                with self._output.of_cell(int(rejection["cell"])):
                    self._report_uncaught(env, rejection["error"], rejection["where"])
        except JSError as error:
            self._report_uncaught(self._vms.current, _plainly(error))

    def _report_uncaught(
        self, env: SessionEnv, described: dict[str, Any], where: str = ""
    ) -> None:
        source_of = self.source_of(env)
        lines = uncaught_lines(described, where, source_of, self._colors)
        self._output.error("\n".join(lines))

    def _described(self, env: SessionEnv, error: JSError) -> dict[str, Any]:
        describe = env.kit.describeThrown
        try:
            text = env.machine.with_reserve(lambda: describe(error.value))
        except JSError as failure:
            return _plainly(failure)
        described: dict[str, Any] = json.loads(text)
        return described

    def source_of(self, env: SessionEnv) -> SourceOf:
        """Give what finds the text of a cell or imported file by name."""
        return lambda name: self._sources.get(name) or env.modules.source_of(name)

    def sources(self) -> list[str]:
        """Give the texts of all cells, in the order they were run."""
        return [*self._sources.values()]


def _too_large(error: ValueError) -> ErrorReport:
    return ErrorReport(name="Error", message=str(error), traceback=[f"Error: {error}"])
