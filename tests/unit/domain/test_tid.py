"""Time: instants in ms, Swedish days, and the year of K2."""

from datetime import date, datetime

import pytest

from samverkanshub.domain.tid import a_year_after, in_force, swedish_day, swedish_minute, to_ms


def test_an_instant_is_ms_since_the_epoch() -> None:
    assert to_ms("1970-01-01T00:00:00Z") == 0
    assert to_ms("1970-01-01T01:00:00.001+01:00") == 1
    assert to_ms("1969-12-31T23:59:59.999+00:00") == -1


@pytest.mark.parametrize("text", ["2026-03-02T09:00:00", "2026-03-02", "", "nyss"])
def test_a_time_without_offset_or_none_at_all_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"offset|isoformat"):
        to_ms(text)


@pytest.mark.parametrize(
    ("text", "day", "minute"),
    [
        ("2026-03-01T23:00:00Z", date(2026, 3, 2), 0),
        ("2026-03-01T22:59:59.999Z", date(2026, 3, 1), 1439),
        ("2026-07-01T22:00:00Z", date(2026, 7, 2), 0),
        ("2026-03-29T00:59:59Z", date(2026, 3, 29), 119),
        ("2026-03-29T01:00:00Z", date(2026, 3, 29), 180),
        ("2026-10-25T01:00:00Z", date(2026, 10, 25), 120),
    ],
    ids=["winter midnight", "before it", "summer midnight", "before summer time", "summer time", "winter time again"],
)
def test_days_and_minutes_are_swedish(text: str, day: date, minute: int) -> None:
    assert (swedish_day(to_ms(text)), swedish_minute(to_ms(text))) == (day, minute)


@pytest.mark.parametrize(
    ("fran", "till", "holds"),
    [
        ("", "", True),
        ("2026-03-02", "", True),
        ("2026-03-03", "", False),
        ("", "2026-03-02", False),
        ("", "2026-03-03", True),
    ],
)
def test_a_dated_fact_holds_from_its_first_day_up_to_its_last_exclusive(fran: str, till: str, holds: bool) -> None:
    assert in_force(date(2026, 3, 2), fran, till) is holds


def test_k2_a_year_from_29_february_ends_on_28_february() -> None:
    assert a_year_after(datetime(2028, 2, 29, 12)) == datetime(2029, 2, 28, 12)
    assert a_year_after(datetime(2027, 2, 28, 12)) == datetime(2028, 2, 28, 12)
