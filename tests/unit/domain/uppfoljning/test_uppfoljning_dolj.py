"""T4: what is hidden of tables so small that a reader can follow it, and what a reader can work out of them."""

from typing import Final

import pytest
from utan_natet import worked_out

from samverkanshub.domain.uppfoljning.dolj import hidden
from samverkanshub.domain.uppfoljning.rakna import TOTAL, Antal, cells, counted
from samverkanshub.domain.uppfoljning.tabeller import Dimension, Rakning

LIMIT: Final = 5


def _dimension(name: str, values: int) -> Dimension:
    return Dimension(name, name, tuple((f"{name}{at}", f"{name}{at}") for at in range(values)))


SMALL: Final = Rakning("r", "r", "en", _dimension("m", 3), (_dimension("a", 3), _dimension("b", 2)))
ONE: Final = Rakning("r", "r", "en", _dimension("m", 3), (_dimension("a", 4),))


def _figures(*of: tuple[str, str, str, int]) -> Antal:
    return counted(SMALL, cells(SMALL, (({"m": m, "a": a, "b": b}, n) for m, a, b, n in of)))


def test_the_search_works_out_what_sums_give_away() -> None:
    """The law can fail: a cell that its row and its sum give away is found, and so is one that two tables give."""
    antal = _figures(("m0", "a0", "b0", 3), ("m0", "a1", "b0", 20), ("m1", "a0", "b0", 20), ("m1", "a1", "b1", 20))
    assert worked_out(SMALL, antal, frozenset({("a", "m0", "a0")})) == [("a", "m0", "a0")]
    square = frozenset({("a", m, a) for m in ("m0", "m1") for a in ("a0", "a1")})
    assert worked_out(SMALL, antal, square) == []
    sums_alone = frozenset({("", "m0", ""), ("", "m1", "")})
    assert worked_out(SMALL, antal, sums_alone) == sorted(sums_alone), "the tables tell what their sums do not"


def test_the_search_works_out_that_two_who_are_two_are_one_each() -> None:
    """A sum of two hidden cells that nobody may take for zero tells both."""
    antal = _figures(("m0", "a0", "b0", 1), ("m0", "a1", "b0", 1), ("m0", "a2", "b0", 20))
    ones = frozenset({("a", "m0", "a0"), ("a", "m0", "a1"), ("a", "", "a0"), ("a", "", "a1")})
    assert worked_out(SMALL, antal, ones) == sorted(ones)
    assert not worked_out(SMALL, antal, hidden(SMALL, antal, LIMIT))


@pytest.mark.parametrize("n", [1, 4])
def test_t4_where_there_are_too_few_in_all_nothing_but_zeros_is_shown(n: int) -> None:
    antal = _figures(("m0", "a0", "b0", n))
    assert hidden(SMALL, antal, LIMIT) == {ruta for ruta, many in antal.rutor.items() if many}


def test_t4_of_nobody_everything_is_shown() -> None:
    assert hidden(SMALL, _figures(), LIMIT) == frozenset()


def test_t4_where_all_are_enough_everything_is_shown() -> None:
    antal = _figures(("m0", "a0", "b0", 5), ("m1", "a0", "b0", 7))
    assert hidden(SMALL, antal, LIMIT) == frozenset()


def test_t4_the_sums_that_tables_share_are_hidden_alike_in_all_of_them() -> None:
    """Two in a row: its sum is hidden, and so much in both tables that neither tells it."""
    antal = _figures(("m0", "a0", "b0", 2), ("m1", "a0", "b0", 9), ("m1", "a1", "b1", 9), ("m2", "a0", "b0", 30))
    dolda = hidden(SMALL, antal, LIMIT)
    assert ("", "m0", "") in dolda
    assert TOTAL not in dolda
    assert {("a", "m1", "a0"), ("b", "m1", "b0")} <= dolda
    assert worked_out(SMALL, antal, dolda) == []


# ------------------------------------------------------------------------------------------ one table


def _table(*rows: tuple[int, ...]) -> Antal:
    of = (({"m": f"m{m}", "a": f"a{a}"}, n) for m, row in enumerate(rows) for a, n in enumerate(row) if n)
    return counted(ONE, cells(ONE, of))


@pytest.mark.parametrize(
    "rows",
    [
        ((3, 20, 0, 0), (20, 20, 0, 0), (0, 0, 0, 0)),
        ((3, 20, 0, 0), (0, 20, 0, 0), (0, 0, 0, 0)),
        ((3, 0, 0, 0), (0, 7, 0, 0), (0, 0, 0, 0)),
        ((3, 0, 0, 0), (0, 7, 0, 0), (0, 0, 9, 0)),
        ((1, 1, 10, 0), (0, 0, 0, 0), (0, 0, 0, 0)),
        ((1, 1, 1, 6), (1, 1, 1, 1), (9, 1, 0, 1)),
        ((1, 1, 1, 1), (1, 1, 1, 1), (1, 1, 1, 1)),
        ((1, 9, 0, 0), (9, 1, 0, 0), (0, 0, 6, 1)),
        ((5, 1, 0, 0), (0, 6, 1, 0), (0, 0, 7, 1)),
        ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 6)),
        ((2, 0, 0, 0), (0, 6, 0, 0), (0, 0, 0, 0)),
        ((4, 0, 0, 5), (0, 0, 0, 0), (0, 0, 0, 0)),
        ((2, 2, 2, 0), (0, 0, 2, 2), (2, 0, 0, 2)),
    ],
    ids=str,
)
def test_t4_nothing_hidden_can_be_worked_out(rows: tuple[tuple[int, ...], ...]) -> None:
    antal = _table(*rows)
    dolda = hidden(ONE, antal, LIMIT)
    assert {ruta for ruta, n in antal.rutor.items() if 0 < n < LIMIT} <= dolda
    assert worked_out(ONE, antal, dolda) == []


def test_t4_no_more_is_hidden_than_a_square_where_a_square_is_enough() -> None:
    """The square that hides the fewest: with the row of 6, not with that of 20."""
    antal = _table((3, 20, 0, 0), (20, 20, 0, 0), (7, 6, 0, 0))
    assert hidden(ONE, antal, LIMIT) == {("a", m, a) for m in ("m0", "m2") for a in ("a0", "a1")}


def test_t4_zeros_are_shown_also_in_a_row_that_is_hidden() -> None:
    antal = _table((3, 0, 0, 0), (20, 20, 0, 0), (20, 20, 0, 0))
    assert not {("a", "m0", "a1"), ("a", "m0", "a2")} & hidden(ONE, antal, LIMIT)
