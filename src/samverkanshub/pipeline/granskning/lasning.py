"""Reading an answer page by page: rows in log order, each page from the last row that was shown."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final

from samverkanshub.pipeline.granskning.fraga import Fraga, Rad, Sida
from samverkanshub.pipeline.granskning.rader import Laser, Post
from samverkanshub.ports import Judgement, Projection, Traced

AT_ONCE: Final = 200
"""Judged records that are read in one round trip."""
BEFORE_ALL: Final = (-1, -1)

Rows = Callable[[Post], Awaitable[list[Rad]]]


async def records(
    projection: Projection, sought: Traced, after: tuple[int, int] = BEFORE_ALL
) -> AsyncIterator[Judgement]:
    """Every judged record found so, in log order, from after a place on."""
    while found := await projection.traced(sought, AT_ONCE, after):
        for judgement in found:
            yield judgement
        after = (found[-1].partition, found[-1].row.offset)


async def page(
    laser: Laser, sought: Traced, given: Fraga, holder: str, kolumner: Sequence[str], rows: Rows | None = None
) -> Sida:
    """The rows of the records found so, `antal` at most. T3: the cursor is of the last row shown, and of none other."""
    place = await laser.opaque.open_row(given.markor, holder) or (*BEFORE_ALL, -1)
    last, found = place, list[Rad]()
    # From the record of the last row on, since it may have more.
    async for judgement in records(laser.projection, sought, (place[0], place[1] - 1)):
        post = await laser.post(judgement)
        for nr, row in enumerate(await (rows or laser.rows)(post)):
            if (*post.place, nr) <= place:
                continue
            if len(found) == given.antal:
                return await _sida(laser, kolumner, found, last, holder)
            found.append(row)
            last = (*post.place, nr)
    return await _sida(laser, kolumner, found, last, holder) if found else Sida(tuple(kolumner), [], given.markor)


async def _sida(laser: Laser, kolumner: Sequence[str], found: list[Rad], last: Sequence[int], holder: str) -> Sida:
    return Sida(tuple(kolumner), found, await laser.opaque.seal_row(last, holder))


async def listed(laser: Laser, found: Sequence[Rad], given: Fraga, holder: str, kolumner: Sequence[str]) -> Sida:
    """A page of rows that were all made at once; its cursor says how many were shown."""
    place = await laser.opaque.open_row(given.markor, holder) or (0,)
    shown = list(found[place[0] : place[0] + given.antal])
    markor = await laser.opaque.seal_row([place[0] + len(shown)], holder) if shown else given.markor
    return Sida(tuple(kolumner), shown, markor)
