"""The part of a partition's log that an ärende's decisions rest on: what names the same persons, and the regelverk.

A decision rests on the states of those it names and of those close to them. Somebody became close by a record naming
both, so what is reached from one record to the next by persons and ärenden is all of it. Whoever judges it holds what
comes out against what was recorded: had something been missing, it would show.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Final

from samverkanshub.domain.events import REGELVERK
from samverkanshub.pipeline import spar
from samverkanshub.pipeline.granskning.lasning import records
from samverkanshub.ports import DecisionRow, Judgement, LogReader, LogRecord, Projection, Traced

MOST: Final = 1_000
"""Records that are judged again at most."""
NEAR: Final = 500
"""What lies no further apart is read at once."""
_TIES: Final = frozenset({spar.ARENDE, spar.PERSON})


class ForStort(Exception):
    """More records belong together than are judged again here."""


async def related(projection: Projection, partition: int, arende_id: str) -> dict[int, DecisionRow]:
    """The decisions on those records, by offset. Raises `ForStort`."""
    found = {one.row.offset: one.row async for one in _in(projection, partition, (spar.TYP, REGELVERK))}
    waiting, known = [(spar.ARENDE, arende_id)], {(spar.ARENDE, arende_id)}
    while waiting:
        async for judgement in _in(projection, partition, waiting.pop()):
            if judgement.row.offset in found:
                continue
            found[judgement.row.offset] = judgement.row
            if len(found) > MOST:
                raise ForStort
            traces = await projection.traces_at(partition, judgement.row.offset)
            fresh = {(one.slag, one.id) for one in traces if one.slag in _TIES} - known
            known |= fresh
            waiting += sorted(fresh)
    return dict(sorted(found.items()))


async def _in(projection: Projection, partition: int, key: spar.Key) -> AsyncIterator[Judgement]:
    async for judgement in records(projection, Traced(*key)):
        if judgement.partition == partition:
            yield judgement


async def read_of(reader: LogReader, partition: int, offsets: Sequence[int]) -> list[LogRecord]:
    """The records at these offsets, which are sorted. Raises `Unavailable`, and `Halt` where they are gone."""
    wanted = frozenset(offsets)
    found = list[LogRecord]()
    for start, end in spans(offsets):
        found += [one async for one in reader.records(partition, start, end) if one.offset in wanted]
    return found


def spans(offsets: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Sorted offsets as few stretches [start, end), what is near each other in one."""
    first = last = -1
    for offset in offsets:
        if first >= 0 and offset - last > NEAR:
            yield first, last + 1
            first = -1
        first, last = (offset if first < 0 else first), offset
    if first >= 0:
        yield first, last + 1
