"""Replay: the log judged again from its beginning and held against what the gate recorded, byte for byte (T1).

Nothing here writes anything.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Final

from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.errors import Halt
from samverkanshub.pipeline.reading import read
from samverkanshub.pipeline.rejudging import Rejudging
from samverkanshub.ports import ArtefactStore, DecisionRow, LogReader, LogRecord, Projection

PAGE: Final = 500
"""Recorded decisions asked for at once."""
MISSING: Final = "saknas"
"""What differs where nothing is recorded, or where the log has no record."""
_FIELDS: Final = tuple(field.name for field in fields(DecisionRow))


@dataclass(frozen=True, slots=True)
class Difference:
    """A position whose decision is another than the recorded one; `what` names the columns that differ."""

    position: int
    what: tuple[str, ...]


@dataclass(slots=True)
class Replayed:
    """What came of one partition: `position` is how far the projection has judged, `end` how long the log is."""

    partition: int
    position: int
    end: int
    compared: int = 0
    differing: int = 0
    first: Difference | None = None

    def differs(self, difference: Difference, count: int = 1) -> None:
        """Count it; the first is kept."""
        self.differing += count
        self.first = self.first or difference


class Replay:
    """Judges partitions again. `told` is called with 1 for each record compared."""

    def __init__(
        self,
        reader: LogReader,
        projection: Projection,
        artefacts: ArtefactStore,
        schemas: Schemas,
        told: Callable[[int], object],
    ) -> None:
        self._reader = reader
        self._projection = projection
        self._artefacts = artefacts
        self._schemas = schemas
        self._told = told

    async def standing(self, partition: int) -> Replayed:
        """How long the log and how far the projection are, nothing compared yet. Raises `Unavailable`."""
        positions = {info.partition: info.position for info in await self._projection.positions()}
        return Replayed(partition, positions.get(partition, 0), await self._reader.end(partition))

    async def compare(self, found: Replayed) -> None:
        """Judge again what the projection has judged, and compare.

        Raises `Unavailable`, and `Halt`, naming the position, where judging cannot go on: an artefact is missing, or
        records are gone.
        """
        judging = Rejudging(found.partition, self._artefacts, self._schemas)
        recorded = _Recorded(self._projection, found.partition, found.position)
        async for record in self._reader.records(found.partition, 0, min(found.position, found.end)):
            wanted = await self._judge(judging, record)
            what = _differing(await recorded.at(record.offset), wanted)
            found.compared += 1
            if what:
                found.differs(Difference(record.offset, what))
            self._told(1)
        if found.end < found.position:
            found.differs(Difference(found.end, (MISSING,)), found.position - found.end)

    async def _judge(self, judging: Rejudging, record: LogRecord) -> DecisionRow:
        try:
            return (await judging.judge(read(record, self._schemas))).row
        except Halt as halt:
            raise Halt(f"at position {record.offset}: {halt.detail}", code=halt.code) from halt


class _Recorded:
    """The recorded decisions of a partition, a page at a time."""

    def __init__(self, projection: Projection, partition: int, position: int) -> None:
        self._projection = projection
        self._partition = partition
        self._position = position
        self._page: dict[int, DecisionRow] = {}

    async def at(self, offset: int) -> DecisionRow | None:
        """The decision at an offset; asked for in rising order."""
        if offset % PAGE == 0:
            end = min(offset + PAGE, self._position)
            rows = await self._projection.judged(self._partition, offset, end)
            self._page = {row.offset: row for row in rows}
        return self._page.get(offset)


def _differing(recorded: DecisionRow | None, wanted: DecisionRow) -> tuple[str, ...]:
    if recorded is None:
        return (MISSING,)
    return tuple(name for name in _FIELDS if getattr(recorded, name) != getattr(wanted, name))
