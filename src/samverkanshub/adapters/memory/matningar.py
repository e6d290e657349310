"""What `watch` measures of the topics, in memory."""

from collections.abc import Sequence
from dataclasses import replace

from samverkanshub.adapters.memory.projection import MemoryDatabase
from samverkanshub.ports import Fonster, Klocka, Matrad


class MemoryMatningar:
    """`Matningar` in memory."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._db = database
        self._rader: list[Matrad] = []
        self._klockor: dict[str, tuple[Klocka, int]] = {}

    async def nu(self) -> int:
        """What time the server's clock shows."""
        return self._db.now_ms()

    async def keep(self, rader: Sequence[Matrad], klocka: Klocka, fonster_ms: int) -> None:
        """Keep a measurement, and forget those made longer ago than the window."""
        now = self._db.now_ms()
        kept = [rad for rad in self._rader if now - fonster_ms <= rad.tid <= now]
        made = (replace(rad, tid=now) for rad in rader)
        self._rader = [*kept, *sorted(made, key=lambda rad: (rad.amne, rad.partition, rad.lasare))]
        self._klockor[klocka.vem] = (klocka, now)

    async def fonster(self) -> Fonster:
        """All that is kept."""
        now = self._db.now_ms()
        clocks = (replace(klocka, age_ms=now - at) for _, (klocka, at) in sorted(self._klockor.items()))
        return Fonster(now, tuple(self._rader), tuple(clocks))
