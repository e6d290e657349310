"""Rows of plain values as CSV (RFC 4180) and JSON Lines: what a spreadsheet and what a program reads."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet would take for something to compute, after spaces too."""
BREAKS: Final = ("\t", "\r", "\n")
"""How one begins that may be read as the next cell."""


def to_csv(kolumner: Sequence[str], rader: Iterable[Mapping[str, Any]], *, names: bool = True) -> bytes:
    """A line of names and a line a row, in UTF-8; a list's values stand side by side with spaces between.

    Without `names` the rows alone, which go on from others.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    if names:
        writer.writerow(kolumner)
    writer.writerows([_cell(row.get(name, "")) for name in kolumner] for row in rader)
    return text.getvalue().encode()


def to_jsonl(rader: Iterable[Mapping[str, Any]]) -> bytes:
    """A JSON object a line, names in the order of the row."""
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rader)


def _cell(value: Any) -> str:
    text = " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return f"'{text}" if not isinstance(value, int | float) and _computed(text) else text


def _computed(text: str) -> bool:
    return text.startswith(BREAKS) or text.lstrip().startswith(FORMULA)
