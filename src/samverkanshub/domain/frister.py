"""Deadlines: when something that the regelverk names falls due, counted once and then frozen (O4, S3, S4, A3, H2)."""

from datetime import datetime, time, timedelta

from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.tid import SWEDEN, swedish_day

DAGAR = ".dagar"
"""Ends the name of a deadline in Swedish calendar days, until the end of that day."""


def due(regelverk: Regelverk, namn: str, tid: int, kommun: str = "") -> int:
    """When the deadline called `namn` falls due (ms) for what began at `tid`; 0 where the regelverk has none."""
    if namn + DAGAR in regelverk.frister:
        return _end_of_day(tid, regelverk.frister[namn + DAGAR])
    seconds = regelverk.frister.get(namn, 0)
    return tid + 1000 * seconds if seconds else 0


def _end_of_day(tid: int, days: int) -> int:
    """Midnight that ends the Swedish day so many days on."""
    last = swedish_day(tid) + timedelta(days=days + 1)
    return int(datetime.combine(last, time(), SWEDEN).timestamp()) * 1000
