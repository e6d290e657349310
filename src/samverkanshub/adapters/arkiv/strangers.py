"""What stands among an archive's records and decisions without being of its period, which nothing signed says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from samverkanshub.adapters.arkiv import form
from samverkanshub.ports import Span, segments
from samverkanshub.verifier import Finding
from samverkanshub.verifier.report import DECISION, RECORD

_KINDS: Final = ((form.LOG, RECORD), (form.DECISIONS, DECISION))


class _Row(msgspec.Struct, frozen=True):
    offset: int


def rows(path: Path, span: Span) -> Iterator[Finding]:
    """The lines of an område's segments that are not a row of theirs: outside them, there twice, or not to be read."""
    for part in segments(span, span):
        for kind, what in _KINDS:
            name = form.segment(kind, part)
            yield from (Finding(what, position, why, name) for position, why in _strange(path / name, part))


def files(path: Path, spans: tuple[Span, ...]) -> list[str]:
    """The files among records and decisions that are no segment of the archive's period."""
    parts = [part for span in spans for part in segments(span, span)]
    own = {form.segment(kind, part) for part in parts for kind, _ in _KINDS}
    there = [file for kind, _ in _KINDS for file in sorted((path / kind).rglob("*")) if file.is_file()]
    names = [file.relative_to(path).as_posix() for file in there if not file.name.startswith(".")]
    return [f"`{name}` is of no period of the archive" for name in names if name not in own]


def _strange(file: Path, part: Span) -> Iterator[tuple[int, str]]:
    seen: set[int] = set()
    for number, line in enumerate(_lines(file)):
        position = _position(line)
        if position is None:
            yield part.start + number, "is on a line that cannot be read"
        elif not part.start <= position < part.end:
            yield position, f"is outside the segment, which is of positions {part.start} until {part.end}"
        elif position in seen:
            yield position, "stands there twice"
        else:
            seen.add(position)


def _lines(file: Path) -> list[bytes]:
    """None where the file is gone: that its rows are missing is said of each."""
    try:
        return file.read_bytes().splitlines()
    except FileNotFoundError:
        return []


def _position(line: bytes) -> int | None:
    try:
        return msgspec.json.decode(line, type=_Row).offset
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
