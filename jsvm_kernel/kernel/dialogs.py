"""What JavaScript asks the user, put to the client whose cell asks.

Clients show a question only while the cell it belongs to runs; asked later it would
wait for ever. So whoever can't be asked gets an error at once that says why.
"""

from __future__ import annotations

import asyncio
from typing import Final

from ..session.client import SessionClient
from ..session.input_messages import InputReply, InputRequest
from .input import InputChannel, InputStopped, StdinNotImplementedError
from .publish import Publisher

_NOBODY: Final = (
    "nobody can be asked here: this client takes no input (programs that run "
    "notebooks, such as nbconvert and papermill, never do). Run the cell in JupyterLab "
    "or a console, or assign the value in the cell"
)
_CELL_ENDED: Final = (
    "the cell that asks has ended, and Jupyter shows questions only while it runs; "
    "await what asks in the cell"
)


class Dialogs:
    """Takes the session's questions to the user, one at a time."""

    def __init__(
        self, client: SessionClient, publisher: Publisher, channel: InputChannel
    ) -> None:
        self._client = client
        self._publisher = publisher
        self._channel = channel
        self._tasks: set[asyncio.Task[None]] = set()
        client.serve({InputRequest: self._begin}, channel.stop)

    def _begin(self, question: InputRequest) -> None:
        task = asyncio.get_running_loop().create_task(self._answer(question))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, question: InputRequest) -> None:
        value, problem = None, ""
        try:
            if question.cell != self._client.running_cell:
                problem = _CELL_ENDED
            else:
                value = await self._ask(question)
        except StdinNotImplementedError:
            problem = _NOBODY
        except EOFError:
            pass  # the user ended the input: no value
        except InputStopped:
            return  # and with it the JavaScript that asked
        reply = InputReply(id=question.id, value=value, problem=problem)
        await self._client.deliver(reply)

    async def _ask(self, question: InputRequest) -> str:
        parent = self._publisher.parent_of(question.cell)
        return await self._channel.read(parent, question.prompt, question.password)
