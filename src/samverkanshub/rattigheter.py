"""Who may do what in Kafka, and how much: its users' rights (ACLs) and limits, of topics and directory. Pure.

What nobody is given nobody may, but `DRIFT`, who is a super user: it makes topics, users and rights.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from samverkanshub import topics
from samverkanshub.domain.events import HUB

PREFIX: Final = "samverkan-"
"""What the name of every user of the hub's begins with: such a user has the rights said here and no other."""
API: Final = f"{PREFIX}api"
GATE: Final = f"{PREFIX}gate"
WATCH: Final = f"{PREFIX}watch"
REVISOR: Final = f"{PREFIX}revisor"
"""Who verifies, judges again and archives: reads the log."""
DRIFT: Final = f"{PREFIX}drift"
"""Who prepares, changes the regelverk and lets go of quarantine."""
OF_THE_HUB: Final = (API, GATE, WATCH, REVISOR, DRIFT)
"""The users but the actors'. The notary has none: it asks the projection alone."""


class Resurs(StrEnum):
    """What a right is about, in Kafka's own words."""

    AMNE = "topic"
    GRUPP = "group"
    KLUSTER = "cluster"


class Atgard(StrEnum):
    """What is done, in Kafka's own words. Who may read or write something may describe it."""

    READ = "Read"
    WRITE = "Write"
    CREATE = "Create"
    DELETE = "Delete"
    DESCRIBE = "Describe"
    DESCRIBE_CONFIGS = "DescribeConfigs"


BYTES_PER_S: Final = 128 * 1024
"""What an actor may write a second to each broker, over ten seconds: some thirty sealed events, or the largest record
in eight. All day it is 11 GB, so that whoever fills a disk is seen (alert `PublicerandeFyllerDisken`) long before."""
THREAD_PERCENT: Final = 50.0
"""What an actor may take of a broker's time, of one of its threads, of which Kafka has eleven unless told otherwise:
nobody who asks without end keeps api and gate from the broker."""
KVOT_AKTOR: Final[Mapping[str, float]] = {
    "producer_byte_rate": float(BYTES_PER_S),
    "request_percentage": THREAD_PERCENT,
}
"""An actor's limits, by Kafka's own names. Whoever is over them waits, and loses nothing."""

KLUSTER: Final = "kafka-cluster"
"""Kafka's own name of the one cluster there is."""
ALLA: Final = "*"
"""Kafka's own name of every resource of a kind."""


@dataclass(frozen=True, slots=True, order=True)
class Ratt:
    """`anvandare` may do `atgard` with what is called `namn`, or with `prefix` with all whose name begins so."""

    anvandare: str
    resurs: Resurs
    namn: str
    atgard: Atgard
    prefix: bool = False

    def __str__(self) -> str:
        """As arguments of Kafka's own `kafka-acls.sh`, which are shell words as they stand."""
        what = "--cluster" if self.resurs == Resurs.KLUSTER else f"--{self.resurs} '{self.namn}'"
        kind = " --resource-pattern-type prefixed" if self.prefix else ""
        return f"--add --allow-principal User:{self.anvandare} --operation {self.atgard} {what}{kind}"


def anvandare(aktor: str) -> str:
    """The user by which an actor reads its notices."""
    return f"{PREFIX}aktor-{aktor}"


def alla_anvandare(aktorer: Iterable[str]) -> tuple[str, ...]:
    """Every user there is to be."""
    return (*OF_THE_HUB, *(anvandare(aktor) for aktor in sorted(set(aktorer))))


def kvoter(aktorer: Iterable[str]) -> dict[str, Mapping[str, float]]:
    """The limits of every user that has any: of actors alone, since what the hub itself does must not wait."""
    return {anvandare(aktor): KVOT_AKTOR for aktor in sorted(set(aktorer))}


def ratter(aktorer: Iterable[str], direkt: Iterable[str] = ()) -> tuple[Ratt, ...]:
    """Every right there is to be, in order. Users not named, and rights not listed, are refused.

    `direkt`: the actors that publish directly.
    """
    publishing = set(direkt)
    of_actors = (ratt for aktor in set(aktorer) for ratt in _of_actor(aktor, publishes=aktor in publishing))
    taking_in = _of_taking_in() if publishing else ()
    return tuple(sorted((*_of_api(), *taking_in, *_of_gate(), *_of_watch(), *_of_revisor(), *of_actors)))


def _of_api() -> Iterator[Ratt]:
    """Takes in, asks how long the log is and reads of it; makes the topics of actors that a regelverk adds."""
    yield from _log(API, Atgard.WRITE, Atgard.READ, Atgard.DESCRIBE_CONFIGS)
    for atgard in (Atgard.CREATE, Atgard.DESCRIBE, Atgard.DESCRIBE_CONFIGS):
        yield Ratt(API, Resurs.AMNE, topics.NOTIS, atgard, prefix=True)


def _of_taking_in() -> Iterator[Ratt]:
    """The api reads the actors' own topics, in its group, deletes what is taken in, and answers beside the notices.

    `watch` measures them, and does not read.
    """
    yield Ratt(WATCH, Resurs.AMNE, topics.INKOMMANDE, Atgard.DESCRIBE, prefix=True)
    for atgard in (Atgard.READ, Atgard.DELETE, Atgard.CREATE, Atgard.DESCRIBE_CONFIGS):
        yield Ratt(API, Resurs.AMNE, topics.INKOMMANDE, atgard, prefix=True)
    yield Ratt(API, Resurs.GRUPP, topics.INTAGSGRUPP, Atgard.READ)
    yield Ratt(API, Resurs.AMNE, topics.NOTIS, Atgard.WRITE, prefix=True)


def _of_gate() -> Iterator[Ratt]:
    """Reads the log, in its group, and sends notices."""
    yield from _log(GATE, Atgard.READ)
    yield Ratt(GATE, Resurs.GRUPP, topics.GRINDGRUPP, Atgard.READ)
    yield Ratt(GATE, Resurs.AMNE, topics.NOTIS, Atgard.WRITE, prefix=True)


def _of_watch() -> Iterator[Ratt]:
    """Appends what falls due, reads canaries' notices and no others, and measures every topic with its readers."""
    yield from _log(WATCH, Atgard.WRITE, Atgard.READ)
    yield Ratt(WATCH, Resurs.AMNE, topics.notis(HUB), Atgard.READ)
    yield Ratt(WATCH, Resurs.AMNE, topics.NOTIS, Atgard.DESCRIBE, prefix=True)
    yield Ratt(WATCH, Resurs.GRUPP, ALLA, Atgard.DESCRIBE)
    yield Ratt(WATCH, Resurs.KLUSTER, KLUSTER, Atgard.DESCRIBE)


def _of_revisor() -> Iterator[Ratt]:
    yield from _log(REVISOR, Atgard.READ)


def _of_actor(aktor: str, *, publishes: bool) -> Iterator[Ratt]:
    """Reads its own notices, in groups of its own, and, where it publishes directly, writes to its own topic."""
    if publishes:
        yield Ratt(anvandare(aktor), Resurs.AMNE, topics.inkommande(aktor), Atgard.WRITE)
    yield Ratt(anvandare(aktor), Resurs.AMNE, topics.notis(aktor), Atgard.READ)
    yield Ratt(anvandare(aktor), Resurs.GRUPP, topics.lasgrupper(aktor), Atgard.READ, prefix=True)


def _log(user: str, *atgarder: Atgard) -> Iterator[Ratt]:
    for atgard in atgarder:
        yield Ratt(user, Resurs.AMNE, topics.LOGG, atgard)
