"""Office hours: whether somebody answers decides who else must be told (O1)."""

from datetime import date

import pytest

from samverkanshub.domain.oppettider import easter, holiday, is_open, parse

OFFICE = "man-fre 08:00-16:30"
JOUR = "utanfor kontorstid 08:00-16:30"
MONDAY = date(2026, 3, 2)
SATURDAY = date(2026, 3, 7)


@pytest.mark.parametrize(
    ("day", "minute", "answers"),
    [
        (MONDAY, 8 * 60, True),
        (MONDAY, 8 * 60 - 1, False),
        (MONDAY, 16 * 60 + 29, True),
        (MONDAY, 16 * 60 + 30, False),
        (SATURDAY, 12 * 60, False),
        (date(2026, 4, 3), 12 * 60, False),
    ],
)
def test_an_office_answers_in_its_hours_and_the_jour_in_all_others(day: date, minute: int, answers: bool) -> None:
    assert is_open(OFFICE, day, minute) is answers
    assert is_open(JOUR, day, minute) is not answers


def test_round_the_clock_answers_on_a_holiday_too() -> None:
    assert is_open("dygnet runt", date(2026, 12, 24), 3)


def test_a_unit_that_names_no_hours_never_counts_as_open() -> None:
    assert not is_open("", MONDAY, 12 * 60)


def test_several_spans_and_single_days_are_read() -> None:
    text = "man-ons 09:00-12:00; lor 10:00-24:00"
    assert is_open(text, SATURDAY, 23 * 60 + 59)
    assert is_open(text, MONDAY, 9 * 60)
    assert not is_open(text, date(2026, 3, 5), 10 * 60)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kontorstid",
        "man-fre 8-16",
        "man-fre 16:30-08:00",
        "man-fre 08:00-25:00",
        "fre-man 08:00-16:00",
        "abc 08:00-16:00",
        "utanfor kontorstid alltid",
        "utanfor kontorstid 16:30-08:00",
        "man-fre 08:00-16:00;",
    ],
)
def test_what_is_no_office_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)


@pytest.mark.parametrize(
    ("year", "day"),
    [(2024, date(2024, 3, 31)), (2025, date(2025, 4, 20)), (2026, date(2026, 4, 5)), (2038, date(2038, 4, 25))],
)
def test_easter_is_where_the_calendar_has_it(year: int, day: date) -> None:
    assert easter(year) == day


@pytest.mark.parametrize(
    "day",
    [
        *(
            "2026-01-01",
            "2026-01-06",
            "2026-04-03",
            "2026-04-05",
            "2026-04-06",
            "2026-05-01",
            "2026-05-14",
            "2026-05-24",
        ),
        *(
            "2026-06-06",
            "2026-06-19",
            "2026-06-20",
            "2026-10-31",
            "2026-12-24",
            "2026-12-25",
            "2026-12-26",
            "2026-12-31",
        ),
    ],
)
def test_offices_are_closed_on_public_holidays_and_the_great_eves(day: str) -> None:
    assert holiday(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-01-02", "2026-04-02", "2026-05-25", "2026-06-18", "2026-06-26", "2026-11-07"])
def test_other_days_are_working_days(day: str) -> None:
    assert not holiday(date.fromisoformat(day))


def test_round_the_clock_is_written_without_spans() -> None:
    assert parse("dygnet runt") == ()
