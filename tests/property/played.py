"""What the moves of a history are made of: picking what there is, and acting as somebody or as the hub."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from varld import Varld

from samverkanshub.domain.events import HUB, ON_ARENDE, Event, Person
from samverkanshub.domain.state import ArendeState

T = TypeVar("T")
TWO = ("anna-driftansvarig", "bo-driftansvarig")


def pick(known: Sequence[T], nummer: int) -> T | None:
    """One of them, counted round from the latest."""
    return known[-1 - nummer % len(known)] if known else None


def consents_of(world: Varld, of: str = "") -> list[str]:
    """The names that consents have been registered under, of one person or of all."""
    names = [name for name in world.named if name.startswith("S")]
    return [name for name in names if of in ("", *(p.person_id for p in world.named[name].with_role("registrerad")))]


def exemptions_of(world: Varld) -> list[str]:
    """The names that exemptions without any consent have been registered under."""
    return [name for name in world.named if name.startswith("U")]


def acts(
    world: Varld, typ: str, grupp: str, arende: ArendeState, persons: Sequence[Person] = (), **koder: Any
) -> Varld:
    """An act in an ärende, of what `_user` says or else u1."""
    user, items = koder.pop("_user", "u1"), koder.pop("_items", ())
    more = {"arende": "alias"} if typ in ON_ARENDE else {}
    event = world.event(typ, grupp, persons, koder={**more, **koder}, arende_id=arende.arende_id, uppgifter=items)
    return world.happens(replace(event, anvandare=user))


def hubs(world: Varld, typ: str, persons: Sequence[Person], arende_id: str = "", **koder: str) -> Varld:
    """What only the hub itself appends."""
    event = Event(f"w{world.offset}", typ, HUB, "", "", "", tuple(persons), koder=koder, arende_id=arende_id)
    return world.happens(event)
