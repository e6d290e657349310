"""The true figures of a count, before anything is hidden of them (T4).

What each person and message adds to each table's cells is worked out by itself, so that a table is read as it stands,
however many there are in it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from samverkanshub.domain.uppfoljning import tabeller
from samverkanshub.domain.uppfoljning.arsrad import Arsrad
from samverkanshub.domain.uppfoljning.bidrag import SETT, UTSATT
from samverkanshub.domain.uppfoljning.tabeller import JA, NEJ, Rakning

Ruta = tuple[str, str, str]
"""A cell: the leaf dimension, the value of `mitt`, the value of the leaf; what is summed over is empty."""
TOTAL: Final[Ruta] = ("", "", "")
Enhet = tuple[Mapping[str, str], int]
"""Values by dimension, and of how many."""
Plats = tuple[str, str, str, str]
"""A count, and a cell of it that is no sum."""


def cells(rakning: Rakning, of: Iterable[Enhet]) -> Counter[Ruta]:
    """T4: how many there are in each cell of a count; sums are not among them."""
    found: Counter[Ruta] = Counter()
    for values, antal in of:
        for blad in rakning.blad:
            found[blad.id, values[rakning.mitt.id], values[blad.id]] += antal
    return found


def of_message(typ: str, utfall: str, kommun: str, antal: int) -> Counter[Plats]:
    """T4: where so many messages are counted."""
    values = {"typ": typ, "utfall": utfall, "kommun": kommun}
    return _placed(tabeller.MEDDELANDEN, [(values, antal)])


def change(fore: Arsrad, nu: Arsrad) -> Counter[Plats]:
    """T4: what becomes of the figures when this is known of a person's year, and that was before."""
    found = of_person(nu)
    found.subtract(of_person(fore))
    return Counter({plats: antal for plats, antal in found.items() if antal})


def of_person(rad: Arsrad) -> Counter[Plats]:
    """T4: where a person is counted in a year."""
    found: Counter[Plats] = Counter()
    for rakning in tabeller.RAKNINGAR:
        found += _placed(rakning, ((values, 1) for values in _units(rakning, rad)))
    return found


def _placed(rakning: Rakning, of: Iterable[Enhet]) -> Counter[Plats]:
    return Counter({(rakning.id, *ruta): antal for ruta, antal in cells(rakning, of).items()})


def _units(rakning: Rakning, rad: Arsrad) -> Iterator[Mapping[str, str]]:
    """What of a person's year a count is of."""
    known = {"kon": rad.kon, "alder": rad.alder, "kommun": rad.kommun}
    if rakning is tabeller.VALDSTYPER:
        yield from ({**known, "vald": kind} for kind in rad.vald)
    elif _belongs(rakning, rad):
        yield {**known, **{fraga.id: JA if fraga.id in rad.fragor else NEJ for fraga in tabeller.FRAGOR}}


def _belongs(rakning: Rakning, rad: Arsrad) -> bool:
    """T4: is the person of the target group that the count is of?"""
    if rakning is tabeller.UTOVARE:
        return bool(rad.misstankar)
    return rakning in _GRUPPER and _GRUPPER[rakning] in rad.grupper


_GRUPPER: Final = {tabeller.UTSATTA: UTSATT, tabeller.BARN_SOM_SETT: SETT}


@dataclass(frozen=True, slots=True)
class Antal:
    """How many there are in each cell; a cell that is not here is empty. `varden`: the values of each dimension."""

    rutor: Mapping[Ruta, int] = field(default_factory=dict)
    varden: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, ruta: Ruta) -> int:
        """How many."""
        return self.rutor.get(ruta, 0)


def counted(rakning: Rakning, tal: Mapping[Ruta, int], kommuner: Iterable[str] = ()) -> Antal:
    """T4: the figures, of every cell and every sum. A value that no list has stands after those that they have."""
    rutor: Counter[Ruta] = Counter()
    seen = {one.id: dict.fromkeys(_listed(one, kommuner)) for one in (rakning.mitt, *rakning.blad)}
    for (blad, mitt, value), antal in sorted(tal.items()):
        seen[rakning.mitt.id][mitt] = seen[blad][value] = None
        rutor[blad, mitt, value] += antal
        rutor[blad, "", value] += antal
        # Everybody is once in each table: one of them tells the sums that all have.
        if blad == rakning.blad[0].id:
            rutor["", mitt, ""] += antal
            rutor[TOTAL] += antal
    return Antal(rutor, {name: tuple(values) for name, values in seen.items()})


def _listed(dimension: tabeller.Dimension, kommuner: Iterable[str]) -> Iterator[str]:
    if dimension is tabeller.KOMMUN:
        yield from kommuner
    yield from (kod for kod, _ in dimension.varden)
