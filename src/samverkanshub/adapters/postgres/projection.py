"""The projection as the api reads it."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import astuple, fields
from typing import Any, Final

import asyncpg

from samverkanshub.adapters.postgres.database import Database, Session, can_be_an_id
from samverkanshub.adapters.postgres.listener import PositionListener
from samverkanshub.ports import (
    AgedPerson,
    Andel,
    DecisionRow,
    DeliveryEvent,
    DueRow,
    DutyPlace,
    GateState,
    InboxPage,
    InboxRow,
    Judgement,
    LeafRow,
    NotaryState,
    Obekraftade,
    Place,
    PositionInfo,
    QuarantineRow,
    Signing,
    Snapshot,
    Traced,
    TraceRow,
    Unavailable,
    WatchState,
)

LOOK_AGAIN_S: Final = 1.0
"""How long a waiter trusts that it would have been told."""
_MIN_WAIT_S: Final = 0.1
_LAST_NR: Final = 2**31 - 1
_AFTER_ALL: Final = (2**62, _LAST_NR, 2**62)
"""A time, a partition and an offset that nothing has reached."""


class PostgresProjection:
    """`Projection` over its database; `close` ends its listening connection. `Unavailable` is `projektion`."""

    def __init__(self, pool: asyncpg.Pool, dsn: str) -> None:
        self._db = Database(pool, "projektion", "projection")
        self._listener = PositionListener(dsn)

    async def close(self) -> None:
        """End the connection that listens; the pool is its owner's to close."""
        await self._listener.close()

    async def judgement(self, handelse_id: str) -> Judgement | None:
        """The decision on an event's first occurrence, or None while there is none."""
        return _judgement(await self._find("judgement", handelse_id))

    async def judged_at(self, partition: int, offset: int) -> Judgement | None:
        """The decision on the record at this offset."""
        return _judgement(await self._db.one("judged_at", partition, offset))

    async def judged(self, partition: int, start: int, end: int) -> list[DecisionRow]:
        """The decisions on the records in [start, end), in log order."""
        return [_row(DecisionRow, row) for row in await self._db.fetch("judged", partition, start, end)]

    async def wait_judged(self, partition: int, offset: int, timeout_s: float) -> bool:
        """Wait until the gate's position has passed offset; False on time-out, also where the server is away."""
        try:
            async with asyncio.timeout(max(timeout_s, _MIN_WAIT_S)):
                await self._passing(partition, offset)
        except TimeoutError:
            return False
        return True

    async def _passing(self, partition: int, offset: int) -> None:
        with self._listener.waiting(partition, offset) as waiter:
            while not waiter.told and not (waiter.doubts() and await self._passed(partition, offset)):
                await waiter.woken(LOOK_AGAIN_S)

    async def _passed(self, partition: int, offset: int) -> bool:
        try:
            row = await self._db.one("position", partition)
        except Unavailable:
            return False
        return row is not None and row["position"] > offset

    async def inbox(self, lasargrupp: str, cursor: Mapping[int, tuple[int, int]], limit: int) -> InboxPage:
        """The rows of a reader group after the cursor, in partition and log order; withdrawn ones left out."""
        marks = [(partition, *mark) for partition, mark in sorted(cursor.items())]
        columns = [[mark[column] for mark in marks] for column in range(3)]
        rows = [_row(InboxRow, row) for row in await self._db.fetch("inbox", lasargrupp, *columns, limit)]
        return InboxPage(rows, {**cursor, **{row.partition: (row.offset, row.nr) for row in rows}})

    async def latest(self, lasargrupp: str, limit: int, before: Place | None = None) -> list[InboxRow]:
        """The rows of a reader group, what came last first; withdrawn ones left out."""
        found = await self._db.fetch("latest", lasargrupp, limit, *(before or (*_AFTER_ALL, _LAST_NR)))
        return [_row(InboxRow, row) for row in found]

    async def sent(
        self, lasargrupp: str, typer: Sequence[str], limit: int, before: Place | None = None
    ) -> list[Judgement]:
        """The first judgements of events of these types that a reader group sent, what was judged last first."""
        found = await self._db.fetch("sent", lasargrupp, list(typer), limit, *(before or _AFTER_ALL))
        return [Judgement(row["partition"], _row(DecisionRow, row)) for row in found]

    async def steps_of(self, leverans_ids: Sequence[str]) -> list[DeliveryEvent]:
        """What happened to these deliveries, in no order."""
        return [_row(DeliveryEvent, row) for row in await self._db.fetch("steps_of", list(leverans_ids))]

    async def delivery(self, leverans_id: str) -> InboxRow | None:
        """The inbox row of a delivery, the latest where it was made anew; withdrawn ones too."""
        return _maybe(InboxRow, await self._find("delivery", leverans_id))

    async def delivery_events(self, handelse_id: str) -> list[DeliveryEvent]:
        """What happened to the deliveries of an event, in log order."""
        if not can_be_an_id(handelse_id):
            return []
        return [_row(DeliveryEvent, row) for row in await self._db.fetch("delivery_events", handelse_id)]

    async def delivery_events_at(self, partition: int, offset: int) -> list[DeliveryEvent]:
        """What the record at this offset made happen to deliveries."""
        return [_row(DeliveryEvent, row) for row in await self._db.fetch("delivery_events_at", partition, offset)]

    async def traces_at(self, partition: int, offset: int) -> list[TraceRow]:
        """All that the record at this offset can be found by, by kind and id."""
        return [TraceRow(**row) for row in await self._db.fetch("traces_at", partition, offset)]

    async def traces(self, partition: int, start: int, end: int) -> list[TraceRow]:
        """All that the records in [start, end) can be found by, in log order, by kind and id."""
        return [TraceRow(**row) for row in await self._db.fetch("traces", partition, start, end)]

    async def spans(self, fran: int, till: int) -> Mapping[int, tuple[int, int]]:
        """By partition, the offsets [start, end) of the records whose times are in [fran, till), ms."""
        return {row["partition"]: (row["fran"], row["till"]) for row in await self._db.fetch("spans", fran, till)}

    async def judgements(self, places: Sequence[tuple[int, int]]) -> list[Judgement]:
        """The decisions on the records at these (partition, offset), in partition and log order."""
        columns = [place[0] for place in places], [place[1] for place in places]
        found = await self._db.fetch("judgements", *columns)
        return [Judgement(row["partition"], _row(DecisionRow, row)) for row in found]

    async def happened_to(self, leverans_ids: Sequence[str], slag: Collection[str]) -> set[str]:
        """Those of these deliveries to which something of these kinds has happened."""
        found = await self._db.fetch("happened_to", list(leverans_ids), list(slag))
        return {row["leverans_id"] for row in found}

    async def traced(self, sought: Traced, limit: int, after: tuple[int, int] = (-1, -1)) -> list[Judgement]:
        """The decisions on records found so, in partition and log order; those after (partition, offset)."""
        within = sought.within if sought.within and sought.within != (sought.slag, sought.id) else (None, None)
        if not all(can_be_an_id(text) for text in (sought.id, *filter(None, within))):
            return []
        asked = (sought.slag, sought.id, limit, *after, sought.fran, sought.till, *within, sought.partition)
        found = await self._db.fetch("traced", *asked)
        return [Judgement(row["partition"], _row(DecisionRow, row)) for row in found]

    async def quarantined(self, partition: int, offset: int) -> QuarantineRow | None:
        """The quarantine row of a record, or None."""
        return _maybe(QuarantineRow, await self._db.one("quarantined", partition, offset))

    async def quarantine(self, partition: int) -> list[QuarantineRow]:
        """Every quarantine row of a partition, in log order."""
        return [_row(QuarantineRow, row) for row in await self._db.fetch("quarantine", partition)]

    async def state(self, partition: int, kind: str, id: str) -> bytes | None:
        """An entity's encoded state, or None."""
        row = await self._db.one("state", partition, kind, id)
        return None if row is None else bytes(row["state"])

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        """A moment of the projection: one transaction that reads all as its first query found it."""
        async with self._db.moment() as session:
            yield _Snapshot(session)

    async def positions(self) -> list[PositionInfo]:
        """Every partition's progress."""
        return [PositionInfo(**row) for row in await self._db.fetch("positions")]

    async def gate_states(self) -> list[GateState]:
        """How a gate stands with each partition that one has reported, by partition."""
        return [GateState(**row) for row in await self._db.fetch("gate_states")]

    async def due(self, partition: int, until_ms: int, limit: int, after: DueRow | None = None) -> list[DueRow]:
        """Steps whose time is `until_ms` or earlier, in order of time, then ids; those that come after `after`."""
        place = (after.tid, after.arende_id, after.plikt_id, after.steg) if after else (-1, "", "", "")
        return [DueRow(**row) for row in await self._db.fetch("due", partition, until_ms, limit, *place)]

    async def duties(
        self, mottagare: Sequence[str], limit: int, slag: str = "", after: DutyPlace | None = None
    ) -> list[DutyPlace]:
        """The duties listed for any of these, each once, in order; those after `after`."""
        place = astuple(after) if after else (-1, -1, "", "")
        return [DutyPlace(**row) for row in await self._db.fetch("duties", list(mottagare), limit, slag, *place)]

    async def andelar(self, typer: Sequence[str], dagar: int) -> list[Andel]:
        """Of messages of these types, how many each rule withheld something of, by rule."""
        found = [Andel(**row) for row in await self._db.fetch("andelar", list(typer), dagar)]
        return sorted(found, key=lambda one: one.regel)

    async def obekraftade(self, orter: Sequence[tuple[str, str]]) -> list[Obekraftade]:
        """The reports that nobody has acknowledged, by municipality, of each (unit, municipality) of its own."""
        columns = [enhet for enhet, _ in orter], [kommun for _, kommun in orter]
        found = [Obekraftade(**row) for row in await self._db.fetch("obekraftade", *columns)]
        return sorted(found, key=lambda one: one.kommun)

    async def growing(self, partition: int, after: str, limit: int) -> list[AgedPerson]:
        """The persons whom the partition does not know as adults, by id, those after `after`."""
        return [AgedPerson(**row) for row in await self._db.fetch("growing", partition, after, limit)]

    async def watch_states(self) -> list[WatchState]:
        """What `watch` last said of each partition that it has reported, by partition."""
        return [WatchState(**row) for row in await self._db.fetch("watch_states")]

    async def position(self, partition: int) -> int:
        """The offset that the gate would judge next; 0 where it has judged none."""
        row = await self._db.one("position", partition)
        return 0 if row is None else int(row["position"])

    async def leaves(self, partition: int, start: int, end: int) -> list[LeafRow]:
        """The digests of the offsets in [start, end) that are judged, in log order."""
        return [_row(LeafRow, row) for row in await self._db.fetch("leaves", partition, start, end)]

    async def notary_states(self) -> list[NotaryState]:
        """What the notary last said of each partition that it has reported, by partition."""
        return [NotaryState(**row) for row in await self._db.fetch("notary_states")]

    async def signing(self) -> list[Signing]:
        """How far each partition that gate or notary has said anything of is signed, at one moment, by partition."""
        return [Signing(**row) for row in await self._db.fetch("signing")]

    async def _find(self, query: str, id: str) -> Any | None:
        return await self._db.one(query, id) if can_be_an_id(id) else None


class _Snapshot:
    """`Snapshot` over one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def states(self, partition: int, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        """States by (kind, id); those that do not exist are left out."""
        kinds, ids = [kind for kind, _ in keys], [id for _, id in keys]
        rows = await self._session.fetch("states", partition, kinds, ids)
        return {(row["kind"], row["id"]): bytes(row["state"]) for row in rows}

    async def position(self, partition: int) -> int:
        """The offset that the gate would judge next."""
        row = await self._session.one("position", partition)
        return 0 if row is None else int(row["position"])


def _row(kind: type[Any], row: Any) -> Any:
    """A port's row from a table's: columns are named as fields, and arrays become tuples."""
    values = {field.name: row[field.name] for field in fields(kind)}
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})


def _maybe(kind: type[Any], row: Any | None) -> Any | None:
    return None if row is None else _row(kind, row)


def _judgement(row: Any | None) -> Judgement | None:
    return None if row is None else Judgement(row["partition"], _row(DecisionRow, row))
