"""Whom to telephone where an event was not read whole: it may be a report about a child (B1)."""

from contextlib import suppress
from typing import Any, Final

import msgspec

from samverkanshub.domain import events
from samverkanshub.ports import Ring

_OTHER: Final = tuple(
    f"se.samverkanshub.{typ}.v"
    for typ in sorted((events.MESSAGES | events.CONSENTS | events.PERSON_FACTS) - {events.OROSANMALAN})
)


def may_be_report(body: bytes) -> bool:
    """Unless it plainly is an event of another type than orosanmalan."""
    typ = _decoded(body).get("type")
    return not (isinstance(typ, str) and typ.startswith(_OTHER))


def number_in(body: bytes, ring: Ring) -> str:
    """The number for the municipality that it names, else the county's; empty where it plainly is no report."""
    return ring.number(_kommun(_decoded(body).get("data"))) if may_be_report(body) else ""


def _decoded(body: bytes) -> dict[str, Any]:
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        event = msgspec.json.decode(body)
        return event if isinstance(event, dict) else {}
    return {}


def _kommun(data: object) -> str:
    kommun = data.get("kommun") if isinstance(data, dict) else ""
    return kommun if isinstance(kommun, str) else ""
