"""Office hours as the directory writes them, and whether a unit answers at a local time (O1, O4).

A text such as `man-fre 08:00-16:30; lor 10:00-14:00`, `dygnet runt`, or `utanfor kontorstid 08:00-16:30` for who takes
over when others close. Local Swedish time; a unit with office hours is closed on public holidays (lag (1989:253) om
allmänna helgdagar, N) and on the eves that are treated as such.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

ALWAYS: Final = "dygnet runt"
AFTER_HOURS: Final = "utanfor kontorstid "
DAYS: Final = ("man", "tis", "ons", "tor", "fre", "lor", "son")
_SPAN: Final = re.compile(
    r"(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))? (?P<from>[0-2]\d:[0-5]\d)-(?P<to>[0-2]\d:[0-5]\d)", re.ASCII
)
_HOURS: Final = re.compile(r"(?P<from>[0-2]\d:[0-5]\d)-(?P<to>[0-2]\d:[0-5]\d)", re.ASCII)
_FIXED: Final = frozenset({(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)})
_AFTER_EASTER: Final = frozenset({-2, 0, 1, 39, 49})


@dataclass(frozen=True, slots=True)
class _Span:
    days: frozenset[int]
    start: int
    end: int


def easter(year: int) -> date:
    """Easter Sunday of a Gregorian year (the anonymous algorithm)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)


def holiday(day: date) -> bool:
    """Is it a public holiday or an eve on which offices are closed (Christmas, New Year's, midsummer)?"""
    return (
        (day.month, day.day) in _FIXED
        or (day - easter(day.year)).days in _AFTER_EASTER
        or _first_from(day, 4, (6, 19))
        or _first_from(day, 5, (6, 20))
        or _first_from(day, 5, (10, 31))
    )


def _first_from(day: date, weekday: int, start: tuple[int, int]) -> bool:
    first = date(day.year, *start)
    return day.weekday() == weekday and first <= day < first + timedelta(days=7)


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def _days(first: str, last: str) -> frozenset[int]:
    start, end = DAYS.index(first), DAYS.index(last or first)
    return frozenset(range(start, end + 1))


def _span(text: str) -> _Span:
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        raise ValueError("not office hours")
    return _checked(_days(match["first"], match["last"]), match["from"], match["to"])


def _checked(days: frozenset[int], start: str, end: str) -> _Span:
    span = _Span(days, _minutes(start), _minutes(end))
    if not days or not span.start < span.end <= 24 * 60:
        raise ValueError("not office hours")
    return span


@lru_cache(maxsize=256)
def parse(text: str) -> tuple[_Span, ...]:
    """The spans a text stands for, empty for `dygnet runt`; `ValueError` where it stands for none."""
    if text == ALWAYS:
        return ()
    if text.startswith(AFTER_HOURS):
        hours = _HOURS.fullmatch(text.removeprefix(AFTER_HOURS))
        if hours is None:
            raise ValueError("not office hours")
        return (_checked(frozenset(range(5)), hours["from"], hours["to"]),)
    return tuple(_span(part) for part in text.split(";"))


def is_open(text: str, day: date, minute: int) -> bool:
    """Does a unit with these hours answer at `minute` of the local Swedish day?

    An empty text is never open, so that a report goes to the socialjour as well.
    """
    if text == ALWAYS:
        return True
    if not text:
        return False
    inside = not holiday(day) and any(
        day.weekday() in span.days and span.start <= minute < span.end for span in parse(text)
    )
    return inside != text.startswith(AFTER_HOURS)
