"""Counts the log for the tables of follow-up (T4), after the gate and beside it, and answers with the tables.

Each step keeps what its records brought together with how far it has come, so that it may be killed anywhere, and two
at once are as good as one. What is counted follows from the log and the decisions: counted anew, it is the same.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from samverkanshub.codec.decisions import entries_of
from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.errors import NotFound
from samverkanshub.domain.events import KVITTENS, Event
from samverkanshub.domain.uppfoljning.arsrad import Arsrad, with_more
from samverkanshub.domain.uppfoljning.bidrag import COUNTED, Bidrag, contribution, unread
from samverkanshub.domain.uppfoljning.rakna import Plats, change, of_message
from samverkanshub.domain.uppfoljning.tabeller import tables
from samverkanshub.domain.uppfoljning.visad import Visad, shown
from samverkanshub.pipeline.reading import read
from samverkanshub.pipeline.receipts import JUDGED, QUARANTINED
from samverkanshub.pipeline.rulebook import Regelverken
from samverkanshub.pipeline.turns import Rounds, Turns
from samverkanshub.ports import DecisionRow, LogReader, Projection, Raknat, Uppfoljningar

STEP: Final = 200
"""Records that are counted at a time."""
EVERY_S: Final = 10.0
_NOTHING: Final = Arsrad()


class Raknare:
    """Counts what has been judged since, when it is told to."""

    def __init__(
        self, projection: Projection, reader: LogReader, kept: Uppfoljningar, schemas: Schemas, omraden: int
    ) -> None:
        self._projection = projection
        self._reader = reader
        self._kept = kept
        self._schemas = schemas
        self._rounds = Rounds(omraden)

    async def count(self) -> None:
        """Count every partition as far as its gate has judged, or for as long as it may: a step of each in turn.

        Raises `Unavailable`, and `Halt` where records that were judged are gone; what was counted by then stays.
        """
        await self._rounds.go(self._step)

    async def _step(self, partition: int) -> bool:
        """One step more; False where there is none, or where somebody else took it."""
        start, position = await self._kept.place(partition), await self._projection.position(partition)
        rows = await self._projection.judged(partition, start, min(start + STEP, position))
        if not rows:
            return False
        brought = [bidrag async for bidrag in self._brought(partition, rows)]
        rader, tal = await self._persons(partition, brought)
        for one in brought:
            _add(tal, one.ar, of_message(*one.meddelande, 1) if one.meddelande else {})
        end = rows[-1].offset + 1
        return await self._kept.keep(Raknat(partition, start, end, rows[-1].tid, rader, tal))

    async def _brought(self, partition: int, rows: Sequence[DecisionRow]) -> AsyncIterator[Bidrag]:
        """What each record brings, in log order."""
        events = await self._events(partition, [row for row in rows if row.status == JUDGED and row.typ in COUNTED])
        turns = Turns()
        for row in rows:
            event = events.get(row.offset)
            if row.status == QUARANTINED:
                yield unread(row.typ, row.tid)
            elif event is not None:
                entries = entries_of(row.record, self._schemas)
                yield contribution(event, entries, row.tid, await self._acknowledged(event))
            await turns.done()

    async def _events(self, partition: int, rows: Sequence[DecisionRow]) -> Mapping[int, Event]:
        """The events of these rows, by offset. The log is not asked where there are none."""
        found: dict[int, Event] = {}
        if not rows:
            return found
        wanted = {row.offset for row in rows}
        async for record in self._reader.records(partition, rows[0].offset, rows[-1].offset + 1):
            event = read(record, self._schemas).event if record.offset in wanted else None
            if event is not None:
                found[record.offset] = event
        return found

    async def _acknowledged(self, event: Event) -> str:
        """The type of the message that a kvittens is about; a delivery never changes what it carries."""
        if event.typ != KVITTENS:
            return ""
        row = await self._projection.delivery(str(event.koder["leverans"]))
        body: dict[str, Any] = msgspec.json.decode(row.body) if row else {"typ": ""}
        return str(body["typ"])

    async def _persons(
        self, partition: int, brought: Sequence[Bidrag]
    ) -> tuple[dict[tuple[int, str], Arsrad], Counter[tuple[int, Plats]]]:
        """Everybody of whom something is said, with it, and what that makes of the figures."""
        said = [((one.ar, om.person_id), om) for one in brought for om in one.personer]
        keys = {key for key, _ in said}
        before = {(ar - 1, person) for ar, person in keys}
        known = dict(await self._kept.rows(partition, sorted(keys | before)))
        tal: Counter[tuple[int, Plats]] = Counter()
        turns = Turns()
        for (ar, person), om in said:
            fore = known.get((ar - 1, person), _NOTHING)
            was = known.get((ar, person), _NOTHING)
            known[ar, person] = with_more(was, om, fore)
            _add(tal, ar, change(was, known[ar, person]))
            await turns.done()
        return {key: known[key] for key in keys}, tal


def _add(tal: Counter[tuple[int, Plats]], ar: int, more: Mapping[Plats, int]) -> None:
    for plats, antal in more.items():
        tal[ar, plats] += antal


# ------------------------------------------------------------------------------------------ answers


@dataclass(frozen=True, slots=True)
class Lage:
    """Which years there are figures of, how far they are counted (ms, 0 for not at all), and how many are left."""

    ar: tuple[int, ...]
    till: int
    kvar: int


class Uppfoljning:
    """T4: the tables, with what may be shown of them."""

    def __init__(self, projection: Projection, kept: Uppfoljningar, regelverk: Regelverken) -> None:
        self._projection = projection
        self._kept = kept
        self._regelverk = regelverk

    async def lage(self) -> Lage:
        """What there is to ask for. Raises `Unavailable`."""
        places, judged = await self._kept.places(), await self._projection.positions()
        counted = {one.partition: one.position for one in places}
        left = sum(max(one.position - counted.get(one.partition, 0), 0) for one in judged)
        till = min((one.tid for one in places), default=0)
        return Lage(tuple(await self._kept.years()), till, left)

    async def tabell(self, ar: int, id: str) -> Visad:
        """T4: one table of a year. `NotFound` where it is none of the closed list. Raises `Unavailable`."""
        tabell = next((one for one in tables() if one.id == id), None)
        if tabell is None:
            raise NotFound("`tabell` is none of the closed list", falt="/tabell")
        kommuner = _kommuner((await self._regelverk.current()).katalog)
        return shown(tabell, await self._kept.tal(ar, tabell.rakning.id), ar, kommuner)


def _kommuner(katalog: Katalog) -> dict[str, str]:
    """What each municipality is called, by id."""
    return {id_: katalog.aktorer[aktor].namn.removesuffix(" kommun") for id_, aktor in katalog.kommuner.items()}
