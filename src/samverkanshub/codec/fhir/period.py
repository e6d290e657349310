"""The time of a consent: half open in the hub (K2), while FHIR's end is the last instant that still belongs.

Read so that a consent never comes to hold longer than it says, counted to the millisecond.
"""

import re
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Final

from samverkanshub.codec.fhir.reading import Node, refuse
from samverkanshub.codec.fhir.terms import Resource, moment
from samverkanshub.domain.tid import SWEDEN, to_ms

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT: Final = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})")


def period(fran: str, till: str) -> Resource:
    """The period of `fran` up to but not including `till`, whose last instant is the millisecond before."""
    return {"start": moment(to_ms(fran)), "end": moment(to_ms(till) - 1)}


def fran_in(node: Node) -> str:
    """When it starts; a bare day from its Swedish midnight."""
    return _read(node, 0)


def till_in(node: Node) -> str:
    """When it ends, exclusive: after the last day, second or fraction of a second that FHIR's end says."""
    return _read(node, 1)


def _read(node: Node, after: int) -> str:
    with suppress(ValueError, OverflowError):
        return moment(_ms(node, after)).replace(".000", "")
    refuse(node.path, "is no time that the hub can use", "fel-form")


def _ms(node: Node, after: int) -> int:
    text = node.text()
    if _DAY.fullmatch(text):
        return _midnight(date.fromisoformat(text) + timedelta(days=after))
    found = _INSTANT.fullmatch(text)
    if not found:
        refuse(node.path, "must be a day, or a time with seconds and offset", "fel-form")
    second, fraction, offset = found.groups()
    unit: int = 10 ** len(fraction or "")
    thousands = (int(fraction or 0) + after) * 1000
    # Rounded inwards: the start up, the end down.
    inwards = thousands // unit if after else -(-thousands // unit)
    return to_ms(second + offset) + int(inwards)


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), SWEDEN).timestamp()) * 1000
