"""The deadlines and the calendar that the project ships (O4, N1, H2, S3, S4, A3, F1)."""

from datetime import date, timedelta
from functools import cache

import pytest

from samverkanshub import resources
from samverkanshub.adapters.regelverk import read_regelverk
from samverkanshub.domain.frister import days, due
from samverkanshub.domain.oppettider import holiday
from samverkanshub.domain.plikter import LADDERS
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.tid import to_ms


@cache
def rules() -> Regelverk:
    return read_regelverk(resources.root() / "deploy" / "regelverk", {})


def test_o4_deadlines_are_one_two_and_three_hours() -> None:
    named = [rules().frister[f"o4.{step}"] for step in ("kvittens", "andra_kontakt", "region")]
    assert [(frist.sekunder, frist.dagar, frist.arbetstid) for frist in named] == [
        (3600, None, False),
        (7200, None, False),
        (10800, None, False),
    ]


def test_every_step_of_every_ladder_has_a_deadline_and_steps_come_in_their_order() -> None:
    """O4, H2, S3, S4, A3, F1: from a Friday afternoon, over a holiday."""
    start = to_ms("2026-04-02T15:00:00+02:00")
    for slag, ladder in LADDERS.items():
        times = [due(rules(), frist, start) for _, frist in ladder]
        assert 0 < start < times[0], slag
        assert times == sorted(set(times)), slag


def test_every_deadline_is_used() -> None:
    used = {frist for ladder in LADDERS.values() for _, frist in ladder} | {"r3.fonster"}
    assert set(rules().frister) == used


def test_r3_the_window_is_ninety_days() -> None:
    assert days(rules(), "r3.fonster") == 90


@pytest.mark.parametrize(
    "day",
    [
        *("2026-01-01", "2026-01-06", "2026-04-03", "2026-04-05", "2026-04-06", "2026-05-01", "2026-05-14"),
        *("2026-05-24", "2026-06-06", "2026-06-19", "2026-06-20", "2026-10-31", "2026-12-24", "2026-12-25"),
        *("2026-12-26", "2026-12-31", "2025-06-20", "2025-06-21", "2038-04-25", "2050-12-31", "2020-01-01"),
    ],
)
def test_offices_are_closed_on_public_holidays_and_the_great_eves(day: str) -> None:
    assert holiday(date.fromisoformat(day), rules().helgdagar)


@pytest.mark.parametrize("day", ["2026-01-02", "2026-04-02", "2026-05-25", "2026-06-18", "2026-06-26", "2026-11-07"])
def test_other_days_are_working_days(day: str) -> None:
    assert not holiday(date.fromisoformat(day), rules().helgdagar)


def test_midsummer_eve_is_the_friday_from_the_nineteenth_of_june_in_every_year() -> None:
    """The library and the almanac agree: midsummer day is a Saturday from the 20th to the 26th."""
    for year in range(2020, 2051):
        eve = next(date(year, 6, day) for day in range(19, 26) if date(year, 6, day).weekday() == 4)
        assert {eve.isoformat(), (eve + timedelta(days=1)).isoformat()} <= rules().helgdagar
