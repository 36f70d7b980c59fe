"""The connection file: where a kernel listens, and with which keys."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

PORTS: Final = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")


class ConnectionFileError(Exception):
    """What it says can't be done; the text says why, for the user."""


@dataclass(frozen=True, slots=True)
class Connection:
    """What the connection file says."""

    transport: str
    ip: str
    ports: dict[str, int]
    key: bytes
    signature_scheme: str
    curve_publickey: bytes | None
    curve_secretkey: bytes | None

    @classmethod
    def read(cls, file: str) -> Connection:
        """Read the file that Jupyter wrote. Raises ConnectionFileError."""
        try:
            return cls._of(json.loads(Path(file).read_bytes()))
        except KeyError as error:
            problem = f"it names no {error.args[0]}"
        except (OSError, ValueError, TypeError, AttributeError) as error:
            problem = str(error)
        raise ConnectionFileError(f"can't read connection file {file}: {problem}")

    @classmethod
    def _of(cls, info: dict[str, Any]) -> Connection:
        scheme = info.get("signature_scheme") or "hmac-sha256"
        method, _, digest = scheme.partition("-")
        if method != "hmac" or digest not in hashlib.algorithms_available:
            raise ValueError(f"its signature scheme {scheme!r} is not known here")
        public, secret = info.get("curve_publickey"), info.get("curve_secretkey")
        encrypted = bool(public and secret)
        return cls(
            transport=info.get("transport", "tcp"),
            ip=info.get("ip", "127.0.0.1"),
            ports={name: int(info[name]) for name in PORTS},
            key=info.get("key", "").encode(),
            signature_scheme=scheme,
            curve_publickey=str(public).encode() if encrypted else None,
            curve_secretkey=str(secret).encode() if encrypted else None,
        )

    def address(self, port: str) -> str:
        """Give the address for one of `PORTS`, as zmq wants it."""
        colon = "-" if self.transport == "ipc" else ":"
        return f"{self.transport}://{self.ip}{colon}{self.ports[port]}"
