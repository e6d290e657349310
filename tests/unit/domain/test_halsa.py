"""How a reader keeps up with its partition: Burrow's rules, and one for whoever never has committed."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverkanshub.domain.halsa import (
    ALDRIG,
    BACKAT,
    BRA,
    LANGSAM,
    OKANT,
    STAR_STILL,
    STOPPAD,
    Matning,
    bedomd,
    sekunder_efter,
)  # fmt: skip

MINUTE = 60_000


def window(*looks: tuple[int, int], hord: int | None = None) -> list[Matning]:
    """A look a minute, each (end of the log, how far the reader had come); heard from at each unless said otherwise."""
    return [
        Matning(at * MINUTE, slut, plats, at * MINUTE if hord is None else hord)
        for at, (slut, plats) in enumerate(looks)
    ]


@pytest.mark.parametrize(
    ("looks", "found"),
    [
        ([], OKANT),
        ([(0, -1)], ALDRIG),
        ([(5, -1), (6, -1), (7, -1)], ALDRIG),
        ([(9, 9), (9, 4), (9, 5)], BACKAT),
        ([(9, 8), (9, 4), (9, 8)], BRA),
        ([(9, 9), (12, 9), (15, 9)], BRA),
        ([(9, 5), (12, 5)], OKANT),
        ([(9, 5), (9, 5), (9, 5)], STAR_STILL),
        ([(9, 5), (12, 5), (15, 5)], STAR_STILL),
        ([(9, 5), (12, 8), (15, 11)], LANGSAM),
        ([(9, 5), (15, 8), (22, 11)], LANGSAM),
        ([(9, 5), (15, 8), (22, 16)], BRA),
        ([(9, 5), (9, 6), (9, 7)], BRA),
    ],
)
def test_a_reader_is_judged_by_whether_it_moves_and_gains(looks: list[tuple[int, int]], found: str) -> None:
    assert bedomd(window(*looks), max(len(looks) - 1, 0) * MINUTE) == found


def test_one_that_is_not_heard_from_for_as_long_as_the_window_has_stopped() -> None:
    silent = window((9, 5), (12, 5), (15, 5), hord=0)
    assert bedomd(silent, 2 * MINUTE) == STAR_STILL
    assert bedomd(silent, 2 * MINUTE + 1) == STOPPAD


def test_one_that_has_read_all_is_well_however_long_ago_it_was_heard_from() -> None:
    assert bedomd(window((9, 9), (9, 9), (9, 9), hord=0), 100 * MINUTE) == BRA


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-1, 9)), min_size=1, max_size=6))
def test_who_has_read_all_in_the_window_and_never_gone_back_is_well(looks: list[tuple[int, int]]) -> None:
    plats = sorted(max(place, 0) for _, place in looks)
    held = window(*((max(slut, place), place) for (slut, _), place in zip(looks, plats, strict=True)), (9, 9))
    assert bedomd(held, len(held) * MINUTE) == BRA


def test_more_to_read_never_makes_a_reader_well() -> None:
    for ends in permutations((9, 12, 15)):
        more = window(*zip(sorted(ends), (5, 5, 5), strict=True))
        assert bedomd(more, 2 * MINUTE) == STAR_STILL


def test_seconds_behind_are_the_age_of_the_first_record_left_and_none_where_nothing_is() -> None:
    assert sekunder_efter(3, 1_000, 4_500) == 3.5
    assert sekunder_efter(0, 1_000, 4_500) == 0.0
    assert sekunder_efter(1, 5_000, 4_500) == 0.0, "another machine's clock"
