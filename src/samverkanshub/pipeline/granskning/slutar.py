"""Consents that are about to end (K2): who registered one can ask anew before what rests on it stops."""

from collections.abc import AsyncIterator
from typing import Final, cast

from samverkanshub.codec import states
from samverkanshub.codec.decisions import decode_decision
from samverkanshub.domain.consent import ended
from samverkanshub.domain.events import SAMTYCKE_ANDRAT, SAMTYCKE_LAMNAT
from samverkanshub.domain.state import PersonState, Samtycke
from samverkanshub.pipeline import spar
from samverkanshub.pipeline.granskning import skyltar
from samverkanshub.pipeline.granskning.fraga import ALWAYS, Fraga, Rad, Sida, days
from samverkanshub.pipeline.granskning.lasning import listed, records
from samverkanshub.pipeline.granskning.rader import Laser, Post
from samverkanshub.ports import Judgement, Traced

SOON_MS: Final = 30 * 86_400_000
"""How soon is soon, where no days are given."""
COLUMNS: Final = ("slutar", "tid", "handelse", "andamal", "avsandare", "person")
MAKES: Final = (SAMTYCKE_LAMNAT, SAMTYCKE_ANDRAT)
"""What registers a consent."""


async def slutar(laser: Laser, given: Fraga, holder: str, now: int) -> Sida:
    """The consents in force that end on these days, the first to end first; within thirty days where none are given.

    Of an authority those that it registered itself; of one matter those that something in it rests on.
    """
    tid = days(given)
    till = now + SOON_MS if tid.till == ALWAYS else tid.till
    rows = [row async for row in _Samtycken(laser, now).rows(max(tid.fran, now), till)]
    rows.sort(key=lambda row: (row["slutar"], row["handelse"]))
    return await listed(laser, rows, given, holder, COLUMNS)


class _Samtycken:
    """Reads consents as they stand now."""

    def __init__(self, laser: Laser, now: int) -> None:
        self._laser = laser
        self._now = now
        self._persons: dict[tuple[int, str], PersonState | None] = {}

    async def rows(self, fran: int, till: int) -> AsyncIterator[Rad]:
        """A row for each consent of the scope's that stands, and ends in [fran, till), ms."""
        found = self._registered() if self._laser.scope.aktor else self._rested_on()
        async for judgement in found:
            async for person_id, samtycke in self._made_by(judgement):
                if fran <= samtycke.till < till:
                    yield await self._row(await self._laser.post(judgement), person_id, samtycke)

    async def _registered(self) -> AsyncIterator[Judgement]:
        """What the authority registered."""
        for typ in MAKES:
            async for judgement in records(self._laser.projection, Traced(spar.TYP, typ, self._laser.scope.within)):
                if self._laser.scope.owns(judgement.row.aktor):
                    yield judgement

    async def _rested_on(self) -> AsyncIterator[Judgement]:
        """What registered the consents that are cited in the matter."""
        cited: set[str] = set()
        async for judgement in records(self._laser.projection, Traced(*self._laser.scope.within)):
            for post in decode_decision(judgement.row.record).poster:
                cited.update(post.entry.samtycken)
        for id_ in sorted(cited):
            registered = await self._laser.projection.judgement(id_)
            if registered is not None:
                yield registered

    async def _made_by(self, judgement: Judgement) -> AsyncIterator[tuple[str, Samtycke]]:
        """Whose consent an event registered, and the consent, where it stands.

        V6, K11: one that a suspicion makes void is listed as any other; that it is not would point to somebody.
        """
        for trace in await self._laser.projection.traces_at(judgement.partition, judgement.row.offset):
            person = await self._person(judgement.partition, trace.id) if trace.slag == spar.PERSON else None
            for samtycke in person.samtycken if person else ():
                if samtycke.id == judgement.row.handelse_id and samtycke.sagd_fri and not ended(samtycke, self._now):
                    yield trace.id, samtycke

    async def _person(self, partition: int, person_id: str) -> PersonState | None:
        key = partition, person_id
        if key not in self._persons:
            stored = await self._laser.projection.state(partition, "person", person_id)
            self._persons[key] = cast(PersonState, states.decode("person", stored)) if stored else None
        return self._persons[key]

    async def _row(self, post: Post, person_id: str, samtycke: Samtycke) -> Rad:
        scope, row = self._laser.scope, post.row
        return {
            "slutar": samtycke.till,
            "tid": row.tid,
            "handelse": row.handelse_id,
            "andamal": samtycke.andamal,
            "avsandare": skyltar.sender(scope, row.aktor, row.lasargrupp, hidden=post.hidden),
            "person": await self._laser.opaque.of_auditor("person", person_id, scope.lasare),
        }
