"""Incidents: what somebody should not have had, whom that concerns, and what was decided on telling of it.

K4: delivered or opened under a consent registered in error. Q2: recalled or corrected after it was opened. V7: opened
by an employee who was barred afterwards. Dataskyddsförordningen (EU) 2016/679 artikel 33.1: notified within 72 hours
from when it became known, which is the time of the record.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any, Final

from samverkanshub.domain.decision import DELIVERED, INCIDENT, Entry
from samverkanshub.domain.events import JAV, MISSTANKT, OPPNING
from samverkanshub.pipeline import spar
from samverkanshub.pipeline.granskning import skyltar
from samverkanshub.pipeline.granskning.fraga import Fraga, Rad, Sida, days
from samverkanshub.pipeline.granskning.lasning import listed, page, records
from samverkanshub.pipeline.granskning.levererat import find
from samverkanshub.pipeline.granskning.omfattning import Omfattning, visible
from samverkanshub.pipeline.granskning.rader import Laser, Post
from samverkanshub.ports import IncidentRow, Judgement, Traced

TO_NOTIFY_MS: Final = 72 * 3_600_000
OPENED_BY_BARRED: Final = "oppnad-av-javig"
COLUMNS: Final = (
    *("tid", "handelse", "typ", "arende", "mottagare", "leverans", "skal", "personer", "frist"),
    *("beslut", "beslutat", "beslutat_av"),
)


UNDECIDED: Final[Rad] = {"beslut": "", "beslutat": 0, "beslutat_av": ""}


@dataclass(frozen=True, slots=True)
class Incidenter:
    """Reads incidents, without what was decided on them."""

    laser: Laser

    async def rows(self, post: Post) -> list[Rad]:
        """A row for each delivery that an incident is about, as far as the scope reads of it."""
        if post.row.typ == MISSTANKT:
            return []  # V6, K8: openings to look into, which their senders read of in their outcomes.
        if post.row.typ == JAV:
            return [await self._row(post, *one) for one in await self._opened_by_barred(post)]
        wrong = [one for one in post.entries if one.funktion == INCIDENT and await self.laser.sees(post, one)]
        told = [(one.mottagare, one.leverans_id, sorted(reason.kod for reason in one.reasons)) for one in wrong]
        return [await self._row(post, post, *one) for one in sorted(told)]

    async def _opened_by_barred(self, post: Post) -> list[tuple[Post, str, str, list[str]]]:
        """V7: told to the employee's own authority, and to the auditor of the matter, of that matter alone."""
        if not self.laser.scope.owns(post.row.aktor):
            return []
        shown = dict[tuple[str, str], Post]()
        for opening in await self._openings(post):
            about = await self.laser.post(opening)
            shown |= {(about.row.lasargrupp, one.leverans_id): about for one in about.entries if _shown(one)}
        return [(about, *key, [OPENED_BY_BARRED]) for key, about in sorted(shown.items(), key=itemgetter(0))]

    async def _openings(self, post: Post) -> list[Judgement]:
        """What the barred had opened before: of an authority wherever V7 bars them, of one matter in that alone."""
        scope = self.laser.scope
        traces = await self.laser.projection.traces_at(*post.place)
        within = _about(post, traces) if scope.aktor else scope.within
        found = list[Judgement]()
        for trace in (one for one in traces if one.slag == spar.JAVIG):
            sought = Traced(spar.ANVANDARE, trace.id, within, till=post.row.tid + 1)
            found += [one async for one in records(self.laser.projection, sought) if _before(one, post)]
        return [one for one in found if scope.arende_id in ("", one.row.arende_id)]

    async def _row(self, post: Post, about: Post, mottagare: str, leverans_id: str, skal: list[str]) -> Rad:
        """`about` is the record in whose ärende the delivery is: P5 and the alias are of that."""
        scope, row = self.laser.scope, post.row
        found = await find(self.laser.projection, leverans_id)
        persons = found.persons if found else ()
        return {
            "tid": row.tid,
            "handelse": row.handelse_id,
            "typ": row.typ,
            "arende": about.arende,
            "mottagare": skyltar.group(scope, mottagare, hidden=about.hidden),
            "leverans": await self.laser.delivery_id(about, leverans_id, mottagare),
            "skal": skal,
            "personer": [await self.laser.opaque.of_auditor("person", id_, scope.lasare) for id_ in persons],
            "frist": row.tid + TO_NOTIFY_MS,
        } | UNDECIDED


def with_decisions(scope: Omfattning, sida: Sida, decided: Iterable[IncidentRow]) -> Sida:
    """The same rows with the latest decision of whom the scope is of; of one matter, of whoever decided last."""
    own = {one.handelse_id: one for one in decided if scope.owns(one.ansvarig)}
    return replace(sida, rader=[row | _decision(own.get(row["handelse"])) for row in sida.rader])


def _decision(one: IncidentRow | None) -> Rad:
    return {"beslut": one.beslut, "beslutat": one.tid, "beslutat_av": one.anvandare} if one else UNDECIDED


def _about(post: Post, traces: Sequence[Any]) -> spar.Key:
    """V7: in every ärende about the same person; in one about nobody, in that."""
    persons = [one.id for one in traces if one.slag == spar.PERSON]
    return (spar.PERSON, persons[0]) if persons else (spar.ARENDE, post.row.arende_id)


def _shown(entry: Entry) -> bool:
    return bool(entry.leverans_id) and entry.verdict == DELIVERED


def _before(one: Judgement, post: Post) -> bool:
    return one.row.typ == OPPNING and (one.partition, one.row.offset) < post.place


async def incidenter(laser: Laser, given: Fraga, holder: str) -> Sida:
    """Every incident of the scope, in log order, without what was decided on it."""
    tid = days(given)
    if given.handelse:
        judgement = await visible(laser.projection, laser.scope, given.handelse, "handelse")
        found = await Incidenter(laser).rows(await laser.post(judgement))
        return await listed(laser, found, given, holder, COLUMNS)
    sought = laser.scope.sought((spar.AVVEK, spar.ALL), tid)
    return await page(laser, sought, given, holder, COLUMNS, Incidenter(laser).rows)
