"""The file that keeps inputs and results across sessions: SQLite, shared by kernels.

All calls may block on the disk or on another kernel, so they come from one thread of
their own (`history`). A file that can't be used, or no longer, is left as it is: what
this session has kept goes on in memory, and `problem` says so once.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

MEMORY: Final = ":memory:"
_VERSION: Final = 1
_SCHEMA: Final = """
    BEGIN IMMEDIATE;
    CREATE TABLE IF NOT EXISTS sessions (
        session INTEGER PRIMARY KEY AUTOINCREMENT, started TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS inputs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        session INTEGER NOT NULL, line INTEGER NOT NULL,
        source TEXT NOT NULL, output TEXT
    );
    CREATE INDEX IF NOT EXISTS inputs_by_session ON inputs (session, line);
    PRAGMA user_version = 1;
    COMMIT;
"""
#: How long another kernel may hold the file: a write takes it a millisecond.
_BUSY_S: Final = 2.0
_MAX_BYTES: Final = 64 << 20
#: A result may be the text of a whole file; history needs to be recognised, not read.
_MAX_OUTPUT: Final = 20_000

Entry: TypeAlias = tuple[int, int, str, str | None]
T = TypeVar("T")


class HistoryStore:
    """Entries (session, line, source, output) of a file, or of memory."""

    def __init__(self, path: Path | None, max_bytes: int = _MAX_BYTES) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._db: sqlite3.Connection | None = None
        self._session: int | None = None
        self._own: list[tuple[int, str, str | None]] = []
        #: Why history is not in its file, in words for the user, until taken.
        self.problem: str | None = None

    def add(self, line: int, source: str, output: str | None) -> None:
        """Keep an input that was run as number `line`, and its result's text."""
        source, output = _storable(source), output and _storable(output)
        if output is not None and len(output) > _MAX_OUTPUT:
            output = output[:_MAX_OUTPUT] + "…"
        self._do(lambda db: self._insert(db, [(line, source, output)]))
        self._own.append((line, source, output))

    def select(
        self,
        where: str,
        values: tuple[Any, ...] = (),
        *,
        unique: bool = False,
        last: int | None = None,
    ) -> list[Entry]:
        """Give the entries that fit a condition, the oldest first.

        unique: of equal inputs the last alone; last: no more than that many, from the
        end.
        """
        each = "max(id)" if unique else "id"
        group = "GROUP BY source" if unique else ""
        chosen = f"SELECT {each} AS id FROM inputs WHERE {where} {group}"
        chosen += " ORDER BY id DESC LIMIT ?"
        query = (
            "SELECT session, line, source, output FROM inputs "
            f"WHERE id IN (SELECT id FROM ({chosen})) ORDER BY id"
        )
        limit = -1 if last is None else max(last, 0)
        return self._do(lambda db: db.execute(query, (*values, limit)).fetchall())

    @property
    def session(self) -> int:
        """The number of this session; the next free one while it has no entry."""
        if self._session is not None:
            return self._session
        return self._do(_last_session) + 1

    def last_line(self, session: int) -> int:
        """Give the number of a session's last input, 0 if it has none."""
        query = "SELECT coalesce(max(line), 0) FROM inputs WHERE session = ?"
        found: int = self._do(lambda db: db.execute(query, (session,)).fetchone())[0]
        return found

    def close(self) -> None:
        """Let go of the file."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Work on the file; when it can't be used, on memory from now on."""
        try:
            if self._db is None:
                self._db = self._open()
            return work(self._db)
        except (sqlite3.Error, OSError) as error:
            if self._path is None:
                raise
            return work(self._go_on_in_memory(error))

    def _go_on_in_memory(self, error: Exception) -> sqlite3.Connection:
        self.problem = (
            f"the history of cells can't be kept in {self._path} ({error}); that of "
            "this session is kept in memory and ends with it"
        )
        self.close()
        self._path = None
        self._session = None
        self._db = self._open()
        if self._own:
            self._insert(self._db, self._own)
        return self._db

    def _open(self) -> sqlite3.Connection:
        if self._path is not None:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # SQLite's own files beside it take over the mode.
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        # autocommit: each statement is a transaction, and none stays open.
        db = sqlite3.connect(
            self._path or MEMORY,
            timeout=_BUSY_S,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            if version > _VERSION:
                text = f"it is of version {version}, written by a newer jsvm_kernel"
                raise OSError(text)
            db.execute("PRAGMA synchronous = NORMAL")
            if version < _VERSION:
                _make(db)
        except BaseException:
            db.close()
            raise
        return db

    def _insert(
        self, db: sqlite3.Connection, entries: list[tuple[int, str, str | None]]
    ) -> None:
        with _transaction(db):
            if self._session is None:
                self._prune(db)
                statement = "INSERT INTO sessions (started) VALUES (datetime('now'))"
                session = db.execute(statement).lastrowid
            else:
                session = self._session
            db.executemany(
                "INSERT INTO inputs (session, line, source, output) "
                "VALUES (?, ?, ?, ?)",
                [(session, *entry) for entry in entries],
            )
        self._session = session

    def _prune(self, db: sqlite3.Connection) -> None:
        """Drop the oldest sessions of a file that has grown too large."""
        if _used_bytes(db) <= self._max_bytes:
            return
        size = "sum(length(source) + coalesce(length(output), 0))"
        query = f"SELECT session, {size} FROM inputs GROUP BY session ORDER BY 1 DESC"
        kept = 0
        for session, length in db.execute(query).fetchall():
            kept += length
            # A quarter of the limit: what text takes in the file, and room to grow.
            if kept > self._max_bytes // 4:
                db.execute("DELETE FROM inputs WHERE session <= ?", (session,))
                db.execute("DELETE FROM sessions WHERE session <= ?", (session,))
                return


def _make(db: sqlite3.Connection) -> None:
    """Make the tables, unless another kernel has done so meanwhile.

    For the mode of the journal SQLite does not wait, whatever its timeout.
    """
    deadline = time.monotonic() + _BUSY_S
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")  # the file remembers it
            break
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
    db.executescript(_SCHEMA)


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    # IMMEDIATE: a transaction that began reading could not wait for its turn to write.
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _last_session(db: sqlite3.Connection) -> int:
    query = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'sessions'"
    found: int = db.execute(query).fetchone()[0]
    return found


def _used_bytes(db: sqlite3.Connection) -> int:
    values = (
        db.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    pages, free, size = values
    return int((pages - free) * size)


def _storable(text: str) -> str:
    """SQLite's text is UTF-8, which has no lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")
