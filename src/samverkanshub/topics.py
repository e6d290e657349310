"""The topics of the hub: their names, partitions and configuration. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from samverkanshub.domain.events import HUB

PREFIX: Final = "samverkan."
"""What the name of every topic of the hub's begins with."""
LOGG: Final = f"{PREFIX}logg"
"""The one log: one partition a samverkansområde, kept for ever."""
GRINDGRUPP: Final = f"{PREFIX}gate"
"""The consumer group of the gate's workers."""

INTAGSGRUPP: Final = f"{PREFIX}intag"
"""The consumer group of the apis, which take in the actors' own topics."""
INKOMMANDE: Final = f"{PREFIX}in."
"""What the name of an actor's own topic begins with."""

MAX_RECORD_BYTES: Final = 2 * 1024 * 1024
"""Largest record of the log. Intake takes bodies up to 256 KiB; sealing them makes them larger."""

WEEK_MS: Final = 7 * 24 * 3600 * 1000

FOR_EVER: Final[Mapping[str, str]] = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
}
CONFIG_LOGG: Final[Mapping[str, str]] = {
    **FOR_EVER,
    # Time is what the broker says when it appends, never what a sender says.
    "message.timestamp.type": "LogAppendTime",
    # A scan of the data directory for personal data must be able to read it.
    "compression.type": "uncompressed",
    "max.message.bytes": str(MAX_RECORD_BYTES),
}
CONFIG_NOTIS: Final[Mapping[str, str]] = {
    "cleanup.policy": "delete",
    "retention.ms": str(WEEK_MS),
    "message.timestamp.type": "LogAppendTime",
    "compression.type": "uncompressed",
}
LOGGEN: Final = "logg"
NOTISER: Final = "notis"
INKOMMET: Final = "in"
KINDS: Final = (LOGGEN, NOTISER, INKOMMET)
"""What topics there are: the log, and those of notices and those that actors publish on, all together."""

LARGEST_IN: Final = 1024 * 1024
"""Bytes of a record on an actor's own topic; intake takes bodies up to 256 KiB, and sealing makes them larger."""
CONFIG_IN: Final[Mapping[str, str]] = {
    # What is taken in is deleted by then (adapters/kafka/inkommande.py), so that this is how long a hub may be down.
    **CONFIG_NOTIS,
    "max.message.bytes": str(LARGEST_IN),
    "segment.ms": "3600000",
}
MUST_AGREE: Final = ("message.timestamp.type", "cleanup.policy", "retention.ms", "retention.bytes", "compression.type")
"""What an existing log's configuration is held to: a log that forgets or lets senders set the time is not the log."""


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic as the hub needs it. `config` holds Kafka's own names and values."""

    name: str
    partitions: int
    config: Mapping[str, str] = field(default_factory=dict)


NOTIS: Final = f"{PREFIX}notis."
"""What the name of every topic of notices begins with."""


def notis(aktor: str) -> str:
    """The topic of an actor's notices."""
    return NOTIS + aktor


def lasgrupper(aktor: str) -> str:
    """What the name of every consumer group of an actor's begins with. An actor's id has no dot."""
    return f"{notis(aktor)}."


def inkommande(aktor: str) -> str:
    """The topic where an actor that publishes directly puts what it has sealed to the hub."""
    return f"{INKOMMANDE}{aktor}"


def kind(name: str) -> str:
    """What a topic of the hub's is for: one of `KINDS`."""
    return LOGGEN if name == LOGG else INKOMMET if name.startswith(INKOMMANDE) else NOTISER


def logg(omraden: int) -> TopicSpec:
    """The log, with one partition for each samverkansområde."""
    return TopicSpec(LOGG, omraden, CONFIG_LOGG)


def specs(omraden: int, aktorer: Iterable[str], direkt: Iterable[str] = ()) -> tuple[TopicSpec, ...]:
    """Every topic the hub needs, the log first, then one of notices for each actor in order of id, and for canaries.

    `direkt`: who publishes directly, each of whom has a topic of its own for that.
    """
    told = (TopicSpec(notis(a), 1, CONFIG_NOTIS) for a in (*sorted(set(aktorer)), HUB))
    return (logg(omraden), *told, *(TopicSpec(inkommande(a), 1, CONFIG_IN) for a in sorted(set(direkt))))


def disagreements(spec: TopicSpec, partitions: int, config: Mapping[str, str]) -> list[str]:
    """What an existing topic has otherwise than `spec` asks, as sentences; empty where the hub can use it.

    A setting that `config` does not mention is not judged.
    """
    found = []
    if partitions != spec.partitions:
        found.append(f"`{spec.name}` has {partitions} partitions, not {spec.partitions}")
    for name in MUST_AGREE:
        want, has = spec.config.get(name), config.get(name)
        if want is not None and has is not None and has != want:
            found.append(f"`{spec.name}` has `{name}` {has}, not {want}")
    return found
