"""What an event as given tells of how it is answered, before anything else is known of it."""

from collections.abc import Mapping
from typing import Any

from samverkanshub.codec.cloudevents import CloudEvent
from samverkanshub.domain.begaran import SLAG
from samverkanshub.domain.events import NARROWING, OROSANMALAN
from samverkanshub.ports import Ring


def number_for(given: CloudEvent, ring: Ring) -> str:
    """The telephone for an orosanmälan: of the municipality named, or the county's; empty for another type."""
    if given.typ != OROSANMALAN:
        return ""
    kommun = given.data.get("kommun")
    return ring.number(kommun if isinstance(kommun, str) else "")


def warnings(data: Mapping[str, Any]) -> tuple[str, ...]:
    """`lokal-referens`: protection registered under a number will not follow a person given by reference."""
    return ("lokal-referens",) if any("referens" in listed for listed in data.get("personer", ())) else ()


def narrows(typ: str, data: Mapping[str, Any]) -> bool:
    """Does the event only narrow access, so that its sender need not wait? Lowering and removing do not."""
    return typ in NARROWING and data.get("niva") != "ingen" and data.get("borttagen") is not True


def by_request_id(data: Mapping[str, Any]) -> bool:
    """P5: does it name a recipient by a request id? The gate may not know that, and then refuses it."""
    return any(one["slag"] == SLAG for one in data.get("mottagare") or ())
