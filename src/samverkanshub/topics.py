"""The topics of the hub: their names, partitions and configuration. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from samverkanshub.domain.events import HUB

PREFIX: Final = "samverkan."
"""What the name of every topic of the hub's begins with."""
LOGG: Final = f"{PREFIX}logg"
"""The one log: one partition a samverkansområde, kept for ever."""

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
MUST_AGREE: Final = ("message.timestamp.type", "cleanup.policy", "retention.ms", "retention.bytes", "compression.type")
"""What an existing log's configuration is held to: a log that forgets or lets senders set the time is not the log."""


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic as the hub needs it. `config` holds Kafka's own names and values."""

    name: str
    partitions: int
    config: Mapping[str, str] = field(default_factory=dict)


def notis(aktor: str) -> str:
    """The topic of an actor's notices."""
    return f"{PREFIX}notis.{aktor}"


def logg(omraden: int) -> TopicSpec:
    """The log, with one partition for each samverkansområde."""
    return TopicSpec(LOGG, omraden, CONFIG_LOGG)


def specs(omraden: int, aktorer: Iterable[str]) -> tuple[TopicSpec, ...]:
    """Every topic the hub needs, the log first, then one of notices for each actor in order of id, and for canaries."""
    return (logg(omraden), *(TopicSpec(notis(a), 1, CONFIG_NOTIS) for a in (*sorted(set(aktorer)), HUB)))


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
