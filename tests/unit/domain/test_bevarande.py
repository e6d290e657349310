"""G2: how long what is noted must be kept, as dated data."""

from dataclasses import replace
from datetime import date

import pytest

from samverkanshub.domain.bevarande import Bevarande, kept_until, still_kept

RECORD = Bevarande("journal", "Journal", "PDL", "P", "2024-10-01", 10, verksamheter=("halso_sjukvard",))
FILE = Bevarande("akt", "Akt", "SoL", "P", "2024-10-01", 5, "2025-07-01", ("socialtjanst",))
LATER = Bevarande("akt", "Akt", "SoL", "N", "2025-07-01", 7, verksamheter=("socialtjanst",))
EVERYBODY = Bevarande("alla", "Alla", "policy", "policy", "2024-10-01", 1)


@pytest.mark.parametrize(
    ("noted", "years", "free"),
    [("2026-03-02", 5, "2031-03-02"), ("2024-02-29", 5, "2029-03-01"), ("2024-02-29", 4, "2028-02-29")],
)
def test_g2_a_year_from_the_last_of_february_ends_on_the_first_of_march(noted: str, years: int, free: str) -> None:
    assert kept_until(date.fromisoformat(noted), years) == date.fromisoformat(free)


@pytest.mark.parametrize(
    ("verksamhet", "day", "binds"),
    [
        ("halso_sjukvard", "2036-03-01", ("journal",)),
        ("halso_sjukvard", "2036-03-02", ()),
        ("socialtjanst", "2033-03-01", ("akt",)),
        ("socialtjanst", "2033-03-02", ()),
    ],
)
def test_g2_it_is_kept_to_the_day_by_the_law_of_the_day(verksamhet: str, day: str, binds: tuple[str, ...]) -> None:
    notes = [(verksamhet, date(2026, 3, 2))]
    assert still_kept([RECORD, FILE, LATER], notes, date.fromisoformat(day)) == binds


def test_g2_a_duty_that_has_ended_or_not_begun_binds_nobody_however_long_it_was_or_will_be() -> None:
    notes = [("socialtjanst", date(2026, 3, 2))]
    ended, coming = replace(LATER, ar=70, giltig_till="2030-01-01"), replace(LATER, ar=70, giltig_fran="2034-01-01")
    assert still_kept([ended, RECORD, EVERYBODY, coming], notes, date(2033, 12, 31)) == ()
    assert still_kept([ended, coming], notes, date(2029, 12, 31)) == ("akt",)
    assert still_kept([ended, coming], notes, date(2034, 1, 1)) == ("akt",)
    assert still_kept([ended, coming], notes, date(2033, 12, 31)) is None, "of which none is left it is kept in doubt"


def test_g2_the_longest_of_several_decides_and_each_is_named() -> None:
    notes = [("halso_sjukvard", date(2026, 3, 2)), ("socialtjanst", date(2020, 1, 1))]
    assert set(still_kept([RECORD, LATER, EVERYBODY], notes, date(2026, 6, 1)) or ()) == {"alla", "journal", "akt"}


def test_g2_what_no_duty_covers_is_kept_in_doubt() -> None:
    assert still_kept([RECORD], [("polis", date(2000, 1, 1))], date(2026, 6, 1)) is None
    assert still_kept([], [("polis", date(2000, 1, 1))], date(2026, 6, 1)) is None
    assert still_kept([], [], date(2026, 6, 1)) == ()


def test_g2_a_unit_that_nobody_knows_any_more_is_held_to_every_duty() -> None:
    assert still_kept([RECORD, LATER], [("", date(2026, 3, 2))], date(2034, 1, 1)) == ("journal",)
