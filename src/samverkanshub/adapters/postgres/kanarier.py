"""What becomes of the hub's canaries, in the projection's database."""

import asyncpg

from samverkanshub.adapters.postgres.database import Database
from samverkanshub.ports import Kanarielage, Ute


class PostgresKanarier:
    """`Kanarier` over their database, whose clock says when. `Unavailable` is `projektion`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._db = Database(pool, "projektion", "kanarier")

    async def sand(self, partition: int, handelse_id: str) -> int | None:
        """One is about to be sent; when (ms). None where somebody has it already."""
        row = await self._db.one("sand", partition, handelse_id)
        return int(row["nu"]) if row else None

    async def steg(self, partition: int, handelse_id: str, steg: str, offset: int = -1) -> int:
        """It has done a step now; when (ms)."""
        row = await self._db.one("steg", partition, handelse_id, steg, offset)
        return int(row["nu"]) if row else 0

    async def framme(self, partition: int, handelse_id: str, grans_ms: int) -> None:
        """It is found to have arrived, when nobody looked; lost where that is after so long."""
        await self._db.fetch("framme", partition, handelse_id, grans_ms)

    async def ute(self) -> list[Ute]:
        """Those that have not arrived, the oldest first; a thousand at most."""
        return [Ute(**row) for row in await self._db.fetch("ute")]

    async def lage(self, grans_ms: int) -> list[Kanarielage]:
        """How each partition's get through, lost after so long."""
        rows = await self._db.fetch("lage", grans_ms)
        return [Kanarielage(**{**row, "steg": tuple(row["steg"])}) for row in rows]

    async def samla(self, grans_ms: int) -> None:
        """Put those of more than a day ago together to sums."""
        await self._db.fetch("samla", grans_ms)
