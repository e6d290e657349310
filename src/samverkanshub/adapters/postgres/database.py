"""Named queries over a pool, and the one place that tells an outage from a fault in the data."""

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

import asyncpg
import msgspec
from asyncpg.exceptions import InterfaceError, InternalClientError, PostgresError

from samverkanshub.ports import Unavailable

CONNECT_TIMEOUT_S: Final = 5.0
COMMAND_TIMEOUT_S: Final = 10.0
"""Longer than a paused predecessor may hold a row (`IDLE_IN_TRANSACTION_S`), so that a take-over outwaits it."""
IDLE_IN_TRANSACTION_S: Final = 5
SERVER_SETTINGS: Final = MappingProxyType(
    {
        "application_name": "samverkanshub",
        "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_S * 1000),
        "synchronous_commit": "on",
        "jit": "off",
    }
)
_OUTAGE_CLASSES: Final = ("08", "40", "53", "57", "58")
"""SQLSTATE: connection, rollback (deadlock), resources (too many connections, disk), operator (shutdown), system."""
_OUTAGE_STATES: Final = frozenset({"25P03", "25006", "55P03"})
"""Idle in transaction too long, a server that became read-only, a lock not to be had."""


def connect_arguments(schema: str = "") -> dict[str, Any]:
    """What every connection of the hub has in common; with a `schema`, every name in it is one of that schema."""
    return {
        "timeout": CONNECT_TIMEOUT_S,
        "command_timeout": COMMAND_TIMEOUT_S,
        "server_settings": {**SERVER_SETTINGS, **({"search_path": schema} if schema else {})},
    }


def is_outage(error: BaseException) -> bool:
    """Is it the server or the way to it that failed? Everything else is a fault in data or code, and must stop us."""
    if isinstance(error, PostgresError):
        state = str(getattr(error, "sqlstate", None) or "")
        return state.startswith(_OUTAGE_CLASSES) or state in _OUTAGE_STATES
    if isinstance(error, InterfaceError):
        return "clos" in str(error) and not isinstance(error, ValueError)
    return isinstance(error, OSError | InternalClientError)


@contextmanager
def outages_of(what: str) -> Iterator[None]:
    """Turn an outage inside into `Unavailable(what)`; let everything else pass."""
    try:
        yield
    except Exception as error:
        if is_outage(error):
            raise Unavailable(what) from error
        raise


def can_be_an_id(text: str) -> bool:
    """Can a row hold it? A caller's id with a NUL or a lone surrogate is one that nothing has, and no error."""
    return text.isprintable()


def as_rows(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows of a table for `jsonb_populate_recordset`.

    An array of the table's own type would hold a prepared statement to that very table, which a rebuild puts another in
    the place of: it could not be run again.
    """
    return msgspec.json.encode([dict(zip(columns, row, strict=True)) for row in rows]).decode()


@cache
def queries(name: str) -> Mapping[str, str]:
    """The queries of a .sql file beside this module, by the names its `-- name:` lines give."""
    text = files(__package__).joinpath(f"{name}.sql").read_text("utf-8")
    parts = re.split(r"^-- name: (\w+)$", text, flags=re.MULTILINE)
    return MappingProxyType(dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True)))


class Session:
    """A connection, with the queries of one .sql file."""

    def __init__(self, connection: Any, sql: Mapping[str, str]) -> None:
        self._connection = connection
        self._sql = sql

    async def fetch(self, query: str, *args: object) -> list[Any]:
        """Every row of a named query."""
        rows: list[Any] = await self._connection.fetch(self._sql[query], *args)
        return rows

    async def one(self, query: str, *args: object) -> Any | None:
        """The first row of a named query, or None."""
        return await self._connection.fetchrow(self._sql[query], *args)


class Database:
    """A pool, with the queries of one .sql file and the name its outages go by."""

    def __init__(self, pool: asyncpg.Pool, what: str, sql: str) -> None:
        self._pool = pool
        self._what = what
        self._sql = queries(sql)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """A connection without a transaction of its own."""
        with outages_of(self._what):
            async with self._pool.acquire(timeout=COMMAND_TIMEOUT_S) as connection:
                yield Session(connection, self._sql)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """One transaction: committed at the end, rolled back on any error.

        `Unavailable` while it commits leaves unknown whether it did.
        """
        with outages_of(self._what):
            async with self._pool.acquire(timeout=COMMAND_TIMEOUT_S) as connection, connection.transaction():
                yield Session(connection, self._sql)

    @asynccontextmanager
    async def moment(self) -> AsyncIterator[Session]:
        """A transaction that only reads, and reads everything as it stood at its first query."""
        with outages_of(self._what):
            async with (
                self._pool.acquire(timeout=COMMAND_TIMEOUT_S) as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                yield Session(connection, self._sql)

    async def fetch(self, query: str, *args: object) -> list[Any]:
        """Every row of a named query."""
        async with self.session() as session:
            return await session.fetch(query, *args)

    async def one(self, query: str, *args: object) -> Any | None:
        """The first row of a named query, or None."""
        async with self.session() as session:
            return await session.one(query, *args)
