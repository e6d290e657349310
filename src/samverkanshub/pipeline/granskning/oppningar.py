"""Openings by user, and which of them the regular review of the log should look at.

The hub knows neither what an employee is called nor whom they are related to, so that own name and relatives cannot be
looked for here: instead the same user and person again and again, openings outside office hours, openings that nothing
followed, and a random sample that who reviews can make again from its seed.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from typing import Final

from samverkanshub.domain.decision import DELIVERED
from samverkanshub.domain.events import KVITTENSER, OPPNING
from samverkanshub.domain.oppettider import is_open
from samverkanshub.domain.tid import swedish_day, swedish_minute
from samverkanshub.pipeline import spar
from samverkanshub.pipeline.granskning.fraga import Fraga, Rad, Sida, days
from samverkanshub.pipeline.granskning.lasning import as_entered, not_entered
from samverkanshub.pipeline.granskning.oppnad import opened
from samverkanshub.pipeline.granskning.rader import Laser, Post
from samverkanshub.ports import Judgement, Oppnad, Till

OFTEN: Final = 3
"""How many openings by one user about one person make it again and again."""
AGAIN: Final = "upprepad"
AFTER_HOURS: Final = "utanfor-kontorstid"
NOTHING_FOLLOWED: Final = "utan-kvittens"
SAMPLED: Final = "stickprov"
ONE_IN: Final = 10
"""One opening in so many is in a sample."""
COLUMNS: Final = ("tid", "anvandare", "lasargrupp", "arende", "handelse", "leverans", "personer", "utslag", "urval")
BEFORE_ALL: Final = (-1, -1, -1)
Pair = tuple[str, str, str]
"""An actor, its user, and a person."""


async def oppningar(laser: Laser, given: Fraga, holder: str) -> Sida:
    """Every opening by a user of the scope's own authority, or by one user, with why each should be looked at."""
    place = await laser.opaque.open_row(given.markor, holder)
    after = (place[0], place[1], place[2]) if place else BEFORE_ALL

    async def read(before: Till) -> Sida:
        found = _Oppningar(laser, given, before)
        rows = await found.rows(after)
        return Sida(COLUMNS, rows, await laser.opaque.seal_row(found.last, holder) if rows else given.markor)

    return await as_entered(laser, read)


class _Oppningar:
    """Reads a page of openings: those in the register, and those that are not yet. `last` is the place of the last."""

    def __init__(self, laser: Laser, given: Fraga, before: Till) -> None:
        self._laser = laser
        self._given = given
        self._tid = days(given)
        self._before = before
        self.last = BEFORE_ALL

    async def rows(self, after: tuple[int, int, int]) -> list[Rad]:
        """The rows of those after a place, in the order of time."""
        fresh = await self._fresh()
        shown = sorted([*(one for one in fresh if one.at > after), *await self._known(after)], key=_place)
        shown = shown[: self._given.antal]
        self.last = shown[-1].at if shown else after
        return await self._told(shown, await self._often(shown, fresh))

    async def _fresh(self) -> list[Oppnad]:
        """Those that are not in the register: of one matter all."""
        laser, scope, anvandare = self._laser, self._laser.scope, self._given.anvandare
        by_user = (spar.ANVANDARE, spar.user(scope.aktor, anvandare)) if anvandare and scope.aktor else None
        sought = scope.sought(by_user or (spar.TYP, OPPNING), self._tid)
        found = [
            await self._opened(judgement)
            async for judgement in not_entered(laser, sought, self._before)
            if judgement.row.typ == OPPNING and scope.owns(judgement.row.aktor)
        ]
        return [one for one in found if anvandare in ("", one.anvandare)]

    async def _opened(self, judgement: Judgement) -> Oppnad:
        """P5: where names are hidden, whose opening it was is nobody's to be searched or counted by."""
        post = await self._laser.post(judgement)
        traces = await self._laser.projection.traces_at(*post.place)
        one = await opened(self._laser.projection, judgement, post.entries, traces)
        return replace(one, aktor="", anvandare="") if post.hidden else one

    async def _known(self, after: tuple[int, int, int]) -> list[Oppnad]:
        """Those of the register, as many as a page may show."""
        if not self._before:
            return []
        span, whose = (self._tid.fran, self._tid.till), (self._laser.scope.aktor, self._given.anvandare)
        return await self._laser.register.oppningar(*whose, span, self._before, self._given.antal, after)

    async def _often(self, shown: Sequence[Oppnad], fresh: Sequence[Oppnad]) -> Counter[Pair]:
        """How often each of those shown opened about each person on the days, before the page and after it too."""
        counted = Counter(pair for one in fresh for pair in _pairs(one))
        asked = sorted({(one.anvandare, person) for one in shown for person in one.personer})
        if self._before and asked:
            aktor, span = self._laser.scope.aktor, (self._tid.fran, self._tid.till)
            for key, antal in (await self._laser.register.oppnat(aktor, asked, span, self._before)).items():
                counted[aktor, *key] += antal
        return counted

    async def _told(self, shown: Sequence[Oppnad], often: Counter[Pair]) -> list[Rad]:
        projection = self._laser.projection
        found = await projection.judgements([(one.partition, one.offset) for one in shown])
        posts = {post.place: post for post in [await self._laser.post(one) for one in found]}
        followed = await projection.happened_to([one.leverans_id for one in shown if one.leverans_id], KVITTENSER)
        return [await self._row(posts[one.partition, one.offset], one, often, followed) for one in shown]

    async def _row(self, post: Post, one: Oppnad, often: Counter[Pair], followed: Set[str]) -> Rad:
        laser, row, froe = self._laser, post.row, self._given.froe
        shown = any(entry.verdict == DELIVERED for entry in post.entries)
        # Whether before or since: who opened to act says that it was received.
        why = {
            AFTER_HOURS: not _in_hours(laser, post),
            AGAIN: any(often[pair] >= OFTEN for pair in _pairs(one)),
            NOTHING_FOLLOWED: shown and one.leverans_id not in followed,
            SAMPLED: bool(froe) and in_sample(froe, row.handelse_id),
        }
        return {
            "tid": row.tid,
            "anvandare": one.anvandare,
            "lasargrupp": "" if post.hidden else row.lasargrupp,
            "arende": post.arende,
            "handelse": row.handelse_id,
            "leverans": await laser.delivery_id(post, one.leverans_id, row.lasargrupp),
            "personer": [await laser.opaque.of_auditor("person", id_, laser.scope.lasare) for id_ in one.personer],
            "utslag": "visad" if shown else "nekad",
            "urval": sorted(code for code, holds in why.items() if holds),
        }


def in_sample(froe: str, handelse_id: str) -> bool:
    """Is the opening in the sample of this seed? Nobody can tell before the seed is chosen, and anybody after."""
    drawn = hashlib.sha256(f"{froe}\n{handelse_id}".encode()).digest()
    return int.from_bytes(drawn[:8], "big") % ONE_IN == 0


def _pairs(one: Oppnad) -> Iterator[Pair]:
    return ((one.aktor, one.anvandare, person) for person in one.personer)


def _place(one: Oppnad) -> tuple[int, int, int]:
    return one.at


def _in_hours(laser: Laser, post: Post) -> bool:
    """By the unit's own hours, as the directory says today; one that says none is never open."""
    katalog = laser.scope.katalog
    grupp = katalog.lasargrupper.get(post.row.lasargrupp)
    text = katalog.enheter[grupp.enhet].oppettider if grupp else ""
    tid = post.row.tid
    return is_open(text, swedish_day(tid), swedish_minute(tid), laser.scope.regelverk.helgdagar)
