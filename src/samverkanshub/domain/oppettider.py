"""Office hours as the directory writes them, and whether a unit answers at a local time (O1, O4).

A text such as `man-fre 08:00-16:30; lor 10:00-14:00`, `dygnet runt`, or `utanfor kontorstid 08:00-16:30` for who takes
over when others close. Local Swedish time; a unit with office hours is closed on public holidays (lag (1989:253) om
allmänna helgdagar, N) and on the eves that are treated as such: the regelverk's `helgdagar` (docs/adr/0009).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from samverkanshub.domain.varden import quick

ALWAYS: Final = "dygnet runt"
AFTER_HOURS: Final = "utanfor kontorstid "
DAYS: Final = ("man", "tis", "ons", "tor", "fre", "lor", "son")
_SPAN: Final = re.compile(
    r"(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))? (?P<from>[0-2]\d:[0-5]\d)-(?P<to>[0-2]\d:[0-5]\d)", re.ASCII
)
_HOURS: Final = re.compile(r"(?P<from>[0-2]\d:[0-5]\d)-(?P<to>[0-2]\d:[0-5]\d)", re.ASCII)


@quick
@dataclass(frozen=True, slots=True)
class _Span:
    days: frozenset[int]
    start: int
    end: int


def holiday(day: date, helgdagar: Collection[str]) -> bool:
    """Is it one of the days (ISO) on which offices are closed?"""
    return day.isoformat() in helgdagar


@lru_cache(maxsize=4096)
def spans_of(text: str, day: date) -> tuple[tuple[int, int], ...]:
    """The spans of office hours in a day of the week, minutes from and to, in order; holidays are not asked here."""
    return tuple(sorted((span.start, span.end) for span in parse(text) if day.weekday() in span.days))


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


def is_open(text: str, day: date, minute: int, helgdagar: Collection[str]) -> bool:
    """Does a unit with these hours answer at `minute` of the local Swedish day, given the holidays (ISO)?

    An empty text is never open, so that a report goes to the socialjour as well.
    """
    if text == ALWAYS:
        return True
    if not text:
        return False
    inside = not holiday(day, helgdagar) and any(start <= minute < end for start, end in spans_of(text, day))
    return inside != text.startswith(AFTER_HOURS)
