"""A row of another place put into an archive, in its manifest too, and where that must be found."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from shutil import copytree, rmtree
from typing import Final

import msgspec

from samverkanshub.adapters.arkiv import Archive, ArchiveFiles, form
from samverkanshub.entrypoints.audit.tampering import Tampering
from samverkanshub.entrypoints.cli.verifying import changed_files, keys_of, published
from samverkanshub.ports import Span, segments
from samverkanshub.verifier import Finding, verify

_KINDS: Final = {form.DECISIONS: ("decision", "decisions"), form.LOG: ("record", "records")}


async def fault(path: Path) -> Finding | None:
    """What the verifier finds wrong with an archive, by the keys that it was written with."""
    async with published(str(path), keys_of(Archive(path).keys())) as trees:
        found = [await verify(sources) for sources in trees]
    return next((one.finding for one in found if one.finding), None)


def of_archive(path: Path, partition: int) -> Iterator[Tampering]:
    """A row of the place after an archive's last, among its decisions and among its records."""
    span = Archive(path).spans[partition]
    for kind, (what, rows) in _KINDS.items():
        *_, last = (form.segment(kind, part) for part in segments(span, span))
        where = (frozenset({what}), frozenset({span.end}), last)
        yield Tampering(f"a row of another place among the archive's {rows}", _Asked(path, last, span).ask, *where)


class _Asked:
    """An archive copied, with another row at the end of a segment."""

    def __init__(self, path: Path, segment: str, span: Span) -> None:
        self._path = path
        self._segment = segment
        self._span = span

    async def ask(self) -> Finding | None:
        """What is found; the copy is not kept. None too where the file alone is said to be changed."""
        copy = self._path.with_name(f"{self._path.name}-kopia")
        rmtree(copy, ignore_errors=True)
        copytree(self._path, copy)
        try:
            spans = tuple(Archive(copy).spans.values())
            file = copy / self._segment
            file.write_bytes(_with_another(file.read_bytes(), self._span.end))
            files = ArchiveFiles(copy)
            files.begin(spans)
            files.finish(spans)
            return None if changed_files(str(copy)) else await fault(copy)
        finally:
            rmtree(copy)


def _with_another(content: bytes, position: int) -> bytes:
    row: Mapping[str, object] = msgspec.json.decode(content.splitlines()[-1])
    return content + msgspec.json.encode({**row, "offset": position}) + b"\n"
