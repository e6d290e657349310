"""Every line that the scope may read, found by event, ärende, actor, rule or days, with where in the log it was judged.

What is searched is what is shown: a line that names another authority's unit by role is found by the role and never by
the unit, and one whose rule is told as another's is found by that. So nothing can be learnt by searching (T3, V6, P5).
"""

from collections.abc import Iterable
from functools import partial
from typing import Final

from samverkanshub.domain.decision import Entry
from samverkanshub.domain.errors import NotFound
from samverkanshub.pipeline import spar
from samverkanshub.pipeline.granskning import rader, skyltar
from samverkanshub.pipeline.granskning.fraga import Fraga, Rad, Sida, days, unknown
from samverkanshub.pipeline.granskning.lasning import as_entered, citing, listed, page
from samverkanshub.pipeline.granskning.omfattning import Omfattning, visible
from samverkanshub.pipeline.granskning.rader import Laser, Post
from samverkanshub.ports import Till, Traced

COLUMNS: Final = (*rader.COLUMNS, "plats", "regelverk")


async def handelser(laser: Laser, given: Fraga, holder: str) -> Sida:
    """The lines found by all that is given; every line of the scope where nothing is. `NotFound` as for an ärende."""

    named = bool(given.aktor or given.regel)

    async def rows(post: Post) -> list[Rad]:
        # What happened to a delivery names nobody and cites no rule: it is not asked for where those are searched for.
        all_of_it = laser.lines(post, partial(_may_say, laser.scope, post, given)) if named else laser.rows(post)
        found = [row for row in await all_of_it if _wanted(row, given, laser.scope)]
        return [row | _place(post, row) for row in found]

    if given.arende:
        laser.scope = laser.scope.about(await _arende(laser, given.arende))
    if given.handelse:
        judgement = await visible(laser.projection, laser.scope, given.handelse, "handelse")
        return await listed(laser, await rows(await laser.post(judgement)), given, holder, COLUMNS)
    tid, scope = days(given), laser.scope
    by = (spar.ARENDE, scope.arende_id) if scope.arende_id else scope.within
    sought = Traced(*by, scope.within, tid.fran, tid.till)
    # A matter is short, and its auditor reads lines that no authority has a part in.
    if not given.regel or not scope.aktor or given.arende:
        return await page(laser, sought, given, holder, COLUMNS, rows)

    async def by_rule(before: Till) -> Sida:
        found_by = partial(citing, laser, sought, given.regel, before)
        return await page(laser, sought, given, holder, COLUMNS, rows, found_by)

    return await as_entered(laser, by_rule)


async def _arende(laser: Laser, alias: str) -> str:
    """The ärende that the auditor's authority knows by this alias; of one matter none but that."""
    try:
        found = await laser.opaque.arende(alias, laser.scope.lasare)
    except NotFound:
        raise unknown("arende") from None
    if laser.scope.arende_id not in ("", found):
        raise unknown("arende")
    return found


def _may_say(scope: Omfattning, post: Post, given: Fraga, entry: Entry) -> bool:
    """May a line say what is searched for? Once it is made it is held against that too; few need be made to be so."""
    if given.regel and all(one.regel != given.regel for one in rader.neutral(entry.reasons)):
        return False
    shown = (
        skyltar.sender(scope, post.row.aktor, post.row.lasargrupp, hidden=post.hidden),
        skyltar.group(scope, entry.mottagare, hidden=post.hidden),
    )
    return not given.aktor or any(given.aktor in names(one, scope) for one in shown)


def _wanted(row: Rad, given: Fraga, scope: Omfattning) -> bool:
    """Does the line say what is searched for?"""
    named = {name for shown in (row["avsandare"], row["mottagare"]) for name in names(shown, scope)}
    return given.aktor in ("", *named) and given.regel in ("", *row["regler"])


def names(shown: str, scope: Omfattning) -> Iterable[str]:
    """What a sender or a recipient can be searched for by, as it is shown: itself, and its unit and actor if named."""
    if not shown:
        return ()
    grupp = scope.katalog.lasargrupper.get(shown)
    enhet = scope.katalog.enheter.get(grupp.enhet if grupp else shown)
    return (shown, enhet.id, enhet.aktor) if enhet else (shown,)


def _place(post: Post, row: Rad) -> Rad:
    """T1: where in the log it was judged, by which regelverk. V6: of what is told without what made it, no place."""
    partition, offset = post.place
    own = row["handelse"] == post.row.handelse_id
    return {"plats": f"{partition}/{offset}" if own else "", "regelverk": post.regelverk}
