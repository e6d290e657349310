"""What would have been decided otherwise in one ärende: without a consent from a place on, or without a provision.

Judges the ärende's part of the log twice, in memory and in a thread of its own, within a time; nothing is written. What
differs is told as the auditor reads decisions, so that another history tells no more than the one that was (T3, V6).
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from itertools import zip_longest
from typing import Final, NamedTuple

from samverkanshub.codec.artefacts import artefacts_of
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.codec.underskrift import where_signed
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.events import REGELVERK
from samverkanshub.domain.flows.flow import activates
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.state import OmradeState
from samverkanshub.pipeline.artefakter import load_regelverk
from samverkanshub.pipeline.granskning.fraga import Rad
from samverkanshub.pipeline.granskning.omfattning import is_within
from samverkanshub.pipeline.granskning.rader import Laser
from samverkanshub.pipeline.reading import Read, read
from samverkanshub.pipeline.rejudging import Judged, Rejudging
from samverkanshub.pipeline.tidslinje.slakt import ForStort, read_of, related
from samverkanshub.pipeline.what_if import Beside, Other, OtherRegelverk, Withdrawn, judged_otherwise
from samverkanshub.ports import ArtefactStore, DecisionRow, Judgement, LogReader

LONGEST_S: Final = 15.0
PROVAT: Final = "provat"
FOR_STORT: Final = "for-stort"
EJ_MOJLIGT: Final = "ej-mojligt"
ANNAN_DOM: Final = "annan-dom"


@dataclass(frozen=True, slots=True)
class Tanke:
    """What is thought otherwise: a consent withdrawn, or a provision that did not exist; from which event on."""

    samtycke: str = ""
    bestammelse: str = ""
    fran: str = ""


class Utslag(NamedTuple):
    """What a line of a decision says: the verdict, codes of its reasons, and its bases."""

    utslag: str = ""
    skal: tuple[str, ...] = ()
    grunder: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skillnad:
    """A line that would be another: what it says, and would say, each of them empty where there is no line."""

    handelse_id: str
    typ: str
    position: int
    tid: int
    mottagare: str
    vag: str
    fran: Utslag
    till: Utslag


@dataclass(frozen=True, slots=True)
class Provat:
    """What came of it: `poster` records judged both ways from `position` on, and the lines that differ."""

    utfall: str
    poster: int = 0
    position: int = -1
    skillnader: tuple[Skillnad, ...] = ()


class Provning:
    """Judges ärenden both ways, one at a time."""

    def __init__(self, reader: LogReader, artefacts: ArtefactStore) -> None:
        self._reader = reader
        self._artefacts = artefacts
        self._turn = asyncio.Lock()

    async def of(self, laser: Laser, partition: int, start: int, tanke: Tanke) -> Provat:
        """The ärende that the scope is narrowed to, otherwise from the record at `start` on. Raises `Unavailable`."""
        try:
            async with asyncio.timeout(LONGEST_S), self._turn:
                return await self._judged(laser, partition, start, tanke)
        except (TimeoutError, ForStort):
            return Provat(FOR_STORT)
        except Halt as halt:
            return Provat(ANNAN_DOM if halt.code == ANNAN_DOM else EJ_MOJLIGT)

    async def _judged(self, laser: Laser, partition: int, start: int, tanke: Tanke) -> Provat:
        rows = await related(laser.projection, partition, laser.scope.arende_id)
        schemas = default_schemas()
        reads = [read(one, schemas) for one in await read_of(self._reader, partition, list(rows))]
        other, added = await self._other(reads, start, tanke)
        both = Both(partition, self._artefacts, Beside(added, self._artefacts), other)
        pairs = await asyncio.to_thread(lambda: asyncio.run(both.judged(reads, rows)))
        differing = [line for pair in pairs for line in await _told(laser, *pair)]
        return Provat(PROVAT, len(reads), start, tuple(differing))

    async def _other(self, reads: Sequence[Read], start: int, tanke: Tanke) -> tuple[Other, Mapping[str, bytes]]:
        """The other history. `Halt` where it can be none."""
        if tanke.samtycke:
            given = next((one for one in reads if one.event and one.event.handelse_id == tanke.samtycke), None)
            if given is None:
                raise Halt("the log has no such consent", code=EJ_MOJLIGT)
            return Withdrawn(given, start, default_schemas()), {}
        without = _without(await self._in_force(reads, start), tanke.bestammelse)
        artefacts = artefacts_of(without)
        return OtherRegelverk(artefacts, start, default_schemas()), artefacts

    async def _in_force(self, reads: Sequence[Read], start: int) -> Regelverk:
        """The regelverk that the record at `start` was judged by."""
        omrade = OmradeState(0)
        for one in reads:
            if one.event and one.event.typ == REGELVERK and one.record.offset < start and activates(one.event, omrade):
                named = tuple((row["namn"], row["digest"]) for row in one.event.koder["artefakter"])
                omrade = changed(omrade, artefakter=named)
        if not omrade.artefakter:
            raise Halt("no regelverk is active there", code=EJ_MOJLIGT)
        return await load_regelverk(self._artefacts, omrade.artefakter)


def _without(regelverk: Regelverk, bestammelse: str) -> Regelverk:
    """The same without a provision that permits; to take away one that forbids would tell what it hides (K10)."""
    left = tuple(row for row in regelverk.bestammelser if row.id != bestammelse or row.forbjuder)
    if len(left) == len(regelverk.bestammelser):
        raise Halt("the regelverk has no such provision", code=EJ_MOJLIGT)
    return changed(regelverk, bestammelser=left)


@dataclass(frozen=True, slots=True)
class Both:
    """Judges records as they were and otherwise."""

    partition: int
    as_was: ArtefactStore
    as_other: ArtefactStore
    other: Other

    async def judged(self, reads: Sequence[Read], recorded: Mapping[int, DecisionRow]) -> list[tuple[Judged, Judged]]:
        """Those pairs that differ. `Halt` (`annan-dom`) where what was is not what the gate recorded."""
        schemas, found = default_schemas(), list[tuple[Judged, Judged]]()
        was_judging = Rejudging(self.partition, self.as_was, schemas, signatures=where_signed)
        would_judging = Rejudging(self.partition, self.as_other, schemas, signatures=where_signed)
        async with asyncio.timeout(LONGEST_S):
            for one in reads:
                was = await was_judging.judge(one)
                if was.row.digest != recorded[one.record.offset].digest:
                    raise Halt("a decision is another than was recorded", code=ANNAN_DOM)
                would = await judged_otherwise(one, would_judging, self.other)
                if would.row.digest != was.row.digest:
                    found.append((was, would))
                await asyncio.sleep(0)
        return found


# ------------------------------------------------------------------------------------------ as the scope reads it

_Key = tuple[str, str, str]


async def _told(laser: Laser, was: Judged, would: Judged) -> list[Skillnad]:
    """T3, V6: the lines that differ as the scope reads them; nothing of a record that it does not read of."""
    partition, row = was.read.record.partition, was.row
    if row.typ == REGELVERK or not await is_within(laser.projection, laser.scope, Judgement(partition, row)):
        return []
    before, after = [await _lines(laser, Judgement(partition, one.row)) for one in (was, would)]
    found = list[Skillnad]()
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key, Counter()), after.get(key, Counter())
        gone, come = sorted((old - new).elements()), sorted((new - old).elements())
        for fran, till in zip_longest(gone, come, fillvalue=Utslag()):
            found.append(Skillnad(row.handelse_id, row.typ, row.offset, row.tid, key[0], key[1], fran, till))
    return found


async def _lines(laser: Laser, judgement: Judgement) -> dict[_Key, "Counter[Utslag]"]:
    reading = laser if judgement.row.arende_id else laser.beside()
    post = await reading.post(judgement)
    found: dict[_Key, Counter[Utslag]] = {}
    for entry in post.entries:
        if not await reading.sees(post, entry):
            continue
        told: Rad = await reading.row(post, entry)
        if told["handelse"]:
            key = (told["mottagare"], told["vag"], told["funktion"])
            found.setdefault(key, Counter())[_said(told)] += 1
    return found


def _said(told: Rad) -> Utslag:
    return Utslag(told["utslag"], tuple(told["skal"]), tuple(told["grunder"]))
