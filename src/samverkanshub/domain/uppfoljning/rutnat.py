"""One table as a net, in which every path is a way to change hidden figures while all shown sums stay as they are.

Its nodes are the values of `mitt`, those of the leaf, and one for the leaf's sums. From a value of `mitt` to one of the
leaf goes a hidden cell that can have one less and not be empty; back goes a hidden cell, which can have one more. The
leaf's sums are a row of the same kind with the signs turned, so that a column with its sum always comes to nothing.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from samverkanshub.domain.uppfoljning.rakna import Antal, Ruta

SUMS: Final = ""
"""The row of the leaf's sums; no value of a dimension is empty."""
Nod = tuple[bool, str]
"""Is it a row (a value of `mitt`, or the sums)? And which."""


class Rutnat:
    """The net of one table, of a count, as so much of it is hidden."""

    def __init__(self, antal: Antal, mitt: Sequence[str], blad: str, dolda: set[Ruta]) -> None:
        self._antal = antal
        self._blad = blad
        self._rows = (SUMS, *mitt)
        self._columns = antal.varden[blad]
        self._dolda = dolda

    def _ruta(self, row: str, column: str) -> Ruta:
        return self._blad, row, column

    def _may(self, row: str, column: str, *, less: bool) -> bool:
        """May the cell have one less, or one more? The sums have it the other way round. Nothing becomes zero."""
        antal = self._antal.of(self._ruta(row, column))
        return antal > 1 if less != (row == SUMS) else antal > 0

    def _open(self, at: Nod, to: Nod) -> bool:
        _, row, column = ruta = self._of_edge(at, to)
        return ruta in self._dolda and self._may(row, column, less=at[0])

    def _of_edge(self, at: Nod, to: Nod) -> Ruta:
        return self._ruta(at[1], to[1]) if at[0] else self._ruta(to[1], at[1])

    def _next(self, at: Nod) -> Iterator[Nod]:
        others = self._columns if at[0] else self._rows
        return (to for other in others if self._open(at, to := (not at[0], other)))

    def _path(
        self, start: Nod, end: Nod, without: tuple[Nod, ...] = (), edge: tuple[Nod, Nod] | None = None
    ) -> list[Nod]:
        """The shortest path, without those nodes and that edge; empty where there is none."""
        came: dict[Nod, Nod] = {start: start}
        left = deque([start])
        while left and end not in came:
            at = left.popleft()
            for to in self._next(at):
                if to not in came and to not in without and (at, to) != edge:
                    came[to] = at
                    left.append(to)
        if end not in came:
            return []
        path = [end]
        while path[-1] != start:
            path.append(came[path[-1]])
        return path[::-1]

    # ------------------------------------------------------------------------------------------ questions

    def reaches(self, fran: str, till: str) -> bool:
        """May one person of the one value of `mitt` be of the other instead?"""
        return bool(self._path((True, fran), (True, till)))

    def turned(self, ruta: Ruta) -> set[Ruta]:
        """Cells that may all be others, this among them, while every sum of `mitt` stays; none where it cannot."""
        row, column = (True, ruta[1]), (False, ruta[2])
        for one, other in ((row, column), (column, row)):
            back = self._path(other, one, edge=(other, one)) if self._open(one, other) else []
            if back:
                return {ruta, *(self._of_edge(*edge) for edge in pairwise(back))}
        return set()

    def turns_within(self, ruta: Ruta, pair: tuple[str, str]) -> bool:
        """May the cell be another when one person of the one value of `mitt` is of the other?"""
        row, column = (True, ruta[1]), (False, ruta[2])
        return any(self._by_way_of(pair, edge) for edge in ((row, column), (column, row)) if self._open(*edge))

    def _by_way_of(self, pair: tuple[str, str], edge: tuple[Nod, Nod]) -> bool:
        start, end = (True, pair[0]), (True, pair[1])
        if start == edge[1] or end == edge[0]:
            return False
        first = self._path(start, edge[0], without=(edge[1], end) if edge[1] != end else (end,))
        return bool(first) and bool(self._path(edge[1], end, without=tuple(first)))

    # ------------------------------------------------------------------------------------------ measures

    def squares(self, ruta: Ruta) -> list[tuple[int, list[Ruta]]]:
        """What to hide so that the cell turns: the rest of a square of cells, two with one more and two with one less.

        How many that hides, and the cells.
        """
        found = []
        for row in (one for one in self._rows if one != ruta[1]):
            for column in (one for one in self._columns if one != ruta[2]):
                if self._square(ruta[1], ruta[2], row, column):
                    found.append(self._price([(row, column), (row, ruta[2]), (ruta[1], column)]))
        return found

    def _square(self, row: str, column: str, other_row: str, other_column: str) -> bool:
        same, across = ((row, column), (other_row, other_column)), ((row, other_column), (other_row, column))
        return any(
            all(self._may(*one, less=True) for one in less) and all(self._may(*one, less=False) for one in more)
            for less, more in ((same, across), (across, same))
        )

    def ways(self, pair: tuple[str, str]) -> list[tuple[int, list[Ruta]]]:
        """What to hide so that one person of the first value can be of the second: two cells of a column."""
        return [
            self._price([(pair[0], column), (pair[1], column)])
            for column in self._columns
            if self._may(pair[0], column, less=True) and self._may(pair[1], column, less=False)
        ]

    def _price(self, cells: list[tuple[str, str]]) -> tuple[int, list[Ruta]]:
        fresh = sorted(ruta for cell in cells if (ruta := self._ruta(*cell)) not in self._dolda)
        return sum(map(self._antal.of, fresh)), fresh
