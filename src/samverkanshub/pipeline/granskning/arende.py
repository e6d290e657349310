"""All about an ärende, in order: events, deliveries, openings, kvittens, and the duties each made (T1, T3, O4, H2)."""

from typing import Any, Final, cast

from samverkanshub.codec import states
from samverkanshub.domain.flows.listning import listed
from samverkanshub.domain.state import ArendeState, Plikt
from samverkanshub.pipeline import spar
from samverkanshub.pipeline.granskning import skyltar
from samverkanshub.pipeline.granskning.fraga import Fraga, Rad, Sida, days, unknown
from samverkanshub.pipeline.granskning.lasning import page
from samverkanshub.pipeline.granskning.omfattning import visible
from samverkanshub.pipeline.granskning.rader import COLUMNS, PLIKT, Laser, Post, base
from samverkanshub.ports import Traced

OPEN: Final = "oppen"
MET: Final = "uppfylld"


async def arende(laser: Laser, given: Fraga, holder: str) -> Sida:
    """The ärende of an event that the auditor may ask about. `NotFound` for every other event, and for one of none."""
    named = await visible(laser.projection, laser.scope, given.handelse, "handelse")
    if not named.row.arende_id:
        raise unknown("handelse")
    laser.scope = laser.scope.about(named.row.arende_id)
    duties = await _duties(laser, named.partition)

    async def rows(post: Post) -> list[Rad]:
        return [*await laser.rows(post), *(_duty_row(laser, post, one) for one in duties.get(post.row.handelse_id, ()))]

    tid = days(given)
    sought = Traced(spar.ARENDE, named.row.arende_id, laser.scope.within, tid.fran, tid.till)
    return await page(laser, sought, given, holder, COLUMNS, rows)


async def _duties(laser: Laser, partition: int) -> dict[str, list[Plikt]]:
    """By the event that made them, as far as the scope reads of them."""
    stored = await laser.projection.state(partition, "arende", laser.scope.arende_id)
    if stored is None:
        return {}
    by_event: dict[str, list[Plikt]] = {}
    for plikt in told_duties(laser, cast(ArendeState, states.decode("arende", stored))):
        by_event.setdefault(plikt.handelse_id, []).append(plikt)
    return by_event


def told_duties(laser: Laser, arende: ArendeState) -> list[Plikt]:
    """The duties of an ärende that the scope reads of."""
    told = _told(laser, arende)
    return [plikt for plikt in arende.plikter if plikt.id in told]


def _told(laser: Laser, found: ArendeState) -> frozenset[str]:
    """Of one matter every duty; of an authority those listed for its reader groups, and those that it has met."""
    scope = laser.scope
    if not scope.aktor:
        return frozenset(plikt.id for plikt in found.plikter)
    own = [one for one in scope.katalog.lasargrupper.values() if scope.sees_unit(one.enhet)]
    met = {plikt.id for plikt in found.plikter if plikt.uppfylld and plikt.barare and scope.sees_unit(plikt.barare)}
    return frozenset(met | {one.plikt.id for grupp in own for one in listed(found, grupp, scope.katalog)})


def _duty_row(laser: Laser, post: Post, plikt: Plikt) -> Rad:
    """Who owes what, to whom, by when, and which steps were taken since."""
    own = not laser.scope.aktor or laser.scope.sees_unit(plikt.barare)
    changed: dict[str, Any] = {
        "slag": PLIKT,
        "avsandare": skyltar.unit(laser.scope, plikt.vantar, hidden=post.hidden),
        "mottagare": skyltar.unit(laser.scope, plikt.barare, hidden=post.hidden),
        "funktion": plikt.slag,
        "utslag": MET if plikt.uppfylld else OPEN,
        "skal": sorted({*plikt.tagna, *([plikt.utfall] if own and plikt.utfall else [])}),
        "frist": plikt.steg[0].tid if plikt.steg else 0,
    }
    return base(post) | changed
