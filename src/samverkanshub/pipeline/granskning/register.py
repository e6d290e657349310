"""Enters decisions in the auditors' register, after the gate and beside it, so that questions need not read them all.

Each step keeps what its records brought together with how far it has come, so that it may be killed anywhere, and two
at once are as good as one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from samverkanshub.codec import states
from samverkanshub.codec.decisions import entries_of
from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.decision import Entry
from samverkanshub.domain.events import OPPNING
from samverkanshub.domain.state import PersonState
from samverkanshub.domain.tid import iso_day
from samverkanshub.pipeline import spar
from samverkanshub.pipeline.granskning.oppnad import opened
from samverkanshub.pipeline.granskning.rader import neutral, readers_of, withheld_of
from samverkanshub.pipeline.granskning.slutar import MAKES
from samverkanshub.pipeline.receipts import JUDGED
from samverkanshub.pipeline.turns import Rounds, Turns
from samverkanshub.ports import DecisionRow, Infort, Judgement, Oppnad, Projection, Register, Registrerat, TraceRow

STEP: Final = 200
"""Records that are entered at a time."""
EVERY_S: Final = 5.0


class Registrator:
    """Enters what has been judged since, when it is told to."""

    def __init__(self, projection: Projection, kept: Register, schemas: Schemas, omraden: int) -> None:
        self._projection = projection
        self._kept = kept
        self._schemas = schemas
        self._rounds = Rounds(omraden)

    async def enter(self) -> None:
        """Enter every partition as far as its gate has judged, or for as long as it may: a step of each in turn.

        Raises `Unavailable`; what was entered by then stays.
        """
        await self._rounds.go(self.step)

    async def step(self, partition: int, most: int = STEP) -> bool:
        """One step more of so many records; False where there is none, or where somebody else took it."""
        start, position = await self._kept.place(partition), await self._projection.position(partition)
        rows = await self._projection.judged(partition, start, min(start + most, position))
        return bool(rows) and await self._kept.keep(await self._brought(partition, start, rows))

    async def _brought(self, partition: int, start: int, rows: Sequence[DecisionRow]) -> Infort:
        end = rows[-1].offset + 1
        found, turns = _Fynd(), Turns()
        traces = _by_offset(await self._projection.traces(partition, start, end))
        for row in rows:
            entries = entries_of(row.record, self._schemas)
            await self._entered(found, partition, _Beslut(row, entries, traces.get(row.offset, ())))
            await turns.done()
        samtycken = await self._consents(partition, found.registreringar)
        withheld = {key: (beslut, uppgifter) for key, (beslut, uppgifter) in found.undanhallet.items()}
        return Infort(partition, start, end, withheld, found.oppningar, samtycken, found.regler)

    async def _entered(self, found: "_Fynd", partition: int, one: "_Beslut") -> None:
        found.cited(one)
        if one.row.status == JUDGED:
            found.withheld(one)
        if one.is_traced(spar.TYP, OPPNING):
            found.oppningar.append(
                await opened(self._projection, Judgement(partition, one.row), one.entries, one.traces)
            )
        if one.row.status == JUDGED and one.row.typ in MAKES:
            found.registreringar += [(one.row, id_) for id_ in one.ids(spar.PERSON)]

    async def _consents(self, partition: int, made: Sequence[tuple[DecisionRow, str]]) -> list[Registrerat]:
        """The consents that these registered, of those named in them; what says itself that it was not free is none."""
        keys = sorted({("person", id_) for _, id_ in made})
        async with self._projection.snapshot() as snapshot:
            stored = await snapshot.states(partition, keys) if keys else {}
        persons = {id_: cast(PersonState, states.decode("person", state)) for (_, id_), state in stored.items()}
        return [
            Registrerat(partition, row.offset, row.aktor, samtycke.till, samtycke.id, id_)
            for row, id_ in made
            if id_ in persons
            for samtycke in persons[id_].samtycken
            if samtycke.id == row.handelse_id and samtycke.sagd_fri
        ]


@dataclass(frozen=True, slots=True)
class _Beslut:
    """A decision, its lines, and what it is found by."""

    row: DecisionRow
    entries: Sequence[Entry]
    traces: Sequence[TraceRow]

    def ids(self, slag: str) -> list[str]:
        return [one.id for one in self.traces if one.slag == slag]

    def is_traced(self, slag: str, id_: str) -> bool:
        return id_ in self.ids(slag)


@dataclass(slots=True)
class _Fynd:
    """What a step has found so far."""

    undanhallet: dict[tuple[str, str, str, str, str], list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0, 0])
    )
    oppningar: list[Oppnad] = field(default_factory=list)
    registreringar: list[tuple[DecisionRow, str]] = field(default_factory=list)
    regler: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))

    def withheld(self, one: _Beslut) -> None:
        """T3: counted for its sender's authority alone."""
        for skal, uppgifter in withheld_of(one.entries).items():
            counted = self.undanhallet[one.row.aktor, iso_day(one.row.tid), one.row.lasargrupp, *skal]
            counted[0] += 1
            counted[1] += uppgifter

    def cited(self, one: _Beslut) -> None:
        """Every rule that a line of it may say, for each whose auditor may read the line."""
        parts = frozenset(one.ids(spar.AKTOR))
        told = {
            (aktor, rule.regel)
            for entry in one.entries
            for aktor in readers_of(entry, one.row.aktor, parts)
            for rule in neutral(entry.reasons)
            if rule.regel
        }
        for key in sorted(told):
            self.regler[key].append(one.row.offset)


def _by_offset(traces: Sequence[TraceRow]) -> Mapping[int, Sequence[TraceRow]]:
    found: dict[int, list[TraceRow]] = defaultdict(list)
    for one in traces:
        found[one.offset].append(one)
    return found
