"""Column charts as numbers for SVG. Pure: from months and counts to where each column stands."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from samverkanshub.entrypoints.web.koder import regel

STEP: Final = 44
"""From one column to the next."""
WIDTH: Final = 28
HEIGHT: Final = 96
"""Of the highest column of all charts that stand together."""
TOP: Final = 20
"""Over the highest column, for its number."""
BOTTOM: Final = 24
"""Below the columns, for the months."""


@dataclass(frozen=True, slots=True)
class Stapel:
    """A column: where it stands, how high it is, its month and its number; `mitt` is the middle of it."""

    x: int
    y: int
    bredd: int
    hojd: int
    mitt: int
    manad: str
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


def by_rule(rader: Iterable[Mapping[str, Any]]) -> tuple[Diagram, ...]:
    """What was withheld as a chart for each rule, most first, all with the same months and the same scale."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rader:
        counts[row["regel"]][row["manad"]] += row["uppgifter"]
    if not counts:
        return ()
    months = between(min(map(min, counts.values())), max(map(max, counts.values())))
    highest = max(max(found.values()) for found in counts.values())
    drawn = [
        columns(regel(id_), [(month, found.get(month, 0)) for month in months], highest)
        for id_, found in counts.items()
    ]
    return tuple(sorted(drawn, key=lambda one: (-one.summa, one.namn)))


def columns(namn: str, values: Sequence[tuple[str, int]], highest: int) -> Diagram:
    """A chart of values by month; a column of `highest` is as high as any."""
    floor = TOP + HEIGHT
    standing = tuple(_column(nr, month, value, highest, floor) for nr, (month, value) in enumerate(values))
    total = sum(value for _, value in values)
    return Diagram(namn, total, max(len(values), 1) * STEP, floor + BOTTOM, floor, standing)


def _column(nr: int, month: str, value: int, highest: int, floor: int) -> Stapel:
    # What is there is seen, however little it is beside the rest.
    high = max(round(HEIGHT * value / highest), 2) if value else 0
    x = nr * STEP + (STEP - WIDTH) // 2
    return Stapel(x, floor - high, WIDTH, high, x + WIDTH // 2, month, value)


def between(first: str, last: str) -> list[str]:
    """Every month from one to another, both with (`YYYY-MM`)."""
    start, end = (int(text[:4]) * 12 + int(text[5:]) - 1 for text in (first, last))
    return [f"{nr // 12:04d}-{nr % 12 + 1:02d}" for nr in range(start, end + 1)]
