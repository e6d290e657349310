"""What of a count's figures is hidden, so that no hidden one can be worked out from what is shown (T4).

Hidden first: every cell and sum from 1 to under the limit. Then as many more as it takes until there is, for each
hidden one, another set of whole numbers that all that is shown fits as well and in which that one is another. A reader
is taken to know that what is hidden is not zero, since zeros are shown, and that the tables of a count are of the same
persons; not which were hidden first, since all are told alike. Zeros are shown: they are about nobody.

The witness of each is a *move*: some hidden figures one more and others one less, so that every shown sum stays as it
is and nothing hidden becomes zero. Moves are paths in `rutnat`. The same figures always hide the same.
"""

from itertools import permutations

from samverkanshub.domain.uppfoljning.rakna import TOTAL, Antal, Ruta
from samverkanshub.domain.uppfoljning.rutnat import Rutnat
from samverkanshub.domain.uppfoljning.tabeller import Rakning

Pris = tuple[int, list[Ruta]]
"""How many a measure hides beside those that are hidden already, and the cells by which it does."""
Pair = tuple[str, str]


def hidden(rakning: Rakning, antal: Antal, grans: int) -> frozenset[Ruta]:
    """T4: the cells and sums that are not shown."""
    return _Doljande(rakning, antal, grans).done()


class _Doljande:
    """Hides more and more of one count, until what is hidden stays so.

    What is protected stays protected when more is hidden, and is not asked about again.
    """

    def __init__(self, rakning: Rakning, antal: Antal, grans: int) -> None:
        self._antal = antal
        self._mitt = antal.varden[rakning.mitt.id]
        self._dolda = {ruta for ruta, n in antal.rutor.items() if 0 < n < grans}
        self._saker: set[Ruta] = set()
        self._nat = {one.id: Rutnat(antal, self._mitt, one.id, self._dolda) for one in rakning.blad}

    def done(self) -> frozenset[Ruta]:
        """All that is to be hidden. Each turn hides something more, so that there is a last one."""
        while TOTAL not in self._dolda and (more := self._more()):
            self._dolda |= more
        if TOTAL not in self._dolda:
            return frozenset(self._dolda)
        # A reader who knows no sum knows nothing: all figures might be twice what they are.
        return frozenset(ruta for ruta, n in self._antal.rutor.items() if n)

    def _more(self) -> set[Ruta]:
        """What is to be hidden too, for the first that is not protected; nothing where all are."""
        for ruta in sorted(self._dolda - self._saker):
            if not self._protected(ruta):
                return self._measure(ruta)
        return set()

    def _protected(self, ruta: Ruta) -> bool:
        """Is there a move in which it is another? Sums of `mitt` come first in order, and are all protected by then."""
        if not ruta[0]:
            moved = {ruta} if self._balanced(ruta[1]) else set()
        else:
            moved = self._nat[ruta[0]].turned(ruta) or self._moved_with_a_sum(ruta)
        self._saker |= moved
        return bool(moved)

    def _measure(self, ruta: Ruta) -> set[Ruta]:
        """The cheapest that protects it, or one more cell, so that longer ways open; at last the sum of all."""
        found = self._nat[ruta[0]].squares(ruta) if ruta[0] else self._movings(ruta[1])
        return set(min(found or self._any_shown(ruta[0]))[1])

    def _any_shown(self, blad: str) -> list[Pris]:
        """Each cell that is shown of a table; with the sum of all, everything goes."""
        shown = (one for one, n in self._antal.rutor.items() if n and one[0] and one not in self._dolda)
        return [(self._antal.of(one), [one]) for one in shown if blad in ("", one[0])] or [(0, [TOTAL])]

    # ------------------------------------------------------------------------------------------ sums of `mitt`

    def _balanced(self, value: str) -> bool:
        """May one person of this sum be of another hidden sum, or the other way round, in all tables at once?"""
        others = [other for other in self._hidden_sums() if other != value]
        return any(self._possible(pair) for other in others for pair in ((value, other), (other, value)))

    def _hidden_sums(self) -> list[str]:
        return [value for value in self._mitt if ("", value, "") in self._dolda]

    def _possible(self, pair: Pair) -> bool:
        return all(net.reaches(*pair) for net in self._nat.values())

    def _moved_with_a_sum(self, ruta: Ruta) -> set[Ruta]:
        """The cell, where it may be another when one person of one hidden sum is of another."""
        pairs = permutations(self._hidden_sums(), 2)
        net = self._nat[ruta[0]]
        return {ruta} if any(net.turns_within(ruta, pair) and self._possible(pair) for pair in pairs) else set()

    def _movings(self, value: str) -> list[Pris]:
        """What hiding lets one person move between this sum and another: each way to do it."""
        others = [other for other in self._mitt if other != value and self._antal.of(("", other, ""))]
        pairs = (pair for other in others for pair in ((value, other), (other, value)))
        return [found for pair in pairs if (found := self._moving(pair))]

    def _moving(self, pair: Pair) -> Pris | None:
        """What hiding lets one person of the first sum be of the second, in every table; None where nothing does."""
        found: set[Ruta] = {("", value, "") for value in pair}
        for net in self._nat.values():
            if net.reaches(*pair):
                continue
            ways = net.ways(pair)
            if not ways:
                return None
            found |= set(min(ways)[1])
        fresh = found - self._dolda
        return sum(map(self._antal.of, fresh)), sorted(fresh)
