"""Reading an answer page by page: rows in log order, each page from the last row that was shown."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from samverkanshub.pipeline.granskning.fraga import Fraga, Rad, Sida
from samverkanshub.pipeline.granskning.rader import Laser, Post
from samverkanshub.ports import Judgement, Projection, Till, Traced

AT_ONCE: Final = 200
"""Judged records that are read in one round trip."""
LOOKED_AT: Final = 200
"""Judged records that are looked at for one page: who searches for what is rare goes on from there."""
BEFORE_ALL: Final = (-1, -1)
_ALL_ROWS: Final = 2**31
"""A row's number after every other of its record."""

Answer = TypeVar("Answer")
Rows = Callable[[Post], Awaitable[list[Rad]]]
Found = Callable[[tuple[int, int]], AsyncIterator[Judgement]]
"""Judged records in log order, from after a place on."""


async def records(
    projection: Projection, sought: Traced, after: tuple[int, int] = BEFORE_ALL
) -> AsyncIterator[Judgement]:
    """Every judged record found so, in log order, from after a place on."""
    while found := await projection.traced(sought, AT_ONCE, after):
        for judgement in found:
            yield judgement
        after = (found[-1].partition, found[-1].row.offset)


async def not_entered(laser: Laser, sought: Traced, before: Till) -> AsyncIterator[Judgement]:
    """Those of them that are not in the register yet: after `before`, as far as it has come."""
    for one in await laser.projection.positions():
        place = (one.partition, before.get(one.partition, 0) - 1)
        async for judgement in records(laser.projection, replace(sought, partition=one.partition), place):
            yield judgement


async def as_entered(laser: Laser, answered: Callable[[Till], Awaitable[Answer]]) -> Answer:
    """What is answered by how far the register has come; anew where the register was begun anew meanwhile.

    A rebuild that is put in place has an empty one: what was entered before would be read neither there nor in the log.
    """
    while True:
        before = await laser.register.places() if laser.scope.aktor else {}
        found = await answered(before)
        now = await laser.register.places() if before else {}
        if all(now.get(partition, 0) >= place for partition, place in before.items()):
            return found


async def citing(
    laser: Laser, sought: Traced, regel: str, before: Till, after: tuple[int, int]
) -> AsyncIterator[Judgement]:
    """Those of them that an authority has a part in and that cite a rule; and those not in the register yet.

    What the days leave out is not asked for.
    """
    for partition, (first, end) in sorted((await laser.projection.spans(sought.fran, sought.till)).items()):
        if partition < after[0]:
            continue
        start = max(first, after[1] + 1) if partition == after[0] else first
        span, aktor = (start, min(end, before.get(partition, 0))), laser.scope.aktor
        while span[0] < span[1] and (places := await laser.register.citing(aktor, regel, partition, span, AT_ONCE)):
            for judgement in await laser.projection.judgements([(partition, place) for place in places]):
                yield judgement
            span = (places[-1] + 1, span[1])
        rest = (partition, max(start, before.get(partition, 0)) - 1)
        async for judgement in records(laser.projection, replace(sought, partition=partition), rest):
            yield judgement


async def page(
    laser: Laser,
    sought: Traced,
    given: Fraga,
    holder: str,
    kolumner: Sequence[str],
    rows: Rows | None = None,
    found_by: Found | None = None,
) -> Sida:
    """The rows of the records found so, `antal` at most, of `LOOKED_AT` records at most.

    T3: the cursor is of the last row shown, and of none other. Where so many records were looked at it is of the last
    of those, all of which the scope may read of.
    """
    place = await laser.opaque.open_row(given.markor, holder) or (*BEFORE_ALL, -1)
    last, at, found, looked = place, place, list[Rad](), 0
    # From the record of the last row on, since it may have more.
    after = (place[0], place[1] - (place[2] < _ALL_ROWS))
    async for judgement in found_by(after) if found_by else records(laser.projection, sought, after):
        if looked == LOOKED_AT:
            return await _sida(laser, kolumner, found, at, holder, vidare=True)
        post = await laser.post(judgement)
        looked, at = looked + 1, (*post.place, _ALL_ROWS)
        # Held to the days here, so that whatever was fetched has been looked at.
        on_days = sought.fran <= post.row.tid < sought.till
        for nr, row in enumerate(await (rows or laser.rows)(post) if on_days else ()):
            if (*post.place, nr) <= place:
                continue
            if len(found) == given.antal:
                return await _sida(laser, kolumner, found, last, holder)
            found.append(row)
            last = (*post.place, nr)
    return await _sida(laser, kolumner, found, last, holder) if found else Sida(tuple(kolumner), [], given.markor)


async def _sida(
    laser: Laser, kolumner: Sequence[str], found: list[Rad], last: Sequence[int], holder: str, *, vidare: bool = False
) -> Sida:
    return Sida(tuple(kolumner), found, await laser.opaque.seal_row(last, holder), vidare)


async def listed(laser: Laser, found: Sequence[Rad], given: Fraga, holder: str, kolumner: Sequence[str]) -> Sida:
    """A page of rows that were all made at once; its cursor says how many were shown."""
    place = await laser.opaque.open_row(given.markor, holder) or (0,)
    shown = list(found[place[0] : place[0] + given.antal])
    markor = await laser.opaque.seal_row([place[0] + len(shown)], holder) if shown else given.markor
    return Sida(tuple(kolumner), shown, markor)
