"""Time as the rules count it: instants in ms since the epoch, days as Swedish calendar days."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

SWEDEN: Final = ZoneInfo("Europe/Stockholm")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def to_ms(tidpunkt: str) -> int:
    """Milliseconds of an RFC 3339 time with offset; `ValueError` where it is none."""
    moment = datetime.fromisoformat(tidpunkt)
    if moment.tzinfo is None:
        raise ValueError("time without offset")
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def swedish_day(tid: int) -> date:
    """The Swedish calendar day of an instant."""
    return _day_of_second(tid // 1000)


def iso_day(tid: int) -> str:
    """The Swedish calendar day of an instant (ISO date)."""
    return _iso_day_of_second(tid // 1000)


def swedish_minute(tid: int) -> int:
    """The minute of the local Swedish day of an instant, 0 to 1439."""
    local = (_EPOCH + timedelta(milliseconds=tid)).astimezone(SWEDEN)
    return local.hour * 60 + local.minute


@lru_cache(maxsize=4096)
def _day_of_second(second: int) -> date:
    return (_EPOCH + timedelta(seconds=second)).astimezone(SWEDEN).date()


@lru_cache(maxsize=4096)
def _iso_day_of_second(second: int) -> str:
    return _day_of_second(second).isoformat()


def in_force(dag: date, giltig_fran: str, giltig_till: str) -> bool:
    """Is a dated fact in force on this day? The end is exclusive; an empty bound is open."""
    iso = dag.isoformat()
    return (not giltig_fran or giltig_fran <= iso) and (not giltig_till or iso < giltig_till)


def a_year_after(moment: datetime) -> datetime:
    """The same day and clock time next year; 29 February becomes 28 February (K2)."""
    try:
        return moment.replace(year=moment.year + 1)
    except ValueError:
        return moment.replace(year=moment.year + 1, day=28)
