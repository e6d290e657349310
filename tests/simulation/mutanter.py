"""The hub with one of its promises taken out: what a simulation must find."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, Protocol

from intakehub import keyed_regelverk

from samverkanshub.adapters.memory import MemoryGateStore, MemoryVault, projection
from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain import gate as rules
from samverkanshub.domain.events import Position
from samverkanshub.pipeline import rows
from samverkanshub.pipeline.append import Appender
from samverkanshub.pipeline.gate import Gate
from samverkanshub.pipeline.minne import Minne
from samverkanshub.ports import Appended, Batch, Claim, DecisionRow, Judgement
from simulation.slinga import Slinga


class Byter(Protocol):
    """What pytest's monkeypatch does."""

    def setattr(self, target: object, name: str, value: object) -> None:
        """Put another in its place."""


Mutant = Callable[[Byter], None]


def _turn(what: str) -> Any:
    """The caller waits for its turn once more."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, Slinga)
    return loop.tur(what)


def ingen_epok(byter: Byter) -> None:
    """No epoch check: whoever commits writes, whosever the partition is and wherever its position."""
    commit, kept = MemoryGateStore.commit, projection.keyed

    async def unguarded(self: MemoryGateStore, batch: Batch) -> None:
        row = self._db.positions[batch.partition]
        row.position, epoch, row.epoch = batch.position, row.epoch, batch.epoch
        byter.setattr(projection, "keyed", lambda _table, rows: dict(rows))
        try:
            await commit(self, batch)
        finally:
            byter.setattr(projection, "keyed", kept)
            row.epoch = epoch

    byter.setattr(MemoryGateStore, "commit", unguarded)


def kvitterat_fore_commit(byter: Byter) -> None:
    """Acknowledged before commit: the position is moved in one transaction, and what it says is judged in the next."""
    commit = MemoryGateStore.commit

    async def twice(self: MemoryGateStore, batch: Batch) -> None:
        empty = Batch(batch.partition, batch.epoch, batch.position, batch.next_position, batch.last_digest)
        await commit(self, empty)
        await _turn("mellan kvittering och commit")
        await commit(self, replace(batch, position=batch.next_position))

    byter.setattr(MemoryGateStore, "commit", twice)


def oppning_ur_projektionen(byter: Byter) -> None:
    """An opening is appended, and answered by what the projection says before the gate has come to it."""

    async def at_once(self: Appender, place: Appended) -> Judgement | None:
        record = await self._log._inre.at(place.partition, place.offset)  # type: ignore[attr-defined]
        event = envelopes.to_event(envelopes.decode(record.value, default_schemas()))
        return await _domd(self, event, place)

    byter.setattr(Appender, "judged_there", at_once)


async def _domd(appender: Appender, event: Any, place: Appended) -> Judgement:
    """As the gate would judge it now, by states that it may be about to change."""
    found = appender._projection._inre  # type: ignore[attr-defined]
    async with found.snapshot() as moment:
        minne = Minne(moment, place.partition)
        before = await minne.tillstand(event)
    regelverk = keyed_regelverk()
    decision = rules.decide(before, event, Position(place.partition, place.offset, before.omrade.tid), regelverk)
    outcome = rows.outcome(decision, event, before, regelverk)
    given = (place.offset, event.handelse_id, event.aktor, event.lasargrupp, event.typ, "", "dom", 0)
    return Judgement(place.partition, DecisionRow(*given, b"", b"", b"", outcome))


def inget_unikt_ansprak(byter: Byter) -> None:
    """No unique claim: of two who claim the same id at the same time both do."""

    async def both(self: MemoryVault, claim: Claim) -> Claim:
        self._claims[claim.aktor, claim.id] = claim
        return claim

    byter.setattr(MemoryVault, "claim", both)


def notiser_fore_commit(byter: Byter) -> None:
    """Notices before commit only."""

    async def early(self: Gate, placed: Any, batch: Batch) -> None:
        await self._send(batch.partition, batch.notices)
        await self._fail("gate.fore-commit")
        await self._store.commit(batch)
        placed.position = batch.next_position

    byter.setattr(Gate, "_commit", early)


def notiser_en_gang(byter: Byter) -> None:
    """Notices are sent after the commit, and those of a gate that died before it had are nobody's."""

    async def nothing(self: Gate, partition: int, placed: Any) -> None:
        if placed.notified < placed.position:
            await self._note_notified(partition, placed)

    byter.setattr(Gate, "_notify_backlog", nothing)


def besvarat_fore_append(byter: Byter) -> None:
    """Answered before it is in the log."""
    append = Appender.append

    async def later(self: Appender, claim: Claim) -> Appended:
        asyncio.get_running_loop().create_task(append(self, claim))
        return Appended(claim.partitions[0], 0)

    byter.setattr(Appender, "append", later)


MUTANTER: Final[Mapping[str, Mutant]] = {
    "besvarat-fore-append": besvarat_fore_append,
    "ingen-epok": ingen_epok,
    "inget-unikt-ansprak": inget_unikt_ansprak,
    "kvitterat-fore-commit": kvitterat_fore_commit,
    "notiser-en-gang": notiser_en_gang,
    "notiser-fore-commit": notiser_fore_commit,
    "oppning-ur-projektionen": oppning_ur_projektionen,
}
