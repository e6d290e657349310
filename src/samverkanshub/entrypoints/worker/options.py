"""How a gate worker runs. Times are in seconds."""

from dataclasses import dataclass

from samverkanshub import topics
from samverkanshub.adapters.kafka.broker import Address


@dataclass(frozen=True, slots=True)
class Options:
    """What the worker is told. `instance` is its static membership: two workers of a group must never share one."""

    bootstrap: Address
    instance: str = ""
    group: str = topics.GRINDGRUPP
    topic: str = topics.LOGG
    cap: int = 500
    """Most records of one partition in one batch, so that a long backlog cannot starve another partition."""
    hold_s: float = 30.0
    """How long a server that does not answer is waited for before the process ends."""
    assign_s: float = 60.0
    """How long being assigned one partition may take, resent notices and all."""
    session_s: float = 10.0
    """How long Kafka waits for a silent worker before its partitions go to another."""
    commit_s: float = 1.0
    """How often Kafka's hint of a position is moved."""
