"""The projection as the gate writes it: one transaction a batch, guarded by epoch and position."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, Final

import asyncpg
from asyncpg.exceptions import PostgresError

from samverkanshub.adapters.postgres.database import Database, Session
from samverkanshub.adapters.postgres.listener import CHANNEL
from samverkanshub.domain.events import NARROWING
from samverkanshub.ports import (
    Batch,
    DecisionRow,
    DeliveryEvent,
    DueRow,
    DutyRow,
    InboxRow,
    NoticeRow,
    Placement,
    QuarantineRow,
    StateRow,
    Superseded,
    TraceRow,
)

_APPENDED: Final = (
    ("decisions", DecisionRow),
    ("inbox", InboxRow),
    ("quarantine", QuarantineRow),
    ("notices", NoticeRow),
    ("delivery_events", DeliveryEvent),
    ("due", DueRow),
    ("duties", DutyRow),
    ("traces", TraceRow),
)
"""What a batch appends, in the order of the statement's arguments.

Their tables' columns are `partition`, then the rows' fields in order ..."""
_DEFAULTS: Final = {"inbox": (False,)}
"""... and then these: nothing is withdrawn when it is made."""


class PostgresGateStore:
    """`GateStore` over the projection's database, which tells listeners on a channel. `Unavailable` is `projektion`."""

    def __init__(self, pool: asyncpg.Pool, channel: str = CHANNEL) -> None:
        self._db = Database(pool, "projektion", "gate_store")
        self._channel = channel

    async def assign(self, partition: int) -> Placement:
        """Raise the epoch and return where to start; waits for a predecessor's transaction to end or be ended."""
        row = await self._db.one("assign", partition)
        if row is None:
            raise Superseded(f"partition {partition} has no position")
        return Placement(row["position"], row["epoch"], row["notified"], row["last_digest"])

    async def states(self, partition: int, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        """States by (kind, id); those that do not exist are left out."""
        if not keys:
            return {}
        rows = await self._db.fetch("states", partition, *_columns(keys))
        return {(row["kind"], row["id"]): row["state"] for row in rows}

    async def seen(self, partition: int, ids: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of these (aktor, handelse_id) that the partition already took."""
        if not ids:
            return set()
        return {tuple(row) for row in await self._db.fetch("seen", partition, *_columns(ids))}

    async def commit(self, batch: Batch) -> None:
        """Write all of it in one transaction and tell listeners, or raise `Superseded` or `Unavailable`."""
        try:
            await self._commit(batch)
        except PostgresError as error:
            # Where the tables themselves are other ones, the server refuses the statement before its guard is asked.
            if await self._db.one("guard", *_guard(batch)) is None:
                raise _superseded(batch) from error
            raise

    async def _commit(self, batch: Batch) -> None:
        if not (batch.duties_of or batch.withdrawn):
            # One statement is a transaction of its own, and three round trips fewer.
            async with self._db.session() as session:
                await self._put(session, batch)
            return
        async with self._db.transaction() as session:
            await _make_room(session, batch)
            await self._put(session, batch)
            await _withdraw(session, batch)

    async def _put(self, session: Session, batch: Batch) -> None:
        """Every row in one statement, since each takes the way to the server and back.

        Arrays of rows and never COPY: a gate paused within COPY is not idle, and no time-out would free its locks.
        """
        states = list({(row.kind, row.id): row for row in batch.states}.values())
        seen = [(batch.partition, *row) for row in batch.seen]
        appended = [list(_rows(batch, name, kind)) for name, kind in _APPENDED]
        place = (*_guard(batch), batch.next_position, batch.last_digest)
        told = (self._channel, f"{batch.partition}:{batch.next_position}")
        narrowing = [row for row in batch.decisions if row.typ in NARROWING]
        soon = [row.offset for row in narrowing], [row.tid for row in narrowing]
        if await session.one("put", *place, *_of_states(states), seen, *appended, *told, *soon) is None:
            raise _superseded(batch)

    async def notices(self, partition: int, start: int, end: int) -> list[NoticeRow]:
        """Notices of offsets in [start, end), in order."""
        return [NoticeRow(**row) for row in await self._db.fetch("notices", partition, start, end)]

    async def notified(self, partition: int, epoch: int, offset: int) -> None:
        """Advance `notified` to offset, never back; raises `Superseded` when the epoch has passed.

        The disk is not waited for: what is lost with the server is sent once more, and nothing else.
        """
        if await self._db.one("notified", partition, epoch, offset) is None:
            raise Superseded(f"partition {partition} has left epoch {epoch}")


def _columns(pairs: Sequence[tuple[str, str]]) -> tuple[list[str], list[str]]:
    return [first for first, _ in pairs], [second for _, second in pairs]


async def _make_room(session: Session, batch: Batch) -> None:
    if batch.duties_of:
        await session.fetch("make_room", *_guard(batch), *_columns(batch.duties_of))


async def _withdraw(session: Session, batch: Batch) -> None:
    if batch.withdrawn:
        await session.fetch("withdraw", batch.partition, list(batch.withdrawn))


def _guard(batch: Batch) -> tuple[int, int, int]:
    """What holds while nobody else has written: the row of the position is locked by who finds it so."""
    return batch.partition, batch.epoch, batch.position


def _superseded(batch: Batch) -> Superseded:
    return Superseded(f"partition {batch.partition} is not at {batch.position} in epoch {batch.epoch}")


def _of_states(states: Sequence[StateRow]) -> tuple[list[str], list[str], list[bytes], list[str]]:
    kinds, ids = [row.kind for row in states], [row.id for row in states]
    return kinds, ids, [row.state for row in states], [row.aldersklass for row in states]


def _rows(batch: Batch, name: str, kind: Any) -> Iterator[tuple[object, ...]]:
    values, rest = _values_of(kind), _DEFAULTS.get(name, ())
    return ((batch.partition, *values(row), *rest) for row in getattr(batch, name))


@cache
def _values_of(kind: type[Any]) -> Callable[[object], tuple[object, ...]]:
    return attrgetter(*(field.name for field in fields(kind) if field.name != "partition"))
