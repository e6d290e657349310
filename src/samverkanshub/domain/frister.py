"""Deadlines: when something that the regelverk names falls due, counted once and then frozen (O4, S3, S4, A3, H2)."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from samverkanshub.domain.oppettider import holiday, spans_of
from samverkanshub.domain.regelverk import Frist, Regelverk
from samverkanshub.domain.tid import SWEDEN, swedish_day


def frist(regelverk: Regelverk, namn: str, kommun: str = "") -> Frist | None:
    """The deadline called `namn`, a municipality's own where it has one; None where the regelverk has none."""
    found = regelverk.frister.get(namn)
    return found.kommuner.get(kommun, found) if found else None


def due(regelverk: Regelverk, namn: str, tid: int, kommun: str = "") -> int:
    """When the deadline called `namn` falls due (ms) for what began at `tid`; 0 where the regelverk has none."""
    found = frist(regelverk, namn, kommun)
    if found is None:
        return 0
    start = tid if found.dagar is None else _end_of_day(regelverk, tid, found.dagar, found.arbetstid)
    return _worked(regelverk, start, 1000 * found.sekunder) if found.arbetstid else start + 1000 * found.sekunder


def days(regelverk: Regelverk, namn: str) -> int:
    """The length in days of a window that the regelverk names, e.g. `r3.fonster`; 0 where it has none."""
    found = frist(regelverk, namn)
    return (found.dagar or 0) if found else 0


def working_day(regelverk: Regelverk, day: date) -> bool:
    """Is some office hour of the regelverk in this Swedish day?"""
    return bool(spans_of(regelverk.kontorstid, day)) and not holiday(day, regelverk.helgdagar)


def _end_of_day(regelverk: Regelverk, tid: int, count: int, working: bool) -> int:
    """Midnight that ends the Swedish day so many days on, of working days alone where only they count."""
    day = swedish_day(tid)
    while count:
        day += timedelta(days=1)
        count -= not working or working_day(regelverk, day)
    return _instant(day, 24 * 60)


def _worked(regelverk: Regelverk, tid: int, left: int) -> int:
    """When so many ms of office hours have passed since `tid`."""
    day = swedish_day(tid)
    while left:
        for start, end in _hours(regelverk, day):
            passed = max(tid, start)
            if end - passed >= left:
                return passed + left
            left -= max(end - passed, 0)
        day += timedelta(days=1)
    return tid


def _hours(regelverk: Regelverk, day: date) -> list[tuple[int, int]]:
    if not working_day(regelverk, day):
        return []
    return [(_instant(day, start), _instant(day, end)) for start, end in spans_of(regelverk.kontorstid, day)]


@lru_cache(maxsize=4096)
def _instant(day: date, minute: int) -> int:
    """A minute of the local Swedish day, 0 to 1440, as ms since the epoch."""
    midnight = datetime.combine(day, time(), SWEDEN)
    return int((midnight + timedelta(minutes=minute)).timestamp()) * 1000
