"""The projection made anew beside the one in use: a schema of its own, held against the other, and put in its place."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import asyncpg
from asyncpg.exceptions import PostgresError

from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.database import connect_arguments, outages_of
from samverkanshub.adapters.postgres.gate_store import PostgresGateStore
from samverkanshub.adapters.postgres.migrations import migrate
from samverkanshub.adapters.postgres.projection import PostgresProjection
from samverkanshub.domain.errors import Halt

WHAT: Final = "projektion"
NEW: Final = "projektion_ny"
OLD: Final = "projektion_gammal"
"""What was in use is kept here until the next time."""
FROM_THE_LOG: Final = (
    "tillstand", "sedd", "beslut", "inkorg", "karantan", "notis", "leveranshandelse", "forfaller", "oppen_plikt",
    "spar",
)  # fmt: skip
"""The tables that follow from the log alone."""
PLACE: Final = "position"
"""Follows from the log too, but for `epoch` and `notified`."""
STATUS: Final = (
    "gate_status", "watch_status", "notarie", "matning", "klocka", "kanarie", "kanarie_summa", "verkan",
)  # fmt: skip
"""What roles last said of themselves and measured: taken over as it is."""
COUNTED: Final = (
    "uppfoljning", "uppfoljning_person", "uppfoljning_tal",
    "register", "register_undanhallet", "register_oppning", "register_oppnat", "register_samtycke", "register_regel",
    "ansprak_jamfort", "ansprak_fynd",
)  # fmt: skip
"""What `watch` makes of decisions, log and claims: put in place empty, and made anew."""
LOCK_TIMEOUT_S: Final = 4
EPOCHS_APART: Final = 1000
"""A gate that was assigned in the old one at the very swap must not have an epoch that the new one will give."""
_LOCK: Final = 0x53414D4F
"""Advisory lock of who makes one: another than that of migrations."""
_PAGE: Final = 500
_STANDS: Final = "partition, position, last_digest"
_NO_PLACE: Final = ("55P03", "40P01")
"""SQLSTATE: a lock not to be had in time, a deadlock."""


@dataclass(frozen=True, slots=True)
class Unlike:
    """A table, and how many of its rows are in the one in use alone and in the new one alone."""

    tabell: str
    borta: int
    nya: int


class Moment:
    """The projection in use as it stood at one moment."""

    def __init__(self, connection: Any, dsn: str, positions: dict[int, int]) -> None:
        self._connection = connection
        self._dsn = dsn
        self.positions = positions

    async def unlike(self) -> list[Unlike]:
        """The tables whose rows differ from the new one's, which must stand at the same positions."""
        with outages_of(WHAT):
            new = await _connect(self._dsn, NEW)
            try:
                async with new.transaction(isolation="repeatable_read", readonly=True):
                    found = [await _unlike(self._connection, new, table) for table in (PLACE, *FROM_THE_LOG)]
            finally:
                await new.close()
        return [one for one in found if one.borta or one.nya]


class Shadow:
    """A projection in a schema of its own, empty at first. Make one with `shadow`."""

    def __init__(self, dsn: str, store: PostgresGateStore, projection: PostgresProjection) -> None:
        self._dsn = dsn
        self.store = store
        self.projection = projection

    async def live(self) -> dict[int, int]:
        """How far the projection in use has come, by partition."""
        async with self.moment() as moment:
            return moment.positions

    @asynccontextmanager
    async def moment(self) -> AsyncIterator[Moment]:
        """The projection in use, held at a moment for as long as the context lasts; nobody waits for it."""
        with outages_of(WHAT):
            connection = await _connect(self._dsn)
            try:
                async with connection.transaction(isolation="repeatable_read", readonly=True):
                    rows = await connection.fetch("select partition, position from position")
                    yield Moment(connection, self._dsn, {row["partition"]: row["position"] for row in rows})
            finally:
                await connection.close()

    async def swap(self, *, despite: bool) -> bool:
        """Put the new one in the place of the one in use; False where that has gone on, or is too busy: try again.

        Raising the epoch in both stops the gate that writes to the old one, before it writes anything more. Raises
        `Halt` (`annan-position`) where the one in use stands elsewhere without having gone on, unless it is `despite`
        that.
        """
        with outages_of(WHAT):
            connection = await _connect(self._dsn)
            try:
                async with connection.transaction():
                    return await _swap(connection, despite)
            except PostgresError as error:
                if getattr(error, "sqlstate", "") in _NO_PLACE:
                    return False
                raise
            except _Behind:
                return False
            finally:
                await connection.close()


@asynccontextmanager
async def shadow(dsn: str) -> AsyncIterator[Shadow]:
    """A new and empty projection beside the one in use, dropped at the end unless it was put in its place.

    Its positions are told on a channel of their own: channels are the whole database's, and who waits for the one in
    use believes what is said on its channel.

    One at a time. Raises `Halt` (`pagar-redan`; `annat-schema` where the one in use is of another version than the
    program) and `Unavailable`.
    """
    async with AsyncExitStack() as opened:
        with outages_of(WHAT):
            held = await _connect(dsn)
            opened.push_async_callback(held.close)
            if not await held.fetchval("select pg_try_advisory_lock($1)", _LOCK):
                raise Halt("the projection is being made anew already", code="pagar-redan")
            await _dropped(held)
            opened.push_async_callback(_dropped, held)
            await migrate(dsn, WHAT, schema=NEW)
            await _require_same_version(held)
        pool = await open_pool(dsn, schema=NEW)
        opened.push_async_callback(pool.close)
        projection = PostgresProjection(pool, dsn)
        opened.push_async_callback(projection.close)
        yield Shadow(dsn, PostgresGateStore(pool, NEW), projection)


async def _connect(dsn: str, schema: str = "") -> Any:
    """A connection that may take its time: whole tables are read."""
    arguments = connect_arguments(schema)
    arguments["command_timeout"] = None
    arguments["server_settings"]["idle_in_transaction_session_timeout"] = "0"
    return await asyncpg.connect(dsn, **arguments)


async def _dropped(connection: Any) -> None:
    await connection.execute(f"drop schema if exists {NEW} cascade")


async def _require_same_version(connection: Any) -> None:
    newest = "select max(version) from {}schema_version"
    live, new = [await connection.fetchval(newest.format(schema)) for schema in ("", f"{NEW}.")]
    if live != new:
        raise Halt("the projection in use is of another version: run `samverkanshub prepare`", code="annat-schema")


# ------------------------------------------------------------------------------------------ comparing


async def _unlike(live: Any, new: Any, table: str) -> Unlike:
    """Both in one order, row by row: neither is held in memory."""
    gone = come = 0
    async with aclosing(_rows(live, table)) as left, aclosing(_rows(new, table)) as right:
        one, other = await anext(left, None), await anext(right, None)
        while one is not None or other is not None:
            if one == other:
                one, other = await anext(left, None), await anext(right, None)
            elif other is None or (one is not None and one < other):
                gone, one = gone + 1, await anext(left, None)
            else:
                come, other = come + 1, await anext(right, None)
    return Unlike(table, gone, come)


async def _rows(connection: Any, table: str) -> AsyncGenerator[str, None]:
    """The rows as text, by code point: the order in which Python has them."""
    of = f"(select {_STANDS} from {PLACE})" if table == PLACE else table
    query = f'select t::text collate "C" as row from {of} t order by 1'
    async for row in connection.cursor(query, prefetch=_PAGE):
        yield row["row"]


# ------------------------------------------------------------------------------------------ swapping


Places = Mapping[int, tuple[int, bytes]]
"""By partition: the next position, and the digest of the record before it."""


class _Behind(Exception):
    """The one in use has come further than the new one."""


async def _swap(connection: Any, despite: bool) -> bool:
    live = str(await connection.fetchval("select current_schema()"))
    await connection.execute(f"set local lock_timeout = '{LOCK_TIMEOUT_S}s'")
    # Whoever wants to advance waits for this, and then finds another epoch than its own.
    rows = await connection.fetch(f"update {PLACE} set epoch = epoch + 1 returning {_STANDS}, epoch, notified")
    made = await connection.fetch(f"select {_STANDS} from {NEW}.{PLACE}")
    _require_same_place(_places(rows), _places(made), despite)
    await _taken_over(connection, rows)
    await connection.execute(f"drop schema if exists {OLD} cascade")
    await connection.execute(f"create schema {OLD}")
    for table in (PLACE, *FROM_THE_LOG, *STATUS, *COUNTED):
        await connection.execute(f'alter table "{live}".{table} set schema {OLD}')
        await connection.execute(f'alter table {NEW}.{table} set schema "{live}"')
    return True


def _places(rows: Sequence[Any]) -> Places:
    return {row["partition"]: (row["position"], row["last_digest"]) for row in rows}


def _require_same_place(live: Places, made: Places, despite: bool) -> None:
    """Raise `_Behind` where the one in use has gone on, and `Halt` where it stands elsewhere for another reason."""
    if any(partition not in made or at > made[partition][0] for partition, (at, _) in live.items()):
        raise _Behind
    if live != made and not despite:
        detail = "the one in use stands at an earlier position than the new one, or on another record at the same"
        raise Halt(f"{detail}: compare them anew", code="annan-position")


async def _taken_over(connection: Any, rows: Sequence[Any]) -> None:
    """What does not follow from the log: which gate may write, what it has sent, and what roles said of themselves."""
    for row in rows:
        await connection.execute(
            f"update {NEW}.position set epoch = $2, notified = $3 where partition = $1",
            row["partition"],
            row["epoch"] + EPOCHS_APART,
            row["notified"],
        )
    for table in STATUS:
        await connection.execute(f"delete from {NEW}.{table}")
        await connection.execute(f"insert into {NEW}.{table} select * from {table}")
