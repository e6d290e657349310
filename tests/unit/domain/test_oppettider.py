"""Office hours: whether somebody answers decides who else must be told (O1)."""

from datetime import date

import pytest

from samverkanshub.domain.oppettider import is_open, parse

OFFICE = "man-fre 08:00-16:30"
JOUR = "utanfor kontorstid 08:00-16:30"
MONDAY = date(2026, 3, 2)
SATURDAY = date(2026, 3, 7)
CLOSED = frozenset({"2026-04-03", "2026-12-24"})


@pytest.mark.parametrize(
    ("day", "minute", "answers"),
    [
        (MONDAY, 8 * 60, True),
        (MONDAY, 8 * 60 - 1, False),
        (MONDAY, 16 * 60 + 29, True),
        (MONDAY, 16 * 60 + 30, False),
        (SATURDAY, 12 * 60, False),
        (date(2026, 4, 3), 12 * 60, False),  # Good Friday
    ],
)
def test_an_office_answers_in_its_hours_and_the_jour_in_all_others(day: date, minute: int, answers: bool) -> None:
    assert is_open(OFFICE, day, minute, CLOSED) is answers
    assert is_open(JOUR, day, minute, CLOSED) is not answers


def test_round_the_clock_answers_on_a_holiday_too() -> None:
    assert is_open("dygnet runt", date(2026, 12, 24), 3, CLOSED)


def test_a_unit_that_names_no_hours_never_counts_as_open() -> None:
    assert not is_open("", MONDAY, 12 * 60, CLOSED)


def test_several_spans_and_single_days_are_read() -> None:
    text = "man-ons 09:00-12:00; lor 10:00-24:00"
    assert is_open(text, SATURDAY, 23 * 60 + 59, CLOSED)
    assert is_open(text, MONDAY, 9 * 60, CLOSED)
    assert not is_open(text, date(2026, 3, 5), 10 * 60, CLOSED)


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


def test_round_the_clock_is_written_without_spans() -> None:
    assert parse("dygnet runt") == ()
