"""Deadlines: counted once in clock time, in Swedish days, or in the hours that offices work (O4, S3, S4, A3, H2)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from mini_regelverk import regelverk

from samverkanshub.domain.frister import days, due
from samverkanshub.domain.regelverk import Frist
from samverkanshub.domain.tid import SWEDEN, to_ms

WORKING = Frist(3600, arbetstid=True)


def when(frist: Frist, began: str, kommun: str = "", **more: Any) -> str:
    """When it falls due, in Swedish time."""
    tid = due(replace(regelverk(), frister={"f": frist}, **more), "f", to_ms(began), kommun)
    return datetime.fromtimestamp(tid / 1000, SWEDEN).isoformat()


def test_o4_seconds_are_clock_time_day_and_night() -> None:
    assert when(Frist(3600), "2026-03-28T23:30:00+01:00") == "2026-03-29T00:30:00+01:00"
    assert when(Frist(3600), "2026-03-29T01:30:00+01:00") == "2026-03-29T03:30:00+02:00", "the clocks go forward"


def test_o4_the_end_of_the_next_day_is_midnight_in_sweden() -> None:
    assert when(Frist(dagar=1), "2026-03-02T00:00:00+01:00") == "2026-03-04T00:00:00+01:00"
    assert when(Frist(dagar=1), "2026-03-02T23:59:59+01:00") == "2026-03-04T00:00:00+01:00"
    assert when(Frist(dagar=1), "2026-03-02T23:30:00+00:00") == "2026-03-05T00:00:00+01:00", "already the next day"


def test_a_day_of_twenty_three_or_twenty_five_hours_ends_at_its_own_midnight() -> None:
    assert when(Frist(dagar=0), "2026-03-29T01:00:00+01:00") == "2026-03-30T00:00:00+02:00"
    assert when(Frist(dagar=0), "2026-10-25T01:00:00+02:00") == "2026-10-26T00:00:00+01:00"


def test_s4_days_and_then_seconds() -> None:
    assert when(Frist(3600, dagar=3), "2026-03-02T10:00:00+01:00") == "2026-03-06T01:00:00+01:00"


@pytest.mark.parametrize(
    ("began", "due"),
    [
        ("2026-03-02T09:00:00+01:00", "2026-03-02T10:00:00+01:00"),
        ("2026-03-02T15:30:00+01:00", "2026-03-02T16:30:00+01:00"),
        ("2026-03-02T15:30:01+01:00", "2026-03-03T08:00:01+01:00"),
        ("2026-03-02T03:00:00+01:00", "2026-03-02T09:00:00+01:00"),
        ("2026-03-06T16:00:00+01:00", "2026-03-09T08:30:00+01:00"),
        ("2026-03-07T12:00:00+01:00", "2026-03-09T09:00:00+01:00"),
        ("2026-04-02T16:00:00+02:00", "2026-04-07T08:30:00+02:00"),
    ],
    ids=[
        "within a day",
        "to the last minute",
        "and past it",
        "before opening",
        "over a weekend",
        "on a Saturday",
        "Easter",
    ],
)
def test_h2_working_time_passes_only_while_offices_are_open(began: str, due: str) -> None:
    assert when(WORKING, began) == due


def test_working_time_may_be_broken_by_lunch() -> None:
    hours = "man-fre 13:00-16:00; man-fre 08:00-12:00"
    assert when(WORKING, "2026-03-02T11:30:00+01:00", kontorstid=hours) == "2026-03-02T13:30:00+01:00"


@pytest.mark.parametrize(
    ("began", "due"),
    [
        ("2026-03-02T09:00:00+01:00", "2026-03-04T00:00:00+01:00"),
        ("2026-03-06T09:00:00+01:00", "2026-03-10T00:00:00+01:00"),
        ("2026-04-02T09:00:00+02:00", "2026-04-08T00:00:00+02:00"),
    ],
    ids=["the next day", "over a weekend", "over Easter"],
)
def test_working_days_pass_over_weekends_and_holidays(began: str, due: str) -> None:
    assert when(Frist(dagar=1, arbetstid=True), began) == due


def test_a_municipality_may_have_its_own_deadline_and_others_have_the_general_one() -> None:
    frist = Frist(3600, kommuner={"mora": Frist(1800)})
    assert when(frist, "2026-03-02T09:00:00+01:00", "mora") == "2026-03-02T09:30:00+01:00"
    assert when(frist, "2026-03-02T09:00:00+01:00", "falun") == "2026-03-02T10:00:00+01:00"
    assert when(frist, "2026-03-02T09:00:00+01:00") == "2026-03-02T10:00:00+01:00"


def test_what_the_regelverk_does_not_name_never_falls_due() -> None:
    assert due(regelverk(), "saknas", to_ms("2026-03-02T09:00:00+01:00")) == 0


def test_r3_a_window_is_so_many_days() -> None:
    regler = replace(regelverk(), frister={"r3.fonster": Frist(dagar=90), "o4.kvittens": Frist(3600)})
    assert [days(regler, namn) for namn in ("r3.fonster", "o4.kvittens", "saknas")] == [90, 0, 0]
