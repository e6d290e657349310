"""What a reader of tables can work out of them: a search for other figures that fit all that is shown.

It knows nothing of nets or moves: it narrows what each hidden figure may be by every sum, tries a value, and goes on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from samverkanshub.domain.uppfoljning.rakna import TOTAL, Antal, Ruta
from samverkanshub.domain.uppfoljning.tabeller import Rakning

Ranges = dict[Ruta, tuple[int, int]]


@dataclass(frozen=True)
class Summa:
    """A figure that is the sum of others."""

    hel: Ruta
    delar: tuple[Ruta, ...]


def sums(rakning: Rakning, antal: Antal) -> Iterator[Summa]:
    """Every sum in a count's tables."""
    mitt = antal.varden[rakning.mitt.id]
    yield Summa(TOTAL, tuple(("", value, "") for value in mitt))
    for blad in rakning.blad:
        columns = antal.varden[blad.id]
        yield Summa(TOTAL, tuple((blad.id, "", value) for value in columns))
        for value in mitt:
            yield Summa(("", value, ""), tuple((blad.id, value, column) for column in columns))
        for column in columns:
            yield Summa((blad.id, "", column), tuple((blad.id, value, column) for value in mitt))


def begun(antal: Antal, all_: Sequence[Summa], dolda: frozenset[Ruta]) -> Ranges:
    """What a reader knows before thinking: a hidden figure is no zero; none is larger than twice what there is."""
    cells = {ruta for one in all_ for ruta in (one.hel, *one.delar)}
    most = 2 * antal.of(TOTAL)
    return {ruta: (1, most) if ruta in dolda else (antal.of(ruta), antal.of(ruta)) for ruta in cells}


def narrowed(ranges: Mapping[Ruta, tuple[int, int]], all_: Sequence[Summa]) -> Ranges | None:
    """The same, as far as every sum narrows it; None where they contradict each other."""
    known, changed = dict(ranges), True
    while changed:
        changed = False
        for one in all_:
            low, high = sum(known[d][0] for d in one.delar), sum(known[d][1] for d in one.delar)
            first, last = known[one.hel]
            new = {one.hel: (max(first, low), min(last, high))}
            for part in one.delar:
                least, most = known[part]
                new[part] = (max(least, first - (high - most)), min(most, last - (low - least)))
            for ruta, found in new.items():
                if found[0] > found[1]:
                    return None
                if found != known[ruta]:
                    known[ruta], changed = found, True
    return known


def fits(ranges: Ranges, all_: Sequence[Summa]) -> bool:
    """Is there any set of whole numbers within the ranges that all sums fit?"""
    known = narrowed(ranges, all_)
    if known is None:
        return False
    left = [ruta for ruta, (low, high) in known.items() if low < high]
    if not left:
        return True
    ruta = min(left, key=lambda one: (known[one][1] - known[one][0], one))
    low, high = known[ruta]
    return any(fits({**known, ruta: (value, value)}, all_) for value in range(low, high + 1))


def worked_out(rakning: Rakning, antal: Antal, dolda: frozenset[Ruta]) -> list[Ruta]:
    """The hidden figures that can be nothing else than what they are."""
    all_ = tuple(sums(rakning, antal))
    known = narrowed(begun(antal, all_, dolda), all_)
    assert known is not None, "what is shown fits nothing, not even what is true"
    return sorted(ruta for ruta in dolda if not _another(ruta, antal.of(ruta), known, all_))


def _another(ruta: Ruta, true: int, known: Ranges, all_: Sequence[Summa]) -> bool:
    low, high = known[ruta]
    others = sorted((value for value in range(low, high + 1) if value != true), key=lambda value: abs(value - true))
    return any(fits({**known, ruta: (value, value)}, all_) for value in others)
