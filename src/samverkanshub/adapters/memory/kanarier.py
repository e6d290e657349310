"""What becomes of the hub's canaries, in memory."""

from collections import Counter
from dataclasses import dataclass, field
from math import ceil

from samverkanshub.adapters.memory.projection import MemoryDatabase
from samverkanshub.ports import STEG, Kanarielage, Ute

_DAY_MS = 86_400_000
_HOUR_MS = 3_600_000


@dataclass
class _Sand:
    sand: int
    offset: int = -1
    steg: dict[str, int] = field(default_factory=dict)
    framme: bool = False
    sen: bool = False

    def took(self) -> tuple[int, ...]:
        """How long it took to each step; -1 to one that nobody saw."""
        return tuple(self.steg[one] - self.sand if one in self.steg else -1 for one in STEG)

    def lost(self, now: int, grans_ms: int) -> bool:
        """Has it taken too long?"""
        if self.sen or self.steg.get(STEG[-1], self.sand) - self.sand > grans_ms:
            return True
        return not self.framme and now - self.sand > grans_ms


class MemoryKanarier:
    """`Kanarier` in memory."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._db = database
        self._rows: dict[tuple[int, str], _Sand] = {}
        self._sums: dict[int, Counter[str]] = {}

    async def sand(self, partition: int, handelse_id: str) -> int | None:
        """One is about to be sent; when (ms). None where somebody has it already."""
        if (partition, handelse_id) in self._rows:
            return None
        made = self._rows[partition, handelse_id] = _Sand(self._db.now_ms())
        return made.sand

    async def steg(self, partition: int, handelse_id: str, steg: str, offset: int = -1) -> int:
        """It has done a step now; when (ms)."""
        row, now = self._rows[partition, handelse_id], self._db.now_ms()
        row.steg.setdefault(steg, now)
        row.offset, row.framme = max(row.offset, offset), row.framme or steg == STEG[-1]
        return now

    async def framme(self, partition: int, handelse_id: str, grans_ms: int) -> None:
        """It is found to have arrived, when nobody looked; lost where that is after so long."""
        row = self._rows[partition, handelse_id]
        row.sen = row.sen or row.lost(self._db.now_ms(), grans_ms)
        row.framme = True

    async def ute(self) -> list[Ute]:
        """Those that have not arrived, the oldest first."""
        young = self._db.now_ms() - _HOUR_MS
        out = sorted((row.sand, *key, row.offset) for key, row in self._rows.items() if not row.framme)
        return [Ute(number, id_, offset) for sand, number, id_, offset in out if offset >= 0 or sand > young]

    async def lage(self, grans_ms: int) -> list[Kanarielage]:
        """How each partition's get through, lost after so long."""
        known = {number for number, _ in self._rows} | self._sums.keys()
        return [self._lage(number, grans_ms) for number in sorted(known)]

    def _lage(self, partition: int, grans_ms: int) -> Kanarielage:
        now, last = self._db.now_ms(), STEG[-1]
        rows = sorted((row for (at, _), row in self._rows.items() if at == partition), key=lambda row: row.sand)
        timed = [row for row in rows if last in row.steg]
        took = sorted(row.steg[last] - row.sand for row in timed if row.steg[last] > now - _HOUR_MS)
        arrived = [row.steg.get(last, row.sand) for row in rows if row.framme]
        steps = timed[-1].took() if timed else ()
        sums, lost = self._sums.get(partition, Counter()), sum(row.lost(now, grans_ms) for row in rows)
        ute = sum(not row.framme and not row.lost(now, grans_ms) for row in rows)
        return Kanarielage(
            partition=partition,
            sanda=sums["sanda"] + len(rows),
            framme=sums["framme"] + len(rows) - lost - ute,
            forlorade=sums["forlorade"] + lost,
            ute=ute,
            steg=steps,
            senaste_ms=steps[-1] if steps else -1,
            p99_ms=took[ceil(0.99 * len(took)) - 1] if took else -1,
            sand_for_ms=now - rows[-1].sand if rows else -1,
            framme_for_ms=now - max(arrived) if arrived else -1,
            forlorade_timme=sum(row.lost(now, grans_ms) for row in rows if row.sand > now - _HOUR_MS),
            utan_ms=now - max(arrived, default=rows[0].sand) if rows else -1,
        )

    async def samla(self, grans_ms: int) -> None:
        """Put those of more than a day ago together to sums."""
        now = self._db.now_ms()
        last = {number: id_ for _, number, id_ in sorted((r.sand, *key) for key, r in self._rows.items() if r.framme)}
        for key, row in list(self._rows.items()):
            if row.sand < now - _DAY_MS and last.get(key[0]) != key[1]:
                came = row.framme and not row.lost(now, grans_ms)
                self._sums.setdefault(key[0], Counter()).update(["sanda", "framme" if came else "forlorade"])
                del self._rows[key]
