"""The session, as the kernel sees it: cells run in a host, questions are answered.

One `SessionClient` lives as long as the kernel; hosts come and go under it. It runs one
cell at a time and knows whether one runs. Questions about code go to the host while it
is idle and are answered here while it is busy, so they never wait for a cell. All
methods belong to one event loop.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from .httpx_transport import HttpxTransport
from .input_messages import InputReply
from .link import Answer, HostLink, HostLost, Sink, Takers
from .messages import (
    CheckSyntax,
    Complete,
    CompleteReply,
    Configure,
    Delivery,
    ErrorReport,
    Execute,
    Facts,
    Info,
    InfoReply,
    Inspect,
    InspectReply,
    Language,
    LoadModule,
    Match,
    Outcome,
    Reply,
    RequestFailed,
    Shutdown,
    Surroundings,
    SyntaxReply,
    ToHost,
)
from .names import NameTable
from .native_messages import BuildFacts, TimeNative
from .natives import SessionNatives
from .spawn import HOST_COMMAND, HostStartError, SpawnedHost, spawn
from .transfers import Transfers
from .transport import Transport
from .vms import SessionVMs

if TYPE_CHECKING:
    from .expressions import Expression

#: An idle host answers in a millisecond; one that takes longer runs a timer's code.
ANSWER_TIMEOUT_S: Final = 0.5
#: A question in the first moments of a session waits for the host to come up.
START_WAIT_S: Final = 5.0
#: Time JavaScript has to stop in; only native code takes longer.
STOP_GRACE_S: Final = 2.0
_STOP_PAUSE_S: Final = 0.05
_STOP_LONGEST_PAUSE_S: Final = 1.0
_PARTING_S: Final = 1.0
_UNKNOWN: Final = BuildFacts()

STATE_LOST: Final = (
    "Variables and loaded native modules are lost; the next cell starts in a new host."
)


class SessionError(Exception):
    """A request could not be answered; `name` and text are for the user."""

    def __init__(self, message: str, name: str = "SessionError") -> None:
        super().__init__(message)
        self.name = name


class _Cell:
    """The cell that runs."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.stop_asked = False
        self.grace_over = False


class SessionClient:
    """Runs cells in a host process, `command`, in the folder `cwd`.

    `sink` gets all output, by cell number. `stop_grace_s` is how long a stop may take
    before the user is told what is the matter. `first_host` was started ahead.
    """

    def __init__(
        self,
        sink: Sink,
        cwd: str,
        command: Sequence[str] = HOST_COMMAND,
        stop_grace_s: float = STOP_GRACE_S,
        first_host: SpawnedHost | None = None,
        transport: Transport | None = None,
    ) -> None:
        self.names = NameTable()
        self.vms = SessionVMs(self.request, self.names)
        self.natives = SessionNatives(self.request, self.names)
        self._state_lost = STATE_LOST
        self._sink = sink
        self._cwd = cwd
        self._command = command
        self._stop_grace_s = stop_grace_s
        self._first_host = first_host
        self._settings: dict[str, bool | str] = {}
        self._folder = ""  # where to, if not the notebook's folder
        self._environment: dict[str, str] = {}
        self._numbers = itertools.count(1)
        self._cell: _Cell | None = None
        self._last_cell = 0
        self._turn = asyncio.Lock()
        self._link: HostLink | None = None
        self._starting: asyncio.Task[HostLink] | None = None
        self._late_answer: asyncio.Task[Answer] | None = None
        self._closing = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._takers: dict[type, Callable[[Any], None]] = {}
        self._when_lost: list[Callable[[], None]] = []
        self._transfers = Transfers(transport or HttpxTransport(), self.deliver)
        self.serve(self._transfers.takers, self._transfers.forget)

    @property
    def folder(self) -> str:
        """The notebook's folder."""
        return self._cwd

    # ---- cells --------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether a cell runs."""
        return self._cell is not None

    async def idle(self) -> None:
        """Wait until no cell runs; a request that follows at once is not refused."""
        async with self._turn:
            return

    @property
    def running_cell(self) -> int | None:
        """The number of the cell that runs."""
        return self._cell.number if self._cell is not None else None

    @property
    def host_pid(self) -> int | None:
        """The host's process id, or None while there is none that is ready."""
        return self._link.process.pid if self._link is not None else None

    def new_cell(self) -> int:
        """Give the number for the next cell."""
        return next(self._numbers)

    def start(self, settings: dict[str, bool | str] | None = None) -> None:
        """Begin to start a host, so that the first cell finds it ready.

        `settings` is what it is to be told first; without them it is what it was.
        """
        if settings is not None:
            self._settings = settings
        if self._link is None and self._starting is None and not self._closing:
            self._starting = asyncio.get_running_loop().create_task(self._open())
            # Whoever needs the host awaits the task; nobody may.
            self._starting.add_done_callback(_retrieve)

    async def configure(self, values: dict[str, bool | str]) -> None:
        """Give the host these settings, and each later one too."""
        self._settings = dict(values)
        if self._link is not None and values:
            await self._link.tell(Configure(values=self._settings))

    async def move(self, folder: str) -> None:
        """Make `folder` the current one of this host and of each later one."""
        self._folder = folder
        if self._link is not None:
            await self._link.tell(Surroundings(folder=folder))

    async def set_environment(self, variables: dict[str, str]) -> None:
        """Set environment variables of this host and of each later one."""
        self._environment.update(variables)
        if self._link is not None:
            await self._link.tell(Surroundings(environment=variables))

    async def execute(
        self,
        cell: int,
        code: str,
        *,
        name: str,
        line_offset: int = 0,
        language: Language = "javascript",
        env: str = "",
    ) -> Outcome:
        """Run code as cell number `cell`; a lost host is an outcome, no exception.

        It runs in the Env called `env`, if that is not given in the current one.
        """
        message = Execute(
            id=cell,
            code=code,
            name=name,
            line_offset=line_offset,
            language=language,
            env=env,
        )
        return await self._run(message, cell)

    async def load_module(
        self,
        cell: int,
        *,
        name: str,
        path: str,
        module: str,
        needs: Sequence[tuple[str, str]] = (),
        built: BuildFacts = _UNKNOWN,
        cell_name: str = "",
        source: str = "",
        env: str = "",
    ) -> Outcome:
        """Load a native module, built from the cell `cell_name` with text `source`."""
        message = LoadModule(
            id=cell,
            name=name,
            path=path,
            module=module,
            needs=list(needs),
            built=built,
            cell=cell_name,
            source=source,
            env=env,
        )
        return await self._run(message, cell)

    async def time_native(self, cell: int, module: str, call: str) -> Outcome:
        """Time a call of a native function against JavaScript, as a cell does it."""
        return await self._run(TimeNative(id=cell, module=module, call=call), cell)

    def interrupt(self) -> None:
        """Stop what runs: JavaScript at once; what does not stop is killed next time.

        Returns at once; the cell's outcome says what became of it.
        """
        cell, link = self._cell, self._link
        if cell is None:
            if link is not None:
                link.process.stop_javascript()  # a timer's code may run
        elif not cell.stop_asked:
            cell.stop_asked = True
            if link is not None:
                self._spawn(self._stop(link, cell))
        elif cell.grace_over and link is not None:
            link.kill("stopped by killing the session host, as its native code runs on")

    async def shutdown(self) -> None:
        """End the host, gently if it is idle, and start none again."""
        self._closing = True
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.wait({self._starting})
        if self._first_host is not None:
            self._first_host.discard()
            self._first_host = None
        await self._transfers.close()
        link = self._link
        if link is None:
            return
        if self._cell is None:
            await link.tell(Shutdown())
            await asyncio.wait({link.lost}, timeout=_PARTING_S)
        link.kill("the session was shut down")
        await link.lost
        for task in self._tasks:
            task.cancel()

    # ---- posts and deliveries ------------------------------------------------------

    def serve(self, takers: Takers, when_lost: Callable[[], None]) -> None:
        """Have posts of the host go to `takers`, by type; say when a host is lost."""
        self._takers.update(takers)
        self._when_lost.append(when_lost)

    async def deliver(self, message: Delivery | InputReply) -> None:
        """Send what is no request; waits while the host reads slowly.

        Dropped when there is no host.
        """
        if self._link is not None:
            await self._link.tell(message)

    async def hand_over(self, message: Delivery, number: int) -> bool:
        """Send a delivery and wait until JavaScript has had it; False: nobody will."""
        if self._link is None and self._starting is not None:
            await asyncio.wait({self._starting})
        if self._link is None:
            return False
        try:
            await self._link.request(message, number)
        except HostLost:
            return False
        return True

    # ---- questions ----------------------------------------------------------------

    async def complete(
        self,
        subject: Expression | None,
        prefix: str,
        *,
        keys: bool = False,
        env: str = "",
    ) -> list[Match]:
        """Complete a member of `subject` or a global name, from live values or names.

        With `keys` any key may be named, not only what can stand behind a dot. `env`
        names the Env; of another than the current one it is not known while the host
        is busy what cells made there.
        """
        from .expressions import as_json  # not loaded before a question comes

        number = self.new_cell()
        message = Complete(
            id=number, subject=as_json(subject), prefix=prefix, keys=keys, env=env
        )
        answer = await self._ask(message, number)
        if isinstance(answer, CompleteReply):
            return answer.matches
        return self._names_of(env).complete(subject, prefix)

    async def inspect(
        self, subject: Expression, name: str, detail: int = 0, *, env: str = ""
    ) -> Facts | None:
        """Describe what `subject` stands for, from live values or from names."""
        from .expressions import as_json

        number = self.new_cell()
        message = Inspect(
            id=number, subject=as_json(subject), name=name, detail=detail, env=env
        )
        answer = await self._ask(message, number)
        if isinstance(answer, InspectReply):
            return answer.facts
        return self._names_of(env).inspect(subject, name)

    def _names_of(self, env: str) -> NameTable:
        return self.names if env in ("", self.vms.current) else self.names.fresh()

    async def check_syntax(self, code: str) -> SyntaxReply | None:
        """Ask the engine's parser; None when the host is busy or away."""
        number = self.new_cell()
        answer = await self._ask(CheckSyntax(id=number, code=code), number)
        return answer if isinstance(answer, SyntaxReply) else None

    async def info(self) -> dict[str, dict[str, Any]]:
        """Give information on the current Env's VM. Raises SessionError."""
        answer = await self.request(lambda id: Info(id=id))
        assert isinstance(answer, InfoReply)
        return answer.info

    async def request(self, make: Callable[[int], ToHost]) -> Reply:
        """Send the request that `make` gives for a number, and give its reply.

        It takes a cell's turn: the stop button stops a timer's code that it waits for.
        Raises SessionError, also while a cell runs.
        """
        if self._cell is not None:
            raise SessionError("a cell runs: ask again when it has ended")
        number = self.new_cell()
        async with self._turn:
            self._cell = _Cell(number)
            try:
                link = await self._ready_link()
                answer = await link.request(make(number), number)
            except HostStartError as error:
                raise SessionError(str(error), "HostStartError") from None
            except HostLost as lost:
                text = f"{lost}. {self._state_lost}"
                raise SessionError(text, "HostDied") from None
            finally:
                self._cell = None
        if isinstance(answer, RequestFailed):
            raise SessionError(answer.message, answer.name)
        assert not isinstance(answer, Outcome)
        return answer

    async def _ask(self, message: ToHost, number: int) -> Answer | None:
        """Ask an idle host, or one that starts; None when none can answer soon."""
        if self._link is None and self._starting is not None:
            await asyncio.wait({self._starting}, timeout=START_WAIT_S)
        link, late = self._link, self._late_answer
        if self._cell is not None or link is None or (late and not late.done()):
            return None
        answer = asyncio.ensure_future(link.request(message, number))
        answer.add_done_callback(_retrieve)
        await asyncio.wait({answer}, timeout=ANSWER_TIMEOUT_S)
        if answer.done():
            return answer.result() if answer.exception() is None else None
        # A timer's code keeps it busy; nobody waits for that twice.
        self._late_answer = answer
        return None

    # ---- the host -----------------------------------------------------------------

    async def _run(
        self, message: Execute | LoadModule | TimeNative, number: int
    ) -> Outcome:
        async with self._turn:
            cell = self._cell = _Cell(number)
            self._last_cell = number
            try:
                link = await self._ready_link()
                if cell.stop_asked:
                    return _stopped(number, "stopped before it began")
                answer = await link.request(message, number)
            except HostStartError as error:
                return _failed(number, "HostStartError", str(error))
            except HostLost as lost:
                return _host_died(number, lost, cell, self._state_lost)
            finally:
                self._cell = None
        if isinstance(answer, RequestFailed):
            return _failed(number, answer.name, answer.message)
        if not isinstance(answer, Outcome):
            text = f"a cell was answered by a {type(answer).__name__}"
            return _failed(number, "ProtocolError", text)
        if answer.names is not None:
            self.names.replace(answer.names)
        return answer

    async def _ready_link(self) -> HostLink:
        """Give the host, starting one if there is none. Raises HostStartError."""
        link = self._link
        if link is not None and not link.lost.done():
            return link
        self._link = None
        self.start()
        if self._starting is None:
            raise HostStartError("the session is being shut down")
        try:
            return await self._starting
        except asyncio.CancelledError:
            if not self._closing:
                raise
            raise HostStartError("the session is being shut down") from None

    async def _open(self) -> HostLink:
        try:
            host, self._first_host = self._first_host, None
            if host is None:
                host = spawn(self._command, self._cwd)
            link = await HostLink.open(host, self._cwd, self._sink, self._takers)
        finally:
            self._starting = None
        self._link = link
        self.names.reset(link.ready.result().names)
        self._spawn(self._await_loss(link))
        # Written before anything yields, so before what waits for the link.
        await self.configure(self._settings)
        if self._folder:
            await self.move(self._folder)
        if self._environment:
            await self.set_environment(self._environment)
        return link

    async def _await_loss(self, link: HostLink) -> None:
        """Forget a host that died; tell the user if no cell does."""
        lost = await link.lost
        if self._link is link:
            self._link = None
        # What the next host begins with.
        self.names.reset(link.ready.result().names)
        self._state_lost = STATE_LOST + self.vms.forget()
        for forget in self._when_lost:
            forget()
        if self._closing:
            return
        if self._cell is not None:
            self.start()  # the cell tells it; the next one finds a host
        else:
            # Not started before it is needed: it might die again, and for ever.
            text = f"\nBetween cells {lost}. {self._state_lost}\n"
            self._sink.stream(self._last_cell, "stderr", text)

    async def _stop(self, link: HostLink, cell: _Cell) -> None:
        """Signal until the cell has ended; say so when its time is over.

        The repetition is for a signal that came before the host began the cell. It
        slows down, as each signal may also interrupt what native code does to end well.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._stop_grace_s
        pause = _STOP_PAUSE_S
        while self._cell is cell and not link.lost.done():
            link.process.stop_javascript()
            left = deadline - loop.time()
            await asyncio.sleep(min(pause, left) if left > 0 else pause)
            pause = min(2 * pause, _STOP_LONGEST_PAUSE_S)
            if not cell.grace_over and loop.time() >= deadline and self._cell is cell:
                cell.grace_over = True
                self._sink.stream(
                    cell.number, "stderr", _grace_text(self._stop_grace_s)
                )

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _retrieve(task: asyncio.Task[Any]) -> None:
    if not task.cancelled():
        task.exception()


def _grace_text(seconds: float) -> str:
    return (
        f"Not stopped after {seconds:g} s: native code runs and does not answer. It "
        "may still end by itself; stopping once more kills the session host, and all "
        "variables are lost.\n"
    )


def _failed(number: int, name: str, message: str) -> Outcome:
    report = ErrorReport(name=name, message=message, traceback=[f"{name}: {message}"])
    return Outcome(sync=0, id=number, status="error", error=report)


def _stopped(number: int, message: str) -> Outcome:
    report = ErrorReport(
        name="Interrupted", message=message, traceback=[f"Interrupted: {message}"]
    )
    return Outcome(sync=0, id=number, status="stopped", error=report)


def _host_died(number: int, lost: HostLost, cell: _Cell, state: str) -> Outcome:
    """Report a lost host; `state` says what was lost with it."""
    if cell.grace_over and lost.problem is not None:
        return _stopped(number, f"{lost.problem}. {state}")
    return _failed(number, "HostDied", f"{lost}. {state}")
