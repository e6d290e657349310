"""What an archive's files are called and hold (docs/arkiv.md). Pure but for `is_archive`."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final, TypeVar

import msgspec

from samverkanshub.domain.errors import Halt
from samverkanshub.ports import DecisionRow, LogRecord, Span

FORMAT: Final = "samverkanshub/arkiv/v1"
MANIFEST: Final = "arkiv.json"
"""Written last: a folder with it is a whole archive."""
BEGUN: Final = "arkiv.pagar.json"
"""What is to be archived, while it is being written."""
KEYS: Final = "nycklar.txt"
LOG: Final = "logg"
DECISIONS: Final = "beslut"
TREES: Final = "trad"
REGELVERK: Final = "regelverk"
SCHEMAS: Final = "scheman"
OWNER_ALONE: Final = 0o600
"""An archive is kept as the log is."""

Row = TypeVar("Row", LogRecord, DecisionRow)


class Omrade(msgspec.Struct, frozen=True):
    """An område's part: its records [fran, till)."""

    omrade: int
    fran: int
    till: int

    @property
    def span(self) -> Span:
        """The same as the pipeline says it."""
        return Span(self.omrade, self.fran, self.till)


class Content(msgspec.Struct, frozen=True):
    """A file: its SHA-256 in hex, and its length."""

    sha256: str
    byte: int


class Manifest(msgspec.Struct, frozen=True):
    """What an archive holds; `filer` by path, every file but the manifest itself."""

    format: str
    omraden: tuple[Omrade, ...]
    filer: dict[str, Content] = {}

    @property
    def spans(self) -> tuple[Span, ...]:
        """Which records, of which partitions."""
        return tuple(one.span for one in self.omraden)


def manifest(spans: Iterable[Span], files: dict[str, Content] | None = None) -> Manifest:
    """A manifest of this version."""
    parts = tuple(Omrade(span.partition, span.start, span.end) for span in spans)
    return Manifest(FORMAT, parts, files or {})


def read_manifest(content: bytes, name: str) -> Manifest:
    """A manifest; raises `Halt` (`arkiv-olasbart`) where it is none, or one of another version."""
    try:
        found = msgspec.json.decode(content, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Halt(f"`{name}` is no archive's manifest", code="arkiv-olasbart") from None
    if found.format != FORMAT:
        raise Halt(f"`{name}` is of another version than `{FORMAT}`", code="arkiv-olasbart")
    _require_periods(found, name)
    return found


def _require_periods(found: Manifest, name: str) -> None:
    """Of each område one period, with something in it."""
    numbers = [one.omrade for one in found.omraden]
    if len(set(numbers)) < len(numbers) or not all(
        0 <= one.fran < one.till and one.omrade >= 0 for one in found.omraden
    ):
        raise Halt(f"`{name}` does not say one period of each område", code="arkiv-olasbart")


def segment(kind: str, part: Span) -> str:
    """Where a part of the log, or of the decisions on it, stands."""
    return str(PurePosixPath(kind, str(part.partition), f"{part.start:020}-{part.end:020}.jsonl"))


def lines(rows: Iterable[Row]) -> bytes:
    """Rows as JSON Lines, bytes in base64."""
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)


def rows(content: bytes, row: type[Row]) -> dict[int, Row]:
    """Rows by offset. A line that cannot be read is left out: its row is missing, and said to be."""
    found = {}
    for line in content.splitlines():
        try:
            one = msgspec.json.decode(line, type=row)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        found[one.offset] = one
    return found


def tree_of(path: Path, partition: int) -> Path:
    """The directory of an område's published tree."""
    return path / TREES / str(partition)


def is_archive(path: Path) -> bool:
    """Is there an archive, whole, in this folder?"""
    return (path / MANIFEST).is_file()
