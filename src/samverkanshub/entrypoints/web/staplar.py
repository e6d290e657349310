"""A table of follow-up as lying bars, in numbers for SVG. Pure: from figures to where each bar stands.

As wide as the narrowest screen has room for, and never scaled, so that its words are as large as the page's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain.uppfoljning.visad import Rad, Visad
from samverkanshub.entrypoints.web.ord import antal

WIDTH: Final = 320
LEFT: Final = 148
"""Where bars begin: before it stands what each is of."""
LONGEST: Final = 112
HIDDEN: Final = 24
"""As long is every figure that is not shown, however large it is."""
BAR: Final = 14
LINE: Final = 22
"""From one line of text or bar to the next."""
GAP: Final = 10
"""Between groups."""
DOLT: Final = "dolt"


@dataclass(frozen=True, slots=True)
class Stapel:
    """A bar: what it is of and how many, where it stands and how long it is; `dold` where its figure is not shown."""

    namn: str
    varde: str
    y: int
    langd: int
    dold: bool


@dataclass(frozen=True, slots=True)
class Grupp:
    """A row of the table: what it is called, where that stands (`y`, the foot of the letters), and its bars."""

    namn: str
    y: int
    staplar: tuple[Stapel, ...]


@dataclass(frozen=True, slots=True)
class Diagram:
    """The chart: how high it is and its groups; those in which there is nobody are left out."""

    hojd: int
    grupper: tuple[Grupp, ...]


def drawn(visad: Visad) -> Diagram:
    """The chart of a table, all but its sums."""
    rows = [rad for rad in visad.rader[:-1] if any(cell != 0 for cell in rad.celler)]
    largest = max((cell for rad in rows for cell in rad.celler if cell), default=1)
    groups, y = list[Grupp](), 0
    for rad in rows:
        groups.append(_group(rad, visad.kolumner, largest, y))
        y += LINE * (1 + len(groups[-1].staplar)) + GAP
    return Diagram(max(y - GAP, 0), tuple(groups))


def _group(rad: Rad, kolumner: tuple[str, ...], largest: int, top: int) -> Grupp:
    seen = [(namn, cell) for namn, cell in zip(kolumner, rad.celler, strict=True) if cell != 0]
    return Grupp(rad.namn, top + LINE - 6, tuple(_bars(seen, largest, top + LINE)))


def _bars(seen: list[tuple[str, int | None]], largest: int, top: int) -> Iterator[Stapel]:
    for nr, (namn, cell) in enumerate(seen):
        y = top + nr * LINE
        if cell is None:
            yield Stapel(namn, DOLT, y, HIDDEN, dold=True)
        else:
            # What is there is seen, however little it is beside the rest.
            yield Stapel(namn, antal(cell), y, max(round(LONGEST * cell / largest), 2), dold=False)
