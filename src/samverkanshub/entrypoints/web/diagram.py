"""Column charts as numbers for SVG. Pure: from months and counts to where each column stands."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from samverkanshub.entrypoints.web.koder import mening

STEP: Final = 24
"""From one column to the next: thirteen months are seen at 360 px."""
WIDTH: Final = 18
HEIGHT: Final = 96
"""Of the highest column of all charts that stand together."""
TOP: Final = 20
"""Over the highest column, for its number."""
BOTTOM: Final = 38
"""Below the columns, for months and years."""
MOST: Final = 36
"""Months that are drawn though nothing was withheld in them."""


@dataclass(frozen=True, slots=True)
class Stapel:
    """A column: where it stands, how high it is, its month and its number; `mitt` is the middle of it.

    `ar` is the year, where it stands first or in January.
    """

    x: int
    y: int
    bredd: int
    hojd: int
    mitt: int
    manad: str
    ar: str
    antal: int


@dataclass(frozen=True, slots=True)
class Diagram:
    """A chart: what it is of, how large it is, the line that columns stand on, and the columns."""

    namn: str
    summa: int
    bredd: int
    hojd: int
    golv: int
    staplar: tuple[Stapel, ...]


def by_reason(
    rader: Iterable[Mapping[str, Any]], fran: date | None = None, till: date | None = None
) -> tuple[Diagram, ...]:
    """What was withheld as a chart for each reason, most first, all with the same months and the same scale.

    From the month of day `fran` to that before `till`, or of what there is where that is more than `MOST` months.
    """
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rader:
        counts[row["regel"], row["skal"]][row["manad"]] += row["uppgifter"]
    if not counts:
        return ()
    months = _months({_number(month) for found in counts.values() for month in found}, fran, till)
    highest = max(max(found.values()) for found in counts.values())
    drawn = (
        columns(f"{regel} {mening(kod, nekar=True)}".rstrip("."), [(one, found.get(one, 0)) for one in months], highest)
        for (regel, kod), found in counts.items()
    )
    return tuple(sorted(drawn, key=lambda one: (-one.summa, one.namn)))


def columns(namn: str, values: Sequence[tuple[str, int]], highest: int) -> Diagram:
    """A chart of values by month; a column of `highest` is as high as any."""
    floor = TOP + HEIGHT
    standing = tuple(_column(nr, month, value, highest, floor) for nr, (month, value) in enumerate(values))
    total = sum(value for _, value in values)
    return Diagram(namn, total, max(len(values), 2) * STEP, floor + BOTTOM, floor, standing)


def _column(nr: int, month: str, value: int, highest: int, floor: int) -> Stapel:
    # What is there is seen, however little it is beside the rest.
    high = max(round(HEIGHT * value / highest), 2) if value else 0
    x = nr * STEP + (STEP - WIDTH) // 2
    year = month[:4] if not nr or month.endswith("-01") else ""
    return Stapel(x, floor - high, WIDTH, high, x + WIDTH // 2, month, year, value)


def _months(found: set[int], fran: date | None, till: date | None) -> list[str]:
    """Every month between those found, and between those asked about where they are not too many."""
    asked = {_of(fran)} if fran else set[int]()
    asked |= {_of(till) if till.day > 1 else _of(till) - 1} if till else set()
    wide = found | asked
    chosen = wide if max(wide) - min(wide) < MOST else found
    return [f"{nr // 12:04d}-{nr % 12 + 1:02d}" for nr in range(min(chosen), max(chosen) + 1)]


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _of(day: date) -> int:
    return day.year * 12 + day.month - 1
