"""The projection as the gate writes it: one transaction a batch, guarded by epoch and position."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, Final

import asyncpg

from samverkanshub.adapters.postgres.database import Database, Session
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
"""What a batch appends. Their tables' columns are `partition`, then the rows' fields in order ..."""
_DEFAULTS: Final = {"inbox": (False,)}
"""... and then these: nothing is withdrawn when it is made."""


class PostgresGateStore:
    """`GateStore` over the projection's database. `Unavailable` is `projektion`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._db = Database(pool, "projektion", "gate_store")

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
        async with self._db.transaction() as session:
            await _advance(session, batch)
            await _put_states(session, batch.partition, batch.states)
            if batch.duties_of:
                await session.fetch("drop_due", batch.partition, list(batch.duties_of))
                await session.fetch("drop_duties", batch.partition, list(batch.duties_of))
            await _append(session, batch)
            if batch.withdrawn:
                await session.fetch("withdraw", batch.partition, list(batch.withdrawn))
            await session.fetch("tell", f"{batch.partition}:{batch.next_position}")

    async def notices(self, partition: int, start: int, end: int) -> list[NoticeRow]:
        """Notices of offsets in [start, end), in order."""
        return [NoticeRow(**row) for row in await self._db.fetch("notices", partition, start, end)]

    async def notified(self, partition: int, epoch: int, offset: int) -> None:
        """Advance `notified` to offset, never back; raises `Superseded` when the epoch has passed."""
        if await self._db.one("notified", partition, epoch, offset) is None:
            raise Superseded(f"partition {partition} has left epoch {epoch}")


def _columns(pairs: Sequence[tuple[str, str]]) -> tuple[list[str], list[str]]:
    return [first for first, _ in pairs], [second for _, second in pairs]


async def _advance(session: Session, batch: Batch) -> None:
    """First of all: it takes the row's lock, so what follows is written by one gate at a time or not at all."""
    guard = (batch.partition, batch.epoch, batch.position)
    if await session.one("advance", *guard, batch.next_position, batch.last_digest) is None:
        raise Superseded(f"partition {batch.partition} is not at {batch.position} in epoch {batch.epoch}")


async def _put_states(session: Session, partition: int, states: Sequence[StateRow]) -> None:
    last = {(row.kind, row.id): row for row in states}
    if last:
        encoded, ages = [row.state for row in last.values()], [row.aldersklass for row in last.values()]
        await session.fetch("put_states", partition, *_columns(list(last)), encoded, ages)


async def _append(session: Session, batch: Batch) -> None:
    """Arrays of rows and never COPY: a gate paused within COPY is not idle, and no time-out would free its locks."""
    if batch.seen:
        await session.fetch("put_seen", [(batch.partition, *seen) for seen in batch.seen])
    for name, kind in _APPENDED:
        rows = getattr(batch, name)
        if rows:
            values, rest = _values_of(kind), _DEFAULTS.get(name, ())
            await session.fetch(f"put_{name}", [(batch.partition, *values(row), *rest) for row in rows])


@cache
def _values_of(kind: type[Any]) -> Callable[[object], tuple[object, ...]]:
    return attrgetter(*(field.name for field in fields(kind) if field.name != "partition"))
