"""How the hub runs, as its database tells it: topics and readers, epochs, signing, clocks; of nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from samverkanshub.pipeline.drift import Amneslage, judged
from samverkanshub.pipeline.matning import read_clock
from samverkanshub.ports import Clock, Klocka, Matningar, PositionInfo, Signing


class Running(Protocol):
    """The projection, as far as it tells how the hub runs."""

    async def positions(self) -> list[PositionInfo]:
        """Every partition's progress."""

    async def signing(self) -> list[Signing]:
        """How far what is judged of each partition is signed."""


@dataclass(frozen=True, slots=True)
class Driftbild:
    """How the hub runs at a time of the database's (`nu`, ms). Every age in it is told by that clock.

    `klockor`: how each role's clock stands against it, that of who looks first.
    """

    nu: int
    amnen: Amneslage
    klockor: tuple[Klocka, ...]
    platser: tuple[PositionInfo, ...]
    signering: tuple[Signing, ...]


async def look(projection: Running, matningar: Matningar, clock: Clock, vem: str) -> Driftbild:
    """How the hub runs now, as seen by `vem`. Kafka is not asked. Raises `Unavailable`."""
    own, window = await read_clock(clock, matningar, vem), await matningar.fonster()
    places, signing = await projection.positions(), await projection.signing()
    amnen = judged(window, {one.partition: one.position for one in places})
    return Driftbild(window.nu, amnen, _clocks(own, window.klockor), tuple(places), tuple(signing))


def _clocks(own: Klocka, others: Sequence[Klocka]) -> tuple[Klocka, ...]:
    return (own, *(one for one in others if one.vem != own.vem))
