"""How each reader of the hub's topics keeps up: measured again and again, and judged over a sliding window.

The gate reads the log by its position in the projection, since Kafka's own is a hint; whoever reads notices by what
their group has committed. Nothing is told of content, and nothing of whom it is about.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from samverkanshub import topics
from samverkanshub.domain import halsa
from samverkanshub.domain.halsa import Matning
from samverkanshub.ports import Amnen, Amnesdel, Clock, Lasare, Projection

GRIND: Final = "grinden"
"""What the gate is called among readers. It reads the log, and groups of Kafka's are readers of notices alone."""
FONSTER: Final = 10
"""Measurements in a window."""
SILENT_MS: Final = 30_000
"""A gate's worker, or `watch`, that has said nothing of a partition for this long has lost it, or is not there."""

Del = tuple[str, int]
"""Topic and partition."""


@dataclass(frozen=True, slots=True)
class Lasarlage:
    """How a reader stands with a partition: `slag` as `domain.halsa` judges it, and how far it is behind."""

    namn: str
    slag: str
    plats: int
    efter: int
    sekunder: float


@dataclass(frozen=True, slots=True)
class Dellage:
    """A partition: how long and large it is, records a second over the window, and its readers."""

    amne: str
    partition: int
    slut: int
    byte: int
    takt: float
    lasare: tuple[Lasarlage, ...]


@dataclass(slots=True)
class _Measured:
    """What is remembered of a partition: as it was last, its ends over the window, and each reader's window."""

    part: Amnesdel
    ends: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=FONSTER))
    readers: dict[str, deque[Matning]] = field(default_factory=dict)

    def note(self, now: int, part: Amnesdel, readers: Sequence[Lasare]) -> None:
        """Measured once more; a reader that is no more is forgotten."""
        self.part = part
        self.ends.append((now, part.slut))
        before, self.readers = self.readers, {}
        for reader in readers:
            window = before.get(reader.grupp, deque(maxlen=FONSTER))
            # Who was never seen in a group counts as heard from when it was first looked at.
            heard = window[-1].hord if window and not reader.medlemmar else now
            window.append(Matning(now, part.slut, reader.plats, heard))
            self.readers[reader.grupp] = window

    def rate(self) -> float:
        """Records a second over the window."""
        (began, first), (ended, last) = self.ends[0], self.ends[-1]
        return 1000 * (last - first) / (ended - began) if ended > began else 0.0


class Drift:
    """Measures when it is told to, and remembers a window of what it measured; for one event loop."""

    def __init__(self, amnen: Amnen, projection: Projection, clock: Clock) -> None:
        self._amnen = amnen
        self._projection = projection
        self._clock = clock
        self._measured: dict[Del, _Measured] = {}

    async def mat(self) -> None:
        """Measure every partition and reader once. Raises `Unavailable`; what was measured before stays."""
        parts, gates = await self._amnen.delar(), await self._gates()
        now, before, self._measured = self._clock.now_ms(), self._measured, {}
        for part in parts:
            place = (part.amne, part.partition)
            measured = self._measured[place] = before.get(place, _Measured(part))
            measured.note(now, part, _readers(part, gates))

    async def lage(self) -> list[Dellage]:
        """Every partition as it was last measured, judged now. Raises `Unavailable`."""
        tider = await self._amnen.tider(self._first_left())
        now = self._clock.now_ms()
        return [_told(measured, now, tider) for _, measured in sorted(self._measured.items())]

    async def _gates(self) -> dict[int, Lasare]:
        """The gate of each partition; in it while it is heard from."""
        positions = await self._projection.positions()
        ages = {one.partition: one.age_ms for one in await self._projection.gate_states()}
        return {
            one.partition: Lasare(GRIND, one.position, int(ages.get(one.partition, SILENT_MS) < SILENT_MS))
            for one in positions
        }

    def _first_left(self) -> list[tuple[str, int, int]]:
        """The first record that each reader has left, where it has left any."""
        return [
            (*place, max(window[-1].plats, 0))
            for place, measured in self._measured.items()
            for window in measured.readers.values()
            if window[-1].efter
        ]


def _readers(part: Amnesdel, gates: Mapping[int, Lasare]) -> Sequence[Lasare]:
    if part.amne != topics.LOGG:
        return part.lasare
    return [gates.get(part.partition, Lasare(GRIND, -1, 0))]


def _told(measured: _Measured, now: int, tider: Mapping[tuple[str, int, int], int]) -> Dellage:
    part = measured.part
    readers = tuple(_judged(part, name, window, now, tider) for name, window in sorted(measured.readers.items()))
    return Dellage(part.amne, part.partition, part.slut, part.byte, measured.rate(), readers)


def _judged(
    part: Amnesdel, name: str, window: Sequence[Matning], now: int, tider: Mapping[tuple[str, int, int], int]
) -> Lasarlage:
    last = window[-1]
    first = tider.get((part.amne, part.partition, max(last.plats, 0)), now)
    seconds = halsa.sekunder_efter(last.efter, first, now)
    return Lasarlage(name, halsa.bedomd(window, now), last.plats, last.efter, seconds)
