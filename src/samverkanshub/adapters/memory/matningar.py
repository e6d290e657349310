"""What `watch` measures of the topics, in memory."""

from collections.abc import Sequence
from dataclasses import replace

from samverkanshub.adapters.memory.projection import MemoryDatabase
from samverkanshub.ports import Fonster, Klocka, Matrad, Vantande, Verkan

_DAY_MS = 86_400_000


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

    async def vantar(self, poster: Sequence[Vantande]) -> None:
        """Note records that narrow access and wait for the gate; forget those a day past."""
        kept = self._db.narrowed
        latest = {partition: offset for (partition, offset), (_, vid) in sorted(kept.items()) if vid}
        for (partition, offset), (_, vid) in list(kept.items()):
            judged, last = offset < self._position(partition), offset >= latest.get(partition, 0)
            if judged and not last and vid < self._db.now_ms() - _DAY_MS:
                del kept[partition, offset]
        for one in poster:
            kept.setdefault((one.partition, one.offset), (one.tid, 0))

    async def verkan(self) -> list[Verkan]:
        """How soon what narrows access takes effect, by partition."""
        return [self._verkan(partition) for partition in sorted(self._db.positions)]

    def _verkan(self, partition: int) -> Verkan:
        now, position = self._db.now_ms(), self._position(partition)
        own = sorted((offset, *times) for (number, offset), times in self._db.narrowed.items() if number == partition)
        done = [(max(vid - tid, 0), vid) for _, tid, vid in own if vid]
        late = [ms for ms, vid in done if vid > now - _DAY_MS]
        waiting = [tid for offset, tid, vid in own if not vid and offset >= position]
        latest = done[-1][0] if done else -1
        return Verkan(partition, latest, max(late, default=-1), len(waiting), max(now - min(waiting, default=now), 0))

    def _position(self, partition: int) -> int:
        row = self._db.positions.get(partition)
        return row.position if row else 0
