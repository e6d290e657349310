"""A table as it is shown (T4)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain.uppfoljning.dolj import hidden
from samverkanshub.domain.uppfoljning.granser import limit
from samverkanshub.domain.uppfoljning.rakna import Antal, Ruta, counted
from samverkanshub.domain.uppfoljning.tabeller import KOMMUN, Dimension, Tabell

SUMMA: Final = "summa"


@dataclass(frozen=True, slots=True)
class Rad:
    """A row: what it is called, a figure for each column, and their sum. None is a figure that is not shown."""

    namn: str
    celler: tuple[int | None, ...]
    summa: int | None


@dataclass(frozen=True, slots=True)
class Visad:
    """A table of a year; the last row is that of sums. `grans`: no figure from 1 to under it is shown."""

    tabell: Tabell
    ar: int
    grans: int
    kolumner: tuple[str, ...]
    rader: tuple[Rad, ...]

    @property
    def doljer(self) -> bool:
        """Is any figure of it hidden?"""
        return any(cell is None for rad in self.rader for cell in (*rad.celler, rad.summa))

    @property
    def tom(self) -> bool:
        """Is nobody in it?"""
        return self.rader[-1].summa == 0


def shown(tabell: Tabell, tal: Mapping[Ruta, int], ar: int, kommuner: Mapping[str, str]) -> Visad:
    """T4: what may be shown of a table. `tal`: the figures of all tables of its count, which are minded together."""
    rakning, grans = tabell.rakning, limit(ar)
    antal = counted(rakning, tal, sorted(kommuner, key=lambda id_: kommuner[id_]))
    dolda = hidden(rakning, antal, grans)
    columns = antal.varden[rakning.mitt.id]

    def row(namn: str, blad: str, value: str) -> Rad:
        cells = [(blad, column, value) for column in columns]
        *figures, summa = [None if ruta in dolda else antal.of(ruta) for ruta in (*cells, (blad, "", value))]
        return Rad(namn, tuple(figures), summa)

    rader = tuple(row(namn, tabell.rader.id, value) for value, namn in _named(tabell.rader, antal, kommuner))
    kolumner = tuple(namn for _, namn in _named(rakning.mitt, antal, kommuner))
    return Visad(tabell, ar, grans, kolumner, (*rader, row(SUMMA, "", "")))


def _named(dimension: Dimension, antal: Antal, kommuner: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Every value of a dimension and what it is called; one that has no name any more goes by its id."""
    names = {**(kommuner if dimension is KOMMUN else {}), **dict(dimension.varden)}
    yield from ((value, names.get(value, value)) for value in antal.varden[dimension.id])
