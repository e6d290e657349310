"""Looks past the gate for what narrows access and has no effect yet: a withdrawal that waits is to be seen.

The gate itself says when it has judged one; that one waits is noted by who is not the gate, since a gate that is dead
says nothing.
"""

from collections.abc import Mapping
from typing import Final

from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.events import NARROWING
from samverkanshub.pipeline.reading import read
from samverkanshub.ports import LogReader, Matningar, Projection, Vantande

MOST: Final = 5_000
"""Records of a partition that are looked at each time, so that it comes to an end."""


class Bakomgrinden:
    """Reads on from where it, or the gate, has come; for one event loop."""

    def __init__(self, reader: LogReader, projection: Projection, matningar: Matningar, schemas: Schemas) -> None:
        self._reader = reader
        self._projection = projection
        self._matningar = matningar
        self._schemas = schemas
        self._read: dict[int, int] = {}

    async def note(self, ends: Mapping[int, int]) -> None:
        """Note what narrows access and has not been judged, up to these ends. Raises `Unavailable`."""
        positions = {one.partition: one.position for one in await self._projection.positions()}
        found: list[Vantande] = []
        for partition, end in sorted(ends.items()):
            start = max(positions.get(partition, 0), self._read.get(partition, 0))
            until = min(end, start + MOST)
            found += await self._waiting(partition, start, until) if start < until else []
            self._read[partition] = max(start, until)
        await self._matningar.vantar(found)

    async def _waiting(self, partition: int, start: int, end: int) -> list[Vantande]:
        """A record that cannot be read narrows nothing of itself: it freezes whoever it names (B7)."""
        found = []
        async for record in self._reader.records(partition, start, end):
            event = read(record, self._schemas).event
            if event is not None and event.typ in NARROWING:
                found.append(Vantande(partition, record.offset, record.tid))
        return found
