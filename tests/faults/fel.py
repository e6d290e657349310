"""A fault: its name, what it does to a hub under load, and what of that a client may see."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

from faults.last import Last
from faults.scen import Scen

Apply = Callable[["Prov"], Awaitable[None]]
FAULTS: dict[str, "Fel"] = {}


class Skipped(Exception):
    """The fault cannot be made on this machine; says why."""


@dataclass
class Prov:
    """What a fault is given: the hub, who works against it, a source of chance, and what it has done, to be told."""

    hub: Scen
    last: Last
    rng: Random
    told: list[str] = field(default_factory=list)
    planted: list[int] = field(default_factory=list)
    """Offsets that it has written in the log itself."""

    def tell(self, what: str) -> None:
        """Note what is done."""
        self.told.append(what)


@dataclass(frozen=True)
class Fel:
    """`ends` says that the hub is not to recover: the round ends with it, and nothing is held to the invariants."""

    namn: str
    apply: Apply
    proxied: bool = False
    ends: bool = False
    hastar: bool = False
    """Are kvittenser owed within seconds, so that reminders fall due in the round?"""
    statuses: frozenset[int] = frozenset()
    """What it may answer beside what a well hub answers."""


def fel(
    namn: str, *, proxied: bool = False, ends: bool = False, hastar: bool = False, statuses: tuple[int, ...] = ()
) -> Callable[[Apply], Apply]:
    """Registers a fault."""

    def register(apply: Apply) -> Apply:
        FAULTS[namn] = Fel(namn, apply, proxied, ends, hastar, frozenset(statuses))
        return apply

    return register
