"""Replay: the log judged again from its beginning and held against what the gate recorded, byte for byte (T1).

Every sender's signature is checked again with it, by the directory in force at its position.

Nothing here writes anything. Decisions rest on all that was before them: what is compared may be narrowed, what is
judged may not.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Final

from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.underskrift import FORGERIES
from samverkanshub.pipeline.narrowing import EVERYTHING, PAGE, Recorded, Scope
from samverkanshub.pipeline.reading import digest_of, read
from samverkanshub.pipeline.rejudging import Judged, Rejudging, Standing
from samverkanshub.ports import ArtefactStore, DecisionRow, LogReader, LogRecord

KEPT_EVERY: Final = 10_000
"""Records between two places that a replay can go on from."""
MISSING: Final = "saknas"
"""What differs where nothing is recorded, or where the log has no record."""
SIGNATURE: Final = "signature"
"""What differs where a record is not signed by its sender, whatever was decided on it."""
_FIELDS: Final = tuple(field.name for field in fields(DecisionRow))


@dataclass(frozen=True, slots=True)
class Difference:
    """A position whose decision is another than the recorded one, or whose sender's signature does not hold.

    `what` names the columns that differ.
    """

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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a replay can go on: before `position`, after a record with this digest; `scope` is what it compared."""

    partition: int
    position: int
    digest: bytes
    standing: Standing
    scope: Scope
    compared: int
    differing: int
    first: Difference | None


class Replay:
    """Judges partitions again. `told` is called with 1 for each record judged."""

    def __init__(
        self,
        reader: LogReader,
        recorded: Recorded,
        artefacts: ArtefactStore,
        schemas: Schemas,
        told: Callable[[int], object],
        scope: Scope = EVERYTHING,
    ) -> None:
        self._reader = reader
        self._recorded = recorded
        self._artefacts = artefacts
        self._schemas = schemas
        self._told = told
        self._scope = scope

    async def standing(self, partition: int) -> Replayed:
        """How long the log and how far the projection are, nothing compared yet. Raises `Unavailable`."""
        return Replayed(partition, await self._recorded.position(partition), await self._reader.end(partition))

    def end(self, found: Replayed) -> int:
        """Up to where it is judged."""
        return min(found.position, found.end, self._scope.until)

    async def compare(
        self, found: Replayed, after: Place | None = None, keep: Callable[[Place], None] | None = None
    ) -> None:
        """Judge again what the projection has judged, from the beginning or `after` a place, and compare.

        `keep` is given a place to go on from, now and then and at the end. Raises `Unavailable`, and `Halt`, naming
        the position, where judging cannot go on: an artefact is missing, records are gone, or the place is not one of
        this log or comes after what is to be compared.
        """
        start = await self._from(found, after)
        judging = Rejudging(found.partition, self._artefacts, self._schemas, after.standing if after else None)
        recorded = _Pages(self._recorded, found.partition, found.position)
        last: LogRecord | None = None
        async for last in self._reader.records(found.partition, start, self.end(found)):
            await self._one(found, judging, recorded, last)
            if keep and not (last.offset + 1) % KEPT_EVERY:
                keep(self._place(found, judging, last))
        if keep and last:
            keep(self._place(found, judging, last))
        lacking = min(found.position, self._scope.until) - max(found.end, self._scope.start)
        if lacking > 0 and found.position > found.end:
            found.differs(Difference(max(found.end, self._scope.start), (MISSING,)), lacking)

    async def _from(self, found: Replayed, after: Place | None) -> int:
        if after is None:
            return 0
        last = await self._reader.at(found.partition, after.position - 1)
        if last is None or digest_of(last) != after.digest:
            raise Halt(f"the log has another record at {after.position - 1} than was judged", code="annan-logg")
        if after.scope == self._scope:
            found.compared, found.differing, found.first = after.compared, after.differing, after.first
        elif after.position > self._scope.start:
            detail = f"what was judged before goes to {after.position}, past the first position to compare"
            raise Halt(detail, code="annan-fraga")
        return after.position

    async def _one(self, found: Replayed, judging: Rejudging, recorded: "_Pages", record: LogRecord) -> None:
        judged = await self._judge(judging, record)
        wanted = judged.row
        if self._scope.covers(record):
            row = await recorded.at(record.offset)
            if self._scope.of_arende(row, wanted):
                found.compared += 1
                forged = (SIGNATURE,) if judged.karantan in FORGERIES else ()
                what = (*_differing(row, wanted), *forged)
                if what:
                    found.differs(Difference(record.offset, what))
        self._told(1)

    async def _judge(self, judging: Rejudging, record: LogRecord) -> Judged:
        try:
            return await judging.judge(read(record, self._schemas))
        except Halt as halt:
            raise Halt(f"at position {record.offset}: {halt.detail}", code=halt.code) from halt

    def _place(self, found: Replayed, judging: Rejudging, last: LogRecord) -> Place:
        counted = (found.compared, found.differing, found.first)
        here = (found.partition, last.offset + 1, digest_of(last))
        return Place(*here, judging.standing(), self._scope, *counted)


class _Pages:
    """The recorded decisions of a partition, a page at a time."""

    def __init__(self, recorded: Recorded, partition: int, position: int) -> None:
        self._recorded = recorded
        self._partition = partition
        self._position = position
        self._page: dict[int, DecisionRow] = {}
        self._start = -1

    async def at(self, offset: int) -> DecisionRow | None:
        """The decision at an offset; asked for in rising order."""
        start = offset - offset % PAGE
        if start != self._start:
            rows = await self._recorded.judged(self._partition, start, min(start + PAGE, self._position))
            self._page, self._start = {row.offset: row for row in rows}, start
        return self._page.get(offset)


def _differing(recorded: DecisionRow | None, wanted: DecisionRow) -> tuple[str, ...]:
    if recorded is None:
        return (MISSING,)
    return tuple(name for name in _FIELDS if getattr(recorded, name) != getattr(wanted, name))
