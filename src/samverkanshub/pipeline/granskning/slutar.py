"""Consents that are about to end (K2): who registered one can ask anew before what rests on it stops."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Final, cast

from samverkanshub.codec import states
from samverkanshub.codec.decisions import decode_decision
from samverkanshub.domain.consent import ended
from samverkanshub.domain.events import SAMTYCKE_ANDRAT, SAMTYCKE_LAMNAT
from samverkanshub.domain.state import PersonState, Samtycke
from samverkanshub.pipeline import spar
from samverkanshub.pipeline.granskning import skyltar
from samverkanshub.pipeline.granskning.fraga import ALWAYS, Fraga, Rad, Sida, days
from samverkanshub.pipeline.granskning.lasning import LOOKED_AT, as_entered, not_entered, records
from samverkanshub.pipeline.granskning.rader import Laser, Post
from samverkanshub.ports import Judgement, Registrerat, Till, Traced

SOON_MS: Final = 30 * 86_400_000
"""How soon is soon, where no days are given."""
COLUMNS: Final = ("slutar", "tid", "handelse", "andamal", "avsandare", "person")
MAKES: Final = (SAMTYCKE_LAMNAT, SAMTYCKE_ANDRAT)
"""What registers a consent."""
BEFORE_ALL: Final = (-1, -1, -1)
Place = tuple[int, int, int]
"""When a consent ends, and where it was registered."""


async def slutar(laser: Laser, given: Fraga, holder: str, now: int) -> Sida:
    """The consents in force that end on these days, the first to end first; within thirty days where none are given.

    Of an authority those that it registered itself; of one matter those that something in it rests on. Of
    `LOOKED_AT` consents at most, in force or not.
    """
    tid = days(given)
    till = now + SOON_MS if tid.till == ALWAYS else tid.till
    place = await laser.opaque.open_row(given.markor, holder)
    after = (place[0], place[1], place[2]) if place else BEFORE_ALL

    async def read(before: Till) -> Sida:
        found = _Samtycken(laser, (max(tid.fran, now), till), before, now)
        rows, last, vidare = await found.page(after, given.antal)
        markor = await laser.opaque.seal_row(last, holder) if last != after else given.markor
        return Sida(COLUMNS, rows, markor, vidare)

    return await as_entered(laser, read)


class _Samtycken:
    """Reads consents as they stand now, those that end within `span` if nothing ends them before."""

    def __init__(self, laser: Laser, span: tuple[int, int], before: Till, now: int) -> None:
        self._laser = laser
        self._span = span
        self._before = before
        self._now = now

        self._persons: dict[tuple[int, str], PersonState] = {}

    async def page(self, after: Place, antal: int) -> tuple[list[Rad], Place, bool]:
        """The rows after a place, the place to go on from, and whether there may be more than were looked at.

        T3: the place is of the last row shown; where so many were looked at it is that of the last of those, all of
        which the scope may read of.
        """
        rows, last, looked, fresh = list[Rad](), after, 0, await self._fresh()
        while some := await self._next(after, fresh, min(antal, LOOKED_AT - looked)):
            standing = await self._standing(some)
            for row, one in zip(await self._rows(standing[: antal - len(rows)]), standing, strict=False):
                rows.append(row)
                last = one[0].at
            if len(rows) == antal:
                return rows, last, False
            after, looked = some[-1].at, looked + len(some)
        return (rows, after, True) if looked == LOOKED_AT else (rows, last, False)

    async def _next(self, after: Place, fresh: Sequence[Registrerat], most: int) -> list[Registrerat]:
        """The next so many by when they end, standing or not."""
        known = list[Registrerat]()
        if self._before and most:
            aktor = self._laser.scope.aktor
            known = await self._laser.register.samtycken(aktor, self._span, self._before, most, after)
        return sorted([*(one for one in fresh if one.at > after), *known], key=lambda one: one.at)[:most]

    async def _fresh(self) -> list[Registrerat]:
        """Those that are not in the register: of one matter all."""
        found = self._registered() if self._laser.scope.aktor else self._rested_on()
        made = [one async for judgement in found async for one in self._made_by(judgement)]
        return [one for one in made if self._span[0] <= one.till < self._span[1]]

    async def _registered(self) -> AsyncIterator[Judgement]:
        """What the authority registered."""
        for typ in MAKES:
            sought = Traced(spar.TYP, typ, self._laser.scope.within)
            async for judgement in not_entered(self._laser, sought, self._before):
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

    async def _made_by(self, judgement: Judgement) -> AsyncIterator[Registrerat]:
        """The consents that an event registered; what says itself that it was not free is none.

        V6, K11: one that a suspicion makes void is listed as any other; that it is not would point to somebody.
        """
        row, partition = judgement.row, judgement.partition
        traces = await self._laser.projection.traces_at(partition, row.offset)
        persons = [one.id for one in traces if one.slag == spar.PERSON]
        await self._load((partition, id_) for id_ in persons)
        for id_ in persons:
            for samtycke in self._of((partition, id_)):
                if samtycke.id == row.handelse_id and samtycke.sagd_fri:
                    yield Registrerat(partition, row.offset, row.aktor, samtycke.till, samtycke.id, id_)

    async def _standing(self, some: Sequence[Registrerat]) -> list[tuple[Registrerat, Samtycke]]:
        """Those of them that are in force, or will be, as their persons' states say."""
        await self._load((one.partition, one.person_id) for one in some)
        made = ((one, samtycke) for one in some for samtycke in self._of((one.partition, one.person_id)))
        return [
            (one, samtycke)
            for one, samtycke in made
            if samtycke.id == one.handelse_id and not ended(samtycke, self._now)
        ]

    def _of(self, key: tuple[int, str]) -> tuple[Samtycke, ...]:
        return self._persons[key].samtycken if key in self._persons else ()

    async def _load(self, keys: Iterable[tuple[int, str]]) -> None:
        """Persons' states, those that are not read yet."""
        lacking: dict[int, set[str]] = {}
        for partition, id_ in keys:
            if (partition, id_) not in self._persons:
                lacking.setdefault(partition, set()).add(id_)
        for partition, ids in sorted(lacking.items()):
            async with self._laser.projection.snapshot() as snapshot:
                stored = await snapshot.states(partition, [("person", id_) for id_ in sorted(ids)])
            for (_, id_), state in stored.items():
                self._persons[partition, id_] = cast(PersonState, states.decode("person", state))

    async def _rows(self, standing: Sequence[tuple[Registrerat, Samtycke]]) -> list[Rad]:
        found = await self._laser.projection.judgements([(one.partition, one.offset) for one, _ in standing])
        posts = {post.place: post for post in [await self._laser.post(judgement) for judgement in found]}
        return [await self._row(posts[one.partition, one.offset], one, samtycke) for one, samtycke in standing]

    async def _row(self, post: Post, one: Registrerat, samtycke: Samtycke) -> Rad:
        laser, row = self._laser, post.row
        return {
            "slutar": samtycke.till,
            "tid": row.tid,
            "handelse": row.handelse_id,
            "andamal": samtycke.andamal,
            "avsandare": skyltar.sender(laser.scope, row.aktor, row.lasargrupp, hidden=post.hidden),
            "person": await laser.opaque.of_auditor("person", one.person_id, laser.scope.lasare),
        }
