"""The true figures of a count, before anything is hidden of them (T4)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from samverkanshub.domain.uppfoljning import tabeller
from samverkanshub.domain.uppfoljning.bidrag import SETT, UTSATT
from samverkanshub.domain.uppfoljning.tabeller import JA, NEJ, Rakning
from samverkanshub.domain.varden import quick

Ruta = tuple[str, str, str]
"""A cell: the leaf dimension, the value of `mitt`, the value of the leaf; what is summed over is empty."""
TOTAL: Final[Ruta] = ("", "", "")


@quick
@dataclass(frozen=True, slots=True)
class Lika:
    """So many persons (`antal`) of whom the same is known in a year; `misstankt`: a registered suspicion stands."""

    kon: str
    alder: str
    kommun: str
    grupper: tuple[str, ...]
    vald: tuple[str, ...]
    fragor: tuple[str, ...]
    misstankt: bool
    antal: int


@quick
@dataclass(frozen=True, slots=True)
class Arsdata:
    """All that is counted of a year: persons, and messages as (type, outcome, municipality, how many)."""

    personer: tuple[Lika, ...] = ()
    meddelanden: tuple[tuple[str, str, str, int], ...] = ()


Enhet = tuple[Mapping[str, str], int]
"""Values by dimension, and of how many."""


def units(rakning: Rakning, data: Arsdata) -> Iterator[Enhet]:
    """T4: what a count is made of."""
    if rakning is tabeller.MEDDELANDEN:
        for typ, utfall, kommun, antal in data.meddelanden:
            yield {"typ": typ, "utfall": utfall, "kommun": kommun}, antal
        return
    for one in data.personer:
        known = {"kon": one.kon, "alder": one.alder, "kommun": one.kommun}
        if rakning is tabeller.VALDSTYPER:
            yield from (({**known, "vald": kind}, one.antal) for kind in one.vald)
        elif _belongs(rakning, one):
            answers = {fraga.id: JA if fraga.id in one.fragor else NEJ for fraga in tabeller.FRAGOR}
            yield {**known, **answers}, one.antal


def _belongs(rakning: Rakning, one: Lika) -> bool:
    """T4: the target group that the count is of."""
    if rakning is tabeller.UTOVARE:
        return one.misstankt
    return (UTSATT if rakning is tabeller.UTSATTA else SETT) in one.grupper


@dataclass(frozen=True, slots=True)
class Antal:
    """How many there are in each cell; a cell that is not here is empty. `varden`: the values of each dimension."""

    rutor: Mapping[Ruta, int] = field(default_factory=dict)
    varden: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, ruta: Ruta) -> int:
        """How many."""
        return self.rutor.get(ruta, 0)


def counted(rakning: Rakning, of: Iterable[Enhet], kommuner: Iterable[str] = ()) -> Antal:
    """T4: the figures, of every cell and every sum. A value that no list has stands after those that they have."""
    rutor: Counter[Ruta] = Counter()
    seen = {one.id: dict.fromkeys(_listed(one, kommuner)) for one in (rakning.mitt, *rakning.blad)}
    for values, antal in of:
        mitt = values[rakning.mitt.id]
        seen[rakning.mitt.id][mitt] = None
        rutor[TOTAL] += antal
        rutor["", mitt, ""] += antal
        for blad in rakning.blad:
            value = values[blad.id]
            seen[blad.id][value] = None
            rutor[blad.id, "", value] += antal
            rutor[blad.id, mitt, value] += antal
    return Antal(rutor, {name: tuple(values) for name, values in seen.items()})


def _listed(dimension: tabeller.Dimension, kommuner: Iterable[str]) -> Iterator[str]:
    if dimension is tabeller.KOMMUN:
        yield from kommuner
    yield from (kod for kod, _ in dimension.varden)
