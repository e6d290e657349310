"""The log of a period, the decisions on it and the regelverk they were made by, into an archive (docs/arkiv.md)."""

from collections.abc import Callable, Sequence
from typing import Final

from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.events import REGELVERK
from samverkanshub.domain.flows.flow import by_two
from samverkanshub.pipeline.narrowing import Recorded
from samverkanshub.pipeline.reading import read
from samverkanshub.ports import ArchiveStore, ArtefactStore, LogReader, LogRecord, Span, segments

_NAMED: Final = REGELVERK.encode()


class Archiving:
    """Writes spans to an archive. `told` is called with how many records more are there."""

    def __init__(
        self,
        reader: LogReader,
        decisions: Recorded,
        artefacts: ArtefactStore,
        kept: ArchiveStore,
        schemas: Schemas,
        told: Callable[[int], object],
    ) -> None:
        self._reader = reader
        self._decisions = decisions
        self._artefacts = artefacts
        self._kept = kept
        self._schemas = schemas
        self._told = told

    async def write(self, span: Span) -> None:
        """Write what is not there yet of a span, and every regelverk in force before its end.

        Raises `Unavailable`; `Halt` where records, decisions or artefacts are missing, and where what was written
        before is of another log.
        """
        last: LogRecord | None = None
        for part in segments(span, span):
            kept = await self._kept.records(part)
            if kept:
                last = kept[-1]
            else:
                await self._same(last)
                last = None
                await self._segment(part)
            self._told(part.end - part.start)
        await self._same(last)
        await self._regelverk(span)

    async def _same(self, last: LogRecord | None) -> None:
        """The last record that an earlier try wrote must still be the log's."""
        if last is not None and await self._reader.at(last.partition, last.offset) != last:
            raise Halt(f"what was archived before `{last.offset}` is of another log", code="annan-logg")

    async def _segment(self, part: Span) -> None:
        records = [record async for record in self._reader.records(part.partition, part.start, part.end)]
        decisions = await self._decisions.judged(part.partition, part.start, part.end)
        _require_all("record", part, [record.offset for record in records])
        _require_all("decision", part, [row.offset for row in decisions])
        await self._kept.keep(part, records, decisions)

    async def _regelverk(self, span: Span) -> None:
        """A regelverk of before the period is in force in it too."""
        async for record in self._reader.records(span.partition, 0, span.end):
            # What does not hold the name cannot be an activation, and need not be decoded.
            event = read(record, self._schemas).event if _NAMED in record.value else None
            if event is not None and event.typ == REGELVERK and by_two(event):
                for row in event.koder["artefakter"]:
                    await self._keep(row["namn"], row["digest"], record.offset)

    async def _keep(self, name: str, digest: str, offset: int) -> None:
        try:
            await self._kept.put(await self._artefacts.get(digest))
        except LookupError:
            detail = f"the artefact `{name}` that position {offset} names is missing"
            raise Halt(detail, code="artefakt-saknas") from None


def _require_all(what: str, part: Span, found: Sequence[int]) -> None:
    for expected in range(part.start, part.end):
        if expected - part.start >= len(found) or found[expected - part.start] != expected:
            raise Halt(f"the {what} at position {expected} is missing", code="logg-med-lucka")
