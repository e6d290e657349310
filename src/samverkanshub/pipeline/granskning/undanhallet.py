"""What was withheld, by reason, sender and month: told to the sender's auditor, never to the recipient's (T3)."""

from collections import defaultdict
from typing import Final

from samverkanshub.domain.decision import WITHHELD
from samverkanshub.pipeline import spar
from samverkanshub.pipeline.granskning import skyltar
from samverkanshub.pipeline.granskning.fraga import Fraga, Rad, Sida, Tid, dates, days, month
from samverkanshub.pipeline.granskning.lasning import listed, not_entered
from samverkanshub.pipeline.granskning.rader import Laser, Post, stopped_by
from samverkanshub.ports import Till

COLUMNS: Final = ("manad", "regel", "skal", "avsandare", "beslut", "uppgifter")
Group = tuple[str, str, str, str]
"""Month, rule, code, sender."""
MONTH: Final = len("2026-01")


async def undanhallet(laser: Laser, given: Fraga, holder: str) -> Sida:
    """How many decisions withheld something, and how many items, each by every reason that withheld it."""
    tid, counted = days(given), _Raknat()
    before = await _entered(laser, tid, counted) if laser.scope.aktor else {}
    sought = laser.scope.sought((spar.REGEL, spar.ALL), tid)
    async for judgement in not_entered(laser, sought, before):
        for group, items in (await _withheld(laser, await laser.post(judgement))).items():
            counted.add(group, 1, items)
    return await listed(laser, counted.rows(), given, holder, COLUMNS)


class _Raknat:
    """Decisions and items by group."""

    def __init__(self) -> None:
        self._decisions: dict[Group, int] = defaultdict(int)
        self._items: dict[Group, int] = defaultdict(int)

    def add(self, group: Group, decisions: int, items: int) -> None:
        """So many more."""
        self._decisions[group] += decisions
        self._items[group] += items

    def rows(self) -> list[Rad]:
        """A row a group, in order."""
        groups = sorted(self._decisions)
        return [dict(zip(COLUMNS, (*one, self._decisions[one], self._items[one]), strict=True)) for one in groups]


async def _entered(laser: Laser, tid: Tid, counted: _Raknat) -> Till:
    """What the register has counted of the authority's own, and how far it has come."""
    scope = laser.scope
    before, found = await laser.register.undanhallet(scope.aktor, *dates(tid))
    for (dag, lasargrupp, regel, skal), (decisions, items) in found.items():
        sender = skyltar.sender(scope, scope.aktor, lasargrupp, hidden=False)
        counted.add((dag[:MONTH], regel, skal, sender), decisions, items)
    return before


async def _withheld(laser: Laser, post: Post) -> dict[Group, int]:
    """How many items one decision withheld, by reason; an item to one recipient is one."""
    found: dict[Group, int] = defaultdict(int)
    sender = skyltar.sender(laser.scope, post.row.aktor, post.row.lasargrupp, hidden=post.hidden)
    for entry in post.entries:
        if entry.mottagare and entry.verdict == WITHHELD and await laser.sees(post, entry):
            for regel, skal in stopped_by(entry):
                found[month(post.row.tid), regel, skal, sender] += 1
    return found
