"""The messages between the front and its host, and their bytes.

Every message is a msgspec Struct; the field ``type`` on the wire names it. A message is
encoded as one MessagePack map and travels in one frame (`framing`).

Rules both sides keep:

* The front sends `Hello` first and the host answers `Ready`; both carry
  `PROTOCOL_VERSION`, and a side that reads another version stops with an error.
* ``id`` is a number the front never uses twice. `Execute`, `LoadModule` and
  `TimeNative` are answered by an `Outcome`, every other request by its reply type or by
  `RequestFailed`, with the same id. The host answers requests in the order in which
  they came.
* The id of one that an `Outcome` answers is also the number of its *cell*: the one that
  `Display.cell` and the cell marks in the output (`marks`) name. Output of timers and
  promises carries the number of the cell that scheduled them.
* A *delivery* (`Delivery`) is no request: it has no answer, and the host hands it to
  JavaScript as soon as its thread is free, also while a cell runs and awaits. A *post*
  (`Post`) is the same the other way.
* ``sync`` orders messages and output: the host writes the sync mark with that number
  to stdout and to stderr, then sends the message. The front shows the message after all
  output before the marks and before all output behind them. Numbers rise by one.
* All offsets into code are Unicode code points, as in the Jupyter protocol.
* A stop is no message, it is a signal (SIGUSR1) to the host's pid, since a busy host
  reads no messages. The host takes an earlier stop request back when it begins a cell;
  the front repeats the signal until the cell's outcome is there, so none gets lost.
* The host ends when it reads `Shutdown` or when the front closes the socket.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

import msgspec

from .comm_messages import CommDelivery, CommHandled, CommPost
from .fetch_messages import FetchDelivery, FetchPost
from .input_messages import InputReply, InputRequest
from .message import Message as _Message
from .message import Name as Name
from .message import NameKind as NameKind
from .native_messages import BuildFacts, NativeRequest, NativesReply, TimeNative
from .vm_messages import VMReply, VMRequest

#: Rises with every change that an older side would misread.
PROTOCOL_VERSION: Final = 2


class ProtocolError(Exception):
    """The other side sent something that is no message of this protocol."""


# ---- what the messages are made of ------------------------------------------------


class ErrorReport(msgspec.Struct, frozen=True, kw_only=True):
    """An error, ready to be shown: no side formats it again.

    `traceback` holds the lines a person reads (cell name, line, source line, caret);
    its last line is "name: message"; no frame of ours is in it.
    """

    name: str
    message: str
    traceback: list[str]


#: What a cell is written in.
Language: TypeAlias = Literal["javascript", "typescript"]


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """One completion."""

    text: str
    kind: NameKind
    signature: str = ""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a value, for inspection.

    `type` is a class or what typeof says; `comment` is the JSDoc above its declaration,
    as it stands there; `declared` and `place` are how and where a native function is
    declared; `members` are those of a class, as signatures; `source` is there if it was
    asked for.
    """

    kind: NameKind
    type: str
    name: str = ""
    signature: str = ""
    doc: str = ""
    comment: str = ""
    declared: str = ""
    place: str = ""
    preview: str = ""
    members: list[str] = []
    source: str = ""


# ---- front to host ----------------------------------------------------------------


class Hello(_Message, frozen=True, kw_only=True, tag="hello"):
    """First message. `nonce` is what marks carry; `cwd` the notebook's folder."""

    version: int = PROTOCOL_VERSION
    nonce: str
    cwd: str


class Execute(_Message, frozen=True, kw_only=True, tag="execute"):
    """Run a cell. `name` stands in stack traces, such as "In[3]".

    `code` begins `line_offset` lines into the cell as the user sees it. Types of
    TypeScript are taken out, not checked. `env` names the Env it runs in, here and in
    other requests; "" is the current one.
    """

    id: int
    code: str
    name: str
    line_offset: int = 0
    language: Language = "javascript"
    env: str = ""


class LoadModule(_Message, frozen=True, kw_only=True, tag="load_module"):
    """Load a built native module and put it on ``globalThis`` under `name`.

    `path` is the shared object, `module` the Python name of the extension module in it,
    which imports the modules `needs` (name and path each); `built` is what is told of
    its making. `cell` is the name of the cell ("In[5]") and `source` all its text, for
    tracebacks.
    """

    id: int
    name: str
    path: str
    module: str
    needs: list[tuple[str, str]] = []
    built: BuildFacts = BuildFacts()
    cell: str = ""
    source: str = ""
    env: str = ""


class Complete(_Message, frozen=True, kw_only=True, tag="complete"):
    """Give members of `subject` that begin with `prefix`. Answer: `CompleteReply`.

    The subject is an expression (`expressions`) as JSON, which the front writes and the
    prelude reads; without one, "", global names are meant. `keys`: any key may be
    named, as in brackets, not only what can stand behind a dot.
    """

    id: int
    subject: str
    prefix: str
    keys: bool = False
    env: str = ""


class Inspect(_Message, frozen=True, kw_only=True, tag="inspect"):
    """Describe what `subject` stands for. Answer: `InspectReply`.

    `name` is what it is called in the code; `detail` 1 asks for its source too.
    """

    id: int
    subject: str
    name: str = ""
    detail: int = 0
    env: str = ""


class CheckSyntax(_Message, frozen=True, kw_only=True, tag="check_syntax"):
    """Ask whether `code` is a whole cell. Answer: `SyntaxReply`."""

    id: int
    code: str


class Info(_Message, frozen=True, kw_only=True, tag="info"):
    """Ask what engine and VM these are. Answer: `InfoReply`."""

    id: int


class Configure(_Message, frozen=True, kw_only=True, tag="configure"):
    """Settings, by name. Those that the host does not know are not for it. No answer.

    Sent before the first cell and at every change.
    """

    values: dict[str, bool | str]


class Surroundings(_Message, frozen=True, kw_only=True, tag="surroundings"):
    """Change the host's current folder, if one is given, and environment variables.

    No answer. A folder that can't be entered (any more) is told on the host's stderr.
    """

    folder: str = ""
    environment: dict[str, str] = {}


class Shutdown(_Message, frozen=True, kw_only=True, tag="shutdown"):
    """End the host process, with exit code 0. No answer but the closed socket."""


# ---- host to front ----------------------------------------------------------------


class Ready(_Message, frozen=True, kw_only=True, tag="ready"):
    """Answer to `Hello`: cells may come. `names` are the globals before any cell."""

    version: int = PROTOCOL_VERSION
    pid: int
    features: list[str] = []
    names: list[Name] = []


class Display(_Message, frozen=True, kw_only=True, tag="display"):
    """Rich output of a cell.

    result: the cell's value; display: shown at once; update: replaces what was shown
    with the same ``transient["display_id"]``; clear: empties the cell's output, with
    `wait` only when the next output comes.
    """

    sync: int
    cell: int
    kind: Literal["result", "display", "update", "clear"]
    data: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    transient: dict[str, Any] = {}
    wait: bool = False


class Outcome(_Message, frozen=True, kw_only=True, tag="outcome"):
    """A cell has ended. `error` is there unless `status` is "ok".

    `names` is the whole table of names that cells made (not those of `Ready`); None
    says that it is as it was.
    """

    sync: int
    id: int
    status: Literal["ok", "error", "stopped"]
    error: ErrorReport | None = None
    names: list[Name] | None = None


class CompleteReply(_Message, frozen=True, kw_only=True, tag="complete_reply"):
    """The matches, best first."""

    id: int
    matches: list[Match]


class InspectReply(_Message, frozen=True, kw_only=True, tag="inspect_reply"):
    """What was found, None if that can't be told."""

    id: int
    facts: Facts | None = None


class SyntaxReply(_Message, frozen=True, kw_only=True, tag="syntax_reply"):
    """Whether the code is a whole cell."""

    id: int
    status: Literal["complete", "incomplete", "invalid"]


class InfoReply(_Message, frozen=True, kw_only=True, tag="info_reply"):
    """VM information: groups ("engine", "limits"…), each a map of label to value."""

    id: int
    info: dict[str, dict[str, Any]]


class RequestFailed(_Message, frozen=True, kw_only=True, tag="request_failed"):
    """A request that could not be answered, and why, in words for the user.

    `name` is the kind of error that a cell shows.
    """

    id: int
    message: str
    name: str = "SessionError"


Delivery: TypeAlias = FetchDelivery | CommDelivery
Post: TypeAlias = FetchPost | InputRequest | CommPost
ToHost: TypeAlias = (
    Hello
    | Configure
    | Surroundings
    | Execute
    | LoadModule
    | Complete
    | Inspect
    | CheckSyntax
    | Info
    | VMRequest
    | NativeRequest
    | TimeNative
    | Shutdown
    | InputReply
    | Delivery
)
Reply: TypeAlias = (
    CompleteReply
    | InspectReply
    | SyntaxReply
    | InfoReply
    | VMReply
    | NativesReply
    | CommHandled
    | RequestFailed
)
ToFront: TypeAlias = Ready | Display | Outcome | Reply | Post

_encoder = msgspec.msgpack.Encoder()
_to_host = msgspec.msgpack.Decoder(ToHost)
_to_front = msgspec.msgpack.Decoder(ToFront)


def encode(message: ToHost | ToFront) -> bytes:
    """Give the payload of the frame that carries `message`.

    Half a surrogate pair, which a string of JavaScript may hold, becomes U+FFFD.
    """
    try:
        return _encoder.encode(message)
    except UnicodeEncodeError:
        plain = msgspec.to_builtins(message, builtin_types=(bytes, memoryview))
        return _encoder.encode(_well_formed(plain))


def _well_formed(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_well_formed(key): _well_formed(value[key]) for key in value}
    if isinstance(value, list | tuple):
        return [_well_formed(item) for item in value]
    return value


def decode_to_host(payload: bytes) -> ToHost:
    """Read what the front sent; ProtocolError says what arrived instead."""
    try:
        message: ToHost = _to_host.decode(payload)
    except msgspec.DecodeError as error:
        raise _protocol_error(payload, error) from None
    _check_version(message)
    return message


def decode_to_front(payload: bytes) -> ToFront:
    """Read what the host sent; ProtocolError says what arrived instead."""
    try:
        message: ToFront = _to_front.decode(payload)
    except msgspec.DecodeError as error:
        raise _protocol_error(payload, error) from None
    _check_version(message)
    return message


def _check_version(message: ToHost | ToFront) -> None:
    if isinstance(message, Hello | Ready) and message.version != PROTOCOL_VERSION:
        raise ProtocolError(_version_text(message.version))


def _version_text(version: object) -> str:
    return (
        f"the other side speaks protocol version {version!r}, this one "
        f"{PROTOCOL_VERSION}: two versions of jsvm_kernel are mixed; "
        "restart the kernel"
    )


def _protocol_error(payload: bytes, error: msgspec.DecodeError) -> ProtocolError:
    """Name what arrived: a greeting of another version, a type, or bytes."""
    try:
        raw: object = msgspec.msgpack.decode(payload)
    except msgspec.DecodeError:
        return ProtocolError(
            f"a frame of {len(payload)} bytes that is no MessagePack arrived, "
            f"beginning {payload[:24]!r}"
        )
    if not isinstance(raw, dict):
        return ProtocolError(f"a {type(raw).__name__} arrived instead of a message")
    kind = raw.get("type")
    # Fields may differ in another version: look at the number before the fields.
    if kind in ("hello", "ready") and raw.get("version") != PROTOCOL_VERSION:
        return ProtocolError(_version_text(raw.get("version")))
    return ProtocolError(
        f"a message of type {kind!r} arrived that can't be read: {error}"
    )
