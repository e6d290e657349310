"""The projection, in memory: the gate's side and the api's side of one database."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from samverkanshub.adapters.memory.tables import keyed, refuse_unstorable, replaced
from samverkanshub.domain.events import ADULT, KVITTENS, NARROWING, OPPNING
from samverkanshub.ports import (
    IGANG,
    AgedPerson,
    Andel,
    Batch,
    DecisionRow,
    DeliveryEvent,
    DueRow,
    DutyPlace,
    DutyRow,
    GateState,
    InboxPage,
    InboxRow,
    Judgement,
    LeafRow,
    NotaryState,
    NoticeRow,
    Obekraftade,
    Place,
    Placement,
    PositionInfo,
    QuarantineRow,
    Signing,
    Snapshot,
    Superseded,
    Traced,
    TraceRow,
    WatchState,
)

_DAY_MS = 86_400_000
_Place = tuple[int, int]
"""Partition and offset."""


@dataclass
class _Position:
    position: int = 0
    epoch: int = 0
    notified: int = 0
    last_digest: bytes = b""


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass
class MemoryDatabase:
    """What the gate's side and the api's side share. Tables by their primary keys; insertion order is log order."""

    positions: dict[int, _Position] = field(default_factory=dict)
    states: dict[tuple[int, str, str], bytes] = field(default_factory=dict)
    seen: dict[tuple[int, str, str], int] = field(default_factory=dict)
    decisions: dict[_Place, DecisionRow] = field(default_factory=dict)
    inbox: dict[tuple[str, int, int, int], InboxRow] = field(default_factory=dict)
    withdrawn: set[tuple[str, int, int, int]] = field(default_factory=set)
    quarantine: dict[_Place, QuarantineRow] = field(default_factory=dict)
    notices: dict[tuple[int, int, int], NoticeRow] = field(default_factory=dict)
    delivery_events: dict[tuple[int, int, str, str], DeliveryEvent] = field(default_factory=dict)
    ages: dict[tuple[int, str], str] = field(default_factory=dict)
    due: dict[tuple[int, str, str, str], DueRow] = field(default_factory=dict)
    duties: dict[tuple[int, str, str, str], DutyRow] = field(default_factory=dict)
    traces: dict[tuple[str, str, int, int], TraceRow] = field(default_factory=dict)
    watched: dict[int, tuple[str, int]] = field(default_factory=dict)
    reported: dict[int, tuple[str, str, int]] = field(default_factory=dict)
    notarised: dict[int, tuple[int, str, str, int, int]] = field(default_factory=dict)
    narrowed: dict[_Place, tuple[int, int]] = field(default_factory=dict)
    """What narrows access: when it was appended, and when its decision was kept; 0 while it waits."""
    moved: asyncio.Condition = field(default_factory=asyncio.Condition)
    now_ms: Callable[[], int] = field(default=_wall_ms)
    """The server's own clock."""


class MemoryGateStore:
    """`GateStore` in memory."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._db = database

    async def assign(self, partition: int) -> Placement:
        """Raise the epoch and return where to start."""
        row = self._db.positions.setdefault(partition, _Position())
        row.epoch += 1
        return Placement(row.position, row.epoch, row.notified, row.last_digest)

    async def states(self, partition: int, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        """States by (kind, id); those that do not exist are left out."""
        return {key: self._db.states[partition, *key] for key in keys if (partition, *key) in self._db.states}

    async def seen(self, partition: int, ids: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of these (aktor, handelse_id) that the partition already took."""
        return {id for id in ids if (partition, *id) in self._db.seen}

    async def commit(self, batch: Batch) -> None:
        """Write all of it, or raise `Superseded` or `ValueError` and write nothing."""
        row = self._db.positions.get(batch.partition)
        if row is None or (row.epoch, row.position) != (batch.epoch, batch.position):
            raise Superseded(f"partition {batch.partition} is not at {batch.position} in epoch {batch.epoch}")
        refuse_unstorable(batch)
        due = replaced(batch, self._db.due, [((row.arende_id, row.plikt_id, row.steg), row) for row in batch.due])
        listed = [((row.arende_id, row.plikt_id, row.mottagare), row) for row in batch.duties]
        duties = replaced(batch, self._db.duties, listed)
        appended = [(table, keyed(table, rows)) for table, rows in _appended(self._db, batch)]
        for table, rows in appended:
            table.update(rows)
        self._db.due, self._db.duties = due, duties
        self._db.states.update({(batch.partition, state.kind, state.id): state.state for state in batch.states})
        self._db.ages.update({(batch.partition, row.id): row.aldersklass for row in batch.states if row.aldersklass})
        self._withdraw(batch)
        narrowing = [one for one in batch.decisions if one.typ in NARROWING]
        self._db.narrowed |= {(batch.partition, one.offset): (one.tid, self._db.now_ms()) for one in narrowing}
        row.position, row.last_digest = batch.next_position, batch.last_digest
        async with self._db.moved:
            self._db.moved.notify_all()

    def _withdraw(self, batch: Batch) -> None:
        opened = {
            id
            for partition, _, id, slag in self._db.delivery_events
            if (partition, slag) == (batch.partition, "oppnad")
        }
        closed = set(batch.withdrawn) - opened
        found = (key for key, row in self._db.inbox.items() if row.leverans_id in closed)
        self._db.withdrawn.update(key for key in found if key[1] == batch.partition)

    async def notices(self, partition: int, start: int, end: int) -> list[NoticeRow]:
        """Notices of offsets in [start, end), in order."""
        found = sorted(key for key in self._db.notices if key[0] == partition and start <= key[1] < end)
        return [self._db.notices[key] for key in found]

    async def notified(self, partition: int, epoch: int, offset: int) -> None:
        """Advance `notified` to offset, never back; raises `Superseded` when the epoch has passed."""
        row = self._db.positions.get(partition)
        if row is None or row.epoch != epoch:
            raise Superseded(f"partition {partition} has left epoch {epoch}")
        row.notified = max(row.notified, offset)


class MemoryGateStatus:
    """`GateStatus` in memory."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._db = database

    async def report(self, partition: int, state: str, code: str) -> None:
        """Keep the last that is said of a partition, and when."""
        self._db.reported[partition] = (state, code, self._db.now_ms())


class MemoryWatchStatus:
    """`WatchStatus` in memory."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._db = database

    async def report(self, partition: int, state: str) -> None:
        """Keep the last that is said of a partition, and when."""
        self._db.watched[partition] = (state, self._db.now_ms())


class MemoryNotaryStatus:
    """`NotaryStatus` in memory."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._db = database

    async def report(self, partition: int, size: int, state: str, code: str) -> None:
        """Keep the last that is said of a partition, and when."""
        now = self._db.now_ms()
        *_, well = self._db.notarised.get(partition, (now,))
        self._db.notarised[partition] = (size, state, code, now, now if state == IGANG else well)


def _appended(db: MemoryDatabase, batch: Batch) -> Iterator[tuple[dict[Any, Any], list[tuple[Any, Any]]]]:
    """Each table that a batch only appends to, with (key, row) of what it appends."""
    p = batch.partition
    yield db.seen, [((p, aktor, id), offset) for aktor, id, offset in batch.seen]
    yield db.decisions, [((p, row.offset), row) for row in batch.decisions]
    yield db.inbox, [((row.lasargrupp, p, row.offset, row.nr), replace(row, partition=p)) for row in batch.inbox]
    yield db.quarantine, [((p, row.offset), row) for row in batch.quarantine]
    yield db.notices, [((p, row.offset, row.nr), replace(row, partition=p)) for row in batch.notices]
    yield db.delivery_events, [((p, row.offset, row.leverans_id, row.slag), row) for row in batch.delivery_events]
    yield db.traces, [((row.slag, row.id, p, row.offset), row) for row in batch.traces]


class _Snapshot:
    """Copies, which nothing that is committed later changes."""

    def __init__(self, states: Mapping[tuple[int, str, str], bytes], positions: Mapping[int, int]) -> None:
        self._states = states
        self._positions = positions

    async def states(self, partition: int, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        """States by (kind, id); those that do not exist are left out."""
        return {key: self._states[partition, *key] for key in keys if (partition, *key) in self._states}

    async def position(self, partition: int) -> int:
        """The offset that the gate would judge next."""
        return self._positions.get(partition, 0)


class MemoryProjection:
    """`Projection` in memory."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._db = database

    async def judgement(self, handelse_id: str) -> Judgement | None:
        """The decision on an event's first occurrence, or None while there is none."""
        found = (key for key, row in self._db.decisions.items() if _first(row, handelse_id))
        key = min(found, default=None)
        return None if key is None else Judgement(key[0], self._db.decisions[key])

    async def judged_at(self, partition: int, offset: int) -> Judgement | None:
        """The decision on the record at this offset."""
        row = self._db.decisions.get((partition, offset))
        return None if row is None else Judgement(partition, row)

    async def judged(self, partition: int, start: int, end: int) -> list[DecisionRow]:
        """The decisions on the records in [start, end), in log order."""
        places = ((partition, offset) for offset in range(start, end))
        return [self._db.decisions[place] for place in places if place in self._db.decisions]

    async def wait_judged(self, partition: int, offset: int, timeout_s: float) -> bool:
        """Wait until the gate's position has passed offset; False on time-out."""
        try:
            async with asyncio.timeout(timeout_s), self._db.moved:
                await self._db.moved.wait_for(lambda: self._passed(partition, offset))
        except TimeoutError:
            return self._passed(partition, offset)
        return True

    def _passed(self, partition: int, offset: int) -> bool:
        row = self._db.positions.get(partition)
        return row is not None and row.position > offset

    async def inbox(self, lasargrupp: str, cursor: Mapping[int, tuple[int, int]], limit: int) -> InboxPage:
        """The rows of a reader group after the cursor, in partition and log order; withdrawn ones left out."""
        listed = sorted(key for key in self._db.inbox if key[0] == lasargrupp and key not in self._db.withdrawn)
        after = [key for key in listed if key[2:] > cursor.get(key[1], (-1, -1))][:limit]
        return InboxPage([self._db.inbox[key] for key in after], {**cursor, **{key[1]: key[2:] for key in after}})

    async def latest(self, lasargrupp: str, limit: int, before: Place | None = None) -> list[InboxRow]:
        """The rows of a reader group, what came last first; withdrawn ones left out."""
        listed = (key for key in self._db.inbox if key[0] == lasargrupp and key not in self._db.withdrawn)
        placed = sorted(((self._db.inbox[key].tid, *key[1:]), key) for key in listed)
        found = [self._db.inbox[key] for place, key in placed if before is None or place < before]
        return found[::-1][:limit]

    async def sent(
        self, lasargrupp: str, typer: Sequence[str], limit: int, before: Place | None = None
    ) -> list[Judgement]:
        """The first judgements of events of these types that a reader group sent, what was judged last first."""
        first: dict[str, tuple[int, int]] = {}
        for key, row in sorted(self._db.decisions.items()):
            if _first(row, row.handelse_id):
                first.setdefault(row.handelse_id, key)
        wanted = set(typer) - {KVITTENS, OPPNING}
        rows = ((key, self._db.decisions[key]) for key in first.values())
        placed = sorted(
            ((row.tid, *key), key) for key, row in rows if row.lasargrupp == lasargrupp and row.typ in wanted
        )
        found = [Judgement(key[0], self._db.decisions[key]) for place, key in placed if not before or place < before]
        return found[::-1][:limit]

    async def steps_of(self, leverans_ids: Sequence[str]) -> list[DeliveryEvent]:
        """What happened to these deliveries, in no order."""
        return [row for row in self._db.delivery_events.values() if row.leverans_id in set(leverans_ids)]

    async def delivery(self, leverans_id: str) -> InboxRow | None:
        """The inbox row of a delivery, the latest where it was made anew; withdrawn ones too."""
        found = (row for row in self._db.inbox.values() if row.leverans_id == leverans_id)
        return max(found, key=lambda row: (row.partition, row.offset, row.nr), default=None)

    async def delivery_events(self, handelse_id: str) -> list[DeliveryEvent]:
        """What happened to the deliveries of an event, in log order."""
        return [row for _, row in sorted(self._db.delivery_events.items()) if row.handelse_id == handelse_id]

    async def delivery_events_at(self, partition: int, offset: int) -> list[DeliveryEvent]:
        """What the record at this offset made happen to deliveries."""
        return [row for key, row in sorted(self._db.delivery_events.items()) if key[:2] == (partition, offset)]

    async def traces_at(self, partition: int, offset: int) -> list[TraceRow]:
        """All that the record at this offset can be found by, by kind and id."""
        return [row for key, row in sorted(self._db.traces.items()) if key[2:] == (partition, offset)]

    async def traces(self, partition: int, start: int, end: int) -> list[TraceRow]:
        """All that the records in [start, end) can be found by, in log order, by kind and id."""
        found = [row for key, row in self._db.traces.items() if key[2] == partition and start <= row.offset < end]
        return sorted(found, key=lambda row: (row.offset, row.slag, row.id))

    async def spans(self, fran: int, till: int) -> Mapping[int, tuple[int, int]]:
        """By partition, the offsets [start, end) of the records whose times are in [fran, till), ms."""
        return {partition: self._span(partition, fran, till) for partition in sorted(self._db.positions)}

    def _span(self, partition: int, fran: int, till: int) -> tuple[int, int]:
        rows = sorted((at[1], row.tid) for at, row in self._db.decisions.items() if at[0] == partition)
        end = self._db.positions[partition].position
        first, last = [next((offset for offset, tid in rows if tid >= side), end) for side in (fran, till)]
        return first, last

    async def judgements(self, places: Sequence[tuple[int, int]]) -> list[Judgement]:
        """The decisions on the records at these (partition, offset), in partition and log order."""
        known = (place for place in sorted(set(places)) if place in self._db.decisions)
        return [Judgement(place[0], self._db.decisions[place]) for place in known]

    async def happened_to(self, leverans_ids: Sequence[str], slag: Collection[str]) -> set[str]:
        """Those of these deliveries to which something of these kinds has happened."""
        rows = (row for row in self._db.delivery_events.values() if row.slag in slag)
        return {row.leverans_id for row in rows if row.leverans_id in leverans_ids}

    async def traced(self, sought: Traced, limit: int, after: tuple[int, int] = (-1, -1)) -> list[Judgement]:
        """The decisions on records found so, in partition and log order; those after (partition, offset)."""
        places = sorted(key[2:] for key in self._db.traces if key[:2] == (sought.slag, sought.id))
        return [
            Judgement(place[0], self._db.decisions[place])
            for place in places
            if place > after
            and sought.partition in (None, place[0])
            and (sought.within is None or (*sought.within, *place) in self._db.traces)
            and sought.fran <= self._db.decisions[place].tid < sought.till
        ][:limit]

    async def quarantined(self, partition: int, offset: int) -> QuarantineRow | None:
        """The quarantine row of a record, or None."""
        return self._db.quarantine.get((partition, offset))

    async def quarantine(self, partition: int) -> list[QuarantineRow]:
        """Every quarantine row of a partition, in log order."""
        return [row for (where, _), row in sorted(self._db.quarantine.items()) if where == partition]

    async def state(self, partition: int, kind: str, id: str) -> bytes | None:
        """An entity's encoded state, or None."""
        return self._db.states.get((partition, kind, id))

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        """A moment of the projection."""
        yield _Snapshot(dict(self._db.states), {p: row.position for p, row in self._db.positions.items()})

    async def positions(self) -> list[PositionInfo]:
        """Every partition's progress."""
        found = sorted(self._db.positions.items())
        return [PositionInfo(partition, row.position, row.epoch, row.notified) for partition, row in found]

    async def gate_states(self) -> list[GateState]:
        """How a gate stands with each partition that one has reported, by partition."""
        now, found = self._db.now_ms(), sorted(self._db.reported.items())
        return [GateState(partition, state, code, now - at) for partition, (state, code, at) in found]

    async def due(self, partition: int, until_ms: int, limit: int, after: DueRow | None = None) -> list[DueRow]:
        """Steps whose time is `until_ms` or earlier, in order of time, then ids; those that come after `after`."""
        found = sorted((row for key, row in self._db.due.items() if key[0] == partition), key=_place)
        later = (row for row in found if row.tid <= until_ms and (after is None or _place(row) > _place(after)))
        return list(islice(later, limit))

    async def duties(
        self, mottagare: Sequence[str], limit: int, slag: str = "", after: DutyPlace | None = None
    ) -> list[DutyPlace]:
        """The duties listed for any of these, each once, in order; those after `after`."""
        found = {
            DutyPlace(row.tid, key[0], row.arende_id, row.plikt_id)
            for key, row in self._db.duties.items()
            if row.mottagare in mottagare and slag in ("", row.slag)
        }
        return sorted(place for place in found if after is None or place > after)[:limit]

    async def andelar(self, typer: Sequence[str], dagar: int) -> list[Andel]:
        """Of messages of these types, how many each rule withheld something of, by rule."""
        now = self._db.now_ms()
        ages = {
            place: now - row.tid
            for place, row in self._db.decisions.items()
            if row.status == "dom" and row.typ in typer and now - row.tid <= (dagar + 1) * _DAY_MS
        }
        named: dict[str, set[_Place]] = {"": set(ages)}
        for slag, id_, *place in self._db.traces:
            if slag == "undanhallet" and id_ != "*" and (place[0], place[1]) in ages:
                named.setdefault(id_, set()).add((place[0], place[1]))
        late = {place for place, age in ages.items() if age <= _DAY_MS}
        return [Andel(regel, len(places & late), len(places - late)) for regel, places in sorted(named.items())]

    async def obekraftade(self, orter: Sequence[tuple[str, str]]) -> list[Obekraftade]:
        """The reports that nobody has acknowledged, by municipality, of each (unit, municipality) of its own."""
        found: dict[str, list[tuple[int, DutyRow]]] = {}
        for (partition, *_), row in self._db.duties.items():
            places = [kommun for enhet, kommun in orter if enhet == row.mottagare and kommun in row.orter.split(",")]
            for kommun in (places or [""]) if row.orter else ():
                found.setdefault(kommun, []).append((partition, row))
        return [_unacknowledged(kommun, rows, self._db.now_ms()) for kommun, rows in sorted(found.items())]

    async def growing(self, partition: int, after: str, limit: int) -> list[AgedPerson]:
        """The persons whom the partition does not know as adults, by id, those after `after`."""
        found = sorted((id_, age) for (known, id_), age in self._db.ages.items() if known == partition and id_ > after)
        return [AgedPerson(id_, age) for id_, age in found if age != ADULT][:limit]

    async def watch_states(self) -> list[WatchState]:
        """What `watch` last said of each partition that it has reported, by partition."""
        now, found = self._db.now_ms(), sorted(self._db.watched.items())
        return [WatchState(partition, state, now - at) for partition, (state, at) in found]

    async def position(self, partition: int) -> int:
        """The offset that the gate would judge next; 0 where it has judged none."""
        row = self._db.positions.get(partition)
        return row.position if row else 0

    async def leaves(self, partition: int, start: int, end: int) -> list[LeafRow]:
        """The digests of the offsets in [start, end) that are judged, in log order."""
        rows = await self.judged(partition, start, end)
        return [LeafRow(row.offset, row.record_digest, row.digest) for row in rows]

    async def notary_states(self) -> list[NotaryState]:
        """What the notary last said of each partition that it has reported, by partition."""
        now, found = self._db.now_ms(), sorted(self._db.notarised.items())
        return [NotaryState(number, size, state, code, now - at) for number, (size, state, code, at, _) in found]

    async def signing(self) -> list[Signing]:
        """How far each partition that gate or notary has said anything of is signed, at one moment, by partition."""
        return [self._signing(number) for number in sorted(self._db.positions.keys() | self._db.notarised.keys())]

    def _signing(self, number: int) -> Signing:
        place, said = self._db.positions.get(number), self._db.notarised.get(number)
        size = said[0] if said else 0
        oldest = self._db.decisions.get((number, size))
        unsigned_ms = max(0, self._db.now_ms() - oldest.tid) if oldest else 0
        unwell_ms = self._db.now_ms() - said[-1] if said else 0
        return Signing(number, place.position if place else 0, size, unsigned_ms, unwell_ms)


def _place(row: DueRow) -> tuple[int, str, str, str]:
    return row.tid, row.arende_id, row.plikt_id, row.steg


def _unacknowledged(kommun: str, rows: Sequence[tuple[int, DutyRow]], now: int) -> Obekraftade:
    """A report to a child unit and to the socialjour is two duties, and one report."""
    reports = {(partition, row.arende_id, row.fran) for partition, row in rows}
    late = {(partition, row.arende_id, row.fran) for partition, row in rows if row.tid <= now}
    came = min((row.fran for _, row in rows if row.fran), default=now)
    return Obekraftade(kommun, len(reports), len(late), max(now - came, 0), now - min(row.tid for _, row in rows))


def _first(row: DecisionRow, handelse_id: str) -> bool:
    return bool(handelse_id) and row.handelse_id == handelse_id and row.status != "upprepning"
