"""An archive as the log, the decisions on it, its regelverk and its tree: what the log's and the gate's readers ask."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Generic

from samverkanshub.adapters.arkiv import form, strangers
from samverkanshub.adapters.arkiv.form import MANIFEST, Row
from samverkanshub.adapters.arkiv.writing import contents
from samverkanshub.adapters.artefacts import DirectoryArtefacts
from samverkanshub.domain.errors import Halt
from samverkanshub.ports import DecisionRow, LogRecord, Span, segments
from samverkanshub.verifier import Finding


class Archive:
    """Port `LogReader`, and `Recorded` of a replay. Raises `Halt` (`arkiv-olasbart`) where there is no archive.

    What it hands out is not held against the manifest: `faults` does that. A line that cannot be read is a record, or
    a decision, that is missing.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._manifest = form.read_manifest((path / MANIFEST).read_bytes(), str(path / MANIFEST))
        except OSError:
            raise Halt(f"`{path}` holds no archive", code="arkiv-olasbart") from None
        self._path = path
        self._spans = {span.partition: span for span in self._manifest.spans}
        self._records = _Segments(path, form.LOG, LogRecord)
        self._decisions = _Segments(path, form.DECISIONS, DecisionRow)

    @property
    def spans(self) -> Mapping[int, Span]:
        """Which records it holds, by partition."""
        return self._spans

    @property
    def path(self) -> Path:
        """The folder."""
        return self._path

    def artefacts(self) -> DirectoryArtefacts:
        """The regelverk that were in force."""
        return DirectoryArtefacts(self._path / form.REGELVERK)

    def keys(self) -> list[str]:
        """The verifier keys that it was written with: only as good as who handed it over."""
        return (self._path / form.KEYS).read_text().split()

    def strangers(self, partition: int) -> list[Finding]:
        """The rows among an område's records and decisions that are not of its period, or there twice; by position."""
        span = self._spans.get(partition)
        found = strangers.rows(self._path, span) if span else ()
        return sorted(found, key=lambda finding: finding.position)

    def faults(self) -> list[str]:
        """The files that are not what the manifest says, that are gone, or that it does not list; by path.

        And those among records and decisions that are of no period that it says.
        """
        listed, found = self._manifest.filer, contents(self._path)
        changed = [f"`{name}` is changed" for name in listed.keys() & found.keys() if listed[name] != found[name]]
        gone = [f"`{name}` is missing" for name in listed.keys() - found.keys()]
        others = [f"`{name}` is not of the archive" for name in found.keys() - listed.keys()]
        return sorted(changed + gone + others + strangers.files(self._path, self._manifest.spans))

    async def end(self, partition: int) -> int:
        """The offset after its last record; 0 where it holds none of the partition."""
        span = self._spans.get(partition)
        return span.end if span else 0

    async def position(self, partition: int) -> int:
        """As far as it goes everything is judged."""
        return await self.end(partition)

    async def at(self, partition: int, offset: int) -> LogRecord | None:
        """The record at an offset, or None where the archive has none."""
        span = self._spans.get(partition)
        if span is None or not span.start <= offset < span.end:
            return None
        (part,) = segments(Span(partition, offset, offset + 1), span)
        return (await self._records.of(part)).get(offset)

    async def records(self, partition: int, start: int, end: int) -> AsyncIterator[LogRecord]:
        """Records in [start, end). Raises `Halt` where it does not go back so far, and where one cannot be read."""
        span = self._spans.get(partition) or Span(partition, 0, 0)
        if start < min(span.start, end):
            raise _gone(partition, start)
        wanted = Span(partition, start, min(end, span.end))
        for part in segments(wanted, span):
            found = await self._records.of(part)
            for offset in range(max(part.start, wanted.start), min(part.end, wanted.end)):
                record = found.get(offset)
                if record is None:
                    raise _gone(partition, offset)
                yield record

    async def judged(self, partition: int, start: int, end: int) -> list[DecisionRow]:
        """The decisions on the records in [start, end), in log order; those that cannot be read are left out."""
        span = self._spans.get(partition) or Span(partition, 0, 0)
        found: list[DecisionRow] = []
        for part in segments(Span(partition, start, min(end, span.end)), span):
            rows = await self._decisions.of(part)
            found += (rows[offset] for offset in sorted(rows) if start <= offset < end)
        return found


class _Segments(Generic[Row]):
    """The segments of a kind, the last one kept: they are read in order."""

    def __init__(self, path: Path, kind: str, row: type[Row]) -> None:
        self._path = path
        self._kind = kind
        self._row: type[Row] = row
        self._last: tuple[Span, dict[int, Row]] | None = None

    async def of(self, part: Span) -> dict[int, Row]:
        """The rows of a segment by offset; none where the file is gone."""
        if self._last is None or self._last[0] != part:
            self._last = (part, await asyncio.to_thread(self._read, part))
        return self._last[1]

    def _read(self, part: Span) -> dict[int, Row]:
        try:
            content = (self._path / form.segment(self._kind, part)).read_bytes()
        except FileNotFoundError:
            return {}
        return form.rows(content, self._row)


def _gone(partition: int, offset: int) -> Halt:
    detail = f"the archive does not have the record at `{offset}` of partition `{partition}`"
    return Halt(detail, code="logg-med-lucka")
