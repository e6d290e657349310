"""T4: what is hidden cannot be worked out, whatever the figures are, and what is shown is true."""

from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st
from utan_natet import worked_out

from samverkanshub.domain.uppfoljning.dolj import hidden
from samverkanshub.domain.uppfoljning.rakna import Enhet, cells, counted
from samverkanshub.domain.uppfoljning.tabeller import Dimension, Rakning

LIMIT: Final = 5
law = settings(deadline=None, derandomize=True)


def _dimension(name: str, values: int) -> Dimension:
    return Dimension(name, name, tuple((f"{name}{at}", f"{name}{at}") for at in range(values)))


SMALL: Final = Rakning("r", "r", "en", _dimension("m", 3), (_dimension("a", 3), _dimension("b", 2)))
WIDE: Final = Rakning("r", "r", "en", _dimension("m", 2), (_dimension("a", 6), _dimension("b", 4), _dimension("c", 2)))


@st.composite
def populations(draw: st.DrawFn, rakning: Rakning, kinds: int, most: int) -> list[Enhet]:
    """Some kinds of persons, and how many there are of each."""
    dimensions = (rakning.mitt, *rakning.blad)
    kind = st.fixed_dictionaries({one.id: st.sampled_from([kod for kod, _ in one.varden]) for one in dimensions})
    return draw(st.lists(st.tuples(kind, st.integers(1, most)), max_size=kinds))


def _holds(rakning: Rakning, of: list[Enhet]) -> None:
    antal = counted(rakning, cells(rakning, of))
    dolda = hidden(rakning, antal, LIMIT)
    assert {ruta for ruta, n in antal.rutor.items() if 0 < n < LIMIT} <= dolda, "every cell under the limit is hidden"
    assert all(antal.of(ruta) for ruta in dolda), "what is hidden is no zero, as its reader is told"
    assert worked_out(rakning, antal, dolda) == []
    assert hidden(rakning, counted(rakning, cells(rakning, list(of))), LIMIT) == dolda, "the same figures hide the same"


@law
@given(populations(SMALL, 6, 8))
def test_t4_no_hidden_figure_of_small_tables_can_be_worked_out(of: list[Enhet]) -> None:
    _holds(SMALL, of)


@settings(law, max_examples=40)
@given(populations(WIDE, 12, 12))
def test_t4_no_hidden_figure_of_wide_tables_can_be_worked_out(of: list[Enhet]) -> None:
    _holds(WIDE, of)


@law
@given(populations(SMALL, 6, 8))
def test_t4_the_order_in_which_persons_came_hides_nothing_else(of: list[Enhet]) -> None:
    one, other = counted(SMALL, cells(SMALL, of)), counted(SMALL, cells(SMALL, of[::-1]))
    assert hidden(SMALL, one, LIMIT) == hidden(SMALL, other, LIMIT)
