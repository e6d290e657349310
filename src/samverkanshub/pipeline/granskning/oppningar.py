"""Openings by user, and which of them the regular review of the log should look at.

The hub knows neither what an employee is called nor whom they are related to, so that own name and relatives cannot be
looked for here: instead the same user and person again and again, openings outside office hours, openings that nothing
followed, and a random sample that who reviews can make again from its seed.
"""

import hashlib
from collections import Counter
from typing import Any, Final

from samverkanshub.domain.decision import DELIVERED
from samverkanshub.domain.events import KVITTENSER, OPPNING
from samverkanshub.domain.oppettider import is_open
from samverkanshub.domain.tid import swedish_day, swedish_minute
from samverkanshub.pipeline import spar
from samverkanshub.pipeline.granskning.fraga import Fraga, Rad, Sida, days
from samverkanshub.pipeline.granskning.lasning import listed, records
from samverkanshub.pipeline.granskning.levererat import find
from samverkanshub.pipeline.granskning.rader import Laser, Post
from samverkanshub.ports import Traced

OFTEN: Final = 3
"""How many openings by one user about one person make it again and again."""
AGAIN: Final = "upprepad"
AFTER_HOURS: Final = "utanfor-kontorstid"
NOTHING_FOLLOWED: Final = "utan-kvittens"
SAMPLED: Final = "stickprov"
ONE_IN: Final = 10
"""One opening in so many is in a sample."""
COLUMNS: Final = ("tid", "anvandare", "lasargrupp", "arende", "handelse", "leverans", "personer", "utslag", "urval")


async def oppningar(laser: Laser, given: Fraga, holder: str) -> Sida:
    """Every opening by a user of the scope's own authority, or by one user, with why each should be looked at."""
    tid, scope = days(given), laser.scope
    by_user = (spar.ANVANDARE, spar.user(scope.aktor, given.anvandare)) if given.anvandare and scope.aktor else None
    sought = Traced(*(by_user or (spar.TYP, OPPNING)), scope.within, tid.fran, tid.till)
    rows = [
        await _row(laser, await laser.post(judgement))
        async for judgement in records(laser.projection, sought)
        if judgement.row.typ == OPPNING and scope.owns(judgement.row.aktor)
    ]
    if given.anvandare:
        rows = [row for row in rows if row["anvandare"] == given.anvandare]
    often = Counter(_pair(row, person) for row in rows for person in row["personer"])
    for row in rows:
        row["urval"] += [AGAIN] if any(often[_pair(row, person)] >= OFTEN for person in row["personer"]) else []
        row["urval"] += [SAMPLED] if given.froe and in_sample(given.froe, row["handelse"]) else []
        row["urval"].sort()
    return await listed(laser, rows, given, holder, COLUMNS)


def in_sample(froe: str, handelse_id: str) -> bool:
    """Is the opening in the sample of this seed? Nobody can tell before the seed is chosen, and anybody after."""
    drawn = hashlib.sha256(f"{froe}\n{handelse_id}".encode()).digest()
    return int.from_bytes(drawn[:8], "big") % ONE_IN == 0


def _pair(row: Rad, person: str) -> tuple[str, str, str]:
    return row["lasargrupp"].partition(".")[0], row["anvandare"], person


async def _row(laser: Laser, post: Post) -> dict[str, Any]:
    row, scope = post.row, laser.scope
    traces = await laser.projection.traces_at(*post.place)
    users = [one.id.partition("/")[2] for one in traces if one.slag == spar.ANVANDARE]
    leverans_id = next((one.leverans_id for one in post.entries if one.leverans_id), "")
    found = await find(laser.projection, leverans_id)
    persons = found.persons if found else ()
    shown = any(one.verdict == DELIVERED for one in post.entries)
    return {
        "tid": row.tid,
        "anvandare": "" if post.hidden else "".join(users),
        "lasargrupp": "" if post.hidden else row.lasargrupp,
        "arende": post.arende,
        "handelse": row.handelse_id,
        "leverans": await laser.delivery_id(post, leverans_id, row.lasargrupp),
        "personer": [await laser.opaque.of_auditor("person", id_, scope.lasare) for id_ in persons],
        "utslag": "visad" if shown else "nekad",
        "urval": [
            *([AFTER_HOURS] if not _in_hours(laser, post) else []),
            *([NOTHING_FOLLOWED] if shown and not await _followed(laser, post, leverans_id) else []),
        ],
    }


def _in_hours(laser: Laser, post: Post) -> bool:
    """By the unit's own hours, as the directory says today; one that says none is never open."""
    katalog = laser.scope.katalog
    grupp = katalog.lasargrupper.get(post.row.lasargrupp)
    text = katalog.enheter[grupp.enhet].oppettider if grupp else ""
    tid = post.row.tid
    return is_open(text, swedish_day(tid), swedish_minute(tid), laser.scope.regelverk.helgdagar)


async def _followed(laser: Laser, post: Post, leverans_id: str) -> bool:
    """Has the delivery been acknowledged, before or since? Who opened to act says that it was received."""
    row = await laser.projection.delivery(leverans_id) if leverans_id else None
    events = await laser.projection.delivery_events(row.handelse_id) if row else []
    return any(one.leverans_id == leverans_id and one.slag in KVITTENSER for one in events)
