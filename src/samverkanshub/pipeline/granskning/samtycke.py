"""Where a consent was used, and what rested on one that was annulled: delivered and opened under it (T1, K4)."""

from samverkanshub.domain.decision import INCIDENT, Entry
from samverkanshub.domain.events import CONSENTS, SAMTYCKE_MAKULERAT
from samverkanshub.pipeline import spar
from samverkanshub.pipeline.granskning.fraga import Fraga, Rad, Sida, Tid, days, unknown
from samverkanshub.pipeline.granskning.lasning import page, records
from samverkanshub.pipeline.granskning.rader import COLUMNS, Laser, Post
from samverkanshub.ports import Traced


async def samtycke(laser: Laser, given: Fraga, holder: str) -> Sida:
    """Every line that rests on the consent, with its own registration, change and end. `NotFound` as for an event."""
    tid = days(given)
    sought = await _sought(laser, given, tid)
    return await page(laser, sought, given, holder, COLUMNS, lambda post: _citing(laser, post, given.samtycke))


async def makulerat(laser: Laser, given: Fraga, holder: str) -> Sida:
    """K4: the incidents of every annulment; of one consent all that rested on it too, or nothing, where it stands."""
    tid = days(given)
    if not given.samtycke:
        sought = laser.scope.sought((spar.TYP, SAMTYCKE_MAKULERAT), tid)
        return await page(laser, sought, given, holder, COLUMNS, lambda post: _incidents(laser, post))
    sought = await _sought(laser, given, tid)
    # Whenever it was annulled, and whatever days are asked about.
    ever = Traced(spar.SAMTYCKE, given.samtycke, laser.scope.within)
    if not any([one.row.typ == SAMTYCKE_MAKULERAT async for one in records(laser.projection, ever)]):
        return Sida(COLUMNS, [], given.markor)
    return await page(laser, sought, given, holder, COLUMNS, lambda post: _citing(laser, post, given.samtycke))


async def _sought(laser: Laser, given: Fraga, tid: Tid) -> Traced:
    """What rests on the consent within the scope; `NotFound` where nothing does, and nothing registered it there."""
    found = Traced(spar.SAMTYCKE, given.samtycke, laser.scope.within, tid.fran, tid.till)
    ever = Traced(spar.SAMTYCKE, given.samtycke, laser.scope.within)
    if not given.samtycke or not await laser.projection.traced(ever, 1):
        raise unknown("samtycke")
    return found


async def _citing(laser: Laser, post: Post, samtycke_id: str) -> list[Rad]:
    def cites(entry: Entry) -> bool:
        return samtycke_id in entry.samtycken or (post.row.typ in CONSENTS and not entry.mottagare)

    return await laser.rows(post, cites)


async def _incidents(laser: Laser, post: Post) -> list[Rad]:
    return await laser.rows(post, lambda entry: entry.funktion == INCIDENT)
