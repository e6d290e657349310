"""What was withheld, by rule, sender and month: told to the sender's auditor, never to the recipient's (T3)."""

from collections import defaultdict
from typing import Final

from samverkanshub.domain.decision import WITHHELD
from samverkanshub.pipeline import spar
from samverkanshub.pipeline.granskning import skyltar
from samverkanshub.pipeline.granskning.fraga import Fraga, Rad, Sida, days, month
from samverkanshub.pipeline.granskning.lasning import listed, records
from samverkanshub.pipeline.granskning.rader import Laser, Post, neutral
from samverkanshub.ports import Traced

COLUMNS: Final = ("manad", "regel", "avsandare", "beslut", "uppgifter")
Group = tuple[str, str, str]
"""Month, rule, sender."""


async def undanhallet(laser: Laser, given: Fraga, holder: str) -> Sida:
    """How many decisions withheld something, and how many items, each by every rule that withheld it."""
    tid = days(given)
    sought = Traced(spar.REGEL, spar.ALL, laser.scope.within, tid.fran, tid.till)
    decisions: dict[Group, int] = defaultdict(int)
    items: dict[Group, int] = defaultdict(int)
    async for judgement in records(laser.projection, sought):
        counted = await _withheld(laser, await laser.post(judgement))
        for group, number in counted.items():
            decisions[group] += 1
            items[group] += number
    rows = [_row(group, decisions[group], items[group]) for group in sorted(decisions)]
    return await listed(laser, rows, given, holder, COLUMNS)


async def _withheld(laser: Laser, post: Post) -> dict[Group, int]:
    """How many items one decision withheld, by rule; an item to one recipient is one."""
    found: dict[Group, int] = defaultdict(int)
    sender = skyltar.sender(laser.scope, post.row.aktor, post.row.lasargrupp, hidden=post.hidden)
    for entry in post.entries:
        if entry.mottagare and entry.verdict == WITHHELD and await laser.sees(post, entry):
            stopped = [reason for reason in entry.reasons if reason.nekar]
            for regel in {reason.regel for reason in neutral(stopped)}:
                found[month(post.row.tid), regel, sender] += 1
    return found


def _row(group: Group, decisions: int, items: int) -> Rad:
    return dict(zip(COLUMNS, (*group, decisions, items), strict=True))
