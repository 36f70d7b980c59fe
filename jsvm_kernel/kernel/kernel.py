"""The kernel: one short method for each message of the protocol."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..session.client import SessionClient
from ..session.messages import ErrorReport, Language, Outcome
from ..session.spawn import SpawnedHost
from .channels import Channel
from .comms import Comms
from .completeness import completeness, indent_after
from .dialogs import Dialogs
from .dispatch import DispatchingKernel
from .history import History
from .magics.registry import BODIES
from .magics.runner import MagicRunner
from .options import Options
from .publish import Publisher, error_content, without_colors
from .settings import Settings
from .source import CellMagic, Question, Script, read_cell, script_of
from .wire import Message

if TYPE_CHECKING:
    from .editing.assistant import Assistant


class JSVMKernel(DispatchingKernel):
    """JavaScript in a host process of its own."""

    def __init__(
        self, options: Options, first_host: SpawnedHost | None, **channels: Any
    ) -> None:
        super().__init__(**channels)
        command = options.host_command
        if first_host is not None and first_host.command != command:
            first_host.discard()
            first_host = None
        topic = f"kernel.{self.ident}"
        self.publisher = Publisher(self.session, self.iopub_socket, topic)
        self.client = SessionClient(
            self.publisher, str(Path.cwd()), command, first_host=first_host
        )
        self.dialogs = Dialogs(self.client, self.publisher, self.input)
        self.comms = Comms(self.client, self.publisher)
        keeps = options.history_file != ":memory:"
        path = Path(options.history_file or _default_history()) if keeps else None
        self.history = History(path, self._report_history)
        self._stored_cell = 0
        self.settings = Settings()
        self.magics = MagicRunner(
            self.client, self.publisher, self.settings, self.input
        )
        self._assistant: Assistant | None = None

    def start(self) -> None:
        """Take messages, and begin to start the host."""
        super().start()
        self.client.start(self.settings.for_host())

    async def close(self) -> None:
        """End the host and the builder, and with them the cell that runs."""
        self.magics.interrupt()
        await self.magics.close()
        await self.client.shutdown()
        await self.end_cells()
        await self.history.close()

    # ---- cells --------------------------------------------------------------------

    async def do_execute(
        self,
        code: str,
        silent: bool,
        store_history: bool = True,
        user_expressions: dict[str, str] | None = None,
        allow_stdin: bool = False,
        *,
        cell_meta: Any = None,
        cell_id: str | None = None,
    ) -> dict[str, Any]:
        """Run a cell; its output is published before this returns."""
        count = self.execution_count
        cell = self.client.new_cell()
        parent = self.get_parent("shell")
        self.publisher.open_cell(cell, parent, count, shown=not silent)
        payload: list[dict[str, Any]] = []
        name = "<silent>" if silent else f"In[{count}]"
        try:
            outcome = await self._run(cell, code, name, payload)
        except Exception as error:
            outcome = _defect(cell, error)
        if silent:
            self.publisher.take_kept(cell)
        elif store_history:
            self._stored_cell = cell
            self.history.add(count, code, self.publisher.result_text(cell))
        else:
            # A cell that is not stored takes no number.
            self.execution_count -= 1
        reply: dict[str, Any] = {"execution_count": count, "payload": payload}
        if outcome.error is not None:
            self.publisher.error(cell, outcome.error)
            return {"status": "error", **reply, **error_content(outcome.error)}
        expressions = user_expressions or {}
        values = {key: await self._value(expressions[key]) for key in expressions}
        return {"status": "ok", **reply, "user_expressions": values}

    async def _run(
        self, cell: int, code: str, name: str, payload: list[dict[str, Any]]
    ) -> Outcome:
        content = read_cell(code)
        if isinstance(content, Script):
            if content.magics:
                outcome = await self.magics.run_lines(
                    cell, name, content.magics, payload
                )
                if outcome.error is not None or not content.code.strip():
                    return outcome
            if not content.code.strip():
                return Outcome(sync=0, id=cell, status="ok")
            return await self.client.execute(
                cell, content.code, name=name, language=self.settings.language
            )
        if isinstance(content, CellMagic):
            return await self.magics.run_cell(cell, name, code, content, payload)
        return await self._answer(cell, content, payload)

    async def _answer(
        self, cell: int, question: Question, payload: list[dict[str, Any]]
    ) -> Outcome:
        """Put help on a magic or a value into the pager."""
        if question.name.startswith("%"):
            return await self.magics.help(cell, question.name, payload)
        name = question.name
        data = await self.assistant.inspect(name, len(name), question.detail)
        if not data:
            message = f"there is nothing called {name}"
            report = ErrorReport(
                name="NotFound", message=message, traceback=[f"NotFound: {message}"]
            )
            return Outcome(sync=0, id=cell, status="error", error=report)
        payload.append({"source": "page", "data": data, "start": 0})
        return Outcome(sync=0, id=cell, status="ok")

    async def _value(self, expression: str) -> dict[str, Any]:
        """Evaluate one of an execute_request's user_expressions."""
        cell = self.client.new_cell()
        self.publisher.open_cell(cell, {}, self.execution_count, shown=False)
        outcome = await self.client.execute(cell, expression, name="<user expression>")
        kept = self.publisher.take_kept(cell)
        if outcome.error is not None:
            return {"status": "error", **error_content(outcome.error)}
        results = [message for message in kept if message.kind == "result"]
        data = results[-1].data if results else {"text/plain": "undefined"}
        metadata = results[-1].metadata if results else {}
        # Programs read these, not people.
        return {"status": "ok", "data": without_colors(data), "metadata": metadata}

    # ---- questions ----------------------------------------------------------------

    async def do_complete(self, code: str, cursor_pos: int) -> dict[str, Any]:
        """Complete a magic, or JavaScript."""
        found = self.magics.complete(code, cursor_pos)
        if found is None:
            script, language = self._script(code)
            env = self.magics.env_of(code)
            found = await self.assistant.complete(script, cursor_pos, language, env)
        return found.content()

    async def do_inspect(
        self,
        code: str,
        cursor_pos: int,
        detail_level: int = 0,
        omit_sections: Any = (),
    ) -> dict[str, Any]:
        """Describe what the cursor is on."""
        data = self.magics.inspect(code, cursor_pos)
        if data is None:
            script, language = self._script(code)
            env = self.magics.env_of(code)
            data = await self.assistant.inspect(
                script, cursor_pos, detail_level, language, env
            )
        return {"status": "ok", "found": bool(data), "data": data, "metadata": {}}

    @property
    def assistant(self) -> Assistant:
        """What completes and inspects; loaded when the first question comes."""
        if self._assistant is None:
            from .editing.assistant import Assistant

            self._assistant = Assistant(self.client, self._waiting_scripts)
        return self._assistant

    def _script(self, code: str) -> tuple[str, Language]:
        """Give a cell's code without its magics, and what it is written in."""
        content = read_cell(code)
        language = self.settings.language
        if isinstance(content, CellMagic):
            language = BODIES.get(content.name, language)
        return script_of(code, content, BODIES), language

    def _waiting_scripts(self) -> list[tuple[str, Language]]:
        return [self._script(code) for code in self.waiting_code()]

    async def do_is_complete(self, code: str) -> dict[str, Any]:
        """Ask the engine's parser, or tree-sitter while the engine is busy."""
        content = read_cell(code)
        if isinstance(content, Question):
            return {"status": "complete"}
        if not isinstance(content, CellMagic):
            return await self._completeness(content.code, self.settings.language)
        # A blank line ends its body, as in IPython's terminal.
        ended = code.endswith("\n\n") or (not content.body and code.endswith("\n"))
        language = BODIES.get(content.name)
        if language is None or not content.body.strip():
            return {"status": "complete" if ended else "incomplete", "indent": ""}
        if not ended:
            return {"status": "incomplete", "indent": indent_after(content.body)}
        return await self._completeness(content.body, language)

    async def _completeness(self, code: str, language: Language) -> dict[str, Any]:
        reply = None
        # The engine never sees TypeScript, and what it sees of an unfinished type may
        # be a whole program.
        if language == "javascript":
            reply = await self.client.check_syntax(code)
        status = reply.status if reply else completeness(code, language)
        if status != "incomplete":
            return {"status": status}
        return {"status": status, "indent": indent_after(code)}

    async def do_history(self, **request: Any) -> dict[str, Any]:
        """Answer from the inputs of this session and of earlier ones."""
        try:
            return {"status": "ok", "history": await self.history.answer(request)}
        except ValueError as error:
            report = ErrorReport(name="ValueError", message=str(error), traceback=[])
            return {"status": "error", "history": [], **error_content(report)}

    def _report_history(self, problem: str) -> None:
        """Say under the last cell that history is not kept; it is no cell's error."""
        self.publisher.stream(self._stored_cell, "stderr", problem + "\n")

    # ---- comms ----------------------------------------------------------------------

    def comm_info_request(self, stream: Channel, ident: Any, parent: Message) -> None:
        """List the open comms."""
        comms = self.comms.of_target(parent["content"].get("target_name"))
        self._reply(stream, ident, parent, {"status": "ok", "comms": comms})

    async def comm_open(self, stream: Channel, ident: Any, parent: Message) -> None:
        """Let JavaScript have what a client opens; unknown targets are closed."""
        await self.comms.receive("open", parent)

    async def comm_msg(self, stream: Channel, ident: Any, parent: Message) -> None:
        """Hand a comm's message to JavaScript."""
        await self.comms.receive("msg", parent)

    async def comm_close(self, stream: Channel, ident: Any, parent: Message) -> None:
        """Tell JavaScript that a client has closed a comm."""
        await self.comms.receive("close", parent)

    # ---- control ------------------------------------------------------------------

    def interrupt(self) -> None:
        """Press the stop button: a magic's own work and the session's cell."""
        self.input.stop()
        if self.client.busy or not self.magics.interrupt():
            self.client.interrupt()


def _default_history() -> str:
    from jupyter_core.paths import jupyter_data_dir

    return str(Path(jupyter_data_dir()) / "jsvm_kernel" / "history.sqlite")


def _defect(cell: int, error: Exception) -> Outcome:
    """Report a mistake of ours whole, so that it can be told; no answer is worse."""
    lines = traceback.format_exception(error)
    report = ErrorReport(
        name=type(error).__name__,
        message=f"{error} (a defect of jsvm_kernel, not of the cell)",
        traceback="".join(lines).rstrip().split("\n"),
    )
    return Outcome(sync=0, id=cell, status="error", error=report)
